"""Payouts that come back, and payouts that are not what they hold."""

from itertools import permutations
from typing import Any

import pytest


def moved(say: Any, id: str, category: str, amount: int, source: str | None, day: str, **fields: Any) -> Any:
    """A movement of the balance, told by itself."""
    return say.stripe("balance_transaction", say.movement(id, category, amount, source, day) | fields)


def returned(say: Any, n: int = 1, amount: int = 5_000, day: str = "2025-02-08", **fields: Any) -> Any:
    return moved(say, f"txn_back_{n}", "payout_reversal", amount, f"po_{n}", day, **fields)


def into_bank(say: Any, amount: int = 5_000) -> Any:
    return say.bank(1, amount, "STRIPE", day="2025-02-07")


def out_of_bank(say: Any, amount: int = -5_000) -> Any:
    return say.bank(2, amount, "STRIPE retur", day="2025-02-10")


def test_a_payout_that_comes_back_is_in_the_balance_again_and_is_told(say: Any, company: Any) -> None:
    book = company()
    book.tell(say.payout(1, 5_000))
    book.tell(say.payout(1, 5_000, status="failed"), returned(say))
    assert book.legs("txn_back_1") == [
        ("2025-02-08", "stripe_clearing", 5_000),
        ("2025-02-08", "payouts_in_transit", -5_000),
    ]
    assert (book.balances(), book.codes()) == ({}, [("payout_failed", "po_1")])
    assert list(book.book.dump()["open_items"]) == []


def test_a_payout_taken_back_by_the_company_needs_nobody(say: Any, company: Any) -> None:
    book = company()
    book.tell(say.payout(1, 5_000, status="canceled"), returned(say, type="payout_cancel"))
    assert (book.balances(), book.codes()) == ({}, [])


def test_a_payout_that_never_set_out_posts_nothing(say: Any, company: Any) -> None:
    book = company()
    book.tell(say.payout(1, 5_000, status="canceled", balance_transaction=None))
    assert (book.states(), book.balances()) == ({"po_1": "no_posting"}, {})


def test_a_payout_sent_again_is_the_one_the_bank_line_is(say: Any, company: Any) -> None:
    book = company()
    again = say.payout(2, 5_000, day="2025-02-09", arrival="2025-02-11")
    book.tell(say.payout(1, 5_000), returned(say), again, say.bank(1, 5_000, "STRIPE", day="2025-02-11"))
    assert book.balances() == {"stripe_clearing": -5_000, "bank": 5_000}
    assert [(match["left"], match["right"]) for match in book.book.matches()] == [("B-1", "po_2")]


@pytest.mark.parametrize("sign", [1, -1])
def test_a_payout_the_bank_sent_back_is_gone_from_bank_and_way_in_any_order(
    say: Any, company: Any, sign: int
) -> None:
    facts = [
        say.payout(1, sign * 5_000), returned(say, amount=sign * 5_000), into_bank(say, sign * 5_000),
        out_of_bank(say, -sign * 5_000),
    ]  # fmt: skip
    together = company()
    together.tell(*facts)
    assert together.balances() == {}
    assert together.codes() == [("payout_failed", "po_1")]
    expected = together.digest(), together.codes()
    for order in permutations(facts):
        book = company()
        book.tell_one_by_one([*order, *order])
        assert (book.digest(), book.codes()) == expected, [fact["data"].get("id", "bank") for fact in order]
    settled = sorted((match["left"], match["right"]) for match in together.book.matches())
    assert settled == [("B-1", "po_1"), ("B-2", "po_1")]


def test_a_line_of_somebody_else_is_not_taken_for_a_payout_that_failed(say: Any, company: Any) -> None:
    book = company()
    other = say.bank(1, 5_000, "Lyng", day="2025-02-07")
    for _ in range(2):
        book.tell(say.payout(1, 5_000), returned(say), other)
        assert book.balances() == {"bank": 5_000, "suspense": -5_000}
        assert list(book.book.dump()["open_items"]) == []


def members(say: Any) -> list[Any]:
    """A payout of 116.50: a payment of 125.00 with a fee of 2.50, and 6.00 of fees."""
    own = say.charge(1, fee=250)["data"]["balance_transaction"]
    payout = say.payout(1, 11_650, balance_transactions=["txn_po_1", "txn_1", "txn_fee_1"])
    return [payout, say.stripe("balance_transaction", own), say.fee(1, 600, day="2025-01-20")]


def test_a_payout_that_is_what_its_members_moved_needs_nobody(say: Any, company: Any) -> None:
    for facts in (members(say), members(say)[::-1]):
        book = company()
        book.tell(say.invoice(1), say.charge(1, fee=250), *facts)
        assert ("stripe_clearing" in book.balances(), book.codes()) == (False, [])
        assert not [row for row in book.book.exceptions(resolved=True) if row["record"] == "po_1"]


def test_a_payout_whose_member_is_missing_is_shown_with_the_difference_until_it_comes(
    say: Any, company: Any
) -> None:
    book, (payout, *rest) = company(), members(say)
    book.tell(payout)
    assert [(row["code"], row["amount"]) for row in book.book.exceptions()] == [
        ("payout_not_reconciled", 11_650)
    ]
    book.tell(rest[1])
    (problem,) = book.book.exceptions()
    assert (problem["code"], problem["amount"], problem["severity"]) == (
        "payout_not_reconciled",
        12_250,
        "warning",
    )
    assert "122.50 DKK" in problem["detail"]
    assert "1 of its 2 movements" in problem["detail"]
    book.tell(say.invoice(1), say.charge(1, fee=250), rest[0])
    assert book.codes() == []


def test_a_payout_that_is_not_what_its_members_moved_stays_shown(say: Any, company: Any) -> None:
    book, (payout, *rest) = company(), members(say)
    payout["data"] |= {"amount": 11_700}
    payout["data"]["balance_transaction"] |= {"amount": -11_700, "net": -11_700}
    for _ in range(2):
        book.tell(say.invoice(1), say.charge(1, fee=250), payout, *rest)
        assert [(row["code"], row["amount"]) for row in book.book.exceptions()] == [
            ("payout_not_reconciled", 50)
        ]


def test_a_payout_sent_by_hand_holds_no_members_to_compare(say: Any, company: Any) -> None:
    book, (payout, *_) = company(), members(say)
    payout["data"] |= {"automatic": False}
    book.tell(payout)
    assert book.codes() == []


def test_members_that_come_in_any_order_end_without_an_exception(say: Any, company: Any) -> None:
    facts = [say.invoice(1), say.charge(1, fee=250), *members(say)[::2]]
    for order in permutations(facts):
        book = company()
        book.tell_one_by_one(order)
        assert book.codes() == [], [fact["data"]["id"] for fact in order]


def test_members_told_later_than_the_payout_are_compared(say: Any, company: Any) -> None:
    book, (payout, *_) = company(), members(say)
    book.tell(say.payout(1, 11_650))
    book.tell(payout)
    assert book.codes() == [("payout_not_reconciled", "po_1")]


def test_a_payout_whose_movement_and_member_come_together_is_booked(say: Any, company: Any) -> None:
    payout, *rest = members(say)
    own = payout["data"]["balance_transaction"]
    payout["data"] |= {"balance_transaction": "txn_po_1"}
    book = company()
    book.tell(payout)
    book.tell(say.stripe("balance_transaction", own), *rest, say.invoice(1), say.charge(1, fee=250))
    assert (book.states()["po_1"], book.codes()) == ("posted", [])
