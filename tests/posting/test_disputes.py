"""What a dispute takes waits on an account of its own until it is won, lost, or its sale is taken back."""

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from autobook_core.domain.records import Dispute
from autobook_core.posting.disputes import (
    note_missing,
    post_dispute_cancellation,
    post_dispute_loss,
    post_dispute_movement,
    relief_to_review,
)
from autobook_core.posting.remainder import Part, Remainder

DAY = date(2025, 4, 30)
DISPUTE = Dispute(id="dp_1", charge="ch_1", amount=12_500, currency="DKK", status="lost")


def taken(make: Any, amount: int, fee: int = 0) -> Any:
    return make.movement(amount, fee, category="dispute", source="dp_1")


def sale(make: Any, net: int, vat: int) -> Remainder:
    number = make.terms().account
    return Remainder(
        [Part(number("revenue_monthly"), net, "DK25")],
        [Part(number("vat_output_25"), vat, "DK25")],
        gross=net + vat,
    )


def test_funds_withdrawn_and_reinstated_mirror_each_other(make: Any) -> None:
    out = post_dispute_movement(taken(make, -12_500, 11_200), make.terms())
    assert make.legs(out) == [
        ("disputes_receivable", 12_500), ("stripe_clearing", -12_500), ("dispute_fees", 11_200),
        ("stripe_clearing", -11_200),
    ]  # fmt: skip
    back = post_dispute_movement(taken(make, 12_500, -11_200), make.terms())
    assert make.legs(back) == [(role, -amount) for role, amount in make.legs(out)]
    assert (out.text, back.text) == ("Dispute dp_1: funds withdrawn", "Dispute dp_1: funds reinstated")


def test_a_loss_is_booked_in_full_on_the_day_of_closing(make: Any) -> None:
    draft = post_dispute_loss(DISPUTE, 12_500, DAY, make.terms())
    assert make.legs(draft) == [("dispute_losses", 12_500), ("disputes_receivable", -12_500)]
    assert (draft.day, draft.sources) == (DAY, ("dp_1",))


def test_a_cancelled_sale_goes_back_with_its_vat_and_the_rest_is_a_loss(make: Any) -> None:
    draft, takes = post_dispute_cancellation("dp_1", 13_000, DAY, sale(make, 10_000, 2_500), make.terms())
    assert make.legs(draft) == [
        ("vat_output_25", 2_500, "DK25"), ("revenue_monthly", 10_000, "DK25"), ("dispute_losses", 500),
        ("disputes_receivable", -13_000),
    ]  # fmt: skip
    assert takes == []


def test_both_endings_say_what_a_person_must_see(make: Any) -> None:
    warnings = relief_to_review(DISPUTE, 12_500), note_missing(DISPUTE, 12_500)
    assert [(one.code, one.severity, one.amount) for one in warnings] == [
        ("vat_relief_review", "warning", -12_500), ("credit_note_missing", "warning", -12_500)
    ]  # fmt: skip


@given(st.integers(1, 10**6), st.integers(0, 10**5), st.lists(st.integers(1, 10**6), min_size=1, max_size=4))
def test_sales_taken_back_in_parts_take_no_more_than_was_sold(
    make: Any, net: int, vat: int, parts: list[int]
) -> None:
    left, back = sale(make, net, vat), {"revenue_monthly": 0, "vat_output_25": 0, "dispute_losses": 0}
    for part in parts:
        draft, _ = post_dispute_cancellation("dp_1", part, DAY, left, make.terms())
        for role, amount, *_ in make.legs(draft):
            if role in back:
                back[role] += amount
    assert sum(back.values()) == sum(parts)
    assert back["revenue_monthly"] <= net
    assert back["vat_output_25"] <= vat
    if sum(parts) >= net + vat:
        assert (back["revenue_monthly"], back["vat_output_25"]) == (net, vat)
