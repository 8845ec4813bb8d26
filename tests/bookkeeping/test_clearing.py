"""Clearing is the processor's balance at every moment, whatever of the rest has come."""

from itertools import permutations
from typing import Any

import pytest

from autobook_core.book import Book


def nets(facts: list[Any]) -> int:
    """What the movements inside some facts add up to."""
    found: dict[str, int] = {}
    for fact in facts:
        data = fact["data"]
        for one in (data, data.get("balance_transaction")):
            if isinstance(one, dict) and one["object"] == "balance_transaction":
                found[one["id"]] = one["net"]
    return sum(found.values())


def link(say: Any) -> Any:
    data = {
        "id": "inpay_1", "object": "invoice_payment", "invoice": "in_1", "created": 1_738_584_000,
        "payment": {"type": "payment_intent", "payment_intent": "pi_1"}, "status": "paid",
    }  # fmt: skip
    return say.stripe("invoice_payment", data)


def alone(say: Any, *movement: Any) -> Any:
    return say.stripe("balance_transaction", say.movement(*movement))


def named_by_charge(say: Any) -> list[Any]:
    return [say.invoice(1), say.charge(1, fee=250), say.refund(1, 5_000), say.payout(1, 7_250)]


def named_by_link(say: Any) -> list[Any]:
    return [say.invoice(1), link(say), say.charge(1, fee=250, invoice=None), say.refund(1, 12_500)]


def failed(say: Any) -> list[Any]:
    failure = alone(say, "txn_f", "charge_failure", -12_500, "ch_1", "2025-02-12", 300)
    return [say.invoice(1), link(say), say.charge(1, fee=250, invoice=None), failure]


def apart(say: Any) -> list[Any]:
    """As by link, with the movement of the payment told by itself."""
    charge = say.charge(1, fee=250, invoice=None)
    movement = charge["data"]["balance_transaction"]
    charge["data"] |= {"balance_transaction": movement["id"]}
    return [say.invoice(1), link(say), charge, say.stripe("balance_transaction", movement)]


@pytest.mark.parametrize("told", [named_by_charge, named_by_link, failed, apart])
def test_after_every_fact_in_every_order_clearing_is_what_moved(say: Any, company: Any, told: Any) -> None:
    facts = told(say)
    together = company()
    together.tell(*facts)
    expected = (together.digest(), together.states(), together.codes())
    assert "suspense" not in together.balances()
    for order in permutations(facts):
        book = company()
        for number, fact in enumerate(order, 1):
            book.tell(fact)
            assert book.balances().get("stripe_clearing", 0) == nets(list(order[:number]))
        book.tell(*order)
        assert (book.digest(), book.states(), book.codes()) == expected, [
            fact["data"]["id"] for fact in order
        ]


def test_a_payment_of_an_unknown_invoice_is_on_suspense_and_leaves_it_when_the_invoice_comes(
    say: Any, company: Any
) -> None:
    book = company()
    book.tell(say.charge(1, fee=250))
    assert book.balances() == {"stripe_clearing": 12_250, "suspense": -12_250}
    assert book.states() == {"ch_1": "pending", "txn_1": "pending"}
    book.tell(say.invoice(1))
    assert book.balances() == {
        "stripe_clearing": 12_250, "fees": 250, "revenue_monthly": -10_000, "vat_output_25": -2_500
    }  # fmt: skip
    entries = [entry for entry in book.book.journal() if "txn_1" in entry["sources"]]
    assert [bool(entry["reverses"]) for entry in entries].count(True) == 1
    assert {entry["date"] for entry in entries} == {"2025-02-03"}


def test_a_payment_whose_invoice_is_set_aside_is_on_suspense(say: Any, company: Any) -> None:
    book = company()
    book.tell(say.invoice(1, total=99), say.charge(1))
    assert book.balances() == {"stripe_clearing": 12_500, "suspense": -12_500}
    book.tell(say.invoice(1))
    assert "suspense" not in book.balances()


def test_who_waits_too_long_on_suspense_is_told_of_and_who_no_longer_waits_is_not(
    say: Any, company: Any
) -> None:
    book, long_ago = company(), {"received_at": "2025-02-01T08:00:00Z"}
    book.tell(say.charge(1) | long_ago)
    assert book.codes() == [("missing_parent", "ch_1"), ("missing_parent", "txn_1")]
    book.tell(say.invoice(1))
    assert book.codes() == []


def test_a_movement_that_is_not_what_its_payment_says_is_on_suspense_until_the_payment_agrees(
    say: Any, company: Any
) -> None:
    book = company()
    wrong = say.charge(1)
    wrong["data"]["amount"] = 12_400
    book.tell(say.invoice(1), wrong)
    assert book.balances()["suspense"] == -12_500
    assert book.codes() == [("totals_do_not_add_up", "txn_1")]
    book.tell(say.charge(1))
    assert ("suspense" in book.balances(), book.codes()) == (False, [])


def test_money_of_a_test_account_is_not_booked(say: Any, company: Any) -> None:
    book = company()
    book.tell(say.invoice(1), say.charge(1, livemode=False))
    assert "stripe_clearing" not in book.balances()


def test_tax_the_processor_charges_on_its_fees_is_a_fee(say: Any, company: Any) -> None:
    book = company()
    book.tell(say.fee(1, 300, category="tax"), say.fee(2, -50, category="fee"))
    assert book.balances() == {"fees": 250, "stripe_clearing": -250}


def test_a_chart_without_suspense_leaves_a_movement_waiting_and_says_why(say: Any, company: Any) -> None:
    book = company()
    chart = book.folder / "chart.toml"
    text = chart.read_text(encoding="utf-8")
    assert 'role = "suspense"' in text
    chart.write_text(text.replace('role = "suspense"\n', "", 1), encoding="utf-8")
    with Book(book.folder, clock=book.book.clock, env=book.book.env) as again:
        book.book = again
        for _ in range(2):
            book.tell(say.charge(1), say.fee(1, 100))
            assert book.states() == {"ch_1": "pending", "txn_1": "pending", "txn_fee_1": "posted"}
            assert ("unknown_account", "txn_1") in book.codes()
