"""Account names: type, number and name of an account in the words each program allows.

Most names can be read back from the journal as they stand. One that cannot (a dash where Beancount
needs it for a space, a colon) gets its exact number and name beside the posting.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from autobook_plaintext.values import encode, tidy

ROOTS = {
    "asset": "Assets",
    "liability": "Liabilities",
    "equity": "Equity",
    "income": "Income",
    "expense": "Expenses",
}
TYPES = {root: kind for kind, root in ROOTS.items()}
_DASHES = re.compile(r"[\W_]+")


class Name(NamedTuple):
    """An account in a journal: what is written, and the tags it needs to be read back exactly."""

    written: str
    tags: tuple[tuple[str, str], ...]


@lru_cache(4096)
def hledger_name(kind: str, number: str, name: str) -> Name:
    """Return ``Assets:6485 Stripe balance``."""
    rest = " ".join(part for part in (_component(number), _component(name)) if part)
    written = f"{ROOTS[kind]}:{rest or 'unnamed'}"
    return Name(written, _tags(number, name, hledger_parts(written)))


def hledger_parts(written: str) -> tuple[str, str, str]:
    """Return type, number and name as far as the written account tells them.

    Raises:
        KeyError: it is under no root of ours.
    """
    root, _, rest = written.partition(":")
    number, _, name = rest.partition(" ")
    return TYPES[root], number, name


@lru_cache(4096)
def beancount_name(kind: str, number: str, name: str) -> Name:
    """Return ``Assets:A6485-Stripe-balance``."""
    parts = (_DASHES.sub("", number), _DASHES.sub("-", name).strip("-"))
    written = f"{ROOTS[kind]}:A{'-'.join(part for part in parts if part)}"
    return Name(written, _tags(number, name, beancount_parts(written)))


def beancount_parts(written: str) -> tuple[str, str, str]:
    """Return type, number and name as far as the written account tells them.

    Raises:
        KeyError: it is under no root of ours.
    """
    root, _, rest = written.partition(":")
    number, _, name = rest[1:].partition("-")
    return TYPES[root], number, name.replace("-", " ")


def _tags(number: str, name: str, read: tuple[str, str, str]) -> tuple[tuple[str, str], ...]:
    if read[1:] == (number, name):
        return ()
    return (("account", encode(number)), ("name", encode(name)))


def _component(text: str) -> str:
    return tidy(text.replace(":", " "))
