"""The chain: every entry carries the hash of the one before, so nothing can be changed unseen.

``hash = SHA-256(previous hash || canonical bytes of the entry)``. The canonical bytes name
accounts by number and hold every column, so both stores give the same chain.
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from autobook_core.store.rows import EntryRow, LineRow

_encode = msgspec.json.Encoder().encode


def link(previous: bytes, head: tuple[Any, ...], lines: Iterable[Any]) -> bytes:
    """Return the hash of an entry.

    Args:
        previous: hash of the entry before (32 zero bytes for the first).
        head: series, fiscal year, number, day, document day, journal, text, sources, rule, rule
            version, reverses and posting time.
        lines: (account number, amount, tax code, original currency, original amount,
            customer, invoice) of each line in order.
    """
    return hashlib.sha256(previous + _encode((head, lines))).digest()


def head_of(entry: EntryRow) -> tuple[Any, ...]:
    """Return the part of an entry row that goes into its hash."""
    return entry[1:13]


def legs_of(lines: Iterable[LineRow]) -> list[tuple[Any, ...]]:
    """Return the part of line rows that goes into their entry's hash."""
    return [tuple(line[2:]) for line in lines]


def faults(
    entries: Iterable[tuple[EntryRow, list[LineRow]]],
    *,
    previous: bytes = bytes(32),
) -> Iterator[tuple[int, str]]:
    """Give every entry whose chain, balance or number is broken: (entry id, what is wrong)."""
    numbers: dict[tuple[str, int], int] = {}
    expected_id = 1
    for entry, lines in entries:
        if entry.id != expected_id:
            yield entry.id, f"entry {expected_id} is missing before it"
        expected_id = entry.id + 1
        if entry.previous_hash != previous:
            yield entry.id, "it does not carry the hash of the entry before"
        if link(entry.previous_hash, head_of(entry), legs_of(lines)) != entry.hash:
            yield entry.id, "its content does not give its hash: it was changed after posting"
        if sum(line.amount for line in lines) or not lines:
            yield entry.id, "debits and credits differ, or it has no lines"
        key = (entry.series, entry.fiscal_year)
        if entry.number != numbers.get(key, 0) + 1:
            yield entry.id, f"number {entry.number} does not follow {numbers.get(key, 0)}"
        numbers[key] = entry.number
        previous = entry.hash
