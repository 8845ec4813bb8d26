"""AcmePay for Autobook. This module only announces: what is heavy is loaded when a connection uses it."""

from autobook_core.connector import ConnectorSpec, hookimpl


@hookimpl
def autobook_connectors() -> list[ConnectorSpec]:
    """Announce the connector."""
    return [
        ConnectorSpec(
            "acmepay",
            "AcmePay",
            "autobook_acmepay.source:AcmePay",
            roles=frozenset({"source"}),
            summary="Payments taken through AcmePay, and the fee it kept back from each.",
        )
    ]
