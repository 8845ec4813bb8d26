"""Disputes that are lost where the policy takes the sale back: as a refund does, against what waits of the dispute."""

from itertools import permutations
from typing import Any

import pytest

CLOSED = "2025-04-30"


def lost(say: Any, amount: int, *, day: str = "2025-03-10", charge: int = 1, **fields: Any) -> Any:
    """A dispute of a payment, withdrawn on a day and closed at the end of April."""
    movement = say.movement("txn_dp", "dispute", -amount, "dp_1", day)
    data = {
        "id": "dp_1", "object": "dispute", "amount": amount, "currency": "dkk", "charge": f"ch_{charge}",
        "created": movement["created"], "status": "lost", "reason": "general", "livemode": True,
        "balance_transactions": [movement],
    }  # fmt: skip
    return say.stripe("dispute", data | fields, received_at=f"{CLOSED}T10:00:00Z")


@pytest.fixture
def cancelling(company: Any) -> Any:
    """Opens books that take the sale of a lost dispute back."""
    return lambda: company(dispute_lost="cancel_sale")


def test_a_lost_dispute_takes_revenue_and_vat_back(say: Any, cancelling: Any) -> None:
    book = cancelling()
    book.tell(say.invoice(1), say.charge(1), lost(say, 12_500), as_of="2025-05-31")
    assert book.legs("dp_1")[2:] == [
        (CLOSED, "vat_output_25", 2_500), (CLOSED, "revenue_monthly", 10_000),
        (CLOSED, "disputes_receivable", -12_500),
    ]  # fmt: skip
    assert (book.balances(), book.codes()) == ({}, [("credit_note_missing", "dp_1")])
    assert book.states()["dp_1"] == "posted"


def test_a_part_takes_its_part_of_the_vat(say: Any, cancelling: Any) -> None:
    book = cancelling()
    book.tell(
        say.invoice(1, say.line(8_001, id="il_1")),
        say.charge(1, 10_001),
        lost(say, 3_333),
        as_of="2025-05-31",
    )
    assert book.legs("dp_1")[2:] == [
        (CLOSED, "vat_output_25", 667), (CLOSED, "revenue_monthly", 2_666), (CLOSED, "disputes_receivable", -3_333),
    ]  # fmt: skip


def test_a_prepaid_year_is_taken_back_from_what_waits_first(say: Any, cancelling: Any) -> None:
    book = cancelling()
    year = say.invoice(1, say.annual(id="il_1"), day="2025-01-01")
    book.tell(year, say.charge(1, 45_625), lost(say, 45_625), as_of="2026-01-31")
    taken = {role: amount for _, role, amount in book.legs("dp_1")[2:]}
    assert taken == {
        "vat_output_25": 9_125, "deferred_revenue": 24_600, "revenue_annual": 11_900, "disputes_receivable": -45_625
    }  # fmt: skip
    assert book.balances() == {}


def test_what_was_refunded_before_is_a_loss(say: Any, cancelling: Any) -> None:
    book = cancelling()
    book.tell(say.invoice(1), say.charge(1), say.refund(1, 10_000), lost(say, 12_500), as_of="2025-05-31")
    assert book.balances() == {"dispute_losses": 10_000, "stripe_clearing": -10_000}


def test_a_dispute_of_a_payment_without_invoice_is_a_loss(say: Any, cancelling: Any) -> None:
    book = cancelling()
    book.tell(say.charge(1, invoice=None, payment_intent=None), lost(say, 12_500), as_of="2025-05-31")
    assert book.balances() == {"dispute_losses": 12_500, "suspense": -12_500}
    assert ("vat_relief_review", "dp_1") in book.codes()


def test_a_dispute_of_a_payment_nobody_knows_waits_with_its_money_in_sight(say: Any, cancelling: Any) -> None:
    book = cancelling()
    book.tell(lost(say, 12_500), as_of="2025-05-31")
    assert book.balances() == {"disputes_receivable": 12_500, "stripe_clearing": -12_500}
    assert (book.states()["dp_1"], book.codes()) == ("pending", [("missing_parent", "dp_1")])


def test_a_dispute_won_after_all_gives_the_sale_back(say: Any, cancelling: Any) -> None:
    book = cancelling()
    book.tell(say.invoice(1, say.annual(id="il_1")), say.charge(1, 45_625), as_of="2026-01-31")
    before = book.balances()
    book.tell(lost(say, 45_625), as_of="2026-01-31")
    back = say.movement("txn_won", "dispute_reversal", 45_625, "dp_1", "2025-06-20")
    won = lost(say, 45_625, status="won")
    won["data"]["balance_transactions"].append(back)
    book.tell(won, as_of="2026-01-31")
    assert (book.balances(), book.codes()) == (before, [])


def link(say: Any) -> Any:
    data = {
        "id": "inpay_1", "object": "invoice_payment", "invoice": "in_1", "created": 1_738_584_000,
        "payment": {"type": "payment_intent", "payment_intent": "pi_1"}, "status": "paid",
    }  # fmt: skip
    return say.stripe("invoice_payment", data)


def with_refunds(say: Any) -> list[Any]:
    """A prepaid year, refunded in part before and after the dispute is closed."""
    return [
        say.invoice(1, say.annual(9_999, id="il_1")), say.charge(1, 12_499), lost(say, 3_333),
        say.refund(1, 1_111, day="2025-03-17"), say.refund(2, 2_222, day="2025-07-01"),
    ]  # fmt: skip


def with_link(say: Any) -> list[Any]:
    return [say.invoice(1), link(say), say.charge(1, invoice=None), lost(say, 12_500)]


@pytest.mark.parametrize("told", [with_refunds, with_link])
def test_the_sale_is_taken_back_alike_in_whatever_order_all_comes(
    say: Any, cancelling: Any, told: Any
) -> None:
    facts = told(say)
    together = cancelling()
    together.tell(*facts, as_of="2026-01-31")
    expected = together.digest(), together.codes(), together.states()
    assert "disputes_receivable" not in together.balances()
    for number, order in enumerate(permutations(facts)):
        if len(facts) > 4 and number % 3:
            continue
        book = cancelling()
        book.tell_one_by_one([*order, *order[:1]], as_of="2025-05-31")
        book.tell(as_of="2026-01-31")
        assert (book.digest(), book.codes(), book.states()) == expected, [
            fact["data"]["id"] for fact in order
        ]
