"""Invoices, their lines and their payment links as the processor's JSON, in both shapes.

Before API version 2025-03-31 a line carries its price, its tax amounts and its subscription. From then on it
names the price under ``pricing``, the taxes under ``taxes`` by the id of the rate, and where it comes from
under ``parent``; the charge is linked to the invoice by an invoice payment.
"""

from __future__ import annotations

from .facts import CURRENCY, TAX_RATE_ID, Invoice, Line
from .render import Json, price, tax_exempt, tax_ids, tax_rate

DRAFT, OPEN, PAID = 0, 1, 2
_DANISH_RATE = {
    key: value
    for key, value in tax_rate(0).items()
    if key in ("id", "object", "inclusive", "country", "percentage", "display_name")
}


def _reason(invoice: Invoice) -> str:
    if invoice.customer.country == "DK":
        return "standard_rated"
    return "reverse_charge" if invoice.customer.vat_id else "not_subject_to_tax"


def _discount_id(line: Line) -> str:
    return "di_" + line.id[3:]


def _line(line: Line, invoice: Invoice, reason: str) -> Json:
    recurring = line.subscription is not None
    taxed = reason == "standard_rated"
    return {
        "id": line.id,
        "object": "line_item",
        "type": "subscription" if recurring else "invoiceitem",
        "amount": line.amount,
        "amount_excluding_tax": line.amount,
        "currency": CURRENCY,
        "description": f"{line.quantity} x {line.price.nickname}",
        "discount_amounts": [{"amount": line.discount, "discount": _discount_id(line)}]
        if line.discount
        else [],
        "discountable": recurring,
        "invoice": invoice.id,
        "livemode": True,
        "metadata": {},
        "period": {"start": line.start, "end": line.end},
        "price": price(line.price),
        "proration": False,
        "quantity": line.quantity,
        "subscription": line.subscription,
        "tax_amounts": [
            {
                "amount": line.tax,
                "inclusive": False,
                "tax_rate": _DANISH_RATE if taxed else None,
                "taxability_reason": reason,
                "taxable_amount": line.net,
            }
        ],
    }


def _modern_line(line: Line, invoice: Invoice, reason: str) -> Json:
    recurring = line.subscription is not None
    origin: Json = {"proration": False, "proration_details": {"credited_items": None}}
    if recurring:
        origin |= {"invoice_item": None, "subscription": line.subscription, "subscription_item": line.item}
    else:
        origin |= {"invoice_item": line.item, "subscription": None}
    return {
        "id": line.id,
        "object": "line_item",
        "amount": line.amount,
        "currency": CURRENCY,
        "description": f"{line.quantity} x {line.price.nickname}",
        "discount_amounts": [{"amount": line.discount, "discount": _discount_id(line)}]
        if line.discount
        else [],
        "discountable": recurring,
        "discounts": [_discount_id(line)] if line.discount else [],
        "invoice": invoice.id,
        "livemode": True,
        "metadata": {},
        "parent": {
            "type": "subscription_item_details" if recurring else "invoice_item_details",
            "invoice_item_details": None if recurring else origin,
            "subscription_item_details": origin if recurring else None,
        },
        "period": {"start": line.start, "end": line.end},
        "pretax_credit_amounts": [],
        "pricing": {
            "type": "price_details",
            "price_details": {"price": line.price.id, "product": line.price.product.id},
            "unit_amount_decimal": str(line.price.unit_amount),
        },
        "quantity": line.quantity,
        "taxes": [_modern_tax(line.tax, line.net, reason)],
    }


def _modern_tax(amount: int, taxable: int, reason: str) -> Json:
    return {
        "amount": amount,
        "tax_behavior": "exclusive",
        "tax_rate_details": {"tax_rate": TAX_RATE_ID} if reason == "standard_rated" else None,
        "taxability_reason": reason,
        "taxable_amount": taxable,
        "type": "tax_rate_details",
    }


def invoice_lines(invoice: Invoice, *, modern: bool) -> list[Json]:
    """Return the lines of an invoice."""
    reason = _reason(invoice)
    line = _modern_line if modern else _line
    return [line(one, invoice, reason) for one in invoice.lines]


def name_tax_rates(lines: list[Json]) -> None:
    """Name the tax rates of lines in the older shape by their id, as the processor does outside of expansions."""
    for line in lines:
        for tax in line.get("tax_amounts", ()):
            if tax["tax_rate"]:
                tax["tax_rate"] = tax["tax_rate"]["id"]


def invoice(one: Invoice, changes: int, *, modern: bool) -> Json:
    """Return an invoice as a draft, final and open, or paid by card."""
    reason = _reason(one)
    net = one.subtotal - one.discount
    paid = one.total if changes >= PAID else 0
    final = changes >= OPEN
    common: Json = {
        "id": one.id,
        "object": "invoice",
        "number": one.number if final else None,
        "customer": one.customer.id,
        "customer_address": {"country": one.customer.country},
        "customer_email": one.customer.email,
        "customer_name": one.customer.name,
        "customer_tax_exempt": tax_exempt(one.customer),
        "customer_tax_ids": tax_ids(one.customer),
        "currency": CURRENCY,
        "livemode": True,
        "metadata": {},
        "status": ("draft", "open", "paid")[changes],
        "collection_method": one.collection,
        "billing_reason": one.reason,
        "created": one.created,
        "effective_at": one.effective_at if final else None,
        "due_date": one.due_date,
        "status_transitions": {
            "finalized_at": one.effective_at if final else None,
            "paid_at": one.paid_at if paid else None,
            "voided_at": None,
            "marked_uncollectible_at": None,
        },
        "lines": {
            "object": "list",
            "data": invoice_lines(one, modern=modern),
            "has_more": False,
            "url": f"/v1/invoices/{one.id}/lines",
        },
        "subtotal": one.subtotal,
        "total_discount_amounts": [
            {"amount": line.discount, "discount": _discount_id(line)} for line in one.lines if line.discount
        ],
        "total": one.total,
        "total_excluding_tax": net,
        "starting_balance": 0,
        "ending_balance": 0 if final else None,
        "amount_due": one.total,
        "amount_paid": paid,
        "amount_remaining": one.total - paid,
    }
    if modern:
        details: Json = {"metadata": {}, "subscription": one.subscription}
        parent = {"type": "subscription_details", "quote_details": None, "subscription_details": details}
        common["parent"] = parent if one.subscription else None
        common["total_taxes"] = [_modern_tax(one.tax, net, reason)]
    else:
        rate = TAX_RATE_ID if reason == "standard_rated" else None
        common["subscription"] = one.subscription
        common["payment_intent"] = one.payment_intent if final else None
        common["paid"] = bool(paid)
        common["paid_out_of_band"] = False
        common["tax"] = one.tax
        common["total_tax_amounts"] = [
            {
                "amount": one.tax,
                "inclusive": False,
                "tax_rate": rate,
                "taxability_reason": reason,
                "taxable_amount": net,
            }
        ]
    return common


def invoice_payment(one: Invoice, changes: int) -> Json:
    """Return the link between an invoice and the payment intent that pays it, open or paid."""
    paid = changes > 0
    return {
        "id": one.payment_id,
        "object": "invoice_payment",
        "amount_paid": one.total if paid else None,
        "amount_requested": one.total,
        "created": one.effective_at,
        "currency": CURRENCY,
        "invoice": one.id,
        "is_default": True,
        "livemode": True,
        "payment": {"type": "payment_intent", "payment_intent": one.payment_intent},
        "status": "paid" if paid else "open",
        "status_transitions": {"canceled_at": None, "paid_at": one.paid_at if paid else None},
    }
