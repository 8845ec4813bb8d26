"""Which refunds pay out a credit: one of exactly that amount, given before and not used."""

from datetime import date
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autobook_core.posting.customer_credit import CreditEvent, refunds_of_credit


def event(kind: str, day: int, amount: int, id: str = "", instant: int = 0) -> CreditEvent:
    return CreditEvent(date(2025, 2, day), instant or day, id or f"{kind}-{day}", kind, amount)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("events", "paid"),
    [
        ([event("credit", 1, 500), event("refund", 2, 500, "re")], {"re"}),
        ([event("credit", 1, 500), event("refund", 2, 499, "re")], set()),
        ([event("credit", 3, 500), event("refund", 2, 500, "re")], set()),
        ([event("credit", 2, 500, instant=9), event("refund", 2, 500, "re", instant=1)], {"re"}),
        ([event("credit", 1, 500), event("use", 2, 500), event("refund", 3, 500, "re")], set()),
        ([event("credit", 1, 500), event("use", 2, 100), event("refund", 3, 400, "re")], {"re"}),
        ([event("credit", 1, 500), event("use", 4, 500), event("refund", 3, 500, "re")], {"re"}),
        ([event("credit", 1, 500), event("refund", 2, 500, "a"), event("refund", 3, 500, "b")], {"a"}),
        (
            [
                event("credit", 1, 300),
                event("credit", 2, 500),
                event("use", 3, 400),
                event("refund", 4, 400, "re"),
            ],
            {"re"},
        ),
    ],
)
def test_a_refund_pays_out_an_open_credit_of_its_amount(events: list[CreditEvent], paid: set[str]) -> None:
    for order in permutations(events):
        assert refunds_of_credit(order) == paid


many = st.lists(
    st.builds(event, st.sampled_from(["credit", "use", "refund"]), st.integers(1, 9), st.integers(1, 4)),
    max_size=12,
)


@given(many)
def test_no_more_is_paid_out_than_was_given_in_whatever_order(events: list[CreditEvent]) -> None:
    named = [CreditEvent(e.day, e.instant, f"{e.kind}-{n}", e.kind, e.amount) for n, e in enumerate(events)]
    paid = refunds_of_credit(named)
    assert refunds_of_credit(reversed(named)) == paid
    given_ = sum(e.amount for e in named if e.kind == "credit")
    assert sum(e.amount for e in named if e.id in paid) <= given_
