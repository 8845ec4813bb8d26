"""What stands in the books after a run, in a form that can be compared: with another run and with the truth."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from autobook_core.connector import Record, Source
from autobook_core.intake.translation import Refusal, Translator
from autobook_core.store.packing import version_of
from autobook_core.store.rows import PageRow, RawRow
from autobook_core.store.store import Store
from autobook_core.testing.kit.case import Broken, require
from autobook_core.testing.kit.trail import Trail
from autobook_core.testing.kit.world import World


@dataclass
class State:
    """The final state of a book with one connection.

    Attributes:
        raw: the newest raw row of each id, with its stream: of the stream the kit's rows come by.
        beside: rows of other streams, and those about whole documents, with their streams.
        records: version and state of each record by (kind, id); more than one where it stands twice.
        refused: why rows were set aside, by id.
        entries: what was posted: (day, text, sources, lines), sorted.
    """

    raw: dict[str, tuple[str, RawRow]] = field(default_factory=dict)
    beside: list[tuple[str, RawRow]] = field(default_factory=list)
    records: dict[tuple[str, str], list[tuple[str, str]]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    entries: list[tuple[Any, ...]] = field(default_factory=list)


def pages_of(store: Store) -> list[PageRow]:
    """Return every landed page, in order of landing."""
    return [store.pages.get(number) for number in range(1, store.pages.totals()[0] + 1)]


def read_state(store: Store, stream: str, documents: Sequence[str] = ()) -> State:
    """Read the state of a book. An older version of a raw row never counts over a newer one.

    Args:
        store: the book's store.
        stream: the stream the kit's rows come by.
        documents: names of documents; a row with one of them in its id is about the document.
    """
    state = State()
    for page in pages_of(store):
        for row in page.rows:
            if page.stream != stream or any(name in row.id for name in documents):
                state.beside.append((page.stream, row))
                continue
            known = state.raw.get(row.id)
            if known is None or not (row.version and known[1].version) or row.version >= known[1].version:
                state.raw[row.id] = (page.stream, row)
    for record in store.records.all():
        state.records.setdefault((record.kind, record.id), []).append((record.version.hex(), record.state))
    state.refused = {item.record: item.code for item in store.inbox.all() if item.page is not None}
    for entry in store.journal.entries(0, 1_000_000):
        lines = tuple(sorted((line.account, line.amount) for line in store.journal.lines_of(entry.id)))
        state.entries.append((entry.day, entry.text, entry.sources, lines))
    state.entries.sort()
    return state


def check_truth(state: State, world: World, source: Source, trail: Trail) -> None:
    """Hold a state to the rows of the other side.

    Args:
        state: what stands in the books.
        world: what is true at the other side.
        source: a connector to translate with.
        trail: what was asked and brought; it tells the cause.

    Raises:
        Broken: a row is lost, made up, old or altered; a record is missing, old or stands twice.
    """
    truth = world.truth()
    _same_ids(set(truth), set(state.raw), trail)
    for stream, row in state.beside:
        require(row.id not in truth, f"{row.id} stands under the stream {stream} too, which is not its own")
    translator = Translator(source)
    expected: dict[tuple[str, str], str] = {}
    for name, (told, deleted) in truth.items():
        stream, row = state.raw[name]
        if _json(row) != told:
            kept = _shown(row.data)
            raise Broken(f"{name} is not kept as the other side tells it now: {kept}.{trail.of_old(name)}")
        require(
            row.deleted == deleted,
            f"{name} is {'' if deleted else 'not '}gone, which the books do not say: its envelope must be "
            f"deleted={deleted}",
        )
        found = translator.records(stream, row)
        if not isinstance(found, Refusal):
            expected |= {(record.kind, record.id): version_of(record).hex() for record in found}
    also = {(record.kind, record.id) for record in _records_beside(state, translator)}
    aside = truth.keys() | {row.id for _, row in state.beside}
    _same_records(expected, state, aside & state.refused.keys(), also)


def _records_beside(state: State, translator: Translator) -> Iterator[Record]:
    """Give what rows beside the kit's own say."""
    for stream, row in state.beside:
        found = translator.records(stream, row)
        if not isinstance(found, Refusal):
            yield from found


def _same_ids(there: set[str], here: set[str], trail: Trail) -> None:
    lost, made_up = sorted(there - here), sorted(here - there)
    if lost:
        why = trail.of_lost(lost[0])
        raise Broken(f"{len(lost)} of {len(there)} rows are lost: {_few(lost)}. {why}")
    require(not made_up, f"{len(made_up)} rows are not the other side's: {_few(made_up)}")


def _same_records(
    expected: dict[tuple[str, str], str], state: State, refused: set[str], also: set[tuple[str, str]]
) -> None:
    for key, version in expected.items():
        found = state.records.get(key, [])
        require(found, f"{key[0]} {key[1]} is not among the records")
        require(
            len(found) == 1, f"{key[0]} {key[1]} stands there {len(found)} times: is created always the same?"
        )
        require(found[0][0] == version, f"{key[0]} {key[1]} is not what its row says now")
    there = expected.keys() | also
    extra = [key for key in state.records if key not in there and key[1] not in refused]
    require(not extra, f"records that no row gives any more: {_few([' '.join(key) for key in extra])}")


def check_same(state: State, other: State) -> None:
    """Hold the state after trouble to that of a run without.

    Raises:
        Broken: they differ.
    """
    for key in state.records.keys() | other.records.keys():
        if state.records.get(key) != other.records.get(key):
            raise Broken(
                f"{key[0]} {key[1]} ended as {state.records.get(key)}, without trouble as {other.records.get(key)}"
            )
    require(state.entries == other.entries, "the journal differs from that of a run without trouble")


def _json(row: RawRow) -> Any:
    return msgspec.json.decode(row.data)


def _shown(data: bytes) -> str:
    return data[:160].decode("utf-8", "replace")


def _few(names: list[str]) -> str:
    return ", ".join(names[:4]) + (" ..." if len(names) > 4 else "")
