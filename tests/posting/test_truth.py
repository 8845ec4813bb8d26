"""Figures of other programs for the same questions: what belongs to which days.

Kill Bill (Apache-2.0): facts of its tests TestInvoiceDateUtilsWithoutFixedProration and
proRations/inAdvance/monthly. ERPNext: the figures of its test_deferred_revenue.
"""

from datetime import date

import pytest

from autobook_core.domain.calendar import month_end
from autobook_core.posting.deferral import Stretch, recognised, still_deferred

WHOLE = 10**9


@pytest.mark.parametrize(
    ("start", "end", "day", "passed"),
    [
        (date(2023, 5, 23), date(2023, 6, 23), date(2023, 6, 15), 741_935_484),
        (date(2023, 6, 23), date(2023, 7, 23), date(2023, 7, 15), 733_333_333),
        (date(2023, 2, 23), date(2023, 3, 23), date(2023, 3, 15), 714_285_714),
        (date(2024, 2, 23), date(2024, 3, 23), date(2024, 3, 15), 724_137_931),
    ],
)
def test_the_part_of_a_term_that_has_passed_is_kill_bills(
    start: date, end: date, day: date, passed: int
) -> None:
    assert WHOLE - still_deferred(Stretch(WHOLE, start, end, "day"), (), day) == passed


@pytest.mark.parametrize(
    ("start", "end", "day", "ahead"),
    [
        (date(2023, 5, 15), date(2023, 6, 15), date(2023, 5, 23), 741_935_484),
        (date(2023, 6, 15), date(2023, 7, 15), date(2023, 6, 23), 733_333_333),
        (date(2023, 2, 15), date(2023, 3, 15), date(2023, 2, 23), 714_285_714),
        (date(2024, 2, 15), date(2024, 3, 15), date(2024, 2, 23), 724_137_931),
        (date(2010, 12, 15), date(2011, 1, 15), date(2011, 1, 1), 451_612_903),
        (date(2011, 1, 13), date(2011, 2, 13), date(2011, 2, 1), 387_096_774),
    ],
)
def test_the_part_of_a_term_that_is_ahead_is_kill_bills(
    start: date, end: date, day: date, ahead: int
) -> None:
    assert still_deferred(Stretch(WHOLE, start, end, "day"), (), day) == ahead


def test_months_by_day_are_erpnexts_but_for_where_the_last_unit_falls() -> None:
    # ERPNext rounds each month and gives the rest to the last; here the running total is rounded.
    theirs = {date(2019, 1, 31): 3_385, date(2019, 2, 28): 4_308, date(2019, 3, 31): 2_307}
    stretch = Stretch(10_000, date(2019, 1, 10), date(2019, 3, 16), "day")
    before, ours = 0, {}
    for at in theirs:
        now = recognised(stretch, (), month_end(at))
        ours[at], before = now - before, now
    assert list(ours.values()) == [3_385, 4_307, 2_308]
    assert all(abs(ours[at] - amount) <= 1 for at, amount in theirs.items())
    assert sum(ours.values()) == sum(theirs.values()) == 10_000
