"""Refunds: finding the sale a refund takes back, and what earlier refunds took already."""

from collections.abc import Sequence
from datetime import date

from autobook_core.bookkeeping.handling import hints
from autobook_core.bookkeeping.workset import Workset
from autobook_core.domain.calendar import month_end
from autobook_core.domain.journal import Draft, Line, reversal
from autobook_core.domain.problems import Problem
from autobook_core.domain.records import BalanceTransaction, Refund
from autobook_core.posting.deferral import Stretch
from autobook_core.posting.refunds import Sold, SoldOver, post_refund
from autobook_core.posting.terms import Terms
from autobook_core.store.packing import UNKNOWN_WEEK, Packed, Return, packed_of
from autobook_core.store.rows import LineRow, Row, ScheduleRow, week_of


def load_for_refunds(work: Workset, connection: int, refunds: list[str]) -> None:
    """Load the charges of some refunds, and the invoices of those charges."""
    charges: list[tuple[str | None, int]] = []
    for name in refunds:
        row = work.get(connection, "refund", name)
        if row is not None:
            refund: Refund = packed_of(row).record
            charges.append((refund.charge, refund.created))
    work.load(connection, "charge", hints(charges))
    for wanted, _ in charges:
        charge = work.get(connection, "charge", wanted) if wanted else None
        if charge is not None:
            packed = packed_of(charge)
            if packed.parent_week != UNKNOWN_WEEK:
                work.load_exact(connection, "invoice", packed.parent_week, [packed.record.invoice])


def take_back(
    work: Workset, movement: BalanceTransaction, row: Row, parent: Row, refund: Refund, terms: Terms
) -> None:
    """Book a refund's movement, or wait for the payment it gives back."""
    charge = work.get(row.connection, "charge", refund.charge) if refund.charge else None
    packed = None if charge is None or charge.state == "quarantined" else packed_of(charge)
    if packed is None or (packed.record.invoice and packed.parent_week == UNKNOWN_WEEK):
        work.wait(row, "charge", refund.charge or "")
        return
    paid = packed.record
    invoice = work.get(row.connection, "invoice", paid.invoice) if paid.invoice else None
    work.touch(parent)
    sold = invoice is not None and invoice.entry is not None and packed_of(invoice).record.total > 0
    if invoice is None or not sold or terms.policy.refund_without_credit_note == "hold":
        entry = work.post(_to_suspense(movement, refund, terms))
        work.problem(parent, _held(refund, movement))
    else:
        entry = _reverse_sale(work, movement, refund, invoice, terms)
    row.entry = parent.entry = entry
    row.state = parent.state = "posted"


def _reverse_sale(
    work: Workset, movement: BalanceTransaction, refund: Refund, invoice: Row, terms: Terms
) -> int:
    """Book a refund in its place among those of its invoice: later ones are taken back and booked again."""
    packed = packed_of(invoice)
    refund_week = work.rows[invoice.connection, "refund", refund.id].week
    this = Return(movement.created, movement.id, refund.id, refund_week, -movement.amount)
    later = [item for item in packed.returns if item > this]
    work.touch(invoice)
    for item in reversed(later):
        _undo(work, invoice, item, terms)
    _set_returns(invoice, [item for item in packed.returns if item < this])
    entry = _book(work, movement, refund, invoice, this, terms)
    for item in later:
        moved, returned = _rows_of(work, invoice, item)
        again = _book(work, packed_of(moved).record, packed_of(returned).record, invoice, item, terms)
        moved.entry = returned.entry = again
    return entry


def _rows_of(work: Workset, invoice: Row, item: Return) -> tuple[Row, Row]:
    """Return the rows of a refund's movement and of the refund."""
    connection = invoice.connection
    work.load_exact(connection, "balance_transaction", week_of(item.created), [item.movement])
    work.load_exact(connection, "refund", item.refund_week, [item.refund])
    return (
        work.touch(work.rows[connection, "balance_transaction", item.movement]),
        work.touch(work.rows[connection, "refund", item.refund]),
    )


def _undo(work: Workset, invoice: Row, item: Return, terms: Terms) -> None:
    """Reverse a refund's entry on its own date, and give schedules back what it took."""
    moved, _ = _rows_of(work, invoice, item)
    day = terms.day(item.created)
    work.post(
        reversal(
            _legs(work, moved),
            entry=moved.entry or 0,
            day=day,
            journal="psp",
            text=f"Refund {item.refund} taken back: an earlier one came",
            sources=(item.refund, item.movement),
            rule="Refunds",
            rule_version=terms.version,
        )
    )
    for row in _schedules(work, invoice):
        taken = sum(amount for _, record, amount in _credits(work, row) if record == item.refund)
        if taken:
            _credit(work, row.id, day, item.refund, -taken)


def _book(
    work: Workset, movement: BalanceTransaction, refund: Refund, invoice: Row, item: Return, terms: Terms
) -> int:
    packed = packed_of(invoice)
    schedules = _schedules(work, invoice)
    legs = _legs(work, invoice)
    vat_accounts = {terms.account("vat_output_25"), terms.chart.number("vat_oss_payable")}
    customer_accounts = {terms.account("receivables"), terms.account("customer_credit")}
    sold = Sold(
        invoice=invoice.id,
        customer=packed.record.customer,
        lines=tuple(leg for leg in legs if leg.account not in vat_accounts | customer_accounts),
        vat=tuple(leg for leg in legs if leg.account in vat_accounts),
        over=tuple(_sold_over(work, row) for row in schedules),
        deferral_accounts=frozenset(row.account_from for row in schedules),
        gross=packed.record.total,
        refunded=sum(earlier.amount for earlier in packed.returns),
    )
    taken = post_refund(refund, movement, sold, terms)
    entry = work.post(taken.draft)
    for schedule, amount in taken.credits:
        _credit(work, schedule, taken.draft.day, refund.id, amount)
    _set_returns(invoice, [*packed.returns, item])
    work.problem(work.rows[invoice.connection, "refund", refund.id], taken.problem)
    return entry


def _set_returns(invoice: Row, returns: Sequence[Return]) -> None:
    packed = packed_of(invoice)
    invoice.packed = Packed(packed.record, packed.parent_week, tuple(returns))


def _credit(work: Workset, schedule: int, day: date, refund: str, amount: int) -> None:
    """Keep what a refund takes from a schedule, and let the schedule be compared from then on."""
    work.credits.append((schedule, day.isoformat(), refund, amount))
    work.due.append((month_end(day).isoformat(), schedule))


def _credits(work: Workset, row: ScheduleRow) -> list[tuple[str, str, int]]:
    fresh = [(day, record, amount) for number, day, record, amount in work.credits if number == row.id]
    return work.store.schedules.credits(row.id) + fresh


def _legs(work: Workset, invoice: Row) -> list[Line]:
    assert invoice.entry is not None
    found = work.appender.lines_of(invoice.entry)
    if found is None:
        found = [_leg(row) for row in work.store.journal.lines_of(invoice.entry)]
    return found


def _leg(row: LineRow) -> Line:
    return Line(
        row.account,
        row.amount,
        row.tax_code,
        row.original_currency,
        row.original_minor,
        row.customer,
        row.invoice,
    )


def _schedules(work: Workset, invoice: Row) -> list[ScheduleRow]:
    stored = work.store.schedules.of_invoice(invoice.connection, invoice.week, invoice.id)
    fresh = [
        row for row in work.schedules if row.invoice == invoice.id and row.connection == invoice.connection
    ]
    return stored + fresh


def _sold_over(work: Workset, row: ScheduleRow) -> SoldOver:
    taken = [(date.fromisoformat(day), amount) for day, _, amount in _credits(work, row)]
    return SoldOver(
        schedule=row.id,
        account_to=row.account_to,
        stretch=Stretch(
            row.total, date.fromisoformat(row.start_day), date.fromisoformat(row.end_day), row.method
        ),
        credits=tuple(sorted(taken)),
    )


def _to_suspense(movement: BalanceTransaction, refund: Refund, terms: Terms) -> Draft:
    return Draft(
        day=terms.day(movement.created),
        journal="psp",
        text=f"Refund {refund.id}",
        lines=(
            Line(terms.account("suspense"), -movement.net),
            Line(terms.account("stripe_clearing"), movement.net),
        ),
        sources=(refund.id, movement.id),
        rule="Refunds",
        rule_version=terms.version,
    )


def _held(refund: Refund, movement: BalanceTransaction) -> Problem:
    return Problem(
        code="credit_note_missing",
        record=refund.id,
        detail="The refund is on suspense: it has no credit note and no posted invoice to take back",
        amount=-movement.amount,
        currency=movement.currency,
    )
