"""The connector contract, API 1: everything a plugin author imports.

A *source* reads what happened elsewhere (:class:`Source`), a *sink* writes finished entries
elsewhere (:class:`Sink`). A plugin announces its connectors with one hook::

    @hookimpl
    def autobook_connectors():
        return [ConnectorSpec("acmepay", "AcmePay", "autobook_acmepay.source:AcmePay")]

The framework owns retries, limits, cursor arithmetic, commits and redaction. An author
writes three methods: ``check``, ``fetch`` and ``translate``, the last of which yields the
records that are here as well: :class:`Charge`, :class:`Payout`, :class:`BankTransaction`, ...
A plugin that brings rules of posting instead, or beside it, finds :class:`PostingRule` here.
"""

from autobook_core.connector.announce import Alert, ConnectorSpec, RunInfo, RunReport
from autobook_core.connector.config import option, option_fields, redact, secret, secret_values
from autobook_core.connector.context import Context, Http
from autobook_core.connector.sink import Delivery, Receipt, Remote, Sink
from autobook_core.connector.source import OAuth2, Source, stable_ids
from autobook_core.connector.values import (
    API_VERSION,
    Balance,
    Envelope,
    Health,
    Limit,
    Page,
    Stream,
    WebhookRequest,
    WebhookResult,
)
from autobook_core.connector.watermark import Watermark
from autobook_core.domain.money import Money, parse_decimal
from autobook_core.domain.records import (
    BalanceTransaction,
    BankStatement,
    BankTransaction,
    Charge,
    CreditNote,
    CreditNoteLine,
    Customer,
    Dispute,
    FxRate,
    Invoice,
    InvoiceLine,
    InvoicePayment,
    Other,
    Payout,
    Price,
    Product,
    Record,
    Refund,
    Subscription,
    TaxRate,
)
from autobook_core.domain.rule import Deferral, PostingRule, Share
from autobook_core.errors import (
    AuthFailed,
    BadConfig,
    CursorExpired,
    Malformed,
    NotSupported,
    RateLimited,
    SourceError,
    Unavailable,
)
from autobook_core.hookspecs import hookimpl

__all__ = [
    "API_VERSION",
    "Alert",
    "AuthFailed",
    "BadConfig",
    "Balance",
    "BalanceTransaction",
    "BankStatement",
    "BankTransaction",
    "Charge",
    "ConnectorSpec",
    "Context",
    "CreditNote",
    "CreditNoteLine",
    "CursorExpired",
    "Customer",
    "Deferral",
    "Delivery",
    "Dispute",
    "Envelope",
    "FxRate",
    "Health",
    "Http",
    "Invoice",
    "InvoiceLine",
    "InvoicePayment",
    "Limit",
    "Malformed",
    "Money",
    "NotSupported",
    "OAuth2",
    "Other",
    "Page",
    "Payout",
    "PostingRule",
    "Price",
    "Product",
    "RateLimited",
    "Receipt",
    "Record",
    "Refund",
    "Remote",
    "RunInfo",
    "RunReport",
    "Share",
    "Sink",
    "Source",
    "SourceError",
    "Stream",
    "Subscription",
    "TaxRate",
    "Unavailable",
    "Watermark",
    "WebhookRequest",
    "WebhookResult",
    "hookimpl",
    "option",
    "option_fields",
    "parse_decimal",
    "redact",
    "secret",
    "secret_values",
    "stable_ids",
]
