"""Replay: what kept rows mean by the code as it is now, against what they meant when they came."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import msgspec

from autobook_core.domain.records import Record
from autobook_core.intake.golden_form import golden
from autobook_core.intake.translation import Refusal, Translator
from autobook_core.store.packing import packed_of, version_of
from autobook_core.store.rows import RawRow, Ref, Row, week_of
from autobook_core.store.store import Store
from autobook_core.workbench.differences import differences
from autobook_core.workbench.rows import SampleRow, meanings

#: Rows whose differences are shown, and places shown of each.
MOST_ROWS, MOST_PLACES = 10, 8
#: Rows of the store that record links between records, not what a source said.
_LINKS = frozenset({"payment_link"})

SAME, CHANGED, NEW, REFUSED, SKIPPED = "same", "changed", "new", "refused", "skipped"


class Replay(msgspec.Struct):
    """How many rows mean the same, something else, are read for the first time, or are refused now.

    ``skipped`` are rows of a book that cannot be judged: a later copy of the same row replaced them.
    """

    rows: int = 0
    same: int = 0
    changed: int = 0
    new: int = 0
    refused: int = 0
    skipped: int = 0
    differences: list[dict[str, Any]] = []
    more_differences: int = 0

    def take(self, state: str, stream: str, id: str, changes: list[dict[str, Any]]) -> None:
        """Count one row, and keep the first differences."""
        self.rows += 1
        setattr(self, state, getattr(self, state) + 1)
        if state in (SAME, SKIPPED):
            return
        if len(self.differences) >= MOST_ROWS:
            self.more_differences += 1
            return
        self.differences.append(
            {
                "stream": stream, "id": id, "state": state, "changes": changes[:MOST_PLACES],
                "more_changes": max(0, len(changes) - MOST_PLACES),
            }
        )  # fmt: skip


def replay_session(rows: Sequence[SampleRow], translator: Translator) -> Replay:
    """Compare the rows of a session with what they meant when they were fetched."""
    replay = Replay(differences=[])
    for row, found in zip(rows, meanings(translator, rows), strict=True):
        before, now = row.kept.meaning if row.kept else None, golden(found)
        changes = list(differences(before, now))
        replay.take(_state(before, now), row.stream, row.raw.id, changes)
    return replay


def _state(before: object, now: object) -> str:
    if before == now:
        return SAME
    was_read, is_read = isinstance(before, list), isinstance(now, list)
    if was_read != is_read:
        return NEW if is_read else REFUSED
    return CHANGED


def replay_book(store: Store, connection: int, translator: Translator, *, limit: int) -> Replay:
    """Compare the latest rows of a connection with the records the book made of them; nothing is written."""
    replay = Replay(differences=[])
    raws = list(islice(_latest(store, connection), limit))
    before = _by_place(store, connection, {page for page, _, _, _ in raws})
    for page, position, stream, raw in raws:
        found = translator.records(stream, raw)
        state, changes = _judged(store, connection, before.get((page, position), []), raw, found)
        replay.take(state, stream, raw.id, changes)
    return replay


def _latest(store: Store, connection: int) -> Iterator[tuple[int, int, str, RawRow]]:
    """Give the rows of a connection, the page that came last first."""
    for number in range(store.pages.totals()[0], 0, -1):
        try:
            page = store.pages.get(number)
        except KeyError:
            continue
        if page.connection == connection:
            for position, raw in enumerate(page.rows):
                yield page.id, position, page.stream, raw


def _by_place(store: Store, connection: int, pages: set[int]) -> dict[tuple[int, int], list[Row]]:
    found: dict[tuple[int, int], list[Row]] = {}
    for row in store.records.all():
        if row.connection == connection and row.page in pages and _was_read(row):
            found.setdefault((row.page, row.position), []).append(row)
    return found


def _was_read(row: Row) -> bool:
    """Tell whether a row of the store is a record; a raw row that was refused goes by its own digest."""
    return row.kind not in _LINKS and bool(row.facts or row.version != row.raw_digest)


def _judged(
    store: Store, connection: int, before: list[Row], raw: RawRow, found: list[Record] | Refusal
) -> tuple[str, list[dict[str, Any]]]:
    if raw.deleted:  # a record that is gone keeps what was said of it before
        return SKIPPED, []
    if isinstance(found, Refusal):
        if not before:
            return SAME, []
        return REFUSED, list(differences([_stored(row) for row in before], golden(found)))
    if not before:
        stored = [store.records.get(_ref(connection, record)) for record in found]
        known = any(row is not None and _was_read(row) for row in stored)
        return (SKIPPED, []) if known else (NEW, list(differences(None, golden(found))))
    was = {row.ref: row.version for row in before}
    now = {_ref(connection, record): version_of(record) for record in found}
    if was == now:
        return SAME, []
    return CHANGED, list(_changes(before, found, connection))


def _changes(before: list[Row], found: list[Record], connection: int) -> Iterator[dict[str, Any]]:
    was = {row.ref: row for row in before}
    now = {_ref(connection, record): record for record in found}
    for ref in [*was, *(ref for ref in now if ref not in was)]:
        name = f"{ref.kind} {ref.id}"
        if ref not in now:
            yield {"path": name, "change": "removed", "before": _stored(was[ref]), "after": None}
        elif ref not in was:
            yield {"path": name, "change": "added", "before": None, "after": _said(now[ref])}
        elif was[ref].version != version_of(now[ref]):
            yield from _of_one(name, _stored(was[ref]), _said(now[ref]))


def _of_one(name: str, before: Any, now: Any) -> Iterator[dict[str, Any]]:
    """Give the places where a record differs from what the store kept of it, which is not all of it."""
    shared = {key: value for key, value in now.items() if key in before and key != "lines"}
    places = list(differences({key: before[key] for key in shared}, shared, name))
    yield from places or [
        {"path": name, "change": "changed", "before": None, "after": now},
    ]


def _stored(row: Row) -> Any:
    """Return what the store kept of a record: without the lines of an invoice."""
    if not row.facts:
        return {"kind": row.kind, "id": row.id}
    return _said(packed_of(row).record)


def _said(record: Record) -> Any:
    plain: Any = golden([record])
    return plain[0]


def _ref(connection: int, record: Record) -> Ref:
    return Ref(connection, record.kind, week_of(record.created), record.id)
