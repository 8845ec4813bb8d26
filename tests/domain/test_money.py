"""Amounts are whole minor units: read and written without loss, rounded and split without a remainder."""

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autobook_core.domain.money import (
    THREE_DECIMAL,
    TWO_DECIMAL,
    ZERO_DECIMAL,
    Money,
    exponent,
    format_minor,
    is_currency,
    parse_decimal,
    round_half_away,
    split,
)

CURRENCIES = st.sampled_from(sorted(TWO_DECIMAL | ZERO_DECIMAL | THREE_DECIMAL))
amounts = st.integers(-(10**14), 10**14)
whole = st.integers(-(10**18), 10**18)


@given(amounts, CURRENCIES)
def test_what_is_written_is_read_back(minor: int, currency: str) -> None:
    assert parse_decimal(format_minor(minor, currency), currency) == minor


@given(amounts, CURRENCIES, st.integers(0, 3))
def test_zeros_beyond_the_decimals_of_a_currency_are_read(minor: int, currency: str, zeros: int) -> None:
    text = format_minor(minor, currency)
    more = "0" * min(zeros, 3 - exponent(currency))
    assert parse_decimal(text if not more else text + ("" if "." in text else ".") + more, currency) == minor


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.5", "DKK", 1250),
        ("12", "DKK", 1200),
        ("-0.05", "DKK", -5),
        ("-0", "DKK", 0),
        ("0012.50", "DKK", 1250),
        ("1250", "JPY", 1250),
        ("1250.00", "JPY", 1250),
        ("1.250", "KWD", 1250),
        ("1.2", "KWD", 1200),
        ("12.500", "DKK", 1250),
    ],
)
def test_a_plain_decimal_is_read_as_minor_units(text: str, currency: str, minor: int) -> None:
    assert parse_decimal(text, currency) == minor


@pytest.mark.parametrize(
    "text",
    ["", "-", ".5", "1.", "+1", "1e3", "1,5", "1 000", " 1", "1\n", "١", "0x1", "nan", "--1", "1.0000"],
)
def test_anything_but_a_plain_decimal_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(repr(text))} is not a plain decimal number$"):
        parse_decimal(text, "DKK")


def test_more_decimals_than_the_currency_has_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^'1\.001' has more decimals than DKK \(2\)$"):
        parse_decimal("1.001", "DKK")
    with pytest.raises(ValueError, match=r"^'1\.5' has more decimals than JPY \(0\)$"):
        parse_decimal("1.5", "JPY")


@pytest.mark.parametrize("code", ["", "dkk", "DK", "XXX", "EURO"])
def test_what_is_no_currency_is_refused(code: str) -> None:
    assert not is_currency(code)
    with pytest.raises(KeyError):
        exponent(code)
    with pytest.raises(KeyError):
        parse_decimal("1", code)


@pytest.mark.parametrize(
    ("code", "digits"),
    [
        ("DKK", 2),
        ("EUR", 2),
        ("JPY", 0),
        ("KRW", 0),
        ("ISK", 0),
        ("CLP", 0),
        ("VND", 0),
        ("UGX", 0),
        ("KWD", 3),
        ("BHD", 3),
        ("JOD", 3),
        ("OMR", 3),
        ("TND", 3),
    ],
)
def test_a_currency_has_its_decimals_of_iso_4217(code: str, digits: int) -> None:
    assert exponent(code) == digits
    assert is_currency(code)


def test_no_currency_has_two_exponents() -> None:
    assert not TWO_DECIMAL & ZERO_DECIMAL
    assert not TWO_DECIMAL & THREE_DECIMAL
    assert not ZERO_DECIMAL & THREE_DECIMAL


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money(-1250, "DKK"), "-12.50 DKK"),
        (Money(-5, "DKK"), "-0.05 DKK"),
        (Money(0, "DKK"), "0.00 DKK"),
        (Money(1250, "JPY"), "1250 JPY"),
        (Money(-7, "KWD"), "-0.007 KWD"),
    ],
)
def test_money_is_written_with_every_decimal_of_its_currency(money: Money, text: str) -> None:
    assert str(money) == text


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [
        (5, 2, 3),
        (-5, 2, -3),
        (5, -2, -3),
        (-5, -2, 3),
        (1, 3, 0),
        (2, 3, 1),
        (-1, 3, 0),
        (-2, 3, -1),
        (0, 7, 0),
        (1, 2, 1),
        (-1, 2, -1),
        (3, 2, 2),
        (10**17 + 1, 2, 5 * 10**16 + 1),
    ],
)
def test_halves_are_rounded_away_from_zero(numerator: int, denominator: int, rounded: int) -> None:
    assert round_half_away(numerator, denominator) == rounded


@given(whole, st.integers(-(10**9), 10**9).filter(bool))
def test_rounding_errs_by_at_most_a_half_and_mirrors(numerator: int, denominator: int) -> None:
    rounded = round_half_away(numerator, denominator)
    exact = Fraction(numerator, denominator)
    assert abs(exact - rounded) <= Fraction(1, 2)
    if abs(exact - rounded) == Fraction(1, 2):
        assert abs(rounded) > abs(exact)
    assert round_half_away(-numerator, denominator) == -rounded


weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any)


@given(whole, weights)
def test_parts_add_up_and_a_negative_total_mirrors_a_positive_one(total: int, shares: list[int]) -> None:
    parts = split(total, shares)
    assert sum(parts) == total
    assert split(-total, shares) == [-part for part in parts]


@given(whole, weights)
def test_no_part_is_further_than_one_unit_from_its_exact_share(total: int, shares: list[int]) -> None:
    for part, weight in zip(split(total, shares), shares, strict=True):
        assert abs(Fraction(total * weight, sum(shares)) - part) <= 1
        assert weight or not part


@given(whole, st.lists(st.integers(-(10**6), 10**6), max_size=8).filter(sum))
def test_weights_of_both_signs_still_give_parts_that_add_up(total: int, shares: list[int]) -> None:
    assert sum(split(total, shares)) == total


def test_a_total_is_split_by_hand() -> None:
    assert split(100, [1, 1, 1]) == [33, 34, 33]
    assert split(1, [1, 1]) == [1, 0]
    assert split(-1, [1, 1]) == [-1, 0]


def test_nothing_is_split_over_nothing() -> None:
    assert split(0, []) == []
    assert split(0, [0, 0]) == [0, 0]
    with pytest.raises(ValueError, match="weights that add up to zero"):
        split(1, [1, -1])
