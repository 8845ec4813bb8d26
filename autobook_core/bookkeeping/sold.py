"""What the books hold of a sale: its legs, its schedules, and the credits taken from them."""

from collections.abc import Iterator, Sequence
from datetime import date

from autobook_core.bookkeeping.workset import Workset
from autobook_core.domain.calendar import month_end
from autobook_core.domain.journal import Line
from autobook_core.posting.deferral import Stretch
from autobook_core.posting.remainder import Over, Part, Remainder
from autobook_core.posting.terms import Terms
from autobook_core.store.packing import Leg, packed_of
from autobook_core.store.rows import LineRow, Row, ScheduleRow


def sale_of(work: Workset, invoice: Row, terms: Terms) -> Remainder:
    """Return a posted sale as it was before anything was taken of it."""
    legs = legs_of_entry(work, invoice.entry or 0)
    vat_accounts = {terms.account("vat_output_25"), terms.chart.number("vat_oss_payable")}
    customer_accounts = {terms.account("receivables"), terms.account("customer_credit")}
    schedules = schedules_of(work, invoice)
    waiting = {row.account_from for row in schedules}
    over = iter(schedules)
    packed = packed_of(invoice)
    sold = [leg for leg in legs if leg.account not in vat_accounts | customer_accounts]
    names: Sequence[Leg] = packed.legs if len(packed.legs) == len(sold) else [Leg("")] * len(sold)
    parts = [
        Part(
            name.account or leg.account,
            -leg.amount,
            leg.tax_code,
            name.line,
            _over(leg, over) if leg.account in waiting else (),
        )
        for leg, name in zip(sold, names, strict=True)
    ]
    vat = [Part(leg.account, -leg.amount, leg.tax_code) for leg in legs if leg.account in vat_accounts]
    return Remainder(parts, vat, gross=packed.record.total)


def _over(leg: Line, schedules: Iterator[ScheduleRow]) -> list[Over]:
    """Return the schedules of a deferred leg: those that add up to it, in order."""
    group: list[Over] = []
    left = -leg.amount
    while left:
        row = next(schedules)
        stretch = Stretch(
            row.total, date.fromisoformat(row.start_day), date.fromisoformat(row.end_day), row.method
        )
        group.append(Over(row.id, row.account_to, stretch, row.total, []))
        left -= row.total
    return group


def schedules_of(work: Workset, invoice: Row) -> list[ScheduleRow]:
    """Return the schedules of an invoice in the order of its lines."""
    stored = work.store.schedules.of_invoice(invoice.connection, invoice.week, invoice.id)
    fresh = [
        row for row in work.schedules if row.invoice == invoice.id and row.connection == invoice.connection
    ]
    return stored + fresh


def legs_of_entry(work: Workset, entry: int) -> list[Line]:
    """Return the lines of an entry, posted or about to be."""
    found = work.appender.lines_of(entry)
    if found is None:
        found = [_leg(row) for row in work.store.journal.lines_of(entry)]
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


def credits_by_record(work: Workset, schedule: int) -> dict[tuple[str, str], int]:
    """Return what each record takes from a schedule now: (ISO day, record) to base minor units."""
    found: dict[tuple[str, str], int] = {}
    for day, record, amount in work.store.schedules.credits(schedule):
        found[day, record] = found.get((day, record), 0) + amount
    for number, day, record, amount in work.credits:
        if number == schedule:
            found[day, record] = found.get((day, record), 0) + amount
    return found


def keep_credit(work: Workset, schedule: int, day: date, record: str, amount: int) -> None:
    """Keep what a record takes from a schedule, and let the schedule be compared from then on."""
    work.credits.append((schedule, day.isoformat(), record, amount))
    work.due.append((month_end(day).isoformat(), schedule))
