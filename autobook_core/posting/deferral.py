"""Deferral of prepaid revenue: it is recognised as the service is given.

The sum of all releases and of what credited took equals the amount deferred, to the minor unit.
Every month's part is the difference of two rounded running totals, so it does not depend on the
order in which anything became known.

By day, every day from the local start up to, not including, the local end weighs the same.
By month, equal instalments begin in the calendar month of the start.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from msgspec import Struct

from autobook_core.domain.calendar import month_end, month_end_of, month_number
from autobook_core.domain.money import round_half_away

_DAY = timedelta(days=1)

Credit = tuple[date, int]
"""A day and the amount taken from what was still deferred on it."""


class Stretch(Struct, frozen=True, gc=False):
    """An amount in minor units to be spread over a service period, ``end`` not included."""

    total: int
    start: date
    end: date
    method: str


def last_month_end(stretch: Stretch) -> date:
    """Return the month-end with which a stretch is recognised in full."""
    if stretch.method == "month":
        return month_end_of(_last_month(stretch))
    return month_end(max(stretch.end - _DAY, stretch.start))


def _last_month(stretch: Stretch) -> int:
    start, end = stretch.start, stretch.end
    whole = month_number(end) - month_number(start)
    instalments = whole + (1 if end.day > start.day else 0)
    return month_number(start) + max(instalments, 1) - 1


def _accrued(stretch: Stretch, last_month: int, total: int, start: date, before: date) -> int:
    """Return how much of ``total``, spread from ``start`` on, belongs to the days before a day."""
    if stretch.method == "month":
        parts = last_month - month_number(start) + 1
        done = min(max(month_number(before) - month_number(start), 0), parts)
        return total if parts <= 0 else round_half_away(total * done, parts)
    days = (stretch.end - start).days
    if days <= 0:
        return total if before > start else 0
    done = min(max((before - start).days, 0), days)
    return round_half_away(total * done, days)


def recognised(stretch: Stretch, credited: Sequence[Credit], at: date) -> int:
    """Return what belongs to the time up to and including a month-end, in minor units.

    Args:
        stretch: the whole amount and its period.
        credited: sorted by day; what each took from the part still deferred.
        at: a month-end.
    """
    last = _last_month(stretch)
    done, total, start = 0, stretch.total, stretch.start
    for day, amount in credited:
        if day > at:
            break
        part = _accrued(stretch, last, total, start, day)
        done += part
        total -= part + amount
        start = max(day, start)
    return done + _accrued(stretch, last, total, start, at + _DAY)


def still_deferred(stretch: Stretch, credited: Sequence[Credit], day: date) -> int:
    """Return what is not yet earned when a day begins, after the credited so far."""
    last = _last_month(stretch)
    total, start = stretch.total, stretch.start
    for credited_on, amount in credited:
        if credited_on > day:
            break
        total -= _accrued(stretch, last, total, start, credited_on) + amount
        start = max(credited_on, start)
    return total - _accrued(stretch, last, total, start, day)


def take_credit(stretch: Stretch, credited: Sequence[Credit], day: date, amount: int) -> tuple[int, int]:
    """Split a credit into what reduces the deferral and what reduces recognised revenue.

    Deferred first: the second part is only what the deferral cannot bear.
    """
    waiting = still_deferred(stretch, credited, day)
    if (amount > 0) != (waiting > 0):
        return 0, amount
    first = min(amount, waiting) if amount > 0 else max(amount, waiting)
    return first, amount - first


def slices(
    stretch: Stretch, credited: Sequence[Credit], first: date, through: date
) -> Iterator[tuple[date, int]]:
    """Give (month-end, amount) for each month from that of ``first`` up to ``through``.

    Months without an amount are left out.
    """
    stop = min(last_month_end(stretch), through)
    number = month_number(first)
    before = recognised(stretch, credited, month_end_of(number - 1))
    at = month_end_of(number)
    while at <= stop:
        now = recognised(stretch, credited, at)
        if now != before:
            yield at, now - before
        before = now
        number += 1
        at = month_end_of(number)
