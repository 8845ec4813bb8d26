"""References: the names by which a payer calls an invoice, normalised for comparison."""

import re
from collections.abc import Iterable

#: Neighbouring words joined to form one reference, at most.
_MOST_WORDS = 4
#: A reference shorter than this, or without a digit, is a word like any other.
_SHORTEST = 3
#: References tried for one line, at most: a page of prose is no reference.
_MOST_KEYS = 200

_WORDS = re.compile(r"[^\W_]+")
_LEGAL_FORMS = frozenset("aps a s as is ivs gmbh ag ab oy ltd inc llc bv nv sa sarl og and und et co".split())


def normalise(text: str) -> str:
    """Drop case, spaces and punctuation: ``"ns 000-123"`` becomes ``"NS000123"``."""
    return "".join(_WORDS.findall(text)).upper()


def candidate_keys(texts: Iterable[str]) -> list[str]:
    """Return what in some free texts may be an invoice number, normalised.

    Words that stand next to each other are also tried as one, because payers put spaces
    and strokes where they like.
    """
    keys: dict[str, None] = {}
    for text in texts:
        words = [word.upper() for word in _WORDS.findall(text)]
        for start in range(len(words)):
            joined = ""
            for word in words[start : start + _MOST_WORDS]:
                joined += word
                if len(joined) >= _SHORTEST and any(c.isdigit() for c in joined):
                    keys[joined] = None
        if len(keys) > _MOST_KEYS:
            break
    return list(keys)[:_MOST_KEYS]


def names_contradict(payer: str | None, customer: str | None) -> bool:
    """Tell whether two names are both given and share no word that says anything."""
    if not payer or not customer:
        return False
    first, second = _significant(payer), _significant(customer)
    return bool(first and second) and not first & second


def _significant(name: str) -> set[str]:
    words = {word.lower() for word in _WORDS.findall(name)}
    return {word for word in words if word not in _LEGAL_FORMS and len(word) > 1}
