"""What moves money at the processor is always booked, so that clearing equals its balance."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from autobook_core.domain.problems import SetAside
from autobook_core.domain.records import Payout
from autobook_core.domain.rule import PostingRule
from autobook_core.posting.payments import check_movement, post_fee, post_other, post_payment, post_payout

amounts = st.integers(-(10**9), 10**9)
PAYOUT = Payout(id="po_1", amount=29_370, currency="DKK", arrival_date=0, status="paid")


def test_a_payment_settles_its_invoice_gross_and_the_fee_is_taken(make: Any) -> None:
    draft, problems = post_payment(
        make.charge(30_000), make.movement(30_000, 630), make.terms(), customer="cus_1"
    )
    assert make.legs(draft) == [
        ("stripe_clearing", 30_000), ("receivables", -30_000), ("fees", 630), ("stripe_clearing", -630),
    ]  # fmt: skip
    assert (draft.day, draft.journal, draft.sources) == (date(2025, 2, 3), "psp", ("ch_1", "txn_1"))
    assert (draft.lines[1].customer, draft.lines[1].invoice, problems) == ("cus_1", "in_1", ())


def test_a_payment_that_names_no_invoice_waits_on_suspense_and_says_so(make: Any) -> None:
    charge = make.charge(30_000, invoice=None)
    draft, problems = post_payment(charge, make.movement(30_000), make.terms(), customer=None)
    assert make.legs(draft) == [("stripe_clearing", 30_000), ("suspense", -30_000)]
    assert [(item.code, item.severity, item.amount) for item in problems] == [
        ("charge_without_invoice", "warning", 30_000)
    ]


def test_a_payment_of_nothing_still_costs_its_fee(make: Any) -> None:
    draft, _ = post_payment(make.charge(0), make.movement(0, 100), make.terms(), customer=None)
    assert make.legs(draft) == [("fees", 100), ("stripe_clearing", -100)]


def test_a_fee_billed_on_its_own_and_its_return(make: Any) -> None:
    terms = make.terms()
    draft = post_fee(make.movement(-1_500, category="fee", description="Billing"), terms)
    assert make.legs(draft) == [("fees", 1_500), ("stripe_clearing", -1_500)]
    assert draft.text == "Fee Billing"
    back = post_fee(make.movement(1_500, category="fee"), terms)
    assert make.legs(back) == [("fees", -1_500), ("stripe_clearing", 1_500)]
    assert back.text == "Fee txn_1"


@pytest.mark.parametrize("amount", [-29_370, 29_370])
def test_a_payout_is_on_its_way_in_either_direction(make: Any, amount: int) -> None:
    draft = post_payout(PAYOUT, make.movement(amount, category="payout"), make.terms())
    assert make.legs(draft) == [("payouts_in_transit", -amount), ("stripe_clearing", amount)]
    assert draft.sources == ("po_1", "txn_1")


def test_a_payout_that_costs_takes_its_fee_from_clearing(make: Any) -> None:
    draft = post_payout(PAYOUT, make.movement(-29_370, 100, category="payout"), make.terms())
    assert make.legs(draft)[2:] == [("fees", 100), ("stripe_clearing", -100)]
    only_fee = post_payout(PAYOUT, make.movement(0, 100, category="payout"), make.terms())
    assert make.legs(only_fee) == [("fees", 100), ("stripe_clearing", -100)]


@pytest.mark.parametrize(("source", "sources"), [("x_1", ("txn_1", "x_1")), (None, ("txn_1",))])
def test_what_nobody_knows_is_on_suspense_and_shown(make: Any, source: str | None, sources: Any) -> None:
    draft, problem = post_other(
        make.movement(-700, category="adjustment", source=source), make.terms(), "stripe"
    )
    assert make.legs(draft) == [("stripe_clearing", -700), ("suspense", 700)]
    assert draft.sources == sources
    assert problem is not None
    assert (problem.code, problem.severity, problem.amount) == (
        "unknown_balance_transaction_type",
        "error",
        -700,
    )


def test_a_rule_says_what_a_movement_is_or_leaves_it_to_a_person(make: Any) -> None:
    adjustment = {"record": "balance_transaction", "category": "adjustment"}
    booked = PostingRule(name="Adjustments", match=adjustment, post={"debit": "other_expense"})
    draft, problem = post_other(make.movement(-700, category="adjustment"), make.terms([booked]), "stripe")
    assert make.legs(draft) == [("stripe_clearing", -700), ("other_expense", 700)]
    assert (draft.rule, problem) == ("Adjustments", None)
    waits = PostingRule(name="Ask", match=adjustment, hold="ask the auditor")
    draft, problem = post_other(make.movement(-700, category="adjustment"), make.terms([waits]), "stripe")
    assert make.legs(draft) == [("stripe_clearing", -700), ("suspense", 700)]
    assert problem is not None
    assert problem.code == "held_by_rule"
    draft, problem = post_other(make.movement(-700, category="transfer"), make.terms([booked]), "stripe")
    assert problem is not None
    assert problem.code == "unknown_balance_transaction_type"


@given(amounts, st.integers(0, 10**6), st.sampled_from(["payment", "loose", "fee", "payout", "unknown"]))
def test_clearing_moves_by_the_net_whatever_it_was(make: Any, amount: int, fee: int, kind: str) -> None:
    terms, movement = make.terms(), make.movement(amount, fee)
    if not movement.net and not (amount and fee):
        return
    if kind in ("payment", "loose"):
        charge = make.charge(amount, **({"invoice": None} if kind == "loose" else {}))
        draft, _ = post_payment(charge, movement, terms, customer=None)
    elif kind == "fee":
        draft = post_fee(movement, terms)
    elif kind == "payout":
        draft = post_payout(PAYOUT, movement, terms)
    else:
        draft, _ = post_other(movement, terms, "stripe")
    if kind in ("payment", "loose", "payout") or movement.net:
        legs = make.legs(draft)
        assert sum(leg[1] for leg in legs if leg[0] == "stripe_clearing") == movement.net


def test_a_movement_that_cannot_be_booked_is_set_aside(make: Any) -> None:
    terms = make.terms()
    check_movement(make.movement(1), terms)
    for wrong, code in [
        (make.movement(1, currency="USD"), "missing_exchange_rate"),
        (make.movement(1, currency="QQQ"), "unknown_currency"),
        (replace(make.movement(1), net=2), "totals_do_not_add_up"),
    ]:
        with pytest.raises(SetAside) as refused:
            check_movement(wrong, terms)
        assert refused.value.code == code
