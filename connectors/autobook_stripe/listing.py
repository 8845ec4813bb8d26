"""Which list of Stripe's API brings which stream, and which events tell of later changes."""

from dataclasses import dataclass

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Listing:
    """How one stream is asked for.

    Attributes:
        paths: the list; a second one stands in where a server does not have the first.
        types: events that carry the object after a change; at most 20, none where nothing that the books
            read ever changes.
        reference: read from the account's first day: what is sold today may be older than the books.
        filtered: the list can be bounded by ``created``.
        extra: further parameters.
        modern: the list exists only in newer API versions.
    """

    paths: tuple[str, ...]
    types: tuple[str, ...] = ()
    reference: bool = False
    filtered: bool = True
    extra: tuple[tuple[str, str], ...] = ()
    modern: bool = False


#: By stream, parents before children.
LISTINGS: dict[str, Listing] = {
    "customer": Listing(("/v1/customers",), ("customer.created", "customer.updated"), reference=True),
    "product": Listing(("/v1/products",), reference=True),
    "price": Listing(("/v1/prices", "/v1/plans"), reference=True),
    "tax_rate": Listing(("/v1/tax_rates",), reference=True),
    "subscription": Listing(
        ("/v1/subscriptions",),
        (
            "customer.subscription.created",
            "customer.subscription.deleted",
            "customer.subscription.paused",
            "customer.subscription.resumed",
            "customer.subscription.updated",
        ),
        reference=True,
        # Without this Stripe leaves out the canceled ones.
        extra=(("status", "all"),),
    ),
    "invoice": Listing(
        ("/v1/invoices",),
        (
            "invoice.created",
            "invoice.deleted",
            "invoice.finalized",
            "invoice.marked_uncollectible",
            "invoice.paid",
            "invoice.payment_failed",
            "invoice.payment_succeeded",
            "invoice.updated",
            "invoice.voided",
        ),
    ),
    "invoice_payment": Listing(("/v1/invoice_payments",), modern=True),
    "credit_note": Listing(
        ("/v1/credit_notes",),
        ("credit_note.created", "credit_note.updated", "credit_note.voided"),
        # Only newer versions can bound this list; it is short, and reading stops at what is known.
        filtered=False,
    ),
    "charge": Listing(
        ("/v1/charges",),
        ("charge.captured", "charge.failed", "charge.pending", "charge.succeeded", "charge.updated"),
    ),
    "refund": Listing(
        ("/v1/refunds",),
        ("charge.refund.updated", "refund.created", "refund.failed", "refund.updated"),
    ),
    "dispute": Listing(
        ("/v1/disputes",),
        (
            "charge.dispute.closed",
            "charge.dispute.created",
            "charge.dispute.funds_reinstated",
            "charge.dispute.funds_withdrawn",
            "charge.dispute.updated",
        ),
    ),
    "balance_transaction": Listing(("/v1/balance_transactions",)),
    "payout": Listing(
        ("/v1/payouts",),
        (
            "payout.canceled",
            "payout.created",
            "payout.failed",
            "payout.paid",
            "payout.reconciliation_completed",
            "payout.updated",
        ),
    ),
}
