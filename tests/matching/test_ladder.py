"""A bank line is matched by what it says, with the evidence in words; two good answers are no answer."""

from datetime import date, timedelta
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autobook_core.domain.records import BankTransaction
from autobook_core.matching.ladder import (
    Match,
    NoMatch,
    OpenInvoice,
    OpenPayout,
    match_invoice,
    match_payout,
)

DAY = date(2025, 5, 9)


def bank_line(amount: int, direction: Literal["CRDT", "DBIT"] = "CRDT", **fields: Any) -> BankTransaction:
    values: dict[str, Any] = {"booking_date": DAY, "currency": "DKK", "account": "DK50"} | fields
    return BankTransaction(id="B-1", amount=amount, direction=direction, **values)


def payout(key: int = 0, amount: int = 29_370, **fields: Any) -> OpenPayout:
    values: dict[str, Any] = {"arrival": DAY, "trace_id": None, "descriptor": "ACME"} | fields
    return OpenPayout(key=key, id=f"po_{key}", amount=amount, **values)


def invoice(key: int = 0, **fields: Any) -> OpenInvoice:
    values: dict[str, Any] = {
        "number": f"AB-2025-004{key}", "customer": "cus_1", "customer_name": "Lyng ApS",
        "issued": date(2025, 3, 1), "open": 12_500,
    } | fields  # fmt: skip
    return OpenInvoice(key=key, id=f"in_{key}", **values)


# Payouts.


def test_a_payout_is_known_by_amount_date_and_processor() -> None:
    assert match_payout(bank_line(29_370, text=("STRIPE",)), [payout()]) == Match(
        kind="payout", key=0, amount=29_370, rung="amount_date_counterparty", confidence=85,
        explain="293.70 DKK on 9 May 2025 equals payout po_0 from the processor, due 2025-05-09",
    )  # fmt: skip


@pytest.mark.parametrize(("days", "found"), [(-2, False), (-1, True), (0, True), (5, True), (6, False)])
def test_a_payout_is_looked_for_from_a_day_before_its_arrival_to_five_after(days: int, found: bool) -> None:
    line = bank_line(29_370, counterparty="Stripe Payments", booking_date=DAY + timedelta(days=days))
    assert isinstance(match_payout(line, [payout()]), Match) is found


@pytest.mark.parametrize("fields", [{"text": ("xx acme dk",)}, {"counterparty": "ACME"}])
def test_the_processor_is_also_known_by_the_statement_descriptor(fields: Any) -> None:
    assert isinstance(match_payout(bank_line(29_370, **fields), [payout()]), Match)


def test_money_of_that_amount_from_somebody_else_is_no_payout() -> None:
    line = bank_line(29_370, counterparty="Lyng ApS", text=("Faktura",))
    assert match_payout(line, [payout()]) is None
    assert match_payout(bank_line(29_370), [payout(descriptor=None)]) is None


@pytest.mark.parametrize("field", ["text", "end_to_end_id", "structured_ref"])
def test_a_trace_id_needs_neither_date_nor_processor(field: str) -> None:
    value: Any = ("x trace/77-a y",) if field == "text" else "TRACE 77A"
    line = bank_line(29_370, booking_date=DAY + timedelta(days=60), **{field: value})
    found = match_payout(line, [payout(trace_id="trace-77a"), payout(1)])
    assert isinstance(found, Match)
    assert (found.key, found.rung, found.confidence) == (0, "reference", 95)
    assert found.explain == "293.70 DKK on 8 Jul 2025 equals payout po_0 and carries trace id trace-77a"


def test_a_trace_id_decides_between_two_payouts_of_one_amount() -> None:
    line = bank_line(29_370, text=("STRIPE T-2",))
    found = match_payout(line, [payout(0, trace_id="T-1"), payout(1, trace_id="T-2")])
    assert isinstance(found, Match)
    assert found.key == 1


def test_two_payouts_that_fit_are_no_answer() -> None:
    found = match_payout(bank_line(29_370, text=("STRIPE",)), [payout(1), payout(0), payout(2, amount=1)])
    assert found == NoMatch(
        code="ambiguous_match",
        detail="2 payouts have this amount and date",
        suggestions=("po_0", "po_1"),
    )


def test_a_trace_id_on_two_payouts_falls_back_to_the_date() -> None:
    twice = [payout(0, trace_id="T"), payout(1, trace_id="T", arrival=DAY - timedelta(days=30))]
    found = match_payout(bank_line(29_370, text=("STRIPE T",)), twice)
    assert isinstance(found, Match)
    assert (found.key, found.rung) == (0, "amount_date_counterparty")


def test_a_payout_of_another_amount_is_none() -> None:
    assert match_payout(bank_line(29_371, text=("STRIPE",)), [payout()]) is None
    assert match_payout(bank_line(29_370, text=("STRIPE",)), []) is None


def test_a_payout_that_was_collected_leaves_the_bank() -> None:
    line = bank_line(5_000, "DBIT", text=("STRIPE",))
    assert isinstance(match_payout(line, [payout(amount=-5_000)]), Match)
    assert match_payout(line, [payout(amount=5_000)]) is None


def test_an_empty_trace_id_names_nothing() -> None:
    assert match_payout(bank_line(29_370, text=("x",)), [payout(trace_id="--", descriptor=None)]) is None


# Invoices.


def test_an_invoice_is_known_by_its_number_and_the_sentence_says_why() -> None:
    assert match_invoice(bank_line(12_500, counterparty="Lyng"), [invoice(2)]) == Match(
        kind="invoice", key=2, amount=12_500, rung="reference", confidence=95,
        explain="125.00 DKK on 9 May 2025 names AB-2025-0042, open 125.00 DKK",
    )  # fmt: skip


@pytest.mark.parametrize(("paid", "settles"), [(12_400, 12_400), (5_000, 5_000), (20_000, 12_500)])
def test_a_match_is_for_no_more_than_was_paid_and_no_more_than_is_open(paid: int, settles: int) -> None:
    found = match_invoice(bank_line(paid), [invoice()])
    assert isinstance(found, Match)
    assert found.amount == settles


def test_two_open_invoices_by_name_are_no_answer() -> None:
    found = match_invoice(bank_line(12_500), [invoice(1), invoice(0)])
    assert found == NoMatch(
        code="ambiguous_match", detail="it names several open invoices", suggestions=("in_0", "in_1")
    )


def test_of_two_invoices_by_name_the_open_one_is_paid() -> None:
    found = match_invoice(bank_line(12_500), [invoice(0, open=0), invoice(1)])
    assert isinstance(found, Match)
    assert found.key == 1


def test_an_invoice_that_is_settled_is_suggested_only() -> None:
    found = match_invoice(bank_line(12_500), [invoice(open=0)])
    assert found == NoMatch(
        code="unmatched_bank_line", detail="the invoice it names is not open", suggestions=("in_0",)
    )


def test_a_payer_who_is_somebody_else_is_no_match() -> None:
    found = match_invoice(bank_line(12_500, counterparty="Bakke A/S"), [invoice(2)])
    assert found == NoMatch(
        code="unmatched_bank_line",
        detail="it names AB-2025-0042, but Lyng ApS is not the payer",
        suggestions=("in_2",),
    )


def test_money_that_came_before_the_invoice_was_issued_pays_it_all_the_same() -> None:
    assert isinstance(match_invoice(bank_line(12_500), [invoice(issued=DAY + timedelta(days=9))]), Match)


def test_money_that_leaves_pays_no_invoice() -> None:
    assert match_invoice(bank_line(12_500, "DBIT"), [invoice()]) is None
    assert match_invoice(bank_line(12_500), []) is None


@given(st.permutations([invoice(0, open=0), invoice(1), invoice(2, open=0)]))
def test_the_order_of_candidates_decides_nothing(named: list[OpenInvoice]) -> None:
    found = match_invoice(bank_line(12_500), named)
    assert isinstance(found, Match)
    assert found.key == 1


@given(st.permutations([payout(0), payout(1, trace_id="T"), payout(2, amount=5)]))
def test_the_order_of_payouts_decides_nothing(payouts: list[OpenPayout]) -> None:
    found = match_payout(bank_line(29_370, text=("STRIPE T",)), payouts)
    assert isinstance(found, Match)
    assert found.key == 1
