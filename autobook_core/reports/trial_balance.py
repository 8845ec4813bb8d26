"""The trial balance: every account's signed balance on a day. It adds up to zero."""

from typing import Any

from autobook_core.domain.chart import ACCOUNT_TYPES
from autobook_core.reports.asking import Asked
from autobook_core.reports.rows import account_rows, total


def trial_balance(asked: Asked) -> dict[str, Any]:
    """Return the trial balance at a day; ``difference`` is by how much it does not add up."""
    rows = account_rows(asked.chart, asked.store.journal.balances(asked.last), ACCOUNT_TYPES)
    return {
        "report": "trial-balance",
        "at": asked.last.isoformat(),
        "currency": asked.currency,
        "rows": rows,
        "total": total(rows),
        "difference": total(rows),
    }
