"""Credit notes, and invoices that are voided: the sale is taken back on the day that says so.

A credit note states what it takes of which line, VAT included; nothing is worked out again. It
reduces what is receivable on the invoice, or goes to the customer's balance. VAT is reduced on the
credit note's own date (ML 23). Of a prepaid line, what still waits is reduced before what was earned.
"""

from msgspec import Struct

from autobook_core.domain.journal import Draft, Line
from autobook_core.domain.problems import SetAside
from autobook_core.domain.records import CreditNote, CreditNoteLine, Invoice
from autobook_core.posting.checks import MOST_MINOR, check_currency, check_instant, check_live
from autobook_core.posting.remainder import Remainder, Took
from autobook_core.posting.terms import Terms

CREDIT_NOTES, VOIDED = "Credit notes", "Voided invoices"


class Returned(Struct, frozen=True, kw_only=True):
    """The entry of a credit note or void, and what it took.

    Attributes:
        draft: the entry; None where nothing is left to take back.
        took: what it took of the sale.
        receivable: by how much it moves the invoice's receivable, debit positive.
    """

    draft: Draft | None
    took: Took
    receivable: int


def check_credit_note(note: CreditNote, terms: Terms) -> None:
    """Set aside a credit note whose figures do not agree, or that cannot be booked.

    Raises:
        SetAside: ``totals_do_not_add_up``, ``implausible_date``, ``missing_required_field`` and those
            of currency and test mode.
    """
    check_live(note.livemode)
    check_instant(note.effective_at, "effective_at")
    if note.status == "void":
        if note.voided_at is None:
            raise SetAside("missing_required_field", "the credit note is void and does not say since when")
        check_instant(note.voided_at, "voided_at")
    check_currency(note.currency, terms.base)
    total = sum(line.net + line.tax for line in lines_of(note))
    tax = sum(line.tax for line in lines_of(note))
    if total != note.total or tax != note.tax or not 0 <= total < MOST_MINOR:
        msg = f"the lines make {total} with tax {tax}, the credit note says {note.total} with tax {note.tax}"
        raise SetAside("totals_do_not_add_up", msg)
    if not 0 <= note.customer_balance <= note.total:
        msg = f"{note.customer_balance} of {note.total} go to the customer's balance"
        raise SetAside("totals_do_not_add_up", msg)


def lines_of(note: CreditNote) -> tuple[CreditNoteLine, ...]:
    """Return the lines of a credit note; one without any credits the invoice as a whole."""
    if note.lines:
        return note.lines
    return (CreditNoteLine(id=note.id, amount=note.total - note.tax, tax=note.tax),)


def post_credit_note(note: CreditNote, left: Remainder, terms: Terms, *, customer: str | None) -> Returned:
    """Return the entry of a credit note, and take it off the sale.

    Raises:
        SetAside: it credits a line the invoice does not have, or tax the sale does not owe.
    """
    day = terms.day(note.effective_at)
    for line in lines_of(note):
        left.check_line(line.invoice_line, line.tax)
    took = Took()
    for line in lines_of(note):
        part = left.take_line(line.invoice_line, line.net, line.tax, day)
        took.lines += part.lines
        took.credits += part.credits
        took.of += part.of
    owed = note.total - note.customer_balance
    lines = [*took.lines, *_owed(note.invoice, -owed, -note.customer_balance, terms, customer)]
    draft = Draft(
        day=day,
        journal="sales",
        text=f"Credit note {note.number or note.id}",
        lines=tuple(lines),
        sources=(note.id,),
        rule=CREDIT_NOTES,
        rule_version=terms.version,
    )
    return Returned(draft=draft if lines else None, took=took, receivable=-owed)


def void_credit_note(
    note: CreditNote, issued: Returned, left: Remainder, terms: Terms, *, customer: str | None
) -> Returned:
    """Return the entry that takes a credit note back on the day it was voided."""
    day = terms.day(note.voided_at or note.effective_at)
    took = left.give_back(issued.took, note.total, day)
    owed = note.total - note.customer_balance
    lines = [*took.lines, *_owed(note.invoice, owed, note.customer_balance, terms, customer)]
    draft = Draft(
        day=day,
        journal="sales",
        text=f"Credit note {note.number or note.id} voided",
        lines=tuple(lines),
        sources=(note.id,),
        rule=CREDIT_NOTES,
        rule_version=terms.version,
    )
    return Returned(draft=draft if lines else None, took=took, receivable=owed)


def void_invoice(invoice: Invoice, left: Remainder, terms: Terms, *, voided_at: int) -> Returned:
    """Return the entry that takes back all that is left of a sale, its schedule included.

    What the invoice took from the customer's balance goes back there.
    """
    day = terms.day(voided_at)
    gross = left.gross
    took = left.take_all(day)
    balance = balance_used(invoice)
    owed = gross - balance
    lines = [*took.lines, *_owed(invoice.id, -owed, -balance, terms, invoice.customer)]
    draft = Draft(
        day=day,
        journal="sales",
        text=f"Invoice {invoice.number or invoice.id} voided",
        lines=tuple(lines),
        sources=(invoice.id,),
        rule=VOIDED,
        rule_version=terms.version,
    )
    return Returned(draft=draft if lines else None, took=took, receivable=-owed)


def balance_used(invoice: Invoice) -> int:
    """Return what an invoice takes from the customer's balance; negative: what it gives to it."""
    return invoice.total - invoice.amount_due


def _owed(invoice: str, receivable: int, balance: int, terms: Terms, customer: str | None) -> list[Line]:
    lines: list[Line] = []
    if receivable:
        lines.append(Line(terms.account("receivables"), receivable, customer=customer, invoice=invoice))
    if balance:
        lines.append(Line(terms.account("customer_credit"), balance, customer=customer, invoice=invoice))
    return lines
