"""The canonical document of an entry: what every sink is given, and what is looked for afterwards.

Rendering is pure, and an entry never changes once it is posted, so the same document comes out every
time. That is why the outbox keeps only its digest: the digest stands for the bytes, and a document that
renders to another one later means a fault or a forged book.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

import msgspec

from autobook_core.delivery.compare import same
from autobook_core.store.rows import EntryRow, LineRow

__all__ = ["KIND", "Accounts", "delivery_key", "digest", "document_id", "render", "same"]

KIND = "journal_entry"

#: Name and type of each account, by number.
Accounts = Mapping[str, tuple[str, str]]

_KEYS = UUID("7c1f0c52-8d0e-5b8e-9a35-3f2b8f0f6d61")
#: What a line takes from the chart and not from the entry; a company may rename its accounts.
_CHART = frozenset({"name", "type"})
_encode = msgspec.json.Encoder(order="sorted").encode


def document_id(entry: EntryRow) -> str:
    """Return how people and other systems name an entry: series, fiscal year, number."""
    return f"{entry.series}-{entry.fiscal_year}-{entry.number}"


def delivery_key(book_id: str, sink: str, entry: EntryRow) -> str:
    """Return the idempotency key of an entry at a sink: 36 characters, the same for every attempt."""
    return str(uuid5(_KEYS, "\x1f".join((book_id, sink, document_id(entry)))))


def render(
    entry: EntryRow, lines: Sequence[LineRow], accounts: Accounts, base_currency: str
) -> dict[str, Any]:
    """Return the canonical body of an entry.

    Raises:
        KeyError: a line is on an account that is not in the chart.
    """
    return {
        "id": document_id(entry),
        "series": entry.series,
        "number": entry.number,
        "date": entry.day,
        "journal": entry.journal,
        "text": entry.text,
        "currency": base_currency,
        "sources": msgspec.json.decode(entry.sources, type=list[str]),
        "hash": entry.hash.hex(),
        "lines": [_line(line, accounts) for line in lines],
    }


def _line(line: LineRow, accounts: Accounts) -> dict[str, Any]:
    name, kind = accounts[line.account]
    body: dict[str, Any] = {"account": line.account, "name": name, "type": kind, "amount": line.amount}
    if line.tax_code is not None:
        body["tax_code"] = line.tax_code
    if line.customer is not None:
        body["customer"] = line.customer
    if line.invoice is not None:
        body["invoice"] = line.invoice
    return body


def digest(body: Mapping[str, Any]) -> bytes:
    """Return the SHA-256 of a body as JSON with sorted keys, without the names and types of the chart."""
    lines = [{key: line[key] for key in line if key not in _CHART} for line in body["lines"]]
    return hashlib.sha256(_encode({**body, "lines": lines})).digest()
