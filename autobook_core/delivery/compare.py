"""Comparing what stands on the other side with what was sent.

Equal means: the same day, the same currency, and the same lines in any order, to the minor unit. What
the other side does not keep (a tax code, a customer, an invoice, the text) it may leave out; what it
does show must be what was sent. Names of accounts belong to the chart and are not compared.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

_OPTIONAL = ("tax_code", "customer", "invoice")
#: Lines named in a difference, on each side.
_MOST = 3

#: Account, amount, and the optional values in the order of ``_OPTIONAL``; None where there is none.
_Leg = tuple[str, int, tuple[str | None, ...]]


def same(sent: Mapping[str, Any], found: object) -> str:
    """Return how a found document differs from the one that was sent, in words; empty if it does not."""
    if not isinstance(found, Mapping):
        return "it cannot be read back"
    for key, name in (("date", "day"), ("currency", "currency")):
        if found.get(key) != sent[key]:
            return f"its {name} is {found.get(key, 'missing')}, {sent[key]} was sent"
    text = found.get("text")
    if text is not None and _folded(text) != _folded(sent["text"]):
        return f"its text is {_folded(text)[:80]!r}, {_folded(sent['text'])[:80]!r} was sent"
    return _lines(sent["lines"], found.get("lines"))


def _lines(sent: Sequence[Mapping[str, Any]], found: object) -> str:
    if not isinstance(found, list | tuple):
        return "it has no lines"
    if list(found) == sent and all(type(line["amount"]) is int for line in found):
        return ""
    if len(found) != len(sent):
        return f"it has {len(found)} lines, {len(sent)} were sent"
    legs = []
    for line in found:
        leg = _leg(line)
        if leg is None:
            return f"a line of it cannot be read: {str(line)[:80]!r}"
        legs.append(leg)
    wanted = Counter(leg for leg in map(_leg, sent) if leg is not None)
    extra = [leg for leg in sorted(legs, key=_bareness) if not _taken(wanted, leg)]
    if not extra:
        return ""
    missing = sorted(wanted.elements(), key=repr)
    return f"it holds {_shown(extra)} where {_shown(missing)} was sent"


def _leg(line: object) -> _Leg | None:
    if not isinstance(line, Mapping):
        return None
    account, amount = line.get("account"), line.get("amount")
    if not isinstance(account, str) or type(amount) is not int:
        return None
    values = (line.get(key) for key in _OPTIONAL)
    return account, amount, tuple(None if value is None else _folded(value) for value in values)


def _bareness(leg: _Leg) -> int:
    """Return how many optional values are left out: the lines that say most choose first."""
    return leg[2].count(None)


def _taken(wanted: Counter[_Leg], leg: _Leg) -> bool:
    """Take a sent line that fits from those that are left, an equal one if there is one."""
    if not wanted[leg]:
        fitting = [other for other in wanted if wanted[other] and _fits(leg, other)]
        if not fitting:
            return False
        leg = min(fitting, key=repr)
    wanted[leg] -= 1
    return True


def _fits(found: _Leg, sent: _Leg) -> bool:
    values = zip(found[2], sent[2], strict=True)
    return found[:2] == sent[:2] and all(mine is None or mine == theirs for mine, theirs in values)


def _shown(legs: Sequence[_Leg]) -> str:
    words = [" ".join([account, str(amount), *filter(None, more)]) for account, amount, more in legs[:_MOST]]
    return ", ".join(words) + (f" and {len(legs) - _MOST} more" if len(legs) > _MOST else "")


def _folded(text: object) -> str:
    return " ".join(str(text).split())
