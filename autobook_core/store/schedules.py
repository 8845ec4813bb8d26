"""Schedules of prepaid revenue, the credits taken from them, and what was released when."""

from collections.abc import Iterable, Sequence

import msgspec

from autobook_core.store.database import Database
from autobook_core.store.rows import ScheduleRow


class Schedules:
    """Keeps what still has to be recognised."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def last(self) -> int:
        """Return the highest schedule id."""
        return int(self._db.call("schedule_last"))

    def add(self, rows: Sequence[ScheduleRow]) -> None:
        """Write new schedules."""
        self._db.bulk("insert_schedule", [msgspec.structs.astuple(row) for row in rows])

    def due(self, day: str, most: int, after: tuple[str, int] = ("", 0)) -> list[ScheduleRow]:
        """Return schedules with something to release up to a day (ISO).

        They come in the order of (next due, id), from after such a pair on.
        """
        found = self._db.rows("schedules_due", day=day, most=most, due=after[0], after=after[1])
        return [_schedule(row) for row in found]

    def of_invoice(self, connection: int, week: int, invoice: str) -> list[ScheduleRow]:
        """Return the schedules of one invoice, by line."""
        found = self._db.rows("schedules_of", connection=connection, week=week, invoice=invoice)
        return [_schedule(row) for row in found]

    def set_due(self, rows: Iterable[tuple[str | None, int]]) -> None:
        """Set the next month-end at which schedules have something to release."""
        self._db.bulk("set_schedule_due", list(rows))

    def pull_due(self, rows: Iterable[tuple[str, int]]) -> None:
        """Let schedules be due from a month-end on again, or keep them due from an earlier one."""
        self._db.bulk("pull_schedule_due", list(rows))

    def credit(self, rows: Iterable[tuple[int, str, str, int]]) -> None:
        """Keep credits: (schedule, day, record id, amount taken from what was deferred)."""
        self._db.bulk("insert_schedule_credit", list(rows))

    def credited(self) -> set[int]:
        """Return the schedules that ever had a credit."""
        return {row[0] for row in self._db.rows("schedules_credited")}

    def credits(self, schedule: int) -> list[tuple[str, str, int]]:
        """Return the credits of a schedule as they stand: (day, record id, amount)."""
        return [(row[0], row[1], int(row[2])) for row in self._db.rows("schedule_credits", schedule=schedule)]

    def release(self, rows: Iterable[tuple[int, int, str, int]]) -> None:
        """Keep what an entry released: (entry, schedule, month ``YYYY-MM``, amount)."""
        self._db.bulk("insert_release", list(rows))

    def released(self, schedule: int) -> dict[str, int]:
        """Return what was released so far by month."""
        return {row[0]: int(row[1]) for row in self._db.rows("releases_of", schedule=schedule)}

    def sources(self) -> dict[int, list[str]]:
        """Return for each recognition entry the invoice lines it released."""
        found: dict[int, list[str]] = {}
        for entry, line in self._db.stream("release_lines"):
            found.setdefault(entry, []).append(line)
        return found


def _schedule(row: tuple[object, ...]) -> ScheduleRow:
    return ScheduleRow(**dict(zip(ScheduleRow.__struct_fields__, row, strict=True)))  # type: ignore[arg-type]
