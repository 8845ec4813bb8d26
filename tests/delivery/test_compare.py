"""What counts as the same document, and how a difference is told."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autobook_core.delivery.compare import same


def line(account: str, amount: int, **more: str) -> dict[str, Any]:
    return {"account": account, "name": account, "type": "asset", "amount": amount, **more}


def document(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"date": "2025-01-15", "currency": "DKK", "text": "Invoice  AB-1", "lines": list(lines), **more}


SENT = document(
    line("6190", 12_500, customer="cus_1", invoice="in_1"),
    line("1010", -10_000, tax_code="S25"),
    line("7200", -1_250),
    line("7200", -1_250),
)


def test_a_document_is_the_same_in_another_order_with_other_spaces_and_without_what_is_optional() -> None:
    lines = [{"account": item["account"], "amount": item["amount"]} for item in reversed(SENT["lines"])]
    assert same(SENT, SENT) == ""
    assert same(SENT, document(*lines, text=" Invoice\tAB-1 ")) == ""
    assert same(SENT, {"date": "2025-01-15", "currency": "DKK", "lines": tuple(lines)}) == ""


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (None, "cannot be read back"),
        ({}, "its day is missing"),
        ({**SENT, "date": "2025-01-16"}, "its day is 2025-01-16, 2025-01-15 was sent"),
        ({**SENT, "currency": "EUR"}, "its currency is EUR"),
        ({**SENT, "text": "Invoice AB-2"}, "its text is 'Invoice AB-2'"),
        ({**SENT, "lines": SENT["lines"][:3]}, "it has 3 lines, 4 were sent"),
        ({**SENT, "lines": None}, "it has no lines"),
        ({**SENT, "lines": [*SENT["lines"][:3], "x"]}, "cannot be read"),
        ({**SENT, "lines": [*SENT["lines"][:3], line("7200", True)]}, "cannot be read"),
        (
            {**SENT, "lines": [*SENT["lines"][:3], line("7200", -1_251)]},
            "holds 7200 -1251 where 7200 -1250 was",
        ),
        (
            {**SENT, "lines": [*SENT["lines"][:3], line("7201", -1_250)]},
            "holds 7201 -1250 where 7200 -1250 was",
        ),
        ({**SENT, "lines": [*SENT["lines"][:3], line("7200", -1_250, tax_code="S25")]}, "7200 -1250 S25"),
    ],
)
def test_a_difference_is_told_in_words(found: object, words: str) -> None:
    assert words in same(SENT, found)


def test_customers_swapped_between_equal_amounts_are_a_difference() -> None:
    sent = document(line("6190", 5, customer="a", invoice="1"), line("6190", 5, customer="b", invoice="2"))
    swapped = document(line("6190", 5, customer="a", invoice="2"), line("6190", 5, customer="b", invoice="1"))
    assert same(sent, swapped) != ""
    assert same(sent, document(line("6190", 5), line("6190", 5, customer="a"))) == ""


_legs = st.lists(
    st.builds(
        line,
        st.sampled_from(["1", "2"]),
        st.integers(-2, 2),
        customer=st.sampled_from(["a", "b"]),
    ),
    max_size=5,
)


@given(_legs, st.randoms(use_true_random=False))
def test_any_order_is_the_same_and_any_moved_minor_unit_is_not(
    legs: list[dict[str, Any]], random: Any
) -> None:
    shuffled = [dict(leg) for leg in legs]
    random.shuffle(shuffled)
    assert same(document(*legs), document(*shuffled)) == ""
    if shuffled:
        shuffled[0]["amount"] += 100
        assert same(document(*legs), document(*shuffled)) != ""
