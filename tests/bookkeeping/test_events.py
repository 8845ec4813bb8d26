"""What each event posts, row by row, with figures made by hand."""

from typing import Any

import pytest


def test_an_invoice_paid_by_card_and_paid_out_to_the_bank(say: Any, company: Any) -> None:
    book = company()
    book.tell(
        say.invoice(1), say.charge(1, fee=250), say.payout(1, 12_250),
        say.bank(1, 12_250, "STRIPE", day="2025-02-07"),
    )  # fmt: skip
    assert book.legs("in_1") == [
        ("2025-02-01", "receivables", 12_500), ("2025-02-01", "revenue_monthly", -10_000),
        ("2025-02-01", "vat_output_25", -2_500),
    ]  # fmt: skip
    assert book.legs("ch_1") == [
        ("2025-02-03", "stripe_clearing", 12_500), ("2025-02-03", "receivables", -12_500),
        ("2025-02-03", "fees", 250), ("2025-02-03", "stripe_clearing", -250),
    ]  # fmt: skip
    assert book.legs("po_1") == [
        ("2025-02-05", "payouts_in_transit", 12_250),
        ("2025-02-05", "stripe_clearing", -12_250),
    ]
    assert book.legs("B-1") == [("2025-02-07", "bank", 12_250), ("2025-02-07", "payouts_in_transit", -12_250)]
    assert book.balances() == {
        "bank": 12_250,
        "fees": 250,
        "revenue_monthly": -10_000,
        "vat_output_25": -2_500,
    }
    assert (book.codes(), list(book.book.dump()["open_items"])) == ([], [])


def test_a_failed_payment_without_a_movement_posts_nothing(say: Any, company: Any) -> None:
    book = company()
    book.tell(say.invoice(1), say.charge(1, status="failed", balance_transaction=None))
    assert book.states()["ch_1"] == "no_posting"
    assert book.legs("ch_1") == []


def test_a_payment_that_names_no_invoice_is_on_suspense(say: Any, company: Any) -> None:
    book = company()
    book.tell(say.charge(1, invoice=None, payment_intent=None))
    assert book.balances() == {"stripe_clearing": 12_500, "suspense": -12_500}
    assert book.codes() == [("charge_without_invoice", "ch_1")]


def test_a_payment_waits_for_its_invoice(say: Any, company: Any) -> None:
    book = company()
    book.tell(say.charge(1))
    assert book.states() == {"ch_1": "pending", "txn_1": "pending"}
    book.tell(say.invoice(1))
    assert set(book.states().values()) == {"posted"}


def test_a_link_names_the_invoice_where_the_charge_does_not(say: Any, company: Any) -> None:
    book = company()
    link = {
        "id": "inpay_1", "object": "invoice_payment", "invoice": "in_1", "created": 1_738_584_000,
        "payment": {"type": "payment_intent", "payment_intent": "pi_1"}, "status": "paid",
    }  # fmt: skip
    book.tell(say.stripe("invoice_payment", link), say.invoice(1), say.charge(1, invoice=None))
    assert ("2025-02-03", "receivables", -12_500) in book.legs("ch_1")


def test_a_refund_takes_the_sale_back_and_the_processor_keeps_its_fee(say: Any, company: Any) -> None:
    book = company()
    book.tell(say.invoice(1), say.charge(1, fee=250), say.refund(1, 12_500))
    assert book.legs("re_1") == [
        ("2025-02-10", "vat_output_25", 2_500), ("2025-02-10", "revenue_monthly", 10_000),
        ("2025-02-10", "stripe_clearing", -12_500),
    ]  # fmt: skip
    assert book.balances() == {"fees": 250, "stripe_clearing": -250}
    assert book.codes() == [("credit_note_missing", "re_1")]


def test_a_refund_of_a_prepaid_year_stops_its_recognition(say: Any, company: Any) -> None:
    book = company()
    book.tell(
        say.invoice(1, say.annual(id="il_1"), day="2025-01-01"), say.charge(1, 45_625), as_of="2025-06-30"
    )
    assert book.balances()["revenue_annual"] == -18_100
    book.tell(say.refund(1, 45_625, day="2025-07-01"), as_of="2026-01-31")
    assert book.balances() == {}


def test_a_refund_may_wait_for_a_person(say: Any, company: Any) -> None:
    book = company(refund_without_credit_note="hold")
    book.tell(say.invoice(1), say.charge(1), say.refund(1, 12_500))
    assert book.legs("re_1") == [
        ("2025-02-10", "suspense", 12_500),
        ("2025-02-10", "stripe_clearing", -12_500),
    ]
    assert book.codes() == [("credit_note_missing", "re_1")]


def test_a_refund_of_a_payment_on_suspense_goes_to_suspense(say: Any, company: Any) -> None:
    book = company()
    book.tell(say.charge(1, invoice=None, payment_intent=None), say.refund(1, 12_500))
    assert book.balances() == {}


def test_a_refund_waits_for_its_payment(say: Any, company: Any) -> None:
    book = company()
    book.tell(say.refund(1, 12_500))
    assert set(book.states().values()) == {"pending"}
    book.tell(say.charge(1))
    assert set(book.states().values()) == {"pending"}
    book.tell(say.invoice(1))
    assert set(book.states().values()) == {"posted"}


@pytest.mark.parametrize("category", ["fee", "network_cost"])
def test_a_fee_billed_on_its_own(say: Any, company: Any, category: str) -> None:
    book = company()
    book.tell(say.fee(1, 1_500, category=category))
    assert book.balances() == {"fees": 1_500, "stripe_clearing": -1_500}


def test_a_payout_collected_from_the_bank_swaps_its_signs(say: Any, company: Any) -> None:
    book = company()
    book.tell(say.payout(1, -5_000), say.bank(1, -5_000, "STRIPE", day="2025-02-07"))
    assert book.balances() == {"bank": -5_000, "stripe_clearing": 5_000}


def test_a_movement_nobody_knows_is_on_suspense(say: Any, company: Any) -> None:
    book = company()
    book.tell(say.fee(1, 700, category="other_adjustment"))
    assert book.balances() == {"stripe_clearing": -700, "suspense": 700}
    assert book.codes() == [("unknown_balance_transaction_type", "txn_fee_1")]


def test_the_time_of_year_and_day_decide_the_booking_date(say: Any, company: Any) -> None:
    book = company()
    book.tell(say.invoice(1, day="2025-01-31T23:30"), say.charge(1, day="2025-06-30T22:30"))
    assert book.legs("in_1")[0][0] == "2025-02-01"
    assert book.legs("ch_1")[0][0] == "2025-07-01"


@pytest.mark.parametrize(
    ("paid", "left", "other"),
    [
        (12_500, 0, {}),
        (12_400, 0, {"rounding_differences": 100}),
        (12_600, 0, {"rounding_differences": -100}),
        (12_399, 101, {}),
        (12_601, 0, {"customer_credit": -101}),
        (5_000, 7_500, {}),
    ],
)
@pytest.mark.parametrize("line_first", [True, False])
def test_a_transfer_that_names_its_invoice(
    say: Any, company: Any, paid: int, left: int, other: dict[str, int], line_first: bool
) -> None:
    book, facts = company(), [say.invoice(1), say.bank(1, paid, "Tak, ab 1001", payer="LYNG")]
    book.tell_one_by_one(reversed(facts) if line_first else facts)
    shown = book.balances()
    assert shown.pop("receivables", 0) == left
    assert {name: shown.get(name, 0) for name in other} == other
    assert "suspense" not in shown
    assert sum(item["open"] for item in book.book.dump()["open_items"]) == left
    assert book.codes() == []


def test_two_partial_transfers_close_an_invoice(say: Any, company: Any) -> None:
    book = company()
    book.tell(say.invoice(1), say.bank(1, 5_000, "AB-1001"), say.bank(2, 7_500, "AB-1001", day="2025-02-20"))
    assert "receivables" not in book.balances()
    assert [match["amount"] for match in book.book.matches()] == [5_000, 7_500]


@pytest.mark.parametrize("line_first", [True, False])
def test_a_transfer_before_its_invoice_is_on_suspense_until_the_invoice_is_issued(
    say: Any, company: Any, line_first: bool
) -> None:
    book = company()
    facts = [say.invoice(1, day="2025-02-18"), say.bank(1, 12_500, "AB-1001", day="2025-02-14")]
    book.tell_one_by_one(reversed(facts) if line_first else facts)
    assert book.legs("B-1") == [
        ("2025-02-14", "bank", 12_500), ("2025-02-14", "suspense", -12_500),
        ("2025-02-18", "suspense", 12_500), ("2025-02-18", "receivables", -12_500),
    ]  # fmt: skip
    assert book.codes() == []


def test_a_transfer_of_somebody_else_stays_on_suspense(say: Any, company: Any) -> None:
    book = company()
    book.tell(say.invoice(1), say.bank(1, 12_500, "AB-1001", payer="Bakke A/S"))
    assert book.balances()["suspense"] == -12_500
    assert book.codes() == [("unmatched_bank_line", "B-1")]


def test_two_equal_payouts_are_no_answer(say: Any, company: Any) -> None:
    book = company()
    book.tell(say.payout(1, 5_000), say.payout(2, 5_000), say.bank(1, 5_000, "STRIPE", day="2025-02-07"))
    assert book.codes() == [("ambiguous_match", "B-1")]
    (problem,) = book.book.exceptions()
    assert problem["suggestions"] == ["po_1", "po_2"]


def test_a_trace_id_decides_between_equal_payouts(say: Any, company: Any) -> None:
    book = company()
    trace = {"status": "supported", "value": "T-2"}
    book.tell(say.payout(1, 5_000), say.payout(2, 5_000, trace_id=trace), say.bank(1, 5_000, "STRIPE T-2"))
    assert [(m["left"], m["right"], m["rung"]) for m in book.book.matches()] == [("B-1", "po_2", "reference")]


def test_bank_fees_are_booked_by_their_text(say: Any, company: Any) -> None:
    book = company()
    book.tell(say.bank(1, -4_900, "GEBYR februar"))
    assert book.balances() == {"bank": -4_900, "bank_charges": 4_900}


def test_the_seed_sentence_by_configuration_alone(say: Any, company: Any) -> None:
    rules = """
[[rule]]
name = "Annual subscriptions"
match = { record = "invoice_line", interval = "= 1 year" }
post = { credit = "revenue_one_off" }

[[rule]]
name = "Monthly subscriptions"
match = { record = "invoice_line", interval = "= 1 month" }
post = { credit = "revenue_usage" }
"""
    book = company(rules)
    yearly = say.invoice(2, say.annual(id="il_2"), day="2025-01-01")
    book.tell(say.invoice(1), yearly, as_of="2025-12-31")
    shown = book.balances()
    assert (shown["revenue_usage"], shown["revenue_one_off"]) == (-10_000, -36_500)
    assert not {"revenue_monthly", "revenue_annual", "deferred_revenue"} & set(shown)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([("bank", 500), ("suspense", -400)], "unbalanced_entry"),
        ([("nowhere", 500), ("suspense", -500)], "unknown_account"),
    ],
)
def test_a_manual_entry_that_cannot_be_is_set_aside(say: Any, company: Any, lines: Any, code: str) -> None:
    book = company()
    book.tell(say.manual("M-1", *lines))
    assert (book.codes(), book.balances()) == ([(code, "M-1")], {})


def test_opening_balances_begin_a_book(say: Any, company: Any) -> None:
    book = company()
    data = {"date": "2025-01-01", "balances": {"bank": 100_000, "suspense": -100_000}}
    book.tell({"source": "book", "type": "opening_balances", "data": data})
    assert book.balances() == {"bank": 100_000, "suspense": -100_000}
    book.tell(
        {
            "source": "book",
            "type": "opening_balances",
            "data": {"date": "2024-01-01", "balances": {"bank": 0}},
        }
    )
    assert book.codes() == [("missing_required_field", "opening-2024-01-01")]


def test_a_later_version_with_the_same_figures_changes_nothing_and_others_are_shown(
    say: Any, company: Any
) -> None:
    book = company()
    book.tell(say.invoice(1))
    book.tell(say.invoice(1, status="paid"))
    assert book.codes() == []
    book.tell(say.invoice(1, say.line(20_000, id="il_1")))
    assert book.codes() == [("changed_after_posting", "in_1")]
    assert book.balances()["receivables"] == 12_500
    book.tell(say.charge(1))
    book.tell(say.charge(1, amount=12_000))
    assert ("changed_after_posting", "ch_1") in book.codes()


def test_an_invoice_that_is_corrected_at_the_source_leaves_quarantine(say: Any, company: Any) -> None:
    book = company()
    book.tell(say.invoice(1, total=99), say.charge(1))
    assert book.states() == {"in_1": "quarantined", "ch_1": "pending", "txn_1": "pending"}
    book.tell(say.invoice(1))
    assert set(book.states().values()) == {"posted"}
    assert book.codes() == []
