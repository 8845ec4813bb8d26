"""An automatic payout is the sum of what its members moved, or a person is told by how much it is not."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from autobook_core.domain.records import Payout
from autobook_core.posting.payout_check import difference, not_reconciled


def payout(amount: int) -> Payout:
    return Payout(id="po_1", amount=amount, currency="DKK", arrival_date=0, status="paid", members=("a", "b"))


@given(
    st.lists(st.tuples(st.integers(-(10**9), 10**9), st.integers(0, 10**6)), max_size=8), st.integers(-9, 9)
)
def test_the_difference_is_what_the_members_do_not_explain(make: Any, moved: list[Any], off: int) -> None:
    members = [make.movement(amount, fee) for amount, fee in moved]
    assert difference(payout(sum(one.net for one in members) + off), members) == off


def test_the_warning_says_amount_and_what_is_missing() -> None:
    some, none = not_reconciled(payout(100), 75, 1), not_reconciled(payout(100), -75, 0)
    assert (some.code, some.severity, some.amount) == ("payout_not_reconciled", "warning", 75)
    assert (
        some.detail == "The payout differs by 0.75 DKK from what it holds; 1 of its 2 movements have not come"
    )
    assert none.detail == "The payout differs by -0.75 DKK from what it holds; all have come"
