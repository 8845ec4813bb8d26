"""Disputes from the first withdrawal to the end, with figures made by hand, told in every order."""

from itertools import permutations
from typing import Any

import pytest


def dispute(
    say: Any,
    status: str = "needs_response",
    *,
    amount: int = 12_500,
    withdrawn: int | None = None,
    returned: tuple[int, int] | None = None,
    told: str | None = None,
    charge: str = "ch_1",
    **fields: Any,
) -> Any:
    """A dispute of 10 February as Stripe tells it, with the movements it caused: (amount, fee) returned."""
    movements = []
    taken = amount if withdrawn is None else withdrawn
    if taken:
        movements.append(say.movement("txn_dp", "dispute", -taken, "dp_1", "2025-02-10", 11_200))
    if returned is not None:
        back, fee = returned
        movements.append(say.movement("txn_won", "dispute_reversal", back, "dp_1", "2025-03-20", fee))
    data = {
        "id": "dp_1", "object": "dispute", "amount": amount, "currency": "dkk", "charge": charge, "reason": "general",
        "created": movements[0]["created"] if movements else 1_739_188_800, "status": status, "livemode": True,
        "balance_transactions": movements,
    }  # fmt: skip
    envelope = {"received_at": told} if told else {}
    return say.stripe("dispute", data | fields, **envelope)


LOST = "2025-04-30T10:00:00Z"


def test_funds_withdrawn_wait_on_an_account_of_their_own_with_the_fee_apart(say: Any, company: Any) -> None:
    book = company()
    book.tell(say.invoice(1), say.charge(1, fee=250), dispute(say))
    assert book.legs("dp_1") == [
        ("2025-02-10", "disputes_receivable", 12_500), ("2025-02-10", "stripe_clearing", -12_500),
        ("2025-02-10", "dispute_fees", 11_200), ("2025-02-10", "stripe_clearing", -11_200),
    ]  # fmt: skip
    assert book.states()["dp_1"] == "no_posting"
    assert (book.codes(), book.balances()["stripe_clearing"]) == ([], -11_450)


def test_a_dispute_that_is_won_brings_amount_and_fee_back(say: Any, company: Any) -> None:
    book = company()
    book.tell(say.invoice(1), say.charge(1), dispute(say))
    book.tell(dispute(say, "won", returned=(12_500, -11_200)), as_of="2025-05-31")
    assert book.legs("dp_1")[4:] == [
        ("2025-03-20", "disputes_receivable", -12_500), ("2025-03-20", "stripe_clearing", 12_500),
        ("2025-03-20", "dispute_fees", -11_200), ("2025-03-20", "stripe_clearing", 11_200),
    ]  # fmt: skip
    assert book.balances() == {"stripe_clearing": 12_500, "revenue_monthly": -10_000, "vat_output_25": -2_500}
    assert (book.codes(), book.states()["dp_1"]) == ([], "no_posting")


def test_a_dispute_that_is_lost_is_a_loss_in_full_on_the_day_it_was_closed(say: Any, company: Any) -> None:
    book = company()
    book.tell(say.invoice(1), say.charge(1), dispute(say))
    book.tell(dispute(say, "lost", told=LOST), as_of="2025-05-31")
    assert book.legs("dp_1")[4:] == [
        ("2025-04-30", "dispute_losses", 12_500), ("2025-04-30", "disputes_receivable", -12_500)
    ]  # fmt: skip
    assert book.codes() == [("vat_relief_review", "dp_1")]
    assert (book.states()["dp_1"], "disputes_receivable" in book.balances()) == ("posted", False)


def test_the_day_of_closing_is_where_the_company_is(say: Any, company: Any) -> None:
    book = company()
    book.tell(dispute(say, "lost", told="2025-04-30T22:30:00Z"), as_of="2025-05-31")
    assert book.legs("dp_1")[4][0] == "2025-05-01"


def test_a_lost_dispute_of_which_nobody_says_when_is_dated_the_day_it_began(say: Any, company: Any) -> None:
    book = company()
    book.tell(dispute(say, "lost"), as_of="2025-05-31")
    assert {leg[0] for leg in book.legs("dp_1")} == {"2025-02-10"}


@pytest.mark.parametrize(
    "status", ["warning_needs_response", "warning_closed", "charge_refunded", "prevented"]
)
def test_an_inquiry_that_moves_no_money_books_nothing(say: Any, company: Any, status: str) -> None:
    book = company()
    book.tell(dispute(say, status, withdrawn=0))
    assert (book.balances(), book.codes(), book.states()) == ({}, [], {"dp_1": "no_posting"})


def test_a_dispute_of_a_part_loses_that_part(say: Any, company: Any) -> None:
    book = company()
    book.tell(
        say.invoice(1), say.charge(1), dispute(say, "lost", amount=5_000, told=LOST), as_of="2025-05-31"
    )
    assert book.balances() == {
        "dispute_losses": 5_000, "dispute_fees": 11_200, "stripe_clearing": 12_500 - 5_000 - 11_200,
        "revenue_monthly": -10_000, "vat_output_25": -2_500,
    }  # fmt: skip


def test_a_dispute_of_a_payment_nobody_knows_is_booked_all_the_same(say: Any, company: Any) -> None:
    book = company()
    book.tell(dispute(say, "lost", told=LOST, charge="ch_elsewhere"), as_of="2025-05-31")
    assert book.balances() == {"dispute_losses": 12_500, "dispute_fees": 11_200, "stripe_clearing": -23_700}


def test_a_loss_that_turns_into_a_win_is_taken_back(say: Any, company: Any) -> None:
    book = company()
    book.tell(dispute(say, "lost", told=LOST), as_of="2025-05-31")
    book.tell(dispute(say, "won", returned=(12_500, 0)), as_of="2025-05-31")
    assert book.balances() == {"dispute_fees": 11_200, "stripe_clearing": -11_200}
    assert (book.codes(), book.states()["dp_1"]) == ([], "no_posting")


def test_a_movement_of_a_dispute_is_booked_before_the_dispute_is_known(say: Any, company: Any) -> None:
    book = company()
    movement = say.movement("txn_dp", "dispute", -12_500, "dp_1", "2025-02-10", 11_200)
    book.tell(say.stripe("balance_transaction", movement))
    assert book.balances() == {
        "disputes_receivable": 12_500,
        "dispute_fees": 11_200,
        "stripe_clearing": -23_700,
    }
    assert book.states() == {"txn_dp": "posted"}


def test_a_dispute_of_a_test_account_moves_nothing(say: Any, company: Any) -> None:
    book = company()
    book.tell(dispute(say, "lost", told=LOST, livemode=False))
    assert (book.balances(), book.codes()) == ({}, [("test_mode_record", "dp_1")])


def pieces(say: Any, status: str) -> list[Any]:
    """A dispute and its movements, each told by itself."""
    found = [dispute(say, status, told=LOST, balance_transactions=[])]
    found.append(say.movement("txn_dp", "dispute", -12_500, "dp_1", "2025-02-10", 11_200))
    if status == "won":
        found.append(say.movement("txn_won", "dispute_reversal", 12_500, "dp_1", "2025-03-20"))
    else:
        found.append(say.movement("txn_more", "dispute", -700, "dp_1", "2025-02-12"))
    return [found[0], *(say.stripe("balance_transaction", movement) for movement in found[1:])]


@pytest.mark.parametrize("status", ["won", "lost"])
def test_a_dispute_and_its_movements_may_come_in_any_order(say: Any, company: Any, status: str) -> None:
    facts = [dispute(say, balance_transactions=[]), *pieces(say, status)]
    together = company()
    together.tell(*facts, as_of="2025-05-31")
    expected, shown = together.digest(), together.balances()
    assert shown.get("dispute_losses", 0) == (13_200 if status == "lost" else 0)
    assert "disputes_receivable" not in shown
    for order in permutations(facts[1:]):
        book = company()
        book.tell_one_by_one([facts[0], *order, *order], as_of="2025-05-31")
        assert (book.digest(), book.codes(), book.states()) == (expected, together.codes(), together.states())
