"""Plain-text accounting: the books as hledger and Beancount journals."""

from autobook_core.connector import ConnectorSpec, hookimpl


@hookimpl
def autobook_connectors() -> list[ConnectorSpec]:
    """Announce the sink of plain-text journals; nothing of it is loaded by that."""
    return [
        ConnectorSpec(
            "plaintext",
            "hledger and Beancount files",
            "autobook_plaintext.sink:PlainText",
            roles=frozenset({"sink"}),
            summary="Writes every entry into journals by month that hledger and Beancount read.",
        )
    ]
