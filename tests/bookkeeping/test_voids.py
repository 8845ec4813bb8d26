"""Invoices that are voided: what is left of the sale is taken back on the day that says so."""

from typing import Any

import pytest

VOIDED = "2025-02-20"


def void(say: Any, n: int = 1, *lines: Any, day: str = "2025-02-01", on: str = VOIDED, **fields: Any) -> Any:
    """An invoice as its source tells it once it is void."""
    moved = {"status_transitions": {"voided_at": at(say, on)}}
    return say.invoice(n, *lines, day=day, status="void", **moved, **fields)


def at(say: Any, day: str) -> int:
    instant: int = say.invoice(1, day=day)["data"]["created"]
    return instant


def test_a_void_reverses_the_whole_invoice(say: Any, orders: Any) -> None:
    book = orders([void(say)])
    assert book.legs("in_1")[3:] == [
        (VOIDED, "revenue_monthly", 10_000), (VOIDED, "vat_output_25", 2_500), (VOIDED, "receivables", -12_500),
    ]  # fmt: skip
    assert book.balances() == {}
    assert (book.codes(), list(book.book.dump()["open_items"])) == ([], [])


def test_an_invoice_that_was_open_is_voided_later(say: Any, company: Any) -> None:
    at_once, later = company(), company()
    at_once.tell(void(say))
    later.tell(say.invoice(1))
    later.tell(void(say))
    assert later.digest() == at_once.digest()
    later.tell(say.invoice(1))
    assert (later.digest(), later.codes()) == (at_once.digest(), [])


def test_a_void_stops_the_schedule(say: Any, company: Any) -> None:
    year = say.annual(id="il_1")
    book = company()
    book.tell(say.invoice(1, year, day="2025-01-01"), as_of="2025-06-30")
    book.tell(void(say, 1, year, day="2025-01-01", on="2025-07-01"), as_of="2025-12-31")
    assert book.balances() == {}
    assert ("2025-07-01", "deferred_revenue", 18_400) in book.legs("in_1")
    assert ("2025-07-01", "revenue_annual", 18_100) in book.legs("in_1")


def test_a_void_after_a_partial_credit_takes_back_the_rest(say: Any, orders: Any) -> None:
    book = orders([void(say), say.credit_note(1, say.credited(4_000))])
    assert (VOIDED, "revenue_monthly", 6_000) in book.legs("in_1")
    assert (VOIDED, "receivables", -7_500) in book.legs("in_1")
    assert book.balances() == {}
    assert book.codes() == []


def test_a_void_gives_the_customer_the_balance_back_that_the_invoice_took(say: Any, orders: Any) -> None:
    back = say.invoice(2, say.line(-4_000, id="il_2"), day="2025-01-20", amount_due=0)
    book = orders([back, void(say, starting_balance=-5_000, amount_due=7_500)])
    assert book.balances() == {"customer_credit": -5_000, "revenue_monthly": 4_000, "vat_output_25": 1_000}


def test_a_negative_invoice_that_is_voided_gives_no_credit(say: Any, orders: Any) -> None:
    book = orders([void(say, 2, say.line(-4_000, id="il_2"), amount_due=0)])
    assert book.balances() == {}
    assert book.codes() == []


def test_a_void_of_an_invoice_that_was_paid_is_left_to_a_person(say: Any, orders: Any) -> None:
    book = orders([void(say), say.charge(1)])
    assert book.codes() == [("void_of_paid_invoice", "in_1")]
    assert book.balances() == {"revenue_monthly": -10_000, "stripe_clearing": 12_500, "vat_output_25": -2_500}


def test_a_void_of_an_invoice_that_was_paid_and_refunded_takes_nothing_twice(say: Any, orders: Any) -> None:
    book = orders([void(say), say.charge(1), say.refund(1, 12_500)])
    assert book.codes() == [("credit_note_missing", "re_1")]
    assert book.balances() == {}


def test_a_payment_after_the_void_that_is_given_back_leaves_nothing(say: Any, orders: Any) -> None:
    facts = [void(say), say.charge(1, 6_250, day="2025-02-22"), say.refund(1, 6_250, day="2025-02-26")]
    book = orders(facts)
    assert (VOIDED, "receivables", -12_500) in book.legs("in_1")
    assert [code for code, _ in book.codes()] == ["credit_note_missing"]
    assert book.balances() == {}


def test_a_payment_after_the_void_that_is_given_back_in_part_leaves_it_to_a_person(
    say: Any, orders: Any
) -> None:
    facts = [void(say), say.charge(1, 6_250, day="2025-02-22"), say.refund(1, 5_000, day="2025-02-26")]
    book = orders(facts)
    assert [code for code, _ in book.codes()] == ["credit_note_missing", "void_of_paid_invoice"]
    assert book.balances() == {
        "receivables": 6_250, "revenue_monthly": -6_000, "stripe_clearing": 1_250, "vat_output_25": -1_500,
    }  # fmt: skip


@pytest.mark.parametrize("refund", [None, "re_1"])
def test_a_void_before_a_credit_note_is_left_to_a_person(say: Any, orders: Any, refund: str | None) -> None:
    facts = [void(say), say.charge(1), say.credit_note(1, day="2025-02-25", refund=refund)]
    if refund:
        facts.append(say.refund(1, 12_500, day="2025-02-25"))
    book = orders(facts)
    assert book.codes() == [("credit_of_void_invoice", "in_1")]
    assert book.balances() == ({} if refund else {"receivables": -12_500, "stripe_clearing": 12_500})


def test_an_invoice_void_since_nobody_knows_when_is_set_aside(say: Any, company: Any) -> None:
    book = company()
    book.tell(say.invoice(1, status="void"), say.invoice(2))
    assert book.codes() == [("missing_required_field", "in_1")]
    book.tell(say.invoice(2, status="void"))
    assert book.codes() == [("missing_required_field", "in_1"), ("missing_required_field", "in_2")]
    assert book.balances()["receivables"] == 12_500
