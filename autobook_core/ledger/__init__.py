"""The ledger: appends balanced entries, numbers them without gaps, chains and reverses them."""
