"""Connections, their positions and runs, and the outbox of deliveries."""

from collections.abc import Iterable

import msgspec

from autobook_core.store.database import Database
from autobook_core.store.rows import ConnectionRow, DeliveryRow, RunRow


class Connections:
    """Numbers connections and keeps where each of their streams stands."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._known: dict[str, ConnectionRow] = {}

    def all(self) -> list[ConnectionRow]:
        """Return every connection that ever brought or took anything."""
        return [ConnectionRow(*row) for row in self._db.rows("connections")]

    def get(self, name: str, kind: str) -> ConnectionRow:
        """Return the connection of that name, new if need be. A new one needs ``writing()``."""
        if name not in self._known:
            self._known = {row.name: row for row in self.all()}
        if name not in self._known:
            self._db.call("connection_add", name=name, type=kind)
            self._known = {row.name: row for row in self.all()}
        return self._known[name]

    def pin(self, connection: int, account_id: str) -> None:
        """Remember whose account it is."""
        self._db.call("connection_pin", id=connection, account_id=account_id)
        self.forget()

    def forget(self) -> None:
        """Read the connections again when next asked: they may have changed, or never came to be."""
        self._known = {}

    def cursor(self, connection: int, stream: str) -> tuple[int, str] | None:
        """Return version and position (JSON) of a stream."""
        for version, position in self._db.rows("cursor_get", connection=connection, stream=stream):
            return int(version), str(position)
        return None

    def cursors(self, connection: int) -> list[tuple[str, int, str, int]]:
        """Return (stream, version, position, moved at) of each stream."""
        found = self._db.rows("cursor_list", connection=connection)
        return [(row[0], row[1], row[2], row[3]) for row in found]

    def move_cursor(self, connection: int, stream: str, version: int, position: str, now: int) -> None:
        """Set the position of a stream, in the commit that lands its rows."""
        self._db.call(
            "cursor_set",
            connection=connection,
            stream=stream,
            version=version,
            position=position,
            moved_at=now,
        )

    def start_run(self, connection: int, now: int) -> int:
        """Note that a run begins and return its number."""
        found = self._db.call("run_start", connection=connection, started_at=now)
        return int(found[0] if isinstance(found, tuple) else found)

    def end_run(
        self,
        run: int,
        *,
        now: int,
        outcome: str,
        pages: int,
        rows_read: int,
        rows_new: int,
        set_aside: int,
        retry_at: int | None = None,
        error: str = "",
    ) -> None:
        """Note how a run ended."""
        self._db.call(
            "run_end", id=run, ended_at=now, outcome=outcome, pages=pages, rows_read=rows_read,
            rows_new=rows_new, set_aside=set_aside, retry_at=retry_at, error=error,
        )  # fmt: skip

    def latest_runs(self) -> list[RunRow]:
        """Return the latest run of each connection."""
        names = RunRow.__struct_fields__
        return [RunRow(**dict(zip(names, row, strict=True))) for row in self._db.rows("runs_latest")]


class Outbox:
    """Keeps where each entry stands on its way to each sink."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def high(self, connection: int) -> int:
        """Return the last entry that was taken up for this sink."""
        return int(self._db.call("delivery_high", connection=connection))

    def put(self, rows: Iterable[DeliveryRow]) -> None:
        """Write deliveries, new or moved on."""
        self._db.bulk("put_delivery", [msgspec.structs.astuple(row) for row in rows])

    def in_state(self, connection: int, state: str, most: int) -> list[DeliveryRow]:
        """Return deliveries of a sink in one state, in order of posting."""
        return [
            _delivery(row)
            for row in self._db.rows("deliveries_in", connection=connection, state=state, most=most)
        ]

    def all(self) -> list[DeliveryRow]:
        """Return every delivery."""
        return [_delivery(row) for row in self._db.rows("deliveries")]

    def counts(self) -> list[tuple[int, str, int]]:
        """Return deliveries by sink and state."""
        return [(row[0], row[1], row[2]) for row in self._db.rows("delivery_counts")]


def _delivery(row: tuple[object, ...]) -> DeliveryRow:
    values = dict(zip(DeliveryRow.__struct_fields__, row, strict=True))
    values["digest"] = bytes(values["digest"])  # type: ignore[call-overload]
    return DeliveryRow(**values)  # type: ignore[arg-type]
