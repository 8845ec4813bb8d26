"""The ladder a bank line climbs until one answer is safe.

Rungs here: a reference (invoice number in the text, payout trace id), then amount, date and
known payer for payouts. What is below 0.80, or has two answers, is only suggested.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from msgspec import Struct

from autobook_core.domain.money import format_minor
from autobook_core.domain.records import BankTransaction
from autobook_core.matching.references import names_contradict, normalise

#: A payout reaches the bank between these many days before and after its arrival date.
PAYOUT_EARLY, PAYOUT_LATE = timedelta(days=1), timedelta(days=5)

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class OpenInvoice(Struct, frozen=True, kw_only=True):
    """An invoice a bank line names. ``open`` is in base minor units."""

    key: int
    id: str
    number: str
    customer: str | None
    customer_name: str | None
    issued: date
    open: int


class OpenPayout(Struct, frozen=True, kw_only=True):
    """A payout on its way; ``amount`` is what the bank line must say (signed, base minor units)."""

    key: int
    id: str
    amount: int
    arrival: date
    trace_id: str | None
    descriptor: str | None


class Match(Struct, frozen=True, kw_only=True):
    """What a line settles: a candidate's key, by which rung, and why in words.

    ``confidence`` is in hundredths; ``amount`` in minor units of the line.
    """

    kind: str
    key: int
    amount: int
    rung: str
    confidence: int
    explain: str


class NoMatch(Struct, frozen=True, kw_only=True):
    """Why no answer is safe, and what a person may look at."""

    code: str
    detail: str
    suggestions: tuple[str, ...] = ()


def match_payout(line: BankTransaction, payouts: Sequence[OpenPayout]) -> Match | NoMatch | None:
    """Return the payout a line is, why it is not sure, or None where none has its amount."""
    fitting = [payout for payout in payouts if payout.amount == line.signed]
    if not fitting:
        return None
    traced = [p for p in fitting if p.trace_id and _names(line, p.trace_id)]
    if len(traced) == 1:
        return _payout(line, traced[0], "reference", 95, f"and carries trace id {traced[0].trace_id}")
    near = [
        payout
        for payout in fitting
        if payout.arrival - PAYOUT_EARLY <= line.booking_date <= payout.arrival + PAYOUT_LATE
        and _from_processor(line, payout)
    ]
    if len(near) == 1:
        why = f"from the processor, due {near[0].arrival.isoformat()}"
        return _payout(line, near[0], "amount_date_counterparty", 85, why)
    if len(near) > 1:
        ids = tuple(sorted(payout.id for payout in near))
        return NoMatch(
            code="ambiguous_match", detail=f"{len(ids)} payouts have this amount and date", suggestions=ids
        )
    return None


def match_invoice(line: BankTransaction, named: Sequence[OpenInvoice]) -> Match | NoMatch | None:
    """Return the invoice a receipt settles, why it is not sure, or None where it names none."""
    if line.direction != "CRDT" or not named:
        return None
    payable = [invoice for invoice in named if invoice.open > 0]
    ids = tuple(sorted(invoice.id for invoice in named))
    if not payable:
        return NoMatch(code="unmatched_bank_line", detail="the invoice it names is not open", suggestions=ids)
    if len(payable) > 1:
        return NoMatch(code="ambiguous_match", detail="it names several open invoices", suggestions=ids)
    invoice = payable[0]
    if names_contradict(line.counterparty, invoice.customer_name):
        why = f"it names {invoice.number}, but {invoice.customer_name} is not the payer"
        return NoMatch(code="unmatched_bank_line", detail=why, suggestions=ids)
    amount, still = format_minor(line.amount, line.currency), format_minor(invoice.open, line.currency)
    return Match(
        kind="invoice",
        key=invoice.key,
        amount=min(line.amount, invoice.open),
        rung="reference",
        confidence=95,
        explain=f"{amount} {line.currency} on {_day(line.booking_date)} names {invoice.number}, "
        f"open {still} {line.currency}",
    )


def _payout(line: BankTransaction, payout: OpenPayout, rung: str, confidence: int, why: str) -> Match:
    amount = format_minor(line.amount, line.currency)
    return Match(
        kind="payout",
        key=payout.key,
        amount=line.amount,
        rung=rung,
        confidence=confidence,
        explain=f"{amount} {line.currency} on {_day(line.booking_date)} equals payout {payout.id} {why}",
    )


def _names(line: BankTransaction, reference: str) -> bool:
    wanted = normalise(reference)
    texts = (line.end_to_end_id, line.structured_ref, *line.text)
    return bool(wanted) and any(text and wanted in normalise(text) for text in texts)


def _from_processor(line: BankTransaction, payout: OpenPayout) -> bool:
    known = {normalise(name) for name in ("STRIPE", payout.descriptor or "") if name}
    texts = [normalise(text) for text in (line.counterparty, *line.text) if text]
    return any(name in text for name in known for text in texts)


def _day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
