"""VAT owed on the processor's fees, posted at month-ends, with figures made by hand."""

from datetime import date
from itertools import permutations
from typing import Any

import pytest

from autobook_core.bookkeeping.fee_vat import post_vat_on_fees
from autobook_core.domain.chart import Chart
from autobook_core.domain.policy import Policy
from autobook_core.errors import ConfigurationError
from autobook_core.posting.terms import Terms


def month(say: Any) -> list[Any]:
    """February: 2.50 taken from a payment, 7.00 and 1.01 billed, 2.00 of them given back, 3.00 of tax charged."""
    return [
        say.invoice(1), say.charge(1, fee=250), say.fee(1, 700), say.fee(2, 101, day="2025-02-10"),
        say.fee(3, -200, day="2025-02-11"), say.fee(4, 300, category="tax"),
    ]  # fmt: skip


def vouchers(book: Any) -> list[tuple[Any, ...]]:
    """The vouchers of the VAT on fees: (day, {role: amount}, tax codes)."""
    return [
        (
            entry["date"],
            {line["role"]: line["debit"] - line["credit"] for line in entry["lines"]},
            {line["tax_code"] for line in entry["lines"]},
        )
        for entry in book.book.journal()
        if entry["journal"] == "vat"
    ]


def owed(amount: int, day: str = "2025-02-28") -> tuple[Any, ...]:
    return (day, {"vat_input": amount, "vat_reverse_charge_services": -amount}, {"EU-SERV-RC"})


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("off", []),
        ("reverse_charge_monthly", [owed(213)]),  # 25 % of 250 + 700 + 101 - 200 = 851
        ("reverse_charge_except_processing", [owed(150)]),  # 25 % of 700 + 101 - 200 = 601
    ],
)
def test_a_month_of_fees_is_taxed_at_its_end_with_one_rounding(
    say: Any, company: Any, policy: str, expected: list[Any]
) -> None:
    book = company(fee_vat=policy)
    book.tell(*month(say), as_of="2025-02-27")
    assert vouchers(book) == []
    for _ in range(2):
        book.tell(as_of="2025-03-30")
        assert vouchers(book) == expected
    book.digest()


def test_fees_of_disputes_count_and_a_fee_given_back_with_a_failed_payment_does_not_where_processing_is_exempt(
    say: Any, company: Any
) -> None:
    moved = [
        say.stripe("balance_transaction", say.movement("txn_d", "dispute", -100, "dp_1", "2025-02-12", 1_000)),
        say.stripe("balance_transaction", say.movement("txn_f", "charge_failure", -12_500, "ch_1", "2025-02-13", -250)),
    ]  # fmt: skip
    for policy, expected in [("reverse_charge_monthly", 400), ("reverse_charge_except_processing", 400)]:
        book = company(fee_vat=policy)
        book.tell(*month(say)[:2], say.fee(1, 600), *moved, as_of="2025-02-28")
        assert vouchers(book) == [owed(expected)]


def test_a_late_fee_is_adjusted_by_the_difference_at_the_end_of_its_own_month(say: Any, company: Any) -> None:
    book = company(fee_vat="reverse_charge_monthly")
    book.tell(say.fee(1, 101), as_of="2025-03-31")
    assert vouchers(book) == [owed(25)]
    book.tell(say.fee(2, 101), as_of="2025-04-30")
    assert vouchers(book) == [owed(25), owed(26)]  # 25 % of 202 is 51
    book.tell(say.fee(3, -202), as_of="2025-04-30")
    assert vouchers(book)[2:] == [owed(-51)]
    assert book.balances() == {}


def test_each_month_stands_for_itself(say: Any, company: Any) -> None:
    book = company(fee_vat="reverse_charge_monthly")
    fees = [say.fee(1, 101, day="2025-01-31T23:30"), say.fee(2, 101, day="2025-01-31")]
    book.tell(*fees, as_of="2025-03-31")
    assert vouchers(book) == [owed(25, "2025-01-31"), owed(25)]


def test_fees_in_any_order_month_by_month_or_at_once_give_the_same_books(say: Any, company: Any) -> None:
    facts = [say.charge(1, fee=251), say.invoice(1), say.fee(1, 101), say.fee(2, 98, day="2025-01-05")]
    together = company(fee_vat="reverse_charge_monthly")
    together.tell(*facts, as_of="2025-04-30")
    expected = together.digest()
    for order in permutations(facts):
        book = company(fee_vat="reverse_charge_monthly")
        for fact, as_of in zip(order, ["2025-01-31", "2025-02-28", "2025-03-15", "2025-04-30"], strict=True):
            book.tell(fact, fact, as_of=as_of)
        assert book.digest() == expected, [fact["data"]["id"] for fact in order]


def test_what_a_person_books_as_fees_is_none_of_the_processors(say: Any, company: Any) -> None:
    book = company(fee_vat="reverse_charge_monthly")
    book.tell(say.manual("M-1", ("fees", 400), ("suspense", -400)), as_of="2025-03-31")
    assert vouchers(book) == []


def test_a_chart_without_the_account_is_said_with_what_to_do(say: Any, company: Any) -> None:
    book = company()
    book.tell(say.fee(1, 400))
    accounts = [account for account in book.book.config.chart.accounts if account.role != "vat_input"]
    terms = Terms(policy=Policy(fee_vat="reverse_charge_monthly"), chart=Chart(accounts))
    with pytest.raises(ConfigurationError) as refused:
        post_vat_on_fees(book.book.store, terms, through=date(2025, 3, 31), posted_at="2025-04-01T00:00:00Z")
    assert "vat_input" in str(refused.value)
    assert "vat_input" in refused.value.fix
