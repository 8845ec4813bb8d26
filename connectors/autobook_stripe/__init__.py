"""Stripe: what was sold, paid, refunded, disputed and paid out, as Stripe tells it."""

from autobook_core.connector import ConnectorSpec, hookimpl


@hookimpl
def autobook_connectors() -> list[ConnectorSpec]:
    """Announce the connector; its implementation is loaded when a connection uses it."""
    return [
        ConnectorSpec(
            "stripe",
            "Stripe",
            "autobook_stripe.source:StripeSource",
            summary="Customers, subscriptions, invoices, payments, refunds, disputes, fees and payouts.",
        )
    ]
