"""A record that cannot be read: what hangs on it waits or is on suspense, and nothing falls over."""

import copy
from itertools import permutations
from typing import Any

import pytest

from tests.bookkeeping.test_clearing import alone, nets


def apart(facts: list[Any]) -> list[Any]:
    """Tell every movement by itself, so that it can be read where its document cannot."""
    found = []
    for fact in copy.deepcopy(facts):
        movement = fact["data"].get("balance_transaction")
        if isinstance(movement, dict):
            fact["data"]["balance_transaction"] = movement["id"]
            found.append(fact | {"type": "balance_transaction", "data": movement})
        found.append(fact)
    return found


def spoiled(fact: Any) -> Any:
    broken = copy.deepcopy(fact)
    name = "total" if "total" in broken["data"] else "amount"
    broken["data"][name] = "n/a"
    return broken


def story(say: Any) -> list[Any]:
    failure = alone(say, "txn_f", "charge_failure", -12_500, "ch_1", "2025-02-12", 300)
    return [
        *apart([say.invoice(1), say.charge(1, fee=250), say.refund(1, 5_000), say.payout(1, 7_250)]),
        failure,
    ]


KINDS = ("invoice", "charge", "refund", "payout", "balance_transaction")


@pytest.mark.parametrize("kind", KINDS)
def test_what_cannot_be_read_stops_nobody_and_mended_it_leaves_no_trace(
    say: Any, company: Any, kind: str
) -> None:
    facts = story(say)
    whole = company()
    whole.tell(*facts)
    bad = [spoiled(fact) if fact["type"] == kind else fact for fact in facts]
    good = [fact for fact in facts if fact["type"] == kind]
    known = [fact for fact in bad if fact["type"] != kind]
    for order in (bad, bad[::-1], *list(permutations(bad))[5::1009]):
        book = company()
        book.tell(*order)
        if kind != "balance_transaction":
            assert book.balances().get("stripe_clearing", 0) == nets(known)
        book.tell(*good)
        assert book.balances().get("stripe_clearing", 0) == nets(facts)
        assert book.digest() == whole.digest()


@pytest.mark.parametrize("kind", KINDS)
def test_told_one_by_one_it_is_the_same(say: Any, company: Any, kind: str) -> None:
    facts = story(say)
    whole = company()
    whole.tell(*facts)
    bad = [spoiled(fact) if fact["type"] == kind else fact for fact in facts]
    for order in (bad, bad[::-1]):
        book = company()
        book.tell_one_by_one(order)
        book.tell_one_by_one([fact for fact in facts if fact["type"] == kind])
        assert book.digest() == whole.digest()
