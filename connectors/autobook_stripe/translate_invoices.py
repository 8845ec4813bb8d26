"""Invoices, their payments and credit notes in the vocabulary of the books, from both shapes of the API.

What the source states is carried, never computed: tax, discounts and totals are Stripe's.
"""

from collections.abc import Sequence

from autobook_core.connector import Malformed, Record
from autobook_core.domain.records import CreditNote, CreditNoteLine, Invoice, InvoiceLine, InvoicePayment
from autobook_stripe.currencies import CODES, SCALED, scaled, unknown_currency
from autobook_stripe.shapes_invoices import (
    BalanceRow,
    CreditNoteLineRow,
    CreditNoteRefund,
    CreditNoteRow,
    Discount,
    InvoicePaymentRow,
    InvoiceRow,
    TaxAmount,
    Transitions,
)
from autobook_stripe.translate_catalogue import vat_number
from autobook_stripe.translate_lines import line_of, spread_legacy_tax
from autobook_stripe.translate_money import linked_id

_NO_TRANSITIONS = Transitions()


def invoice(row: InvoiceRow) -> tuple[Record, ...]:
    """Translate a demand for payment with its lines; drafts too, which the posting leaves alone.

    Raises:
        Malformed: unknown currency, no date, lines missing, or taxes that cannot be told apart.
    """
    code = CODES.get(row.currency)
    if code is None:
        raise unknown_currency(row.id, row.currency)
    created = row.created if row.created is not None else row.date
    if created is None:
        raise Malformed(row.id, "the invoice has no date of creation", code="missing_required_field")
    if row.lines.has_more:
        raise Malformed(row.id, "not all lines of the invoice are here", code="missing_required_field")
    id = row.id
    lines = [line_of(id, line) for line in row.lines.data]
    tax = _invoice_tax(row)
    if tax:
        lines = spread_legacy_tax(row, lines, tax)
    moved = row.status_transitions or _NO_TRANSITIONS
    effective = row.effective_at if row.effective_at is not None else moved.finalized_at
    customer, address, tax_ids = row.customer, row.customer_address, row.customer_tax_ids
    record = Invoice(
        id=id,
        created=created,
        number=row.number,
        customer=customer if customer.__class__ is str else linked_id(customer),  # type: ignore[arg-type]
        currency=code,
        status=row.status,
        effective_at=effective if effective is not None else created,
        lines=tuple(lines),
        subtotal=row.subtotal,
        tax=tax,
        total=row.total,
        amount_due=row.amount_due,
        discount=_discount(row.total_discount_amounts, lines),
        starting_balance=row.starting_balance or 0,
        ending_balance=row.ending_balance or 0,
        due_date=row.due_date,
        collection="send" if (row.collection_method or row.billing) == "send_invoice" else "automatic",
        customer_name=row.customer_name,
        customer_country=address.country if address is not None else None,
        customer_vat_id=vat_number(tax_ids) if tax_ids else None,
        customer_tax_exempt=row.customer_tax_exempt or "none",
        paid_out_of_band=row.paid_out_of_band,
        voided_at=moved.voided_at,
        marked_uncollectible_at=moved.marked_uncollectible_at,
        livemode=row.livemode is not False,
    )
    if code in SCALED:
        record = scaled(record, code)
    return (record, *_legacy_payment(row, created)) if row.date is not None else (record,)


def _legacy_payment(row: InvoiceRow, created: int) -> tuple[Record, ...]:
    """Return what pays an invoice of the oldest shape, which alone says so: its charge may not name it."""
    intent = linked_id(row.payment_intent)
    if intent is None:
        return ()
    return (InvoicePayment(id=f"{row.id}:payment", created=created, invoice=row.id, payment_intent=intent),)


def _invoice_tax(row: InvoiceRow) -> int:
    if row.tax is not None:
        return row.tax
    return _sum(row.total_taxes or row.total_tax_amounts)


def _sum(taxes: Sequence[TaxAmount] | None) -> int:
    return sum([tax.amount for tax in taxes]) if taxes else 0


def _discount(totals: Sequence[Discount] | None, lines: Sequence[InvoiceLine]) -> int:
    if totals is None:
        return sum([line.discount for line in lines])
    return sum([discount.amount for discount in totals]) if totals else 0


def invoice_payment(row: InvoicePaymentRow) -> tuple[Record, ...]:
    """Translate the link between an invoice and what pays it."""
    paid = row.payment
    return (
        InvoicePayment(
            id=row.id,
            created=row.created,
            invoice=linked_id(row.invoice) or "",
            payment_intent=linked_id(paid.payment_intent) if paid else None,
            charge=linked_id(paid.charge) if paid else None,
        ),
    )


def credit_note(row: CreditNoteRow) -> tuple[Record, ...]:
    """Translate a correction of an invoice.

    Raises:
        Malformed: unknown currency, several refunds, lines missing, a fraction of a minor unit, or a part
            for the customer's balance that cannot be told from the refund.
    """
    code = CODES.get(row.currency)
    if code is None:
        raise unknown_currency(row.id, row.currency)
    refunds = [refund for refund in row.refunds or () if refund.refund is not None]
    if len(refunds) > 1:
        raise Malformed(row.id, f"the credit note names {len(refunds)} refunds, one can be read")
    if row.lines is not None and row.lines.has_more:
        raise Malformed(row.id, "not all lines of the credit note are here", code="missing_required_field")
    record = CreditNote(
        id=row.id,
        created=row.created,
        number=row.number,
        invoice=linked_id(row.invoice) or "",
        currency=code,
        effective_at=row.effective_at if row.effective_at is not None else row.created,
        subtotal=row.subtotal,
        tax=_sum(row.total_taxes or row.tax_amounts),
        total=row.total,
        status=row.status,
        refund=linked_id(refunds[0].refund if refunds else row.refund),
        livemode=row.livemode is not False,
        lines=tuple(_credited(line) for line in row.lines.data) if row.lines is not None else (),
        customer_balance=_to_balance(row, refunds),
        voided_at=row.voided_at if row.status == "void" else None,
    )
    return (scaled(record, code) if code in SCALED else record,)


def _credited(row: CreditNoteLineRow) -> CreditNoteLine:
    taxes = row.tax_amounts or row.taxes or ()
    return CreditNoteLine(
        id=row.id,
        amount=row.amount,
        discount=row.discount_amount,
        tax=_sum(taxes),
        tax_inclusive=any(tax.inclusive or tax.tax_behavior == "inclusive" for tax in taxes),
        invoice_line=row.invoice_line_item,
    )


def _to_balance(row: CreditNoteRow, refunds: Sequence[CreditNoteRefund]) -> int:
    """Return the part of a credit note that goes to the customer's balance, as Stripe counts it."""
    credit = row.customer_balance_transaction
    if credit is None:
        return 0
    if isinstance(credit, BalanceRow):
        return -credit.amount
    paid = row.total if row.post_payment_amount is None else row.post_payment_amount
    paid -= row.out_of_band_amount or 0
    if refunds:
        refunded = refunds[0].amount_refunded
    else:
        refunded = 0 if row.refund is None else None
    if refunded is None:
        why = "what it refunds and what it gives to the customer's balance cannot be told apart"
        raise Malformed(row.id, why)
    return paid - refunded
