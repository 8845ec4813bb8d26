"""What the small expressions of rules accept, mean and refuse."""

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autobook_core.domain.expressions import (
    AmountRange,
    parse_interval,
    parse_range,
    parse_rate,
    parse_share,
    share_weights,
)
from autobook_core.domain.money import split

MONTHS = {"month": 1, "quarter": 3, "year": 12}
COMPARE = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    "=": lambda a, b: a == b,
    ">=": lambda a, b: a >= b,
    ">": lambda a, b: a > b,
}
intervals = st.tuples(st.sampled_from(["day", "week", "month", "year"]), st.integers(1, 60))


@pytest.mark.parametrize(
    ("text", "interval", "count", "holds"),
    [
        (">1 month", "year", 1, True),
        ("> 1 month", "month", 3, True),
        ("> 1 month", "month", 1, False),
        ("> 1 month", "week", 6, False),
        ("> 1 month", "day", 90, False),
        ("= 1 month", "month", 1, True),
        ("= 1 month", "week", 4, False),
        ("1 year", "month", 12, True),
        ("1 year", "year", 2, False),
        ("month", "month", 1, True),
        ("2 years", "month", 24, True),
        ("quarter", "month", 3, True),
        ("< 1 month", "week", 2, True),
        ("week", "week", 1, True),
        ("week", "week", 2, False),
        ("= 2 weeks", "week", 2, True),
        ("= 2 weeks", "day", 14, False),
        ("none", None, 1, True),
        ("none", "month", 1, False),
        ("<= 1 month", None, 1, False),
    ],
)
def test_an_interval_holds_as_it_reads(text: str, interval: str | None, count: int, holds: bool) -> None:
    assert parse_interval(text).holds(interval, count) is holds


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("> 1 moon", "'moon' is no interval; write day, week, month, quarter, year or none"),
        ("> 0 month", "'> 0 month' can never hold: an interval is at least 1 month"),
        ("> 2 weeks", "'> 2 weeks' compares in weeks; compare in months, for example \"< 1 month\""),
        ("!= 1 month", '\'!= 1 month\' is no interval; write "> 1 month", "= 1 year", "month" or "none"'),
        ("> 1.5 month", "'> 1.5 month' is no interval"),
        ("= none", "'none' is no interval"),
        ("", "'' is no interval"),
    ],
)
def test_an_impossible_interval_says_why(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)):
        parse_interval(text)


@given(
    st.sampled_from(sorted(COMPARE)),
    st.integers(1, 60),
    st.sampled_from(sorted(MONTHS)),
    st.text(" ", max_size=2),
    intervals,
)
def test_an_interval_compares_by_months(
    sign: str, number: int, unit: str, space: str, interval: tuple[str, int]
) -> None:
    name, count = interval
    length = {"day": 0, "week": 0, "month": 1, "year": 12}[name] * count
    test = parse_interval(f"{sign}{space}{number} {unit}{'s' if number > 1 else ''}")
    assert test.holds(name, count) is COMPARE[sign](length, number * MONTHS[unit])
    assert not test.holds(None)


@given(st.sampled_from(sorted(COMPARE)), st.integers(-(10**12), 10**12), st.integers(-(10**12), 10**12))
def test_a_comparison_of_amounts_means_what_its_sign_says(sign: str, bound: int, amount: int) -> None:
    for probe in (amount, bound - 1, bound, bound + 1):
        assert parse_range(f"{sign} {bound}").holds(probe) is COMPARE[sign](probe, bound)


@given(st.integers(-(10**12), 10**12), st.integers(0, 10**12))
def test_a_range_holds_both_its_ends(low: int, width: int) -> None:
    window = parse_range(f"{low}..{low + width}")
    assert window == AmountRange(low, low + width)
    assert [window.holds(low + step) for step in (-1, 0, width, width + 1)] == [False, True, True, False]


def test_a_whole_number_is_a_range_of_itself() -> None:
    assert parse_range(0) == AmountRange(0, 0)
    assert parse_range(">0") == AmountRange(1, None)


@pytest.mark.parametrize(
    "value", ["", "100", "1.5", ">= 1.5", "200..100", "..5", True, None, "> 1 000", "inf", "=> 1", [1]]
)
def test_what_is_no_range_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"is (no amount range|empty)"):
        parse_range(value)


def test_an_empty_range_says_so() -> None:
    with pytest.raises(ValueError, match=r"^'200\.\.100' is empty: 200 is more than 100$"):
        parse_range("200..100")


@pytest.mark.parametrize(
    ("value", "milli"), [(25, 25_000), ("25.5", 25_500), ("8.875 %", 8_875), (0, 0), (100, 100_000)]
)
def test_a_rate_is_thousandths_of_a_percent(value: object, milli: int) -> None:
    assert parse_rate(value) == milli


@pytest.mark.parametrize("value", [-1, 101, "25,5", "nan", "1e2", True, "100.001", "1.2345", ""])
def test_what_is_no_rate_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="is no tax rate"):
        parse_rate(value)


def test_a_share_is_an_exact_fraction() -> None:
    assert parse_share("70 %") == Fraction(7, 10)
    assert parse_share("33.333333%") == Fraction(33333333, 100_000_000)
    assert parse_share("rest") is None


@pytest.mark.parametrize("text", ["0 %", "101 %", "70", "-5 %", "70,5 %", "the rest", "nan %", ""])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no share"):
        parse_share(text)


@pytest.mark.parametrize(
    ("shares", "why"),
    [
        (["70 %", "20 %"], "the shares make 90 %, not 100 %"),
        (["70 %", "40 %"], "the shares make 110 %, not 100 %"),
        (["33.3 %", "33.3 %", "33.3 %"], "the shares make 99.9 %, not 100 %"),
        (["rest", "50 %", "rest"], '"rest" stands more than once'),
        (["100 %", "rest"], 'the shares make 100 %, so "rest" gets nothing'),
        ([], "the shares make 0 %, not 100 %"),
    ],
)
def test_shares_that_do_not_make_a_whole_say_why(shares: list[str], why: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(why)}$"):
        share_weights(shares)


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=8), st.integers(-(10**9), 10**9), st.data())
def test_shares_split_any_amount_without_a_remainder(
    parts: list[int], total: int, data: st.DataObject
) -> None:
    whole = 10**8
    cuts = [part * whole // (sum(parts) + 1) for part in parts]
    texts = [f"{cut // 10**6}.{cut % 10**6:06} %" for cut in cuts if cut]
    texts.insert(data.draw(st.integers(0, len(texts))), "rest")
    weights = share_weights(texts)
    assert sum(split(total, weights)) == total
    for text, weight in zip(texts, weights, strict=True):
        share = parse_share(text)
        if share is not None:
            assert Fraction(weight, sum(weights)) == share
