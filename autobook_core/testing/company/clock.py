"""Instants and calendar dates of the simulated company.

An instant is a number of seconds since 1970 in UTC; a booking date is the calendar date of that instant in
Copenhagen. Nothing here reads a clock.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

DAY = 86_400
HOUR = 3_600
_ZONE = ZoneInfo("Europe/Copenhagen")
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_SATURDAY = 5


def local_date(instant: int) -> date:
    """Return the calendar date of an instant in Copenhagen."""
    return datetime.fromtimestamp(instant, _ZONE).date()


def utc_date(instant: int) -> date:
    """Return the calendar date of an instant in UTC."""
    return date.fromordinal(_EPOCH_ORDINAL + instant // DAY)


def utc_midnight(day: date) -> int:
    """Return the instant at which a day begins in UTC."""
    return (day.toordinal() - _EPOCH_ORDINAL) * DAY


def local_midnight(day: date) -> int:
    """Return the instant at which a day begins in Copenhagen."""
    summer = utc_midnight(day) - 2 * HOUR
    return summer if local_date(summer) == day else summer + HOUR


def end_of_day(day: date) -> int:
    """Return the last second of a day in Copenhagen: the horizon at which everything of that day has happened."""
    return local_midnight(day + timedelta(days=1)) - 1


def add_months(instant: int, months: int) -> int:
    """Return the same time of day some months later, on the last day of the month when the day does not exist.

    This is how a subscription's billing periods follow from its anchor.
    """
    day = utc_date(instant)
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    moved = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    return utc_midnight(moved) + instant % DAY


def first_of_month(day: date, months: int = 0) -> date:
    """Return the first day of the month that lies some months after a day's own month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def month_end(day: date) -> date:
    """Return the last day of a day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def month_ends(start: date, through: date) -> Iterator[date]:
    """Yield the last day of every month from the month of ``start`` up to ``through``."""
    end = month_end(start)
    while end <= through:
        yield end
        end = month_end(end + timedelta(days=1))


def next_weekday(day: date) -> date:
    """Return the day itself or, at a weekend, the Monday after it: banks book on weekdays."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= _SATURDAY else 0)


def iso_instant(instant: int) -> str:
    """Return an instant as ISO 8601 text ending in Z."""
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
