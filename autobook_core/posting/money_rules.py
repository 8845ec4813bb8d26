"""Rules for money that moved: bank lines and balance transactions that need no document.

Like rules for invoice lines they are read top to bottom; here the first that holds decides. A condition
that such a record cannot meet (an interval, a product) does not hold.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from autobook_core.domain.expressions import parse_range
from autobook_core.domain.problems import Problem
from autobook_core.domain.rule import PostingRule


def first_rule(rules: Iterable[PostingRule], facts: Mapping[str, Any], day: date) -> PostingRule | None:
    """Return the first rule that holds for these facts on a day.

    Args:
        rules: those of the kind of record, in order.
        facts: what may be matched, by the names rules use; ``texts`` is what ``text_contains`` reads and
            ``amount`` is in minor units without sign.
        day: the booking date.
    """
    return next((rule for rule in rules if _in_effect(rule, day) and _holds(rule, facts)), None)


def held(rule: PostingRule, record: str, amount: int, currency: str) -> Problem:
    """Return the problem of a record that a rule leaves to a person; its amount is on suspense."""
    return Problem(
        code="held_by_rule",
        record=record,
        detail=f"rule {rule.name!r} holds it: {rule.hold}; it is on suspense",
        amount=amount,
        currency=currency,
    )


def _in_effect(rule: PostingRule, day: date) -> bool:
    if rule.effective_from is not None and day < rule.effective_from:
        return False
    return rule.effective_to is None or day <= rule.effective_to


def _holds(rule: PostingRule, facts: Mapping[str, Any]) -> bool:
    return all(_meets(key, wanted, facts) for key, wanted in rule.match.items() if key != "record")


def _meets(key: str, wanted: Any, facts: Mapping[str, Any]) -> bool:
    if key == "text_contains":
        texts: Sequence[str] = facts.get("texts", ())
        return any(wanted.casefold() in text.casefold() for text in texts)
    if key not in facts:
        return False
    if key == "counterparty":
        return wanted.casefold() in (facts[key] or "").casefold()
    if key == "amount":
        return parse_range(wanted).holds(facts[key])
    return bool(facts[key] == wanted)
