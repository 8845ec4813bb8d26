"""The parts of Stripe's objects that bookkeeping reads: movements of money and the catalogue.

Decoding is strict: an amount is a JSON integer or the row does not fit. Fields that are not named here are
skipped. They stand in the order in which Stripe sends them, because the decoder is fastest that way.
"""

from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta, Struct

Id = Annotated[str, Meta(min_length=1, max_length=255)]
Minor = Annotated[int, Meta(ge=-(2**53), le=2**53)]
Instant = Annotated[int, Meta(ge=0, le=253_402_300_799)]


class Ref(Struct, gc=False):
    """An object that stands where its id would do."""

    id: Id


Link = Id | Ref | None


class BalanceTransactionRow(Struct, kw_only=True, gc=False):
    id: Id
    amount: Minor
    available_on: Instant | None = None
    created: Instant
    currency: str
    description: str | None = None
    fee: Minor
    net: Minor
    reporting_category: str | None = None
    source: Link = None
    type: str


BalanceLink = Id | BalanceTransactionRow | None


class Method(Struct, gc=False):
    type: str | None = None


class ChargeRow(Struct, kw_only=True, gc=False):
    id: Id
    amount: Minor
    balance_transaction: BalanceLink = None
    created: Instant
    currency: str
    customer: Link = None
    failure_balance_transaction: BalanceLink = None
    failure_code: str | None = None
    invoice: Link = None
    livemode: bool | None = True
    payment_intent: Link = None
    payment_method_details: Method | None = None
    status: Literal["succeeded", "pending", "failed"]


class RefundRow(Struct, kw_only=True, gc=False):
    id: Id
    amount: Minor
    balance_transaction: BalanceLink = None
    charge: Link = None
    created: Instant
    currency: str
    failure_balance_transaction: BalanceLink = None
    livemode: bool | None = True
    payment_intent: Link = None
    status: Literal["pending", "requires_action", "succeeded", "failed", "canceled"]


class DisputeRow(Struct, kw_only=True, gc=False):
    id: Id
    amount: Minor
    balance_transactions: list[BalanceTransactionRow] = []
    charge: Id | Ref
    created: Instant
    currency: str
    livemode: bool | None = True
    reason: str | None = None
    status: Literal[
        "warning_needs_response", "warning_under_review", "warning_closed", "needs_response", "under_review",
        "charge_refunded", "won", "lost", "prevented",
    ]  # fmt: skip


class Trace(Struct, gc=False):
    value: str | None = None


class PayoutRow(Struct, kw_only=True, gc=False):
    id: Id
    amount: Minor
    arrival_date: Instant
    automatic: bool = True
    balance_transaction: BalanceLink = None
    balance_transactions: list[Id] | None = None
    created: Instant
    currency: str
    failure_balance_transaction: BalanceLink = None
    livemode: bool | None = True
    statement_descriptor: str | None = None
    status: Literal["paid", "pending", "in_transit", "canceled", "failed"]
    trace_id: str | Trace | None = None


class Address(Struct, gc=False):
    country: str | None = None


class TaxId(Struct, gc=False):
    type: str | None = None
    value: str | None = None


class TaxIdList(Struct, gc=False):
    data: list[TaxId] = []


class CustomerRow(Struct, kw_only=True, gc=False):
    id: Id
    address: Address | None = None
    business_vat_id: str | None = None
    created: Instant | None = None
    deleted: bool = False
    email: str | None = None
    name: str | None = None
    tax_exempt: str | None = None
    tax_ids: TaxIdList | None = None


class ProductRow(Struct, kw_only=True, gc=False):
    id: Id
    created: Instant | None = None
    deleted: bool = False
    name: str | None = None


class Recurring(Struct, gc=False):
    interval: str
    interval_count: int = 1
    usage_type: str | None = None


class PriceRow(Struct, kw_only=True, gc=False):
    """A price, or the plan of older versions, which carries its interval and amount itself."""

    id: Id
    amount: Minor | None = None
    created: Instant | None = None
    currency: str | None = None
    deleted: bool = False
    interval: str | None = None
    interval_count: int | None = None
    name: str | None = None
    nickname: str | None = None
    product: Link = None
    recurring: Recurring | None = None
    tax_behavior: str | None = None
    unit_amount: Minor | None = None
    usage_type: str | None = None


class TaxRateRow(Struct, kw_only=True, gc=False):
    id: Id
    country: str | None = None
    created: Instant | None = None
    inclusive: bool = False
    jurisdiction: str | None = None
    percentage: Decimal


class Item(Struct, kw_only=True, gc=False):
    current_period_end: Instant | None = None
    current_period_start: Instant | None = None
    plan: Id | PriceRow | None = None
    price: Id | PriceRow | None = None
    quantity: int | None = None


class ItemList(Struct, gc=False):
    data: list[Item] = []
    has_more: bool = False


class SubscriptionRow(Struct, kw_only=True, gc=False):
    id: Id
    cancel_at_period_end: bool = False
    created: Instant
    current_period_end: Instant | None = None
    current_period_start: Instant | None = None
    customer: Id | Ref
    ended_at: Instant | None = None
    items: ItemList
    status: str
