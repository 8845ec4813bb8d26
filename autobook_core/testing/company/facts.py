"""What happened at Nordlys SaaS ApS: customers, sales, payments, payouts and bank entries as plain values.

Everything else in this package is a view of these facts: the processor's JSON, the bank's statements and the
balances a correct set of books must show. Amounts are whole oere (1/100 DKK), instants are seconds in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from msgspec import Struct

COMPANY_NAME = "Nordlys SaaS ApS"
CURRENCY = "dkk"
IBAN = "DK5000400440116243"
BIC = "DABADKKK"
TAX_RATE_ID = "txr_1NordlysMoms25DenmarkVAT0"
EU_COUNTRIES = ("DE", "SE", "NL")
NON_EU_COUNTRIES = ("US", "NO", "GB")

Collection = Literal["charge_automatically", "send_invoice"]
BankKind = Literal["payout", "invoice", "fee", "unknown"]


@dataclass(frozen=True, slots=True)
class Options:
    """How large the company is and how it sells; the same options always give the same company.

    Shares are whole percentages unless the name says otherwise. What is neither monthly nor quarterly is annual.
    """

    seed: int = 1
    customers: int = 300
    months: int = 12
    start: date = date(2025, 1, 1)
    monthly_percent: int = 60
    quarterly_percent: int = 15
    eu_percent: int = 12
    non_eu_percent: int = 8
    bank_transfer_percent: int = 12
    discount_percent: int = 10
    failed_percent: int = 4
    refund_percent: int = 2
    cancel_percent: int = 15
    unpaid_transfer_percent: int = 4
    unknown_receipts_per_year: int = 2
    orphan_charges_per_mille: int = 0
    payout_interval: Literal["daily", "weekly"] = "daily"

    def __post_init__(self) -> None:
        """Refuse shares that cannot be.

        Raises:
            ValueError: A share is outside 0..100 or shares of one whole exceed it.
        """
        if self.customers < 1 or self.months < 1:
            message = "a company needs at least one customer and one month"
            raise ValueError(message)
        wholes = (self.monthly_percent + self.quarterly_percent, self.eu_percent + self.non_eu_percent)
        shares = (self.bank_transfer_percent, self.discount_percent, self.failed_percent, self.refund_percent,
                  self.cancel_percent, self.unpaid_transfer_percent, *wholes)  # fmt: skip
        if any(not 0 <= share <= 100 for share in shares):
            message = "shares are percentages from 0 to 100"
            raise ValueError(message)


class Customer(Struct, frozen=True, gc=False):
    """Somebody who buys; a VAT number only where one is known."""

    id: str
    name: str
    country: str
    vat_id: str | None
    email: str
    created: int
    bank_transfer: bool = False


class Product(Struct, frozen=True, gc=False):
    """Something for sale."""

    id: str
    name: str
    created: int


class Price(Struct, frozen=True, gc=False):
    """What a product costs per interval; no interval means one-off."""

    id: str
    product: Product
    nickname: str
    unit_amount: int
    interval: Literal["month", "year"] | None
    interval_count: int
    created: int

    @property
    def months(self) -> int:
        """How many months one payment covers, 0 for a one-off price."""
        return 0 if self.interval is None else self.interval_count * (12 if self.interval == "year" else 1)


class SubscriptionItem(Struct, frozen=True, gc=False):
    """One price on a subscription."""

    id: str
    price: Price
    quantity: int


class Subscription(Struct, frozen=True):
    """A customer's standing order; ``boundaries`` are the starts of its periods and the end of the last one."""

    id: str
    customer: Customer
    items: tuple[SubscriptionItem, ...]
    created: int
    boundaries: tuple[int, ...]
    ended_at: int | None
    collection: Collection
    percent_off: int


class Line(Struct, frozen=True):
    """One line of an invoice: amount before discount, discount, and VAT on top."""

    id: str
    price: Price
    quantity: int
    amount: int
    discount: int
    tax: int
    start: int
    end: int
    subscription: str | None
    item: str

    @property
    def net(self) -> int:
        """The amount after discount and before VAT."""
        return self.amount - self.discount


class Invoice(Struct, frozen=True):
    """A sale. ``paid_at`` is when a card charge paid it; bank transfers leave it open at the processor."""

    id: str
    number: str
    customer: Customer
    subscription: str | None
    created: int
    effective_at: int
    due_date: int | None
    collection: Collection
    reason: str
    lines: tuple[Line, ...]
    subtotal: int
    discount: int
    tax: int
    total: int
    payment_intent: str | None
    payment_id: str
    paid_at: int | None


class BalanceTransaction(Struct, frozen=True, gc=False):
    """A movement of the money held at the processor."""

    id: str
    type: Literal["charge", "refund", "payout", "stripe_fee"]
    amount: int
    fee: int
    created: int
    available_on: int
    source: str | None
    description: str

    @property
    def net(self) -> int:
        """What the movement adds to the balance."""
        return self.amount - self.fee


class Charge(Struct, frozen=True):
    """A card payment, failed ones without a balance transaction."""

    id: str
    amount: int
    created: int
    customer: Customer
    invoice: Invoice | None
    payment_intent: str
    failure_code: str | None
    balance: BalanceTransaction | None


class Refund(Struct, frozen=True):
    """Money given back on a charge, without a credit note."""

    id: str
    charge: Charge
    amount: int
    created: int
    balance: BalanceTransaction


class Payout(Struct, frozen=True):
    """A transfer from the processor to the bank; ``members`` are the movements it pays out."""

    id: str
    amount: int
    created: int
    arrival_date: int
    trace_id: str
    balance: BalanceTransaction
    members: tuple[BalanceTransaction, ...]


class BankEntry(Struct, frozen=True):
    """One booked entry of the bank account, positive when money comes in; ``kind`` is what it truly is."""

    ref: str
    date: date
    amount: int
    kind: BankKind
    counterparty: str
    text: tuple[str, ...]
    end_to_end_id: str | None = None
    source_id: str | None = None


class Company(Struct, frozen=True):
    """All facts, each kind in order of time."""

    options: Options
    account_id: str
    customers: tuple[Customer, ...]
    products: tuple[Product, ...]
    prices: tuple[Price, ...]
    subscriptions: tuple[Subscription, ...]
    invoices: tuple[Invoice, ...]
    charges: tuple[Charge, ...]
    refunds: tuple[Refund, ...]
    balance_transactions: tuple[BalanceTransaction, ...]
    payouts: tuple[Payout, ...]
    bank_entries: tuple[BankEntry, ...]
