"""The records every source speaks: what happened, in one vocabulary.

Adapters translate into these; posting reads nothing else. Names follow Stripe, ISO 20022
and UBL. Amounts are integers in minor units of the record's currency; instants are whole
seconds since 1970-01-01 UTC; dates are calendar dates as the bank wrote them. Records are
immutable, and two records with the same content are the same version of the same fact.
"""

from datetime import date
from typing import Any, ClassVar, Literal

from msgspec import Struct, field

Instant = int
"""Whole seconds since 1970-01-01T00:00:00 UTC."""


class Record(Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True, array_like=True):
    """What all records share: an identity and the instant that never changes.

    Attributes:
        id: the source's own id.
        created: the instant the source gives for the birth of the fact. It must never
            change for the same id: together they are the key in the store.
    """

    kind: ClassVar[str] = "record"

    id: str
    created: Instant = 0


class Customer(Record, frozen=True, kw_only=True, gc=False, array_like=True):
    """A buyer. ``country`` is ISO 3166 alpha-2, ``vat_id`` the UBL CompanyID."""

    kind: ClassVar[str] = "customer"

    name: str | None = None
    country: str | None = None
    email: str | None = None
    vat_id: str | None = None
    tax_exempt: str = "none"
    ibans: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


class Product(Record, frozen=True, kw_only=True, gc=False, array_like=True):
    """What is sold."""

    kind: ClassVar[str] = "product"

    name: str = ""


class Price(Record, frozen=True, kw_only=True, gc=False, array_like=True):
    """What a product costs and how often. No interval means a one-off price."""

    kind: ClassVar[str] = "price"

    product: str
    currency: str
    unit_amount: int | None = None
    interval: str | None = None
    interval_count: int = 1
    usage: str = "licensed"
    nickname: str | None = None
    tax_behavior: str | None = None


class TaxRate(Record, frozen=True, kw_only=True, gc=False, array_like=True):
    """A rate of tax: ``percentage_milli`` is thousandths of a percent (25 % = 25000)."""

    kind: ClassVar[str] = "tax_rate"

    country: str | None = None
    percentage_milli: int = 0
    inclusive: bool = False


class Subscription(Record, frozen=True, kw_only=True, gc=False, array_like=True):
    """A running agreement: items are (price id, quantity) pairs."""

    kind: ClassVar[str] = "subscription"

    customer: str
    status: str
    items: tuple[tuple[str, int], ...] = ()
    current_period_start: Instant | None = None
    current_period_end: Instant | None = None
    cancel_at_period_end: bool = False
    ended_at: Instant | None = None


class InvoiceLine(Struct, frozen=True, kw_only=True, gc=False, array_like=True):
    """One line of an invoice.

    Attributes:
        amount: before discount, minor units; tax is inside only if ``tax_inclusive``.
        discount: what is taken off this line (positive).
        tax: the tax on this line as the source states it.
        tax_country, tax_milli: of the rate: ISO country and thousandths of a percent.
        tax_rate: id of the rate, where the source gives only that; resolved before posting.
        interval: of the price: day, week, month or year; ``None`` is a one-off line.
        price: id of the price; with ``interval_known`` false the price record is asked.
    """

    id: str
    amount: int
    discount: int = 0
    tax: int = 0
    tax_inclusive: bool = False
    tax_country: str | None = None
    tax_milli: int | None = None
    tax_rate: str | None = None
    taxability_reason: str | None = None
    taxable_amount: int | None = None
    period_start: Instant = 0
    period_end: Instant = 0
    price: str | None = None
    product: str | None = None
    nickname: str | None = None
    interval: str | None = None
    interval_count: int = 1
    interval_known: bool = True
    usage: str = "licensed"
    quantity: int | None = None
    proration: bool = False
    description: str | None = None
    metadata: dict[str, str] | None = None

    @property
    def net(self) -> int:
        """What the seller keeps of the line: after discount, without tax."""
        return self.amount - self.discount - (self.tax if self.tax_inclusive else 0)


class Invoice(Record, frozen=True, kw_only=True, gc=False, array_like=True):
    """A demand for payment; it becomes a fact for the books once it is final."""

    kind: ClassVar[str] = "invoice"

    number: str | None
    customer: str
    currency: str
    status: str
    effective_at: Instant
    lines: tuple[InvoiceLine, ...]
    subtotal: int
    tax: int
    total: int
    amount_due: int
    discount: int = 0
    starting_balance: int = 0
    ending_balance: int = 0
    due_date: Instant | None = None
    collection: Literal["automatic", "send"] = "automatic"
    customer_name: str | None = None
    customer_country: str | None = None
    customer_vat_id: str | None = None
    customer_tax_exempt: str = "none"
    paid_out_of_band: bool = False
    voided_at: Instant | None = None
    marked_uncollectible_at: Instant | None = None
    livemode: bool = True


class Charge(Record, frozen=True, kw_only=True, gc=False, array_like=True):
    """A payment through a processor (Stripe calls it a charge)."""

    kind: ClassVar[str] = "charge"

    amount: int
    currency: str
    status: str
    customer: str | None = None
    invoice: str | None = None
    payment_intent: str | None = None
    method: str | None = None
    balance_transaction: str | None = None
    failure_code: str | None = None
    livemode: bool = True


class InvoicePayment(Record, frozen=True, kw_only=True, gc=False, array_like=True):
    """The link between an invoice and the payment intent that pays it (API from 2025-03-31)."""

    kind: ClassVar[str] = "invoice_payment"

    invoice: str
    payment_intent: str | None = None
    charge: str | None = None


class Refund(Record, frozen=True, kw_only=True, gc=False, array_like=True):
    """Money given back for a payment."""

    kind: ClassVar[str] = "refund"

    charge: str | None
    amount: int
    currency: str
    status: str
    payment_intent: str | None = None
    balance_transaction: str | None = None
    failure_balance_transaction: str | None = None
    livemode: bool = True


class CreditNoteLine(Struct, frozen=True, kw_only=True, gc=False, array_like=True):
    """What a credit note takes back of one line of its invoice.

    Attributes:
        id: the source's own id.
        amount: before discount, minor units; tax is inside only if ``tax_inclusive``.
        discount: the part of a discount that is taken back with it (positive).
        tax: the tax on it as the source states it.
        invoice_line: id of the invoice's line; ``None`` is a credit on the invoice as a whole.
    """

    id: str
    amount: int
    discount: int = 0
    tax: int = 0
    tax_inclusive: bool = False
    invoice_line: str | None = None

    @property
    def net(self) -> int:
        """What is taken back of the seller's part: after discount, without tax."""
        return self.amount - self.discount - (self.tax if self.tax_inclusive else 0)


class CreditNote(Record, frozen=True, kw_only=True, gc=False, array_like=True):
    """A correction of an invoice.

    Attributes:
        lines: what it takes back, by invoice line; none: the invoice as a whole.
        refund: id of the refund that pays it out.
        customer_balance: the part that goes to the customer's balance, minor units; the rest
            reduces what is receivable on the invoice.
        voided_at: when it was taken back, for a status of ``void``.
    """

    kind: ClassVar[str] = "credit_note"

    number: str | None
    invoice: str
    currency: str
    effective_at: Instant
    subtotal: int
    tax: int
    total: int
    status: str = "issued"
    refund: str | None = None
    livemode: bool = True
    lines: tuple[CreditNoteLine, ...] = ()
    customer_balance: int = 0
    voided_at: Instant | None = None


class Dispute(Record, frozen=True, kw_only=True, gc=False, array_like=True):
    """A cardholder's objection to a payment.

    ``closed_at`` is the instant of the decision, where the source gives one; else the instant counts at
    which the source first told of it.
    """

    kind: ClassVar[str] = "dispute"

    charge: str
    amount: int
    currency: str
    status: str
    reason: str | None = None
    livemode: bool = True
    closed_at: Instant | None = None


class BalanceTransaction(Record, frozen=True, kw_only=True, gc=False, array_like=True):
    """One movement of the balance kept at the processor; ``net = amount - fee``."""

    kind: ClassVar[str] = "balance_transaction"

    type: str
    category: str
    amount: int
    fee: int
    net: int
    currency: str
    source: str | None = None
    available_on: Instant | None = None
    description: str | None = None


class Payout(Record, frozen=True, kw_only=True, gc=False, array_like=True):
    """Money sent from the processor to the bank (negative: collected from the bank)."""

    kind: ClassVar[str] = "payout"

    amount: int
    currency: str
    arrival_date: Instant
    status: str
    automatic: bool = True
    trace_id: str | None = None
    statement_descriptor: str | None = None
    balance_transaction: str | None = None
    members: tuple[str, ...] | None = None
    livemode: bool = True


class BankTransaction(Record, frozen=True, kw_only=True, gc=False, array_like=True):
    """One booked line of a bank statement (ISO 20022 names).

    ``amount`` is positive; ``direction`` says which way: CRDT into the account, DBIT out
    of it. A reversal has the sign of its direction already (``RvslInd`` is information).
    """

    kind: ClassVar[str] = "bank_transaction"

    account: str
    booking_date: date
    amount: int
    currency: str
    direction: Literal["CRDT", "DBIT"]
    status: str = "BOOK"
    value_date: date | None = None
    reversal: bool = False
    end_to_end_id: str | None = None
    structured_ref: str | None = None
    text: tuple[str, ...] = ()
    counterparty: str | None = None
    counterparty_iban: str | None = None
    instructed_amount: int | None = None
    instructed_currency: str | None = None
    code: str | None = None

    @property
    def signed(self) -> int:
        """The amount as the bank account sees it: into it positive, out of it negative."""
        return self.amount if self.direction == "CRDT" else -self.amount


class BankStatement(Record, frozen=True, kw_only=True, gc=False, array_like=True):
    """A statement's frame: what the bank says stood on the account before and after."""

    kind: ClassVar[str] = "bank_statement"

    account: str
    currency: str
    opening: int
    closing: int
    opening_date: date
    closing_date: date
    entries: int = 0


class FxRate(Record, frozen=True, kw_only=True, gc=False, array_like=True):
    """What one unit of ``base`` costs in ``quote`` on a date; the rate is a decimal string."""

    kind: ClassVar[str] = "fx_rate"

    day: date
    base: str
    quote: str
    rate: str
    source: str = ""


class OpeningBalances(Record, frozen=True, kw_only=True, gc=False, array_like=True):
    """Balances taken over from an earlier system: account (role or number) to signed minor units."""

    kind: ClassVar[str] = "opening_balances"

    day: date
    balances: dict[str, int]


class ManualLine(Struct, frozen=True, kw_only=True, gc=False):
    """One line of a manual entry: exactly one of debit and credit is positive."""

    account: str
    debit: int = 0
    credit: int = 0


class ManualEntry(Record, frozen=True, kw_only=True, gc=False, array_like=True):
    """An entry a person wrote."""

    kind: ClassVar[str] = "manual_entry"

    day: date
    text: str
    lines: tuple[ManualLine, ...]


class Other(Record, frozen=True, kw_only=True, gc=False, array_like=True):
    """A fact the books do not need but keep: its kind and what it said."""

    kind: ClassVar[str] = "other"

    what: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


#: Every kind of record by its name, in the order in which parents come before children.
KINDS: dict[str, type[Record]] = {
    cls.kind: cls
    for cls in (
        Customer, Product, Price, TaxRate, Subscription, FxRate, OpeningBalances, ManualEntry,
        Invoice, InvoicePayment, CreditNote, Charge, Refund, Dispute, Payout, BalanceTransaction,
        BankStatement, BankTransaction, Other,
    )
}  # fmt: skip
