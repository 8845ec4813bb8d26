"""Landing: the rows of a page that are new go into the store, in one commit with the cursor.

A row is known by (connection, stream, created, id); the same content again is a no-op, older
content than we have is too. So any page may come again, in any order, any number of times.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from autobook_core.connector import Envelope
from autobook_core.domain.records import KINDS
from autobook_core.store.rows import RawRow, Ref, week_of
from autobook_core.store.store import Store

_json = msgspec.json.Encoder(order="sorted")

#: An id longer than this, in characters, is no id.
LONGEST_ID = 255
#: Ranks: kinds before this are referred to by others, kinds from ``OTHERS`` on refer to any.
FIRST_DATED = list(KINDS).index("invoice")
OTHERS = 50
#: Later than anything.
LAST = 2**62

#: Instants beyond this, in seconds from 1970, are no births of anything; the store could not hold them all.
FURTHEST = 2**40

#: Sets a tombstone apart from the row it buries, where both say the same.
_GONE = b"\0gone"

#: Digits of a numeric version, so that text order is number order.
_VERSION_DIGITS = 20


class Landed(msgspec.Struct):
    """What became of the rows of one page."""

    rows: int = 0
    new: int = 0
    known: int = 0
    conflicts: int = 0


def row_json(row: Mapping[str, Any]) -> bytes:
    """Return a row as the bytes that are stored, the same for the same content."""
    return _json.encode(row)


def raw_row(
    envelope: Envelope,
    *,
    received_at: int = 0,
    event_id: str = "",
    refused: str = "",
) -> RawRow:
    """Return the stored form of an envelope, with the digest of its bytes."""
    data = envelope.data if isinstance(envelope.data, bytes) else row_json(envelope.data)
    version, name = envelope.version, envelope.id
    if len(name) > LONGEST_ID or "\0" in name:
        refused = refused or "malformed_id"
        name = f"{name[:40]}-{hashlib.sha256(name.encode()).hexdigest()[:32]}".replace("\0", "\ufffd")
    return RawRow(
        name,
        str(version).rjust(_VERSION_DIGITS, "0") if isinstance(version, int) else version,
        envelope.created if -FURTHEST < envelope.created < FURTHEST else 0,
        envelope.deleted,
        hashlib.sha256(data + _GONE if envelope.deleted else data).digest()[:16],
        data,
        received_at,
        event_id,
        refused,
    )


def new_rows(store: Store, connection: int, stream: str, rows: Sequence[RawRow]) -> list[RawRow]:
    """Return the rows whose content is not known yet, without doubles among them.

    Content we have, told again as of a later time, moves the version of its row, so that an older
    snapshot that comes after it is known to be older.
    """
    by_week: dict[int, list[RawRow]] = {}
    for row in rows:
        by_week.setdefault(week_of(row.created), []).append(row)
    known: dict[tuple[int, str], tuple[bytes, str]] = {}
    for week, members in by_week.items():
        found = store.records.digests(connection, stream, week, [row.id for row in members])
        for record, digest in found.items():
            known[week, record] = digest
    fresh: list[RawRow] = []
    newer: list[tuple[str, Ref]] = []
    seen: set[tuple[str, bytes]] = set()
    for row in rows:
        before = known.get((week_of(row.created), row.id))
        if before is not None and (before[0] == row.digest or _older(row.version, before[1])):
            if row.version and row.version > before[1]:
                newer.append((row.version, Ref(connection, stream, week_of(row.created), row.id)))
            continue
        if row.id and (row.id, row.digest) in seen:
            continue
        seen.add((row.id, row.digest))
        fresh.append(row)
    store.records.advance(newer)
    return fresh


def _older(version: str, known: str) -> bool:
    return bool(version and known) and version < known


def land(
    store: Store,
    *,
    connection: int,
    stream: str,
    rank: int,
    rows: Sequence[RawRow],
    received_at: int,
    origin: str = "",
    kind: str | None = None,
) -> Landed:
    """Keep the rows of a page that are new. Call it inside ``writing()``, with the cursor.

    Args:
        store: where they go.
        connection: whose rows they are.
        stream: their stream.
        rank: when the stream is read; parents have the lower one.
        rows: the rows as they came.
        received_at: now.
        origin: the file they came from, if any.
        kind: the kind of record whose key the rows have, where it is not the stream's name.
    """
    fresh = new_rows(store, connection, kind or stream, rows)
    told = [row for row in fresh if row.event_id]
    conflicts = 0
    if told:
        seen = store.records.events(connection, {row.event_id for row in told})
        first: dict[str, bytes] = {}
        for row in told:
            event, digest = row.event_id, row.digest
            if seen.get(event) == digest:
                fresh.remove(row)
            elif (seen.get(event) or first.setdefault(event, digest)) != digest:
                row.refused = "duplicate_conflict"
                conflicts += 1
        store.records.keep_events(connection, list(first.items()))
    if fresh:
        store.pages.land(
            connection=connection,
            stream=stream,
            rank=rank,
            span=_span(rank, fresh),
            origin=origin,
            received_at=received_at,
            rows=fresh,
        )
    return Landed(len(rows), len(fresh), len(rows) - len(fresh), conflicts)


def _span(rank: int, rows: Sequence[RawRow]) -> tuple[int, int]:
    """Return the time a page covers; what others refer to comes before all time, banks after it."""
    if rank < FIRST_DATED:
        return 0, 0
    if rank >= OTHERS:
        return LAST, LAST
    return min(row.created for row in rows), max(row.created for row in rows)


def rows_of(envelopes: Iterable[Envelope]) -> list[RawRow]:
    """Return the stored form of fetched envelopes."""
    return [raw_row(envelope) for envelope in envelopes]


def as_json(position: Mapping[str, Any]) -> str:
    """Return a cursor as text, the same for the same content."""
    return _json.encode(position).decode()
