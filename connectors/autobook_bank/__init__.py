"""The bank: statement lines from files and feeds, with the bank's own references kept."""

from autobook_core.connector import ConnectorSpec, hookimpl


@hookimpl
def autobook_connectors() -> list[ConnectorSpec]:
    """Announce the connector of bank files; nothing of it is loaded by that."""
    return [
        ConnectorSpec(
            "bank",
            "Bank files",
            "autobook_bank.source:BankFiles",
            summary="Reads statements from a folder: camt.053, and CSV by a profile.",
        )
    ]
