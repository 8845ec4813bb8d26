"""Records: every fact once, with its one state, and the links between them."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from autobook_core.store.database import Database
from autobook_core.store.rows import Ref, Row

_json = msgspec.json.Encoder()

OpenItem = tuple[str, int, str, str, int, str, int, str]
"""role, amount, currency, day, connection, kind, week, id"""


def _ids(ids: Iterable[str]) -> str:
    return _json.encode(list(ids)).decode()


class Records:
    """Finds and keeps record rows, waiting children, references and open items."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def digests(
        self, connection: int, kind: str, week: int, ids: Iterable[str]
    ) -> dict[str, tuple[bytes, str]]:
        """Return the raw digest and version of the rows of one week that are known."""
        found = self._db.rows("digests_in_week", connection=connection, kind=kind, week=week, ids=_ids(ids))
        return {row[0]: (bytes(row[1]), row[2]) for row in found}

    def in_week(self, connection: int, kind: str, week: int, ids: Iterable[str]) -> Iterator[Row]:
        """Find rows of which the week is known exactly."""
        for row in self._db.rows("find_in_week", connection=connection, kind=kind, week=week, ids=_ids(ids)):
            yield Row(*row)

    def find(self, connection: int, kind: str, wanted: dict[str, int]) -> Iterator[Row]:
        """Find rows by id; ``wanted`` gives for each the week in which to look first.

        Parents are a little older than their children, so the hinted week and the one
        before are asked first; only what is not there is looked for in all weeks.
        """
        missing = dict(wanted)
        for back in (0, 1):
            by_week: dict[int, list[str]] = {}
            for record, week in missing.items():
                by_week.setdefault(week - back, []).append(record)
            for week, ids in by_week.items():
                for row in self.in_week(connection, kind, week, ids):
                    missing.pop(row.id, None)
                    yield row
            if not missing:
                return
        weeks = [row[0] for row in self._db.rows("weeks_of", connection=connection, kind=kind)]
        if weeks:
            anywhere = self._db.rows(
                "find_in_weeks",
                connection=connection,
                kind=kind,
                weeks=_json.encode(weeks).decode(),
                ids=_ids(missing),
            )
            yield from (Row(*found) for found in anywhere)

    def get(self, ref: Ref) -> Row | None:
        """Return one row by its exact name."""
        return next(self.in_week(ref.connection, ref.kind, ref.week, [ref.id]), None)

    def all(self) -> Iterator[Row]:
        """Give every row, in the order of the key, without holding them."""
        for row in self._db.stream("all_records"):
            yield Row(*row)

    def of_kind(self, connection: int, kind: str) -> Iterator[Row]:
        """Give every row of one kind, in the order of the key."""
        for row in self._db.stream("records_of", connection=connection, kind=kind):
            yield Row(*row)

    def anywhere(self, record: str) -> list[Row]:
        """Return the rows with that id, whatever their kind. For people: it may scan."""
        return [Row(*row) for row in self._db.rows("record_anywhere", id=record)]

    def insert(self, rows: Sequence[Row]) -> None:
        """Write rows that are new."""
        self._db.bulk("insert_record", [row.values() for row in rows])

    def replace(self, rows: Sequence[Row]) -> None:
        """Write rows that may stand there already."""
        self._db.bulk("replace_record", [row.values() for row in rows])

    def advance(self, rows: Iterable[tuple[str, Ref]]) -> None:
        """Let rows whose content was told again carry the later version."""
        self._db.bulk("advance_record", [(version, *ref) for version, ref in rows])

    def count(self, changes: dict[tuple[int, str, str], int]) -> None:
        """Move the counts of records by (connection, kind, state)."""
        self._db.bulk("add_record_count", [(*key, by) for key, by in sorted(changes.items()) if by])

    def counts(self) -> list[tuple[int, str, str, int]]:
        """Return how many records there are by connection, kind and state."""
        return [(row[0], row[1], row[2], row[3]) for row in self._db.rows("record_counts")]

    def events(self, connection: int, ids: Iterable[str]) -> dict[str, bytes]:
        """Return the digests of the event ids that were seen before."""
        found = self._db.rows("events_known", connection=connection, ids=_ids(ids))
        return {row[0]: bytes(row[1]) for row in found}

    def keep_events(self, connection: int, events: Iterable[tuple[str, bytes]]) -> None:
        """Remember event ids and what they said."""
        self._db.bulk("insert_event", [(connection, event, digest) for event, digest in events])

    # Children that wait for a parent.

    def awaited(self) -> set[tuple[str, str]]:
        """Return (kind, id) of every parent somebody waits for."""
        return {(row[0], row[1]) for row in self._db.rows("awaited")}

    def wait(self, rows: Iterable[tuple[str, str, Ref, int]]) -> None:
        """Let children wait: (awaited kind, awaited id, child, since)."""
        self._db.bulk(
            "insert_waiting", [(kind, parent, *child, since) for kind, parent, child, since in rows]
        )

    def wake(self, parents: Iterable[tuple[str, str]]) -> None:
        """Mark the children of these parents as ready to be read again."""
        self._db.bulk("wake", list(parents))

    def ready(self, most: int) -> list[tuple[str, str, Ref]]:
        """Return children whose parent has come: (awaited kind, awaited id, child)."""
        return [(row[0], row[1], Ref(*row[2:6])) for row in self._db.rows("waiting_ready", most=most)]

    def waiting(self) -> list[tuple[str, str, Ref, int]]:
        """Return every child that waits: (awaited kind, awaited id, child, since)."""
        return [(row[0], row[1], Ref(*row[2:6]), row[6]) for row in self._db.rows("waiting_all")]

    def stop_waiting(self, rows: Iterable[tuple[str, str, Ref]]) -> None:
        """Forget that these children wait."""
        self._db.bulk("delete_waiting", [(kind, parent, *child) for kind, parent, child in rows])

    # Names by which a bank line may call a record, and items it may settle.

    def refer(self, rows: Iterable[tuple[str, Ref]]) -> None:
        """Let records be found by normalised references."""
        self._db.bulk("insert_reference", [(key, *ref) for key, ref in rows])

    def by_reference(self, keys: Iterable[str]) -> list[tuple[str, Ref]]:
        """Find records by normalised references."""
        return [(row[0], Ref(*row[1:5])) for row in self._db.rows("records_by_reference", keys=_ids(keys))]

    def open_items(self, items: Iterable[OpenItem]) -> None:
        """Let items be found by amount."""
        self._db.bulk("insert_open_item", list(items))

    def close_items(self, items: Iterable[OpenItem]) -> None:
        """Items that are settled are no longer found by amount."""
        self._db.bulk("delete_open_item", [(item[0], item[1], item[3], *item[4:]) for item in items])

    def items_of(self, role: str, amount: int) -> list[OpenItem]:
        """Return the open items of a role with exactly that amount."""
        found = self._db.rows("open_items_by_amount", role=role, amount=amount)
        return [(r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7]) for r in found]

    def all_items(self) -> list[OpenItem]:
        """Return every open item that is found by amount."""
        return [(r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7]) for r in self._db.rows("open_items_all")]
