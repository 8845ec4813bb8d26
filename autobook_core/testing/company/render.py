"""The facts as the processor's JSON objects: everything but invoices, which have a module of their own.

Each function takes a fact and the number of changes it has been through (see ``changes``) and returns the
object as the API shows it by default: other objects are named by id. ``modern`` chooses the shape: API
version 2025-03-31 and later, or before.
"""

from __future__ import annotations

from typing import Any

from .facts import (
    COMPANY_NAME,
    CURRENCY,
    TAX_RATE_ID,
    BalanceTransaction,
    Charge,
    Company,
    Customer,
    Payout,
    Price,
    Product,
    Refund,
    Subscription,
)

Json = dict[str, Any]
FIRST_MODERN_VERSION = "2025-03-31"


def is_modern(api_version: str) -> bool:
    """Tell whether an API version has the newer shape."""
    return api_version[:10] >= FIRST_MODERN_VERSION


def account(company: Company) -> Json:
    """Return the account itself."""
    return {
        "id": company.account_id,
        "object": "account",
        "business_profile": {"name": COMPANY_NAME, "url": "https://nordlys.example"},
        "charges_enabled": True,
        "country": "DK",
        "default_currency": CURRENCY,
        "details_submitted": True,
        "email": "bogholderi@nordlys.example",
        "payouts_enabled": True,
        "settings": {"dashboard": {"display_name": COMPANY_NAME, "timezone": "Europe/Copenhagen"}},
        "type": "standard",
    }


def tax_rate(created: int) -> Json:
    """Return the one tax rate there is: Danish VAT of 25 % on top."""
    return {
        "id": TAX_RATE_ID,
        "object": "tax_rate",
        "active": True,
        "country": "DK",
        "created": created,
        "description": None,
        "display_name": "Moms",
        "inclusive": False,
        "jurisdiction": "DK",
        "livemode": True,
        "metadata": {},
        "percentage": 25,
        "tax_type": "vat",
    }


def tax_ids(one: Customer) -> list[Json]:
    """Return the customer's tax ids as invoices show them."""
    return [{"type": "eu_vat", "value": one.vat_id}] if one.vat_id else []


def tax_exempt(one: Customer) -> str:
    """Return ``reverse`` for businesses elsewhere in the EU, else ``none``."""
    return "reverse" if one.vat_id and one.country != "DK" else "none"


def customer(one: Customer) -> Json:
    """Return a customer."""
    return {
        "id": one.id,
        "object": "customer",
        "address": {"country": one.country},
        "balance": 0,
        "created": one.created,
        "currency": CURRENCY,
        "delinquent": False,
        "email": one.email,
        "livemode": True,
        "metadata": {},
        "name": one.name,
        "tax_exempt": tax_exempt(one),
        "tax_ids": {"object": "list", "data": tax_ids(one), "has_more": False},
    }


def product(one: Product) -> Json:
    """Return a product."""
    return {
        "id": one.id,
        "object": "product",
        "active": True,
        "created": one.created,
        "livemode": True,
        "metadata": {},
        "name": one.name,
        "type": "service",
    }


def price(one: Price) -> Json:
    """Return a price; ``recurring`` is null for a one-off."""
    recurring = None
    if one.interval:
        recurring = {"interval": one.interval, "interval_count": one.interval_count, "usage_type": "licensed"}
    return {
        "id": one.id,
        "object": "price",
        "active": True,
        "billing_scheme": "per_unit",
        "created": one.created,
        "currency": CURRENCY,
        "livemode": True,
        "metadata": {},
        "nickname": one.nickname,
        "product": one.product.id,
        "recurring": recurring,
        "tax_behavior": "exclusive",
        "type": "recurring" if recurring else "one_time",
        "unit_amount": one.unit_amount,
    }


def subscription(one: Subscription, changes: int, *, modern: bool) -> Json:
    """Return a subscription in its n-th period, or ended; newer versions put the period on the items."""
    period = min(changes, len(one.boundaries) - 2)
    ended = one.ended_at is not None and changes > len(one.boundaries) - 2
    bounds = {
        "current_period_start": one.boundaries[period],
        "current_period_end": one.boundaries[period + 1],
    }
    items = [
        {
            "id": item.id,
            "object": "subscription_item",
            "created": one.created,
            "price": price(item.price),
            "quantity": item.quantity,
            "subscription": one.id,
            **(bounds if modern else {}),
        }
        for item in one.items
    ]
    discount = None
    if one.percent_off:
        coupon = {
            "object": "coupon",
            "percent_off": one.percent_off,
            "amount_off": None,
            "duration": "forever",
        }
        discount = {"id": "di_" + one.id[4:], "object": "discount", "coupon": coupon}
    return {
        "id": one.id,
        "object": "subscription",
        "billing_cycle_anchor": one.created,
        "cancel_at_period_end": one.ended_at is not None and period == len(one.boundaries) - 2 and not ended,
        "canceled_at": one.ended_at if ended else None,
        "collection_method": one.collection,
        "created": one.created,
        "currency": CURRENCY,
        "customer": one.customer.id,
        "ended_at": one.ended_at if ended else None,
        "items": {"object": "list", "data": items, "has_more": False},
        "livemode": True,
        "metadata": {},
        "start_date": one.created,
        "status": "canceled" if ended else "active",
        **(
            {"discounts": [discount["id"]] if discount else []}
            if modern
            else {**bounds, "discount": discount}
        ),
    }


def balance_transaction(one: BalanceTransaction, changes: int) -> Json:
    """Return a balance transaction, pending until its money is available."""
    details = {
        "amount": one.fee,
        "currency": CURRENCY,
        "type": "stripe_fee",
        "description": "Stripe processing fees",
    }
    return {
        "id": one.id,
        "object": "balance_transaction",
        "type": one.type,
        "reporting_category": "fee" if one.type == "stripe_fee" else one.type,
        "amount": one.amount,
        "fee": one.fee,
        "net": one.net,
        "currency": CURRENCY,
        "description": one.description,
        "exchange_rate": None,
        "created": one.created,
        "available_on": one.available_on,
        "source": one.source,
        "status": "available" if changes or one.available_on <= one.created else "pending",
        "fee_details": [details] if one.fee else [],
    }


def charge(one: Charge, refunded: int, *, modern: bool) -> Json:
    """Return a charge of which so much has been refunded; newer versions do not name the invoice."""
    paid = one.failure_code is None
    return {
        "id": one.id,
        "object": "charge",
        "amount": one.amount,
        "amount_captured": one.amount if paid else 0,
        "amount_refunded": refunded,
        "balance_transaction": one.balance.id if one.balance else None,
        "captured": paid,
        "created": one.created,
        "currency": CURRENCY,
        "customer": one.customer.id,
        "description": "Subscription" if one.invoice else "Payment",
        "disputed": False,
        "failure_code": one.failure_code,
        "failure_message": None if paid else "Your card was declined.",
        **({} if modern else {"invoice": one.invoice.id if one.invoice else None}),
        "livemode": True,
        "metadata": {},
        "paid": paid,
        "payment_intent": one.payment_intent,
        "payment_method_details": {"type": "card"},
        "refunded": refunded == one.amount,
        "status": "succeeded" if paid else "failed",
    }


def refund(one: Refund) -> Json:
    """Return a refund."""
    return {
        "id": one.id,
        "object": "refund",
        "amount": one.amount,
        "balance_transaction": one.balance.id,
        "charge": one.charge.id,
        "created": one.created,
        "currency": CURRENCY,
        "metadata": {},
        "payment_intent": one.charge.payment_intent,
        "reason": "requested_by_customer",
        "status": "succeeded",
    }


def payout(one: Payout, changes: int) -> Json:
    """Return a payout, in transit until the day it arrives."""
    return {
        "id": one.id,
        "object": "payout",
        "amount": one.amount,
        "arrival_date": one.arrival_date,
        "automatic": True,
        "balance_transaction": one.balance.id,
        "created": one.created,
        "currency": CURRENCY,
        "description": "STRIPE PAYOUT",
        "failure_code": None,
        "failure_balance_transaction": None,
        "livemode": True,
        "metadata": {},
        "method": "standard",
        "reconciliation_status": "completed",
        "source_type": "card",
        "statement_descriptor": "STRIPE",
        "status": "paid" if changes else "in_transit",
        "trace_id": {"status": "supported", "value": one.trace_id},
        "type": "bank_account",
    }
