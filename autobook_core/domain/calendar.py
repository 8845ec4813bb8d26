"""Booking dates: calendar dates in the company's time zone, and the ends of months.

31 January 23:30 UTC is booked on 1 February in Copenhagen.
"""

from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

#: Offsets change on quarter hours, so one quarter hour has one local date.
_QUARTER_HOUR = 900


def local_days(time_zone: str) -> Callable[[int], date]:
    """Return the function from an instant (seconds UTC) to the local calendar date.

    The answer is kept per quarter hour: a year of payments asks for few distinct ones.

    Raises:
        zoneinfo.ZoneInfoNotFoundError: there is no such time zone.
    """
    zone = ZoneInfo(time_zone)
    known: dict[int, date] = {}

    def local_day(instant: int) -> date:
        quarter = instant // _QUARTER_HOUR
        day = known.get(quarter)
        if day is None:
            day = datetime.fromtimestamp(quarter * _QUARTER_HOUR, UTC).astimezone(zone).date()
            if len(known) > 200_000:
                known.clear()
            known[quarter] = day
        return day

    return local_day


def month_end(day: date) -> date:
    """Return the last day of the month of ``day``."""
    return month_end_of(day.year * 12 + day.month - 1)


def month_number(day: date) -> int:
    """Return months since year 0, so that neighbours differ by one."""
    return day.year * 12 + day.month - 1


@lru_cache(maxsize=4096)
def month_end_of(number: int) -> date:
    """Return the last day of a month given by :func:`month_number`."""
    year, month = number // 12, number % 12 + 1
    return date(year, month, monthrange(year, month)[1])


def fiscal_year(day: date, first_month: int = 1) -> int:
    """Return the fiscal year, named by the calendar year in which it begins."""
    return day.year if day.month >= first_month else day.year - 1
