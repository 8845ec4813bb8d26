"""Payments and refunds that fail after their money had moved."""

from itertools import permutations
from typing import Any

import pytest


def moved(say: Any, id: str, category: str, amount: int, source: str, day: str, fee: int = 0) -> Any:
    """A movement of the balance, told by itself."""
    return say.stripe("balance_transaction", say.movement(id, category, amount, source, day, fee))


def bounced(say: Any, fee: int = 0) -> Any:
    return moved(say, "txn_f", "charge_failure", -12_500, "ch_1", "2025-02-12", fee)


def undelivered(say: Any) -> Any:
    return moved(say, "txn_rf", "refund_failure", 12_500, "re_1", "2025-02-15")


def test_a_payment_that_fails_after_it_was_booked_opens_its_invoice_again(say: Any, company: Any) -> None:
    book = company()
    book.tell(say.invoice(1), say.charge(1, fee=250))
    book.tell(say.charge(1, fee=250, status="failed", failure_code="insufficient_funds"), bounced(say, 500))
    assert book.legs("txn_f") == [
        ("2025-02-12", "receivables", 12_500), ("2025-02-12", "stripe_clearing", -12_500),
        ("2025-02-12", "fees", 500), ("2025-02-12", "stripe_clearing", -500),
    ]  # fmt: skip
    assert book.balances() == {
        "receivables": 12_500, "fees": 750, "stripe_clearing": -750, "revenue_monthly": -10_000,
        "vat_output_25": -2_500,
    }  # fmt: skip
    assert book.codes() == [("payment_failed_after_posting", "ch_1")]
    assert [item["open"] for item in book.book.dump()["open_items"]] == [12_500]


def test_an_invoice_whose_payment_failed_is_paid_by_transfer(say: Any, company: Any) -> None:
    book = company()
    book.tell(say.invoice(1), say.charge(1), bounced(say), say.bank(1, 12_500, "AB-1001", day="2025-02-20"))
    assert book.balances() == {"bank": 12_500, "revenue_monthly": -10_000, "vat_output_25": -2_500}


def test_a_payment_without_invoice_that_fails_leaves_suspense(say: Any, company: Any) -> None:
    book = company()
    book.tell(say.charge(1, invoice=None, payment_intent=None), bounced(say))
    assert book.balances() == {}


def test_a_pending_payment_with_a_movement_is_booked(say: Any, company: Any) -> None:
    book = company()
    book.tell(say.invoice(1), say.charge(1, status="pending"))
    assert book.states()["ch_1"] == "posted"
    book.tell(say.charge(1))
    assert (book.codes(), book.balances()["stripe_clearing"]) == ([], 12_500)


def test_a_refund_that_fails_is_owed_to_the_customer(say: Any, company: Any) -> None:
    book = company()
    book.tell(say.invoice(1), say.charge(1), say.refund(1, 12_500))
    book.tell(undelivered(say))
    assert book.legs("txn_rf") == [
        ("2025-02-15", "stripe_clearing", 12_500), ("2025-02-15", "customer_credit", -12_500)
    ]  # fmt: skip
    assert book.balances() == {"stripe_clearing": 12_500, "customer_credit": -12_500}
    assert ("refund_failed", "re_1") in book.codes()


def test_a_refund_cancelled_before_it_moved_posts_nothing_and_one_under_way_waits(
    say: Any, company: Any
) -> None:
    book = company()
    refunds = [say.refund(n, 100) for n in (1, 2)]
    refunds[0]["data"] |= {"status": "canceled", "balance_transaction": None}
    refunds[1]["data"] |= {"status": "pending", "balance_transaction": None}
    book.tell(*refunds)
    assert (book.states(), book.balances()) == ({"re_1": "no_posting", "re_2": "pending"}, {})


@pytest.mark.parametrize("fails", ["payment", "refund"])
def test_a_failure_may_come_before_or_after_everything_it_names(say: Any, company: Any, fails: str) -> None:
    facts = [say.invoice(1), say.charge(1, fee=250), say.refund(1, 12_500), undelivered(say)]
    if fails == "payment":
        facts = [facts[0], facts[1], bounced(say, 100), say.charge(1, fee=250, status="failed")]
    together = company()
    together.tell(*facts)
    expected, codes = together.digest(), together.codes()
    assert "suspense" not in together.balances()
    for order in permutations(facts):
        book = company()
        book.tell_one_by_one([*order, *order])
        assert (book.digest(), book.codes()) == (expected, codes), [fact["data"]["id"] for fact in order]


def test_a_refund_sent_again_pays_what_is_owed_since_the_first_failed(say: Any, company: Any) -> None:
    facts = [
        say.invoice(1),
        say.charge(1),
        say.refund(1, 12_500),
        undelivered(say),
        say.refund(2, 12_500, day="2025-02-20"),
    ]
    together = company()
    together.tell(*facts)
    assert together.balances() == {}
    assert together.legs("re_2")[-2:] == [
        ("2025-02-20", "customer_credit", 12_500),
        ("2025-02-20", "stripe_clearing", -12_500),
    ]
    for order in list(permutations(facts))[::7]:
        book = company()
        book.tell_one_by_one([*order, *order])
        assert (book.digest(), book.codes()) == (together.digest(), together.codes()), [
            fact["data"]["id"] for fact in order
        ]
