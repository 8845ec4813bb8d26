"""The month-end run: what was earned by then leaves the deferral, one voucher per month-end.

Schedules say when they are next due, so a run looks only at those with something to release. After
a credit the months from it on are compared with what was released and only the difference is posted.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from autobook_core.domain.calendar import month_end, month_end_of, month_number
from autobook_core.ledger.append import Appender
from autobook_core.posting.deferral import Credit, Stretch, last_month_end, recognised, slices
from autobook_core.posting.recognition import post_recognition
from autobook_core.posting.terms import Terms
from autobook_core.store.rows import ScheduleRow
from autobook_core.store.store import Store

_BATCH = 5_000
_DAY = timedelta(days=1)


def last_closed_month_end(day: date) -> date:
    """Return the last month-end that is not after a day."""
    end = month_end(day)
    return end if end == day else day.replace(day=1) - _DAY


def recognise(store: Store, terms: Terms, *, through: date, posted_at: str) -> int:
    """Post every recognition due up to a day, in one commit, and return how many vouchers.

    Args:
        store: the book's store.
        terms: the company's terms.
        through: everything due up to and including this day.
        posted_at: the posting time, ISO 8601 UTC.
    """
    until = last_closed_month_end(through)
    if not store.schedules.due(until.isoformat(), 1):
        return 0
    with store.writing():
        credited = store.schedules.credited()
        entries = _post(store, terms, _sums(store, until, credited), posted_at)
        _release(store, until, credited, entries)
    return len(entries)


def _sums(store: Store, until: date, credited: set[int]) -> dict[tuple[int, str, str], int]:
    """Return what is due by (month number, account it waits on, revenue account)."""
    sums: dict[tuple[int, str, str], int] = {}
    after = ("", 0)
    while batch := store.schedules.due(until.isoformat(), _BATCH, after):
        for row in batch:
            for month, amount in _due(store, row, until, credited=row.id in credited):
                key = (month, row.account_from, row.account_to)
                sums[key] = sums.get(key, 0) + amount
        after = (batch[-1].next_due or "", batch[-1].id)
    return sums


def _release(store: Store, until: date, credited: set[int], entries: dict[int, int]) -> None:
    """Keep what each voucher released of each schedule, and when that is due again.

    It is worked out a second time rather than remembered: a million schedules have twelve months each.
    """
    names = {month: month_end_of(month).isoformat()[:7] for month in entries}
    while batch := store.schedules.due(until.isoformat(), _BATCH):
        store.schedules.release(
            [
                (entries[month], row.id, names[month], amount)
                for row in batch
                for month, amount in _due(store, row, until, credited=row.id in credited)
                if month in entries
            ]
        )
        store.schedules.set_due(
            [(_next_due(store, row, until, credited=row.id in credited), row.id) for row in batch]
        )


def _post(
    store: Store, terms: Terms, sums: dict[tuple[int, str, str], int], posted_at: str
) -> dict[int, int]:
    by_month: dict[int, dict[tuple[str, str], int]] = {}
    for (month, waits_on, revenue), amount in sums.items():
        by_month.setdefault(month, {})[waits_on, revenue] = amount
    appender = Appender(store, posted_at=posted_at, fiscal_year_start=terms.policy.fiscal_year_start)
    entries: dict[int, int] = {}
    for month in sorted(by_month):
        draft = post_recognition(month_end_of(month), by_month[month], rule_version=terms.version)
        if draft is not None:
            entries[month] = appender.append(draft)
    appender.flush()
    return entries


def _stretch(row: ScheduleRow) -> Stretch:
    return Stretch(row.total, date.fromisoformat(row.start_day), date.fromisoformat(row.end_day), row.method)


def _due(store: Store, row: ScheduleRow, until: date, *, credited: bool) -> list[tuple[int, int]]:
    """Return (month number, amount) still to be released up to a month-end."""
    stretch, first = _stretch(row), date.fromisoformat(row.next_due or row.start_day)
    if not credited:
        return [(month_number(at), amount) for at, amount in slices(stretch, (), first, until)]
    taken = _credits(store, row)
    before = store.schedules.released(row.id)
    found: list[tuple[int, int]] = []
    done = recognised(stretch, taken, month_end(first).replace(day=1) - _DAY)
    at = month_end(first)
    last = max([_last(row, taken), *(month_end(date.fromisoformat(f"{month}-01")) for month in before)])
    while at <= min(until, last):
        now = recognised(stretch, taken, at)
        amount = now - done - before.get(at.isoformat()[:7], 0)
        if amount:
            found.append((month_number(at), amount))
        done, at = now, month_end(at + _DAY)
    return found


def _credits(store: Store, row: ScheduleRow) -> list[Credit]:
    return [(date.fromisoformat(day), amount) for day, _, amount in store.schedules.credits(row.id)]


def _last(row: ScheduleRow, taken: Sequence[Credit]) -> date:
    """Return the last month-end with something to release; a credit that is voided late may come after the service."""
    return max([last_month_end(_stretch(row)), *(month_end(day) for day, _ in taken)])


def _next_due(store: Store, row: ScheduleRow, until: date, *, credited: bool) -> str | None:
    last = _last(row, _credits(store, row) if credited else ())
    return None if last <= until else month_end(until + _DAY).isoformat()
