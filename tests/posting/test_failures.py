"""What failed after its money had moved is booked on its own date, and the first booking stays as it is."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autobook_core.domain.records import Payout, Refund
from autobook_core.posting.failures import post_payment_failure, post_payout_failure, post_refund_failure

REFUND = Refund(id="re_1", charge="ch_1", amount=5_000, currency="DKK", status="failed")
PAYOUT = Payout(id="po_1", amount=29_370, currency="DKK", arrival_date=0, status="failed")


def test_a_failed_payment_opens_its_invoice_and_its_fee_is_a_fee(make: Any) -> None:
    charge = make.charge(30_000, customer="cus_1")
    draft, problem = post_payment_failure(
        charge, make.movement(-30_000, 500, category="charge_failure"), make.terms()
    )
    assert make.legs(draft) == [
        ("receivables", 30_000), ("stripe_clearing", -30_000), ("fees", 500), ("stripe_clearing", -500),
    ]  # fmt: skip
    assert (draft.day, draft.lines[0].invoice, draft.lines[0].customer) == (date(2025, 2, 3), "in_1", "cus_1")
    assert (problem.code, problem.severity, problem.record, problem.amount) == (
        "payment_failed_after_posting", "warning", "ch_1", -30_000,
    )  # fmt: skip
    assert "in_1 is open again" in problem.detail


def test_a_failed_payment_without_invoice_leaves_suspense(make: Any) -> None:
    charge = make.charge(30_000, invoice=None)
    draft, problem = post_payment_failure(charge, make.movement(-30_000), make.terms())
    assert make.legs(draft) == [("suspense", 30_000), ("stripe_clearing", -30_000)]
    assert "suspense" in problem.detail


def test_a_failed_refund_is_owed_to_the_customer(make: Any) -> None:
    draft, problem = post_refund_failure(REFUND, make.movement(5_000), make.terms(), customer="cus_1")
    assert make.legs(draft) == [("stripe_clearing", 5_000), ("customer_credit", -5_000)]
    assert (draft.lines[1].customer, problem.code, problem.record) == ("cus_1", "refund_failed", "re_1")


@pytest.mark.parametrize(("type", "code"), [("payout_failure", "payout_failed"), ("payout_cancel", None)])
def test_a_payout_that_came_back_is_told_unless_the_company_took_it_back(
    make: Any, type: str, code: str | None
) -> None:
    draft, problem = post_payout_failure(PAYOUT, make.movement(29_370, type=type), make.terms())
    assert make.legs(draft) == [("stripe_clearing", 29_370), ("payouts_in_transit", -29_370)]
    assert (None if problem is None else problem.code) == code


@given(st.integers(-(10**9), 10**9), st.integers(-(10**6), 10**6))
def test_clearing_moves_by_the_net_of_every_failure(make: Any, amount: int, fee: int) -> None:
    movement, terms = make.movement(amount, fee), make.terms()
    if not amount and not fee:
        return
    for draft in (
        post_payment_failure(make.charge(), movement, terms)[0],
        post_refund_failure(REFUND, movement, terms, customer=None)[0],
        post_payout_failure(PAYOUT, movement, terms)[0],
    ):
        assert sum(leg[1] for leg in make.legs(draft) if leg[0] == "stripe_clearing") == movement.net
