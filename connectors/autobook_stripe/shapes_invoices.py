"""The parts of Stripe's invoices and credit notes that bookkeeping reads, before and after API version 2025-03-31.

Both shapes decode into one type; the fields of the other version stay empty.
"""

from decimal import Decimal
from typing import Literal

from msgspec import Struct

from autobook_stripe.shapes import Address, Id, Instant, Link, Minor, PriceRow, Ref, TaxId, TaxRateRow


class RateDetails(Struct, gc=False):
    tax_rate: Id | TaxRateRow | None = None


class TaxAmount(Struct, kw_only=True, gc=False):
    """The tax of one rate: ``tax_amounts`` of older versions, ``taxes`` of newer ones."""

    amount: Minor
    inclusive: bool = False
    tax_behavior: Literal["inclusive", "exclusive"] | None = None
    tax_rate: Id | TaxRateRow | None = None
    tax_rate_details: RateDetails | None = None
    taxability_reason: str | None = None
    taxable_amount: Minor | None = None


class Discount(Struct, gc=False):
    amount: Minor


class Period(Struct, gc=False):
    end: Instant
    start: Instant


class ParentDetails(Struct, gc=False):
    proration: bool = False


class Parent(Struct, gc=False):
    invoice_item_details: ParentDetails | None = None
    subscription_item_details: ParentDetails | None = None


class PriceDetails(Struct, gc=False):
    price: Id | PriceRow | None = None
    product: Link = None


class Pricing(Struct, gc=False):
    price_details: PriceDetails | None = None


class LineRow(Struct, kw_only=True, gc=False):
    id: Id
    amount: Minor
    description: str | None = None
    discount_amounts: list[Discount] | None = None
    metadata: dict[str, str] | None = None
    parent: Parent | None = None
    period: Period
    plan: Id | PriceRow | None = None
    price: Id | PriceRow | None = None
    pricing: Pricing | None = None
    proration: bool = False
    quantity: int | None = None
    tax_amounts: list[TaxAmount] | None = None
    tax_rates: list[TaxRateRow] | None = None
    taxes: list[TaxAmount] | None = None


class LineList(Struct, gc=False):
    data: list[LineRow]
    has_more: bool = False


class Transitions(Struct, gc=False):
    finalized_at: Instant | None = None
    marked_uncollectible_at: Instant | None = None
    voided_at: Instant | None = None


class InvoiceRow(Struct, kw_only=True, gc=False):
    id: Id
    amount_due: Minor
    billing: str | None = None
    collection_method: str | None = None
    created: Instant | None = None
    currency: str
    customer: Id | Ref
    customer_address: Address | None = None
    customer_name: str | None = None
    customer_tax_exempt: str | None = None
    customer_tax_ids: list[TaxId] | None = None
    date: Instant | None = None
    default_tax_rates: list[TaxRateRow] | None = None
    due_date: Instant | None = None
    effective_at: Instant | None = None
    ending_balance: Minor | None = None
    lines: LineList
    livemode: bool | None = True
    number: str | None = None
    paid_out_of_band: bool = False
    payment_intent: Link = None
    starting_balance: Minor | None = None
    status: Literal["draft", "open", "paid", "void", "uncollectible"]
    status_transitions: Transitions | None = None
    subtotal: Minor
    tax: Minor | None = None
    tax_percent: Decimal | None = None
    total: Minor
    total_discount_amounts: list[Discount] | None = None
    total_tax_amounts: list[TaxAmount] | None = None
    total_taxes: list[TaxAmount] | None = None


class InvoicePaid(Struct, gc=False):
    charge: Link = None
    payment_intent: Link = None


class InvoicePaymentRow(Struct, kw_only=True, gc=False):
    id: Id
    created: Instant
    invoice: Id | Ref
    payment: InvoicePaid | None = None


class CreditNoteRefund(Struct, kw_only=True, gc=False):
    amount_refunded: Minor | None = None
    refund: Link = None


class CreditNoteLineRow(Struct, kw_only=True, gc=False):
    id: Id
    amount: Minor
    discount_amount: Minor = 0
    invoice_line_item: str | None = None
    tax_amounts: list[TaxAmount] | None = None
    taxes: list[TaxAmount] | None = None


class CreditNoteLineList(Struct, gc=False):
    data: list[CreditNoteLineRow] = []
    has_more: bool = False


class BalanceRow(Struct, kw_only=True, gc=False):
    """A movement of the customer's balance; a credit to the customer is negative."""

    id: Id
    amount: Minor


class CreditNoteRow(Struct, kw_only=True, gc=False):
    id: Id
    created: Instant
    currency: str
    customer_balance_transaction: Id | BalanceRow | None = None
    effective_at: Instant | None = None
    invoice: Id | Ref
    lines: CreditNoteLineList | None = None
    livemode: bool | None = True
    number: str | None = None
    out_of_band_amount: Minor | None = None
    post_payment_amount: Minor | None = None
    refund: Link = None
    refunds: list[CreditNoteRefund] | None = None
    status: Literal["issued", "void"]
    subtotal: Minor
    tax_amounts: list[TaxAmount] | None = None
    total: Minor
    total_taxes: list[TaxAmount] | None = None
    voided_at: Instant | None = None
