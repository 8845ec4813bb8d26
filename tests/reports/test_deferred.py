"""Deferred revenue: the roll-forward closes, equals the ledger, and says when the rest is earned."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from autobook_core.posting.deferral import Stretch, recognised, still_deferred
from autobook_core.reports.deferred import remaining
from autobook_core.store.reading import Unearned

FIGURES = ("opening", "billed", "recognised", "credited", "other", "closing", "ledger", "difference")


def figures(found: Any) -> tuple[int, ...]:
    return tuple(found[name] for name in FIGURES)


def between(book: Any, first: str, last: str) -> Any:
    return book.report("deferred-revenue", first=date.fromisoformat(first), last=date.fromisoformat(last))


def test_the_roll_forward_is_that_worked_out_by_hand(quarter: Any) -> None:
    # 365.00 over the 365 days from 15 January: 17, 28 and 31 days are earned by the end of March.
    found = between(quarter, "2025-01-01", "2025-03-31")
    assert figures(found) == (0, 36_500, 7_600, 0, 0, 28_900, 28_900, 0)
    assert found["remaining"] == [{"year": 2025, "amount": 27_500}, {"year": 2026, "amount": 1_400}]
    found = between(quarter, "2025-04-01", "2025-06-30")
    assert figures(found) == (28_900, 0, 9_100, 0, 0, 19_800, 19_800, 0)


def test_the_closing_of_one_period_is_the_opening_of_the_next(quarter: Any) -> None:
    closing = 0
    for first, last in [
        ("2025-01-01", "2025-01-20"),
        ("2025-01-21", "2025-02-28"),
        ("2025-03-01", "2025-06-30"),
    ]:
        found = between(quarter, first, last)
        assert (found["opening"], found["difference"]) == (closing, 0)
        assert sum(item["amount"] for item in found["remaining"]) == found["closing"]
        closing = found["closing"]


def test_what_is_earned_but_not_recognised_yet_belongs_to_the_year_of_the_report(quarter: Any) -> None:
    found = between(quarter, "2025-01-01", "2025-01-30")
    assert found["recognised"] == 0
    assert found["remaining"] == [{"year": 2025, "amount": 35_100}, {"year": 2026, "amount": 1_400}]


def test_a_refund_credits_what_is_still_deferred(told: Any, say: Any) -> None:
    # Half of the gross comes back on 10 March: half of 365.00 net, all of it from the days ahead.
    book = told(
        say.invoice(1, 36_500, "2025-01-15", year=("2025-01-15", "2026-01-15")),
        say.charge(1, 45_625, "2025-01-16"),
        say.refund(1, 18_250, "2025-03-10"),
    )
    found = between(book, "2025-01-01", "2025-03-31")
    # VAT of the refund 3,650; net 14,600. Earned to 9 March: 54 days; left for 311 days: 31,100 - 14,600.
    assert (found["billed"], found["credited"], found["difference"]) == (36_500, 14_600, 0)
    assert found["recognised"] == 5_400 + round(16_500 * 22 / 311)
    assert sum(item["amount"] for item in found["remaining"]) == found["closing"] == found["ledger"]


def test_what_was_booked_by_hand_is_shown_by_itself(told: Any, say: Any) -> None:
    book = told(
        say.opening("2024-12-31", deferred_revenue=-9_000, bank=9_000),
        say.manual("release", "2025-01-31", deferred_revenue=4_000, revenue_annual=-4_000),
        say.invoice(1, 36_500, "2025-01-15", year=("2025-01-15", "2026-01-15")),
    )
    found = between(book, "2025-01-01", "2025-01-31")
    assert figures(found) == (9_000, 36_500, 1_700, 0, -4_000, 39_800, 39_800, 0)


days = st.dates(date(2024, 1, 1), date(2026, 12, 31))


@given(
    days, st.integers(1, 900), st.integers(-(10**7), 10**7).filter(bool), days, days, st.fractions(0, 1),
    st.sampled_from(["day", "month"]),
)  # fmt: skip
def test_what_is_left_by_year_adds_up_to_what_is_left(
    start: date, length: int, total: int, credited_on: date, day: date, share: Any, method: str
) -> None:
    stretch = Stretch(total, start, start + timedelta(days=length), method)
    taken = int(still_deferred(stretch, (), credited_on) * share) if credited_on <= day else 0
    given = [(credited_on, taken)] if taken else []
    month_end = day.replace(day=1) - timedelta(days=1)
    released = recognised(stretch, [one for one in given if one[0] <= month_end], month_end)
    row = Unearned(
        1,
        total,
        stretch.start.isoformat(),
        stretch.end.isoformat(),
        method,
        released,
        sum(a for _, a in given),
    )
    left = remaining([row], {1: given}, day)
    assert sum(left.values()) == total - released - taken
    assert min(left) >= day.year
