"""The Stripe connector: reads one account page by page and says in records what each object means."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

import httpx
import msgspec

from autobook_core.connector import (
    Balance,
    Context,
    Envelope,
    Health,
    Limit,
    Malformed,
    Page,
    Record,
    Source,
    Stream,
    WebhookRequest,
    WebhookResult,
)
from autobook_stripe import shapes, shapes_invoices, translate_catalogue, translate_invoices, translate_money
from autobook_stripe.account import balances, health
from autobook_stripe.config import Config as Settings
from autobook_stripe.listing import DAY
from autobook_stripe.misfits import misfit
from autobook_stripe.pages import head_of
from autobook_stripe.reading import read_page
from autobook_stripe.strict import refuse_repeated_keys
from autobook_stripe.webhooks import read_delivery

HOUR = 3600

#: Shape, translation and overlap (in seconds) of every stream, parents before children. Where events tell of
#: what comes late, an hour is enough.
_STREAMS: dict[str, tuple[type, Callable[[Any], tuple[Record, ...]], int]] = {
    "customer": (shapes.CustomerRow, translate_catalogue.customer, HOUR),
    "product": (shapes.ProductRow, translate_catalogue.product, DAY),
    "price": (shapes.PriceRow, translate_catalogue.price, DAY),
    "tax_rate": (shapes.TaxRateRow, translate_catalogue.tax_rate, DAY),
    "subscription": (shapes.SubscriptionRow, translate_catalogue.subscription, HOUR),
    "invoice": (shapes_invoices.InvoiceRow, translate_invoices.invoice, HOUR),
    "invoice_payment": (shapes_invoices.InvoicePaymentRow, translate_invoices.invoice_payment, DAY),
    "credit_note": (shapes_invoices.CreditNoteRow, translate_invoices.credit_note, HOUR),
    "charge": (shapes.ChargeRow, translate_money.charge, HOUR),
    "refund": (shapes.RefundRow, translate_money.refund, HOUR),
    "dispute": (shapes.DisputeRow, translate_money.dispute, HOUR),
    "balance_transaction": (shapes.BalanceTransactionRow, translate_money.balance_transaction, DAY),
    "payout": (shapes.PayoutRow, translate_money.payout, HOUR),
}
_AFTER: dict[str, tuple[str, ...]] = {
    "price": ("product",),
    "subscription": ("customer", "price"),
    "invoice": ("customer", "price", "tax_rate"),
    "invoice_payment": ("invoice",),
    "credit_note": ("invoice",),
    "charge": ("invoice", "invoice_payment"),
    "refund": ("charge", "credit_note"),
    "dispute": ("charge",),
    "balance_transaction": ("charge", "refund", "dispute"),
    "payout": ("balance_transaction",),
}
_TRANSLATIONS = {name: translate for name, (_, translate, _) in _STREAMS.items()}
_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {
    name: msgspec.json.Decoder(shape) for name, (shape, _, _) in _STREAMS.items()
}


class StripeSource(Source):
    """One Stripe account: what was sold, invoiced, paid, refunded, disputed and paid out."""

    Config: ClassVar[type] = Settings
    streams: ClassVar[Sequence[Stream]] = tuple(
        Stream(name, lookback=overlap, after=_AFTER.get(name, ()), shape=shape)
        for name, (shape, _, overlap) in _STREAMS.items()
    )
    #: Stripe's own limit for reading a live account.
    limits: ClassVar[Sequence[Limit]] = (Limit(calls=100, per=1.0),)

    def __init__(self, config: Settings) -> None:
        """Keep the settings."""
        super().__init__(config)
        self.settings = config

    @property
    def base_url(self) -> str:
        """Where the API lives."""
        return self.settings.api_base.rstrip("/")

    def auth(self) -> httpx.Auth:
        """Return the key as Stripe wants it: a user name without a password."""
        return httpx.BasicAuth(self.settings.api_key, "")

    def check(self, ctx: Context) -> Health:
        """Ask whose account the key opens and which lists it may not read.

        Raises:
            AuthFailed: the key opens nothing.
        """
        return health(ctx, self.settings)

    def balance(self, ctx: Context, at: int) -> Sequence[Balance]:
        """Return what Stripe holds now, available or not yet, by currency. It tells no other instant."""
        return balances(ctx, self.settings)

    def fetch(self, ctx: Context, stream: Stream, cursor: dict[str, Any] | None) -> Page:
        """Read one page, newest rows first; see :mod:`autobook_stripe.reading`."""
        return read_page(ctx, self.settings, stream, cursor)

    def translate(self, stream: Stream, raw: Any) -> Iterable[Record]:
        """Say in records what one object means; it may also be given as JSON or as a mapping.

        Raises:
            Malformed: ``missing_required_field``, ``unknown_currency``, ``non_integer_amount``,
                ``unknown_tax_treatment``, or else ``malformed_record``.
        """
        name = stream.name
        if isinstance(raw, (bytes, dict, msgspec.Raw)):
            raw = decoded(name, raw)
        return _TRANSLATIONS[name](raw)

    def envelope(self, stream: Stream, raw: bytes) -> Envelope:
        """Wrap an object that came by file.

        Raises:
            Malformed: it has no readable id, or says something twice.
        """
        head = head_of(raw)
        if not head.id:
            raise Malformed("", "the object has no readable id", code="missing_required_field")
        try:
            refuse_repeated_keys(head.id, raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Malformed(head.id, str(error)) from None
        return Envelope(head.id, data=raw, created=head.created)

    def webhook(self, ctx: Context, request: WebhookRequest) -> WebhookResult:
        """Verify a delivery and unpack it; see :func:`autobook_stripe.webhooks.read_delivery`."""
        return read_delivery(self.settings, request)


def decoded(stream: str, raw: bytes | dict[str, Any] | msgspec.Raw) -> Any:
    """Return an object in the shape of its stream.

    Raises:
        Malformed: it does not fit, with the place and a code that says how.
    """
    text = msgspec.json.encode(raw) if isinstance(raw, dict) else raw
    try:
        return _DECODERS[stream].decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise misfit(head_of(text).id, error) from None
