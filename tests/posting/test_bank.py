"""Bank lines: the bank account is always right; differences up to the tolerance close an invoice."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autobook_core.domain.journal import Draft
from autobook_core.domain.problems import Problem
from autobook_core.domain.rule import PostingRule
from autobook_core.posting.bank import (
    post_by_rule,
    post_payout_line,
    post_receipt,
    post_to_suspense,
    reclassify,
    settlement,
)


def receipt(make: Any, paid: int, open_minor: int, **policy: Any) -> Any:
    return post_receipt(
        make.bank(paid), make.terms(**policy), invoice="in_1", customer="cus_1", customer_name="Lyng ApS",
        open_minor=open_minor,
    )  # fmt: skip


@pytest.mark.parametrize("signed", [29_370, -5_000])
def test_a_payout_arrives_or_is_collected(make: Any, signed: int) -> None:
    draft = post_payout_line(make.bank(signed), "po_1", make.terms())
    assert make.legs(draft) == [("bank", signed), ("payouts_in_transit", -signed)]
    assert (draft.day, draft.journal, draft.sources) == (date(2025, 3, 14), "bank", ("B-1",))


@pytest.mark.parametrize(
    ("paid", "settled", "legs"),
    [
        (12_500, 12_500, [("receivables", -12_500)]),
        (12_499, 12_500, [("receivables", -12_500), ("rounding_differences", 1)]),
        (12_400, 12_500, [("receivables", -12_500), ("rounding_differences", 100)]),
        (12_600, 12_500, [("receivables", -12_500), ("rounding_differences", -100)]),
        (12_399, 12_399, [("receivables", -12_399)]),
        (12_601, 12_500, [("receivables", -12_500), ("customer_credit", -101)]),
        (5_000, 5_000, [("receivables", -5_000)]),
        (20_000, 12_500, [("receivables", -12_500), ("customer_credit", -7_500)]),
    ],
)
def test_a_difference_of_up_to_a_krone_closes_the_invoice(
    make: Any, paid: int, settled: int, legs: Any
) -> None:
    draft, done = receipt(make, paid, 12_500)
    assert make.legs(draft) == [("bank", paid), *legs]
    assert done == settled
    assert draft.text == "Lyng ApS"
    assert draft.lines[1].invoice == "in_1"


def test_the_tolerance_is_a_matter_of_policy(make: Any) -> None:
    assert receipt(make, 12_499, 12_500, payment_tolerance_minor=0)[1] == 12_499
    assert receipt(make, 12_000, 12_500, payment_tolerance_minor=500)[1] == 12_500


def test_a_receipt_without_a_customers_name_is_called_by_its_invoice(make: Any) -> None:
    draft, _ = post_receipt(
        make.bank(5), make.terms(), invoice="in_1", customer=None, customer_name=None, open_minor=5
    )
    assert draft.text == "Invoice in_1 paid"


@given(st.integers(1, 10**9), st.integers(1, 10**9), st.integers(0, 500))
def test_a_settlement_balances_and_never_settles_more_than_is_open(
    make: Any, paid: int, open_minor: int, tolerance: int
) -> None:
    terms = make.terms(payment_tolerance_minor=tolerance)
    settled, legs = settlement(paid, open_minor, terms, customer="c", invoice="i")
    assert sum(leg.amount for leg in legs) == -paid
    assert 0 < settled <= open_minor
    assert -settled == sum(leg.amount for leg in legs if make.chart.label(leg.account) == "receivables")


@pytest.mark.parametrize(
    ("fields", "text"),
    [({"counterparty": "Hansen"}, "Hansen"), ({"text": ("Husleje",)}, "Husleje"), ({}, "B-1")],
)
def test_a_line_nobody_understands_is_on_suspense(make: Any, fields: Any, text: str) -> None:
    draft = post_to_suspense(make.bank(-900, **fields), make.terms())
    assert make.legs(draft) == [("bank", -900), ("suspense", 900)]
    assert draft.text == f"Unmatched: {text}"


def test_bank_fees_are_known_by_their_text(make: Any) -> None:
    draft = post_by_rule(make.bank(-4_900, text=("GEBYR marts",)), make.terms(), "bank")
    assert make.legs(draft) == [("bank", -4_900), ("bank_charges", 4_900)]
    assert isinstance(draft, Draft)
    assert (draft.text, draft.rule) == ("GEBYR marts", "Bank fees")
    assert post_by_rule(make.bank(4_900, text=("Gebyr",)), make.terms(), "bank") is None
    assert post_by_rule(make.bank(-4_900, text=("Husleje",)), make.terms(), "bank") is None


@pytest.mark.parametrize(
    ("match", "holds"),
    [
        ({"text_contains": "HUS"}, True),
        ({"text_contains": "acme"}, True),
        ({"text_contains": "rent"}, False),
        ({"counterparty": "acme"}, True),
        ({"counterparty": "other"}, False),
        ({"currency": "DKK"}, True),
        ({"currency": "EUR"}, False),
        ({"amount": "100..900"}, True),
        ({"amount": "> 900"}, False),
        ({"direction": "CRDT"}, False),
        ({"source": "bank"}, True),
        ({"source": "elsewhere"}, False),
        ({"interval": "month"}, False),
    ],
)
def test_a_rule_looks_at_what_the_bank_wrote(make: Any, match: Any, holds: bool) -> None:
    rule = PostingRule(name="Rent", match={"record": "bank_line"} | match, post={"debit": "2500"})
    line = make.bank(-900, text=("Husleje",), counterparty="Acme ApS")
    draft = post_by_rule(line, make.terms([rule]), "bank")
    assert (draft is not None) is holds
    if draft is not None:
        assert make.legs(draft) == [("bank", -900), ("2500", 900)]


def test_a_rule_may_leave_a_line_to_a_person(make: Any) -> None:
    rule = PostingRule(name="Ask", match={"record": "bank_line"}, hold="ask the owner")
    problem = post_by_rule(make.bank(-900), make.terms([rule]), "bank")
    assert isinstance(problem, Problem)
    assert (problem.code, problem.amount) == ("held_by_rule", -900)


def test_a_rule_books_money_in_against_its_credit_account(make: Any) -> None:
    rule = PostingRule(
        name="Interest", match={"record": "bank_line"}, post={"credit": "2500"}, effective_from=date(2025, 3, 14),
        effective_to=date(2025, 3, 14),
    )  # fmt: skip
    terms = make.terms([rule])
    draft = post_by_rule(make.bank(700), terms, "bank")
    assert make.legs(draft) == [("bank", 700), ("2500", -700)]
    assert isinstance(draft, Draft)
    assert draft.text == "Interest"
    assert post_by_rule(make.bank(-700), terms, "bank") is None
    for day in (date(2025, 3, 13), date(2025, 3, 15)):
        assert post_by_rule(make.bank(700, booking_date=day), terms, "bank") is None


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_a_line_on_suspense_that_is_reclassified_ends_as_if_known_from_the_start(
    make: Any, paid: int, open_minor: int
) -> None:
    terms, line = make.terms(), make.bank(paid)
    direct, _ = receipt(make, paid, open_minor)
    later = reclassify(line, direct, terms, day=date(2025, 4, 1))
    make.legs(later)
    assert (later.day, later.text, later.rule) == (date(2025, 4, 1), direct.text, direct.rule)

    def net(*drafts: Any) -> dict[str, int]:
        found: dict[str, int] = {}
        for draft in drafts:
            for leg in draft.lines:
                found[leg.account] = found.get(leg.account, 0) + leg.amount
        return {account: amount for account, amount in found.items() if amount}

    assert net(post_to_suspense(line, terms), later) == net(direct)
