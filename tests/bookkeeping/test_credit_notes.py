"""Credit notes, with the refunds and balances they pay: figures by hand, in every order."""

from typing import Any

import pytest

CREDITED = "2025-02-10"


def test_a_credit_note_on_an_open_invoice_reduces_what_is_receivable(say: Any, orders: Any) -> None:
    book = orders([say.invoice(1), say.credit_note(1, say.credited(4_000))])
    assert book.legs("cn_1") == [
        (CREDITED, "revenue_monthly", 4_000), (CREDITED, "vat_output_25", 1_000), (CREDITED, "receivables", -5_000),
    ]  # fmt: skip
    assert book.balances() == {"receivables": 7_500, "revenue_monthly": -6_000, "vat_output_25": -1_500}
    assert list(book.book.dump()["open_items"]) == [{"account": "receivables", "item": "in_1", "open": 7_500}]
    assert book.codes() == []


def test_a_refund_with_a_credit_note_settles_what_the_note_left_owing(say: Any, orders: Any) -> None:
    facts = [say.invoice(1), say.charge(1, fee=250), say.credit_note(1, refund="re_1"), say.refund(1, 12_500)]
    book = orders(facts)
    assert book.balances() == {"fees": 250, "stripe_clearing": -250}
    assert book.codes() == []
    assert [(match["left"], match["right"], match["amount"]) for match in book.book.matches()] == [
        ("ch_1", "in_1", 12_500), ("re_1", "cn_1", 12_500),
    ]  # fmt: skip


def test_a_refund_read_before_its_credit_note_is_read_anew_on_its_own_date(say: Any, company: Any) -> None:
    book = company()
    book.tell(say.invoice(1), say.charge(1), say.refund(1, 12_500, day="2025-02-12"))
    assert book.codes() == [("credit_note_missing", "re_1")]
    book.tell(say.credit_note(1, refund="re_1"))
    assert book.codes() == []
    assert book.legs("re_1") == [
        ("2025-02-12", "vat_output_25", 2_500), ("2025-02-12", "revenue_monthly", 10_000),
        ("2025-02-12", "stripe_clearing", -12_500),
        ("2025-02-12", "vat_output_25", -2_500), ("2025-02-12", "revenue_monthly", -10_000),
        ("2025-02-12", "stripe_clearing", 12_500),
        ("2025-02-12", "receivables", 12_500), ("2025-02-12", "stripe_clearing", -12_500),
    ]  # fmt: skip
    assert book.balances() == {}


def test_a_credit_note_to_the_customers_balance_is_owed_to_the_customer(say: Any, orders: Any) -> None:
    note = say.credit_note(1, say.credited(4_000), customer_balance_transaction="cbtxn_1")
    book = orders([say.invoice(1), say.charge(1), note])
    assert book.legs("cn_1")[-1] == (CREDITED, "customer_credit", -5_000)
    assert (book.balances()["customer_credit"], "receivables" in book.balances()) == (-5_000, False)


def test_a_credit_note_may_refund_a_part_and_keep_a_part_for_the_customer(say: Any, orders: Any) -> None:
    note = say.credit_note(
        1, refunds=[{"amount_refunded": 8_000, "refund": "re_1"}], customer_balance_transaction="cbtxn_1"
    )
    book = orders([say.invoice(1), say.charge(1), note, say.refund(1, 8_000)])
    assert book.legs("cn_1")[-2:] == [
        (CREDITED, "receivables", -8_000),
        (CREDITED, "customer_credit", -4_500),
    ]
    assert book.balances() == {"customer_credit": -4_500, "stripe_clearing": 4_500}
    assert book.codes() == []


def test_a_credit_note_takes_of_the_line_it_names(say: Any, orders: Any) -> None:
    lines = [say.line(10_000, id="il_1"), say.line(6_000, id="il_2", interval=None)]
    book = orders([say.invoice(1, *lines), say.credit_note(1, say.credited(6_000, line="il_2"))])
    assert book.legs("cn_1")[0] == (CREDITED, "revenue_one_off", 6_000)
    assert book.balances() == {"receivables": 12_500, "revenue_monthly": -10_000, "vat_output_25": -2_500}


def test_a_credit_on_the_invoice_as_a_whole_is_shared_out(say: Any, orders: Any) -> None:
    lines = [say.line(10_000, id="il_1"), say.line(5_000, id="il_2", interval=None)]
    note = say.credit_note(1, say.credited(1_000, 250, line=None))
    book = orders([say.invoice(1, *lines), note])
    assert book.legs("cn_1") == [
        (CREDITED, "revenue_monthly", 667), (CREDITED, "revenue_one_off", 333),
        (CREDITED, "vat_output_25", 250), (CREDITED, "receivables", -1_250),
    ]  # fmt: skip


def test_a_credit_on_a_prepaid_year_takes_what_waits_and_then_what_was_earned(say: Any, orders: Any) -> None:
    # 365.00 over 2025. On 1 July 184.00 wait; 200.00 take all of it and 16.00 of what was earned.
    facts = [
        say.invoice(1, say.annual(id="il_1"), day="2025-01-01"),
        say.credit_note(1, say.credited(20_000), day="2025-07-01"),
    ]
    book = orders(facts, as_of="2025-12-31")
    assert book.legs("cn_1")[:2] == [
        ("2025-07-01", "deferred_revenue", 18_400), ("2025-07-01", "revenue_annual", 1_600),
    ]  # fmt: skip
    assert book.balances() == {"receivables": 20_625, "revenue_annual": -16_500, "vat_output_25": -4_125}


def test_what_stays_deferred_is_spread_over_the_days_that_are_left(say: Any, orders: Any) -> None:
    # On 1 July 184.00 wait; 92.00 are credited, so each of the 184 days earns half of before.
    facts = [
        say.invoice(1, say.annual(id="il_1"), day="2025-01-01"),
        say.credit_note(1, say.credited(9_200), day="2025-07-01"),
    ]
    book = orders(facts, as_of="2025-07-31")
    assert book.balances()["revenue_annual"] == -(18_100 + 1_550)
    book.tell(as_of="2025-12-31")
    assert (book.balances()["revenue_annual"], book.balances().get("deferred_revenue")) == (-27_300, None)


def test_a_full_credit_stops_the_schedule_and_reverses_what_was_earned(say: Any, company: Any) -> None:
    book = company()
    book.tell(say.invoice(1, say.annual(id="il_1"), day="2025-01-01"), as_of="2025-06-30")
    book.tell(say.credit_note(1, say.credited(36_500), day="2025-07-01"), as_of="2025-07-01")
    assert book.balances() == {}
    book.tell(as_of="2025-12-31")
    assert book.balances() == {}


def test_a_voided_credit_note_leaves_the_sale_as_it_was(say: Any, company: Any) -> None:
    year = say.invoice(1, say.annual(id="il_1"), day="2025-01-01")
    issued = say.credit_note(1, say.credited(9_200), day="2025-07-01")
    voided = say.credit_note(
        1, say.credited(9_200), day="2025-07-01", status="void",
        voided_at=issued["data"]["effective_at"] + 31 * 86_400,
    )  # fmt: skip
    found = set()
    for told in ([year, issued, voided], [year, voided], [voided, year], [issued, voided, year]):
        book = company()
        book.tell_one_by_one(told, as_of="2025-12-31")
        found.add(book.digest())
        assert book.balances() == {"receivables": 45_625, "revenue_annual": -36_500, "vat_output_25": -9_125}
        assert ("2025-08-01", "receivables", 11_500) in book.legs("cn_1")
    assert len(found) == 1


@pytest.mark.parametrize("runs", [["2025-02-28"], ["2025-05-31"], ["2025-01-31", "2025-04-30"]])
def test_a_credit_note_voided_after_the_service_ended_is_revenue_then(
    say: Any, company: Any, runs: list[str]
) -> None:
    plan = say.invoice(1, say.line(2_800, id="il_1", start="2025-01-15", end="2025-02-15"), day="2025-01-15")
    note = say.credit_note(
        1, say.credited(2_800), day="2025-01-15", status="void", voided_at=plan["data"]["created"]
    )
    note["data"]["voided_at"] += 110 * 86_400
    book = company(monthly_plans="defer")
    for run in runs:
        book.tell(plan, note, as_of=run)
    book.tell(as_of="2025-12-31")
    assert book.balances() == {"receivables": 3_500, "revenue_monthly": -2_800, "vat_output_25": -700}


def test_a_refund_of_the_amount_of_a_negative_invoice_pays_that_out(say: Any, orders: Any) -> None:
    back = say.invoice(2, say.line(-10_000, id="il_2", proration=True), day=CREDITED, amount_due=0)
    book = orders([say.invoice(1), say.charge(1), back, say.refund(1, 12_500, day="2025-02-11")])
    assert book.legs("re_1")[-2:] == [
        ("2025-02-11", "customer_credit", 12_500), ("2025-02-11", "stripe_clearing", -12_500),
    ]  # fmt: skip
    assert book.balances() == {}
    assert book.codes() == []


def test_a_credit_given_after_the_refund_is_another_matter(say: Any, orders: Any) -> None:
    back = say.invoice(2, say.line(-10_000, id="il_2", proration=True), day="2025-02-12", amount_due=0)
    book = orders([say.invoice(1), say.charge(1), back, say.refund(1, 12_500, day="2025-02-11")])
    assert book.balances()["customer_credit"] == -12_500
    assert book.codes() == [("credit_note_missing", "re_1")]


def test_a_credit_that_was_used_is_not_paid_out_again(say: Any, orders: Any) -> None:
    back = say.invoice(2, say.line(-4_000, id="il_2"), day="2025-02-05", amount_due=0)
    next_one = say.invoice(3, day="2025-02-08", starting_balance=-5_000, amount_due=7_500)
    facts = [say.invoice(1), say.charge(1), back, next_one, say.refund(1, 5_000)]
    book = orders(facts[:2] + facts[3:])
    assert book.balances()["customer_credit"] == 5_000
    with_credit = orders([say.invoice(1), back, next_one])
    assert with_credit.balances().get("customer_credit") is None


def test_a_refund_of_a_balance_credit_pays_that_out(say: Any, orders: Any) -> None:
    note = say.credit_note(1, say.credited(4_000), customer_balance_transaction="cbtxn_1")
    book = orders([say.invoice(1), say.charge(1), note, say.refund(1, 5_000, day="2025-02-11")])
    assert book.balances() == {"revenue_monthly": -6_000, "stripe_clearing": 7_500, "vat_output_25": -1_500}
    assert book.codes() == []


def test_a_refund_beyond_what_a_credit_note_left_pays_what_the_note_owes(say: Any, orders: Any) -> None:
    book = orders(
        [say.invoice(1), say.charge(1), say.credit_note(1), say.refund(1, 12_500, day="2025-02-11")]
    )
    assert book.balances() == {}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"total": 12_501}, "totals_do_not_add_up"),
        ({"tax_amounts": [{"amount": 1, "inclusive": False}]}, "totals_do_not_add_up"),
        ({"currency": "eur"}, "missing_exchange_rate"),
        ({"livemode": False}, "test_mode_record"),
        ({"status": "void"}, "missing_required_field"),
        ({"effective_at": 1}, "implausible_date"),
    ],
)
def test_a_credit_note_that_contradicts_itself_is_set_aside(
    say: Any, company: Any, fields: dict[str, Any], code: str
) -> None:
    book = company()
    book.tell(say.invoice(1), say.credit_note(1, **fields))
    assert book.codes() == [(code, "cn_1")]
    assert book.balances()["receivables"] == 12_500


def test_a_credit_of_a_line_the_invoice_does_not_have_is_set_aside(say: Any, company: Any) -> None:
    book = company()
    lines = [say.line(10_000, id="il_1"), say.line(5_000, id="il_2")]
    book.tell(say.invoice(1, *lines), say.credit_note(1, say.credited(10, line="il_9")))
    assert book.codes() == [("unknown_invoice_line", "cn_1")]


def test_a_credit_of_tax_the_sale_does_not_owe_is_set_aside(say: Any, company: Any) -> None:
    book = company()
    invoice = say.invoice(1, say.line(rate=None), customer_address={"country": "US"})
    book.tell(invoice, say.credit_note(1, say.credited(4_000)))
    assert book.codes() == [("unknown_tax_treatment", "cn_1")]
