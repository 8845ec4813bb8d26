"""The working set of one commit: rows read, rows changed, and everything to be written.

Handlers change it in memory; :meth:`Workset.flush` writes all of it inside one transaction.
"""

from collections.abc import Callable, Iterable

from autobook_core.domain.journal import Draft, Line
from autobook_core.domain.problems import Problem
from autobook_core.ledger.append import Appender
from autobook_core.store.packing import pack
from autobook_core.store.records import OpenItem
from autobook_core.store.rows import MatchRow, Ref, Row, ScheduleRow
from autobook_core.store.store import Store

#: Since when a record waits that misses nothing.
NEVER_LATE = 2**60

#: What an invoice listens to whose claim depends on what is paid.
RECEIVABLE = "receivable"

Key = tuple[int, str, str]
"""connection, kind, id"""


class Workset:
    """What one batch knows and does."""

    def __init__(
        self,
        store: Store,
        *,
        now: int,
        posted_at: str,
        awaited: set[tuple[str, str]],
        fiscal_year_start: int = 1,
        closing: Callable[["Workset"], None] = lambda _work: None,
    ) -> None:
        """Begin with nothing known. Make it inside ``writing()``: numbers go on from here.

        ``closing`` is called before everything is written.
        """
        self.store = store
        self.now = now
        #: When the record that is being handled was received.
        self.received_at = 0
        self.awaited = awaited
        self.appender = Appender(store, posted_at=posted_at, fiscal_year_start=fiscal_year_start)
        self.rows: dict[Key, Row] = {}
        self._absent: set[Key] = set()
        self._new: dict[Key, Row] = {}
        self._changed: dict[Key, tuple[Row, str]] = {}
        self._waits: list[tuple[str, str, Ref, int]] = []
        self._woken: set[tuple[str, str]] = set()
        self._stopped: list[tuple[str, str, Ref]] = []
        self._problems: list[tuple[Ref, Problem, int | None, int | None]] = []
        self._resolved: list[tuple[str, Ref]] = []
        self.references: list[tuple[str, Ref]] = []
        self.opened: list[OpenItem] = []
        self.closed: list[OpenItem] = []
        self.schedules: list[ScheduleRow] = []
        self.due: list[tuple[str, int]] = []
        self.credits: list[tuple[int, str, str, int]] = []
        self.matches: list[MatchRow] = []
        self._next_schedule: int | None = None
        #: Which credit note of this batch names a refund.
        self.notes: dict[str, Ref] = {}
        #: Entries with the line that names an invoice somebody watches.
        self.moved: list[tuple[Draft, Line]] = []
        #: Invoices (connection, id) whose claim must be looked at.
        self.claims: set[tuple[int, str]] = set()
        self._closing = closing

    # Rows.

    def load(self, connection: int, kind: str, wanted: dict[str, int]) -> None:
        """Make sure that rows are known; ``wanted`` gives a week to look in first."""
        missing = {
            record: week
            for record, week in wanted.items()
            if (connection, kind, record) not in self.rows and (connection, kind, record) not in self._absent
        }
        if not missing:
            return
        for row in self.store.records.find(connection, kind, missing):
            self.rows[connection, kind, row.id] = row
            missing.pop(row.id, None)
        self._absent.update((connection, kind, record) for record in missing)

    def load_exact(self, connection: int, kind: str, week: int, ids: Iterable[str]) -> None:
        """Make sure that rows of one week are known; what is not there is not looked for elsewhere."""
        missing = [record for record in ids if (connection, kind, record) not in self.rows]
        if missing:
            for row in self.store.records.in_week(connection, kind, week, missing):
                self.rows[connection, kind, row.id] = row

    def get(self, connection: int, kind: str, record: str) -> Row | None:
        """Return a row that was loaded, or None."""
        return self.rows.get((connection, kind, record))

    def put(self, row: Row) -> None:
        """Take in a row that is new."""
        key = (row.connection, row.kind, row.id)
        self.rows[key] = row
        self._absent.discard(key)
        self._new[key] = row

    def touch(self, row: Row) -> Row:
        """Say that a row is about to change; call it before changing its state."""
        key = (row.connection, row.kind, row.id)
        if key not in self._new and key not in self._changed:
            self._changed[key] = (row, row.state)
        return row

    # What follows from a record.

    def post(self, draft: Draft) -> int:
        """Take up an entry and return its id."""
        entry = self.appender.append(draft)
        awaited = self.awaited
        for line in draft.lines:
            if line.invoice is not None and (RECEIVABLE, line.invoice) in awaited:
                self.moved.append((draft, line))
        return entry

    def wait(self, child: Row, kind: str, parent: str) -> None:
        """Let a record wait until its parent can be used; it waits since it was received."""
        child.state = "pending"
        self._waits.append((kind, parent, child.ref, self.received_at or self.now))
        self.awaited.add((kind, parent))

    def listen(self, row: Row, kind: str, record: str) -> None:
        """Let a posted record be looked at again when another comes that may say more of it."""
        self._waits.append((kind, record, row.ref, NEVER_LATE))
        self.awaited.add((kind, record))

    def ready(self, kind: str, record: str) -> None:
        """Say that a record can be used by its children, and wake those that wait."""
        if (kind, record) in self.awaited:
            self._woken.add((kind, record))

    def stop_waiting(self, kind: str, parent: str, child: Ref) -> None:
        """Forget that a child waits."""
        self._stopped.append((kind, parent, child))

    def problem(self, row: Row, problem: Problem) -> None:
        """Open an exception about a record."""
        self._problems.append((row.ref, problem, row.page, row.position))

    def resolve(self, row: Row, *codes: str) -> None:
        """Close exceptions about a record, those opened in this batch included."""
        self._resolved.extend((code, row.ref) for code in codes)
        if self._problems:
            self._problems = [
                item for item in self._problems if item[0] != row.ref or item[1].code not in codes
            ]

    def schedule_id(self) -> int:
        """Return the id of the next schedule."""
        if self._next_schedule is None:
            self._next_schedule = self.store.schedules.last()
        self._next_schedule += 1
        return self._next_schedule

    def flush(self) -> None:
        """Write everything. Call it once, inside ``writing()``."""
        self._closing(self)
        records, inbox = self.store.records, self.store.inbox
        counts: dict[Key, int] = {}
        for row in self._new.values():
            key = (row.connection, row.kind, row.state)
            counts[key] = counts.get(key, 0) + 1
        for row, before in self._changed.values():
            if row.state != before:
                key, old = (row.connection, row.kind, row.state), (row.connection, row.kind, before)
                counts[key] = counts.get(key, 0) + 1
                counts[old] = counts.get(old, 0) - 1
        self.appender.flush()
        changed = [row for row, _ in self._changed.values()]
        for row in (*self._new.values(), *changed):
            if row.packed is not None:
                row.facts = pack(row.packed)
        records.insert(sorted(self._new.values(), key=_order))
        records.replace(sorted(changed, key=_order))
        records.count(counts)
        records.stop_waiting(self._stopped)
        records.wait(self._waits)
        records.wake(sorted(self._woken))
        records.refer(self.references)
        records.open_items(self.opened)
        records.close_items(self.closed)
        self.store.schedules.add(self.schedules)
        self.store.schedules.credit(self.credits)
        self.store.schedules.pull_due(self.due)
        inbox.resolve(self._resolved, self.now, "the cause is gone")
        inbox.open(self._problems, self.now)
        inbox.match(self.matches)


def _order(row: Row) -> tuple[int, str, int, str]:
    return (row.connection, row.kind, row.week, row.id)
