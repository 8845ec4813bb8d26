"""The customer's balance: given by negative invoices and credit notes, used by the next invoice."""

from typing import Any


def test_an_invoice_takes_what_the_customers_balance_holds(say: Any, orders: Any) -> None:
    back = say.invoice(1, say.line(-4_000, id="il_1", proration=True), day="2025-01-20", amount_due=0)
    book = orders([back, say.invoice(2, starting_balance=-5_000, amount_due=7_500), say.charge(2, 7_500)])
    assert book.legs("in_2") == [
        ("2025-02-01", "receivables", 12_500), ("2025-02-01", "receivables", -5_000),
        ("2025-02-01", "customer_credit", 5_000), ("2025-02-01", "revenue_monthly", -10_000),
        ("2025-02-01", "vat_output_25", -2_500),
    ]  # fmt: skip
    assert book.balances() == {"revenue_monthly": -6_000, "stripe_clearing": 7_500, "vat_output_25": -1_500}


def test_a_balance_that_covers_the_invoice_leaves_nothing_to_pay(say: Any, orders: Any) -> None:
    invoice = say.invoice(1, starting_balance=-20_000, ending_balance=-7_500, amount_due=0, status="paid")
    book = orders([invoice])
    assert book.balances() == {"customer_credit": 12_500, "revenue_monthly": -10_000, "vat_output_25": -2_500}
    assert list(book.book.dump()["open_items"]) == []


def test_what_the_customer_owed_before_is_collected_with_the_next_invoice(say: Any, orders: Any) -> None:
    book = orders([say.invoice(1, starting_balance=500, amount_due=13_000), say.charge(1, 13_000)])
    assert book.legs("in_1")[:3] == [
        ("2025-02-01", "receivables", 12_500), ("2025-02-01", "receivables", 500),
        ("2025-02-01", "customer_credit", -500),
    ]  # fmt: skip
    assert "receivables" not in book.balances()


def test_a_negative_invoice_may_leave_some_of_what_the_customer_owed(say: Any, orders: Any) -> None:
    invoice = say.invoice(1, say.line(-4_000, id="il_1"), starting_balance=8_000, amount_due=3_000)
    book = orders([invoice, say.charge(1, 3_000)])
    assert book.balances() == {
        "customer_credit": -8_000, "revenue_monthly": 4_000, "stripe_clearing": 3_000, "vat_output_25": 1_000,
    }  # fmt: skip


def test_drafts_and_invoices_of_nothing_post_nothing(say: Any, orders: Any) -> None:
    free = say.line(10_000, id="il_2", rate=None, discount_amounts=[{"amount": 10_000}])
    nothing = say.invoice(2, free)
    nothing["data"] |= {"total": 0, "amount_due": 0}
    book = orders([say.invoice(1, status="draft"), nothing])
    assert (book.balances(), set(book.states().values())) == ({}, {"no_posting"})


def test_a_draft_that_is_finalised_is_booked(say: Any, company: Any) -> None:
    book = company()
    book.tell(say.invoice(1, status="draft"))
    book.tell(say.invoice(1))
    assert book.balances()["receivables"] == 12_500


def test_an_invoice_paid_out_of_band_stays_open_until_the_money_is_seen(say: Any, company: Any) -> None:
    book = company()
    book.tell(say.invoice(1))
    book.tell(say.invoice(1, status="paid", paid_out_of_band=True))
    assert (book.balances()["receivables"], book.codes()) == (12_500, [])
    book.tell(say.bank(1, 12_500, "AB-1001"))
    assert "receivables" not in book.balances()
