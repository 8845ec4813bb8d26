"""The loop: takes landed pages, then children whose parents have come, until nothing is left."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from autobook_core.bookkeeping.bank import AMBIGUOUS, UNMATCHED
from autobook_core.bookkeeping.batch import Bookkeeper, Tally
from autobook_core.bookkeeping.packing import unpack
from autobook_core.bookkeeping.recognition import recognise
from autobook_core.bookkeeping.workset import Workset
from autobook_core.store.rows import Ref, Row
from autobook_core.store.store import Store

#: Pages taken into one commit, and children read again in one commit.
PAGES, CHILDREN = 20, 1_000

Progress = Callable[[str, int], None]
"""(what was done, how many rows)"""


def iso(now: int) -> str:
    """Return an instant as ISO 8601 UTC text."""
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Loop:
    """Brings the books up to what has landed."""

    def __init__(
        self,
        store: Store,
        bookkeeper: Bookkeeper,
        *,
        now: Callable[[], int],
        progress: Progress | None = None,
        rows_per_commit: int = 2_000,
    ) -> None:
        self.store = store
        self.bookkeeper = bookkeeper
        self._now = now
        self._progress = progress or (lambda _what, _rows: None)
        self._most = rows_per_commit
        self._awaited: set[tuple[str, str]] | None = None
        self.tally = Tally()

    def run(self, *, through: date) -> Tally:
        """Take everything that waits, recognise what is due, and try open bank lines again."""
        while self.step():
            pass
        self.match_again()
        vouchers = recognise(self.store, self.bookkeeper.terms, through=through, posted_at=iso(self._now()))
        if vouchers:
            self._progress("recognised", vouchers)
        return self.tally

    def step(self) -> bool:
        """Take one batch, in one commit; tell whether there was any."""
        pages = self.store.pages.waiting(1)
        if pages:
            return self._pages()
        return self._children()

    def _workset(self) -> Workset:
        if self._awaited is None:
            self._awaited = self.store.records.awaited()
        now = self._now()
        return Workset(
            self.store,
            now=now,
            posted_at=iso(now),
            awaited=self._awaited,
            fiscal_year_start=self.bookkeeper.terms.policy.fiscal_year_start,
        )

    def _pages(self) -> bool:
        with self.store.writing():
            pages = self.store.pages.waiting(PAGES)
            work = self._workset()
            rows = 0
            for page in pages:
                if rows and rows + len(page.rows) > self._most:
                    break
                source = self.bookkeeper.sources[page.connection]
                self.bookkeeper.take(work, source, page.stream, page.id, enumerate(page.rows), self.tally)
                self.store.pages.done(page.id)
                rows += len(page.rows)
            work.flush()
        self._progress("booked", rows)
        return True

    def _children(self) -> bool:
        ready = self.store.records.ready(CHILDREN)
        if not ready:
            return False
        with self.store.writing():
            work = self._workset()
            by_page: dict[int, list[Row]] = {}
            for kind, parent, child in ready:
                work.stop_waiting(kind, parent, child)
                row = self._child(work, child)
                if row is not None and row.state == "pending":
                    by_page.setdefault(row.page, []).append(row)
            for number, children in sorted(by_page.items()):
                page = self.store.pages.get(number)
                rows = [(row.position, page.rows[row.position]) for row in children]
                only = {(row.kind, row.id) for row in children}
                source = self.bookkeeper.sources[page.connection]
                self.bookkeeper.take(
                    work, source, page.stream, page.id, dict(rows).items(), self.tally, only=only
                )
            work.flush()
        self._awaited = None
        return True

    def _child(self, work: Workset, child: Ref) -> Row | None:
        work.load_exact(child.connection, child.kind, child.week, [child.id])
        return work.get(child.connection, child.kind, child.id)

    def match_again(self) -> int:
        """Try every bank line on suspense once more and return how many found their place."""
        inbox = self.store.inbox
        waiting = [*inbox.open_of(UNMATCHED), *inbox.open_of(AMBIGUOUS)]
        if not waiting:
            return 0
        found = 0
        with self.store.writing():
            work = self._workset()
            bank = self.bookkeeper.bank_lines
            for problem in waiting:
                row = self._child(work, Ref(problem.connection, problem.kind, problem.week, problem.record))
                if row is None or row.kind != "bank_transaction":
                    continue
                line = unpack(row.kind, row.facts).record
                bank.prepare(work, row.connection, [line])
                found += bank.match_again(work, line, row)
            work.flush()
        return found
