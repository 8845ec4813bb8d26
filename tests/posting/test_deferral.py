"""What is released is what was deferred minus what credits took, to the unit, by whatever road."""

from collections import defaultdict
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autobook_core.domain.calendar import month_end, month_number
from autobook_core.posting.deferral import (
    Credit,
    Stretch,
    last_month_end,
    recognised,
    slices,
    still_deferred,
    take_credit,
)

FAR = date(2100, 1, 31)
starts = st.dates(date(2023, 1, 1), date(2025, 12, 31))


@st.composite
def stretches(draw: st.DrawFn) -> Stretch:
    start = draw(starts)
    length = draw(st.integers(1, 800) | st.sampled_from([28, 29, 30, 31, 365, 366, 730, 731]))
    total = draw(st.integers(-(10**9), 10**9).filter(bool))
    return Stretch(total, start, start + timedelta(days=length), draw(st.sampled_from(["day", "month"])))


def credit(stretch: Stretch, asked: list[tuple[date, int]]) -> list[Credit]:
    """Take credits in order of their days, as refunds do, and return what the deferral bore."""
    taken: list[Credit] = []
    for day, amount in sorted(asked, key=lambda item: item[0]):
        waiting, earned = take_credit(stretch, taken, day, amount)
        assert waiting + earned == amount
        if waiting:
            taken.append((day, waiting))
    return taken


credit_lists = st.lists(
    st.tuples(st.dates(date(2022, 12, 1), date(2028, 1, 31)), st.integers(-(10**9), 10**9).filter(bool)),
    max_size=4,
)


def released(stretch: Stretch, credited: list[Credit], *, through: date = FAR) -> dict[date, int]:
    first = min([stretch.start, *(day for day, _ in credited)])
    last = max([last_month_end(stretch), *(month_end(day) for day, _ in credited)])
    found: dict[date, int] = {}
    before, at = 0, month_end(first)
    while at <= min(last, through):
        now = recognised(stretch, credited, at)
        if now != before:
            found[at] = now - before
        before, at = now, month_end(at + timedelta(days=1))
    return found


@given(stretches(), credit_lists)
def test_releases_and_credits_add_up_to_what_was_deferred(
    stretch: Stretch, asked: list[tuple[date, int]]
) -> None:
    taken = credit(stretch, asked)
    assert sum(released(stretch, taken).values()) + sum(amount for _, amount in taken) == stretch.total
    assert still_deferred(stretch, taken, FAR) == 0


@given(stretches())
def test_without_credits_every_month_is_a_slice_of_the_same_sign(stretch: Stretch) -> None:
    found = list(slices(stretch, (), stretch.start, FAR))
    assert sum(amount for _, amount in found) == stretch.total
    assert all((amount > 0) is (stretch.total > 0) for _, amount in found)
    assert all(at == month_end(at) for at, _ in found)
    assert dict(found) == released(stretch, [])


@given(stretches(), credit_lists)
def test_a_negative_schedule_mirrors_a_positive_one(stretch: Stretch, asked: list[tuple[date, int]]) -> None:
    mirror = Stretch(-stretch.total, stretch.start, stretch.end, stretch.method)
    taken = credit(stretch, asked)
    assert credit(mirror, [(day, -amount) for day, amount in asked]) == [
        (day, -amount) for day, amount in taken
    ]
    mirrored = released(mirror, [(day, -amount) for day, amount in taken])
    assert mirrored == {at: -amount for at, amount in released(stretch, taken).items()}


@given(stretches(), credit_lists, st.lists(st.integers(0, 60), max_size=6))
def test_slices_do_not_depend_on_when_they_are_asked_for(
    stretch: Stretch, asked: list[tuple[date, int]], runs: list[int]
) -> None:
    taken = credit(stretch, asked)
    at_once = dict(slices(stretch, taken, stretch.start, FAR))
    by_runs: dict[date, int] = defaultdict(int)
    first = stretch.start
    for months in [*sorted(runs), 2_000]:
        through = min(month_end(stretch.start + timedelta(days=31 * months)), FAR)
        if through < month_end(first):
            continue
        for at, amount in slices(stretch, taken, first, through):
            by_runs[at] += amount
        first = through + timedelta(days=1)
    assert dict(by_runs) == at_once


@given(stretches(), credit_lists)
def test_a_credit_changes_no_month_that_ended_before_it(
    stretch: Stretch, asked: list[tuple[date, int]]
) -> None:
    taken = credit(stretch, asked)
    for number in range(len(taken)):
        day = taken[number][0]
        before = {at: x for at, x in released(stretch, taken[:number]).items() if at < day.replace(day=1)}
        after = {at: x for at, x in released(stretch, taken[: number + 1]).items() if at < day.replace(day=1)}
        assert before == after


@given(stretches(), st.integers(-30, 900))
def test_a_full_credit_stops_the_schedule_and_takes_back_what_was_earned(
    stretch: Stretch, after: int
) -> None:
    day = stretch.start + timedelta(days=after)
    waiting, earned = take_credit(stretch, (), day, stretch.total)
    assert waiting == still_deferred(stretch, (), day)
    taken = [(day, waiting)] if waiting else []
    assert sum(released(stretch, taken).values()) == earned
    assert not [at for at in released(stretch, taken) if at > month_end(max(day, stretch.start))]


@given(stretches(), st.integers(-30, 900))
def test_a_credit_of_the_other_sign_finds_nothing_to_reduce(stretch: Stretch, after: int) -> None:
    day = stretch.start + timedelta(days=after)
    assert take_credit(stretch, (), day, -stretch.total) == (0, -stretch.total)


# By hand.


def months(stretch: Stretch, *taken: Credit) -> list[int]:
    return [amount for _, amount in sorted(released(stretch, list(taken)).items())]


def test_half_a_year_by_day_weighs_every_day_the_same() -> None:
    half = Stretch(181_000, date(2025, 2, 1), date(2025, 8, 1), "day")
    assert months(half) == [28_000, 31_000, 30_000, 31_000, 30_000, 31_000]
    assert last_month_end(half) == date(2025, 7, 31)


def test_a_leap_year_has_366_days() -> None:
    year = Stretch(36_600, date(2024, 1, 1), date(2025, 1, 1), "day")
    assert months(year)[:3] == [3_100, 2_900, 3_100]
    assert sum(months(year)) == 36_600


def test_a_quarter_by_month_gives_equal_parts_from_the_month_it_starts_in() -> None:
    quarter = Stretch(10_000, date(2025, 1, 20), date(2025, 4, 20), "month")
    assert months(quarter) == [3_333, 3_334, 3_333]
    assert last_month_end(quarter) == date(2025, 3, 31)


@pytest.mark.parametrize(
    ("start", "end", "parts"),
    [
        (date(2025, 1, 31), date(2025, 2, 28), 1),
        (date(2025, 1, 1), date(2026, 1, 1), 12),
        (date(2025, 1, 15), date(2025, 4, 20), 4),
        (date(2024, 2, 29), date(2025, 2, 28), 12),
        (date(2025, 1, 5), date(2025, 1, 20), 1),
        (date(2025, 1, 20), date(2025, 2, 5), 1),
    ],
)
def test_instalments_are_whole_months_and_a_started_one(start: date, end: date, parts: int) -> None:
    stretch = Stretch(12_000, start, end, "month")
    assert len(months(stretch)) == parts
    assert month_number(last_month_end(stretch)) == month_number(start) + parts - 1


def test_a_service_within_one_local_day_is_earned_in_its_month() -> None:
    for method in ("day", "month"):
        moment = Stretch(500, date(2025, 1, 31), date(2025, 1, 31), method)
        assert released(moment, []) == {date(2025, 1, 31): 500}
        assert still_deferred(moment, (), date(2025, 1, 31)) == 500
        assert still_deferred(moment, (), date(2025, 2, 1)) == 0


def test_a_partial_credit_is_spread_over_the_days_that_are_left() -> None:
    # 100 a day for 10 days; on day 5 (400 earned) a credit of 300 leaves 300 for the 6 days 50 each.
    stretch = Stretch(1_000, date(2025, 1, 27), date(2025, 2, 6), "day")
    assert take_credit(stretch, (), date(2025, 1, 31), 300) == (300, 0)
    assert months(stretch, (date(2025, 1, 31), 300)) == [450, 250]


def test_a_credit_by_month_leaves_the_month_it_falls_in_to_what_remains() -> None:
    year = Stretch(12_000, date(2025, 1, 1), date(2026, 1, 1), "month")
    assert take_credit(year, (), date(2025, 3, 15), 5_000) == (5_000, 0)
    assert months(year, (date(2025, 3, 15), 5_000)) == [1_000, 1_000] + [500] * 10


def test_what_the_deferral_cannot_bear_reduces_what_was_earned() -> None:
    year = Stretch(12_000, date(2025, 1, 1), date(2026, 1, 1), "month")
    assert take_credit(year, (), date(2025, 11, 2), 5_000) == (2_000, 3_000)
    assert months(year, (date(2025, 11, 2), 2_000)) == [1_000] * 10


def test_a_credit_before_the_service_begins_takes_it_all() -> None:
    year = Stretch(12_000, date(2025, 6, 1), date(2026, 6, 1), "day")
    assert take_credit(year, (), date(2025, 5, 1), 12_000) == (12_000, 0)
    assert months(year, (date(2025, 5, 1), 12_000)) == []


def test_a_credit_after_the_service_ended_finds_nothing_deferred() -> None:
    for method in ("day", "month"):
        year = Stretch(12_000, date(2024, 1, 1), date(2025, 1, 1), method)
        assert take_credit(year, (), date(2025, 3, 1), 7_000) == (0, 7_000)


def test_slices_begin_with_the_month_asked_for() -> None:
    half = Stretch(181_000, date(2025, 2, 1), date(2025, 8, 1), "day")
    assert list(slices(half, (), date(2025, 4, 10), date(2025, 5, 31))) == [
        (date(2025, 4, 30), 30_000),
        (date(2025, 5, 31), 31_000),
    ]
    assert list(slices(half, (), date(2025, 4, 10), date(2025, 4, 29))) == []
