"""Booking dates are calendar dates where the company is; months end on their last day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autobook_core.domain.calendar import (
    fiscal_year,
    local_days,
    month_end,
    month_end_of,
    month_number,
)

days = st.dates(date(1971, 1, 1), date(2200, 12, 31))
copenhagen = local_days("Europe/Copenhagen")


def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        ("2025-01-31T23:30:00", date(2025, 2, 1)),
        ("2025-01-31T22:59:59", date(2025, 1, 31)),
        ("2025-01-31T23:00:00", date(2025, 2, 1)),
        ("2025-06-30T21:59:59", date(2025, 6, 30)),
        ("2025-06-30T22:00:00", date(2025, 7, 1)),
        # The night summer time begins (30 March 2025) and ends (26 October 2025).
        ("2025-03-29T22:59:59", date(2025, 3, 29)),
        ("2025-03-29T23:00:00", date(2025, 3, 30)),
        ("2025-03-30T21:59:59", date(2025, 3, 30)),
        ("2025-03-30T22:00:00", date(2025, 3, 31)),
        ("2025-10-25T22:00:00", date(2025, 10, 26)),
        ("2025-10-26T22:59:59", date(2025, 10, 26)),
        ("2025-10-26T23:00:00", date(2025, 10, 27)),
        ("2024-02-28T23:30:00", date(2024, 2, 29)),
        ("2024-12-31T23:00:00", date(2025, 1, 1)),
    ],
)
def test_an_instant_is_booked_on_the_local_date(utc: str, day: date) -> None:
    assert copenhagen(instant(utc)) == day


@given(
    st.integers(946_684_800, 4_102_444_799),
    st.sampled_from(
        ["Europe/Copenhagen", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Chatham"]
    ),
)
def test_every_zone_agrees_with_the_zone_database(seconds: int, zone: str) -> None:
    local = local_days(zone)
    expected = datetime.fromtimestamp(seconds, UTC).astimezone(ZoneInfo(zone)).date()
    assert local(seconds) == expected
    assert local(seconds) == expected


def test_instants_before_1970_have_a_local_date_too() -> None:
    assert copenhagen(-1) == date(1970, 1, 1)
    assert copenhagen(-3601) == date(1969, 12, 31)


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        local_days("Europe/Atlantis")


def test_remembered_dates_are_forgotten_before_they_fill_the_memory() -> None:
    local = local_days("UTC")
    quarter_hours = 200_010
    seen = {local(900 * n) for n in range(quarter_hours)}
    assert len(seen) == quarter_hours * 900 // 86_400 + 1
    assert local(0) == date(1970, 1, 1)


@given(days)
def test_a_month_ends_the_day_before_the_next_begins(day: date) -> None:
    end = month_end(day)
    assert (end.year, end.month) == (day.year, day.month)
    assert (end + timedelta(days=1)).day == 1
    assert month_end(end) == end


@given(days)
def test_months_are_counted_without_a_gap(day: date) -> None:
    assert month_end_of(month_number(day)) == month_end(day)
    assert month_number(month_end(day) + timedelta(days=1)) == month_number(day) + 1


def test_february_ends_as_the_year_has_it() -> None:
    assert month_end(date(2024, 2, 1)) == date(2024, 2, 29)
    assert month_end(date(2025, 2, 1)) == date(2025, 2, 28)
    assert month_end(date(2100, 2, 1)) == date(2100, 2, 28)


@given(days, st.integers(1, 12))
def test_a_fiscal_year_has_twelve_months_and_is_named_by_its_first(day: date, first: int) -> None:
    year = fiscal_year(day, first)
    begins = date(year, first, 1)
    assert begins <= day < begins.replace(year=year + 1)
