"""Names that the plugin of pytest and the contracts share; loading it loads nothing of the kit."""

#: The property under which a contract tells its results to the plugin, from process to process.
PROPERTY = "autobook_case"
