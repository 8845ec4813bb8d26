"""The loop: takes landed pages, then children whose parents have come, until nothing is left."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime

from autobook_core.bookkeeping.bank import AMBIGUOUS, UNMATCHED
from autobook_core.bookkeeping.batch import Bookkeeper, Tally
from autobook_core.bookkeeping.fee_vat import post_vat_on_fees
from autobook_core.bookkeeping.recognition import recognise
from autobook_core.bookkeeping.returned import expected_lines
from autobook_core.bookkeeping.workset import NEVER_LATE, Workset
from autobook_core.domain.problems import Problem
from autobook_core.posting.payout_check import NOT_RECONCILED
from autobook_core.store.packing import packed_of
from autobook_core.store.rows import Ref, Row, WaitingPage
from autobook_core.store.store import Store

MISSING_PARENT = "missing_parent"
MOVEMENT = "balance_transaction"
#: Seconds a record may wait for its parent before a person is told.
PATIENCE_SECONDS = 3 * 86_400
_EPOCH = date(1970, 1, 1).toordinal()

#: Pages taken into one commit, and children read again in one commit.
PAGES, CHILDREN = 200, 1_000

Progress = Callable[[str, int], None]
"""(what was done, how many rows)"""


def iso(now: int) -> str:
    """Return an instant as ISO 8601 UTC text."""
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@contextmanager
def collector_off() -> Iterator[None]:
    """Spare bulk work the cyclic collector: records hold no cycles, and it costs a tenth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Loop:
    """Brings the books up to what has landed."""

    def __init__(
        self,
        store: Store,
        bookkeeper: Bookkeeper,
        *,
        now: Callable[[], int],
        progress: Progress | None = None,
        rows_per_commit: int = 5_000,
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
        self.place_on_suspense()
        self.match_again()
        self.match_returned()
        self.tell_missing(through)
        self.tell_unreconciled()
        vouchers = recognise(self.store, self.bookkeeper.terms, through=through, posted_at=iso(self._now()))
        if vouchers:
            self._progress("recognised", vouchers)
        post_vat_on_fees(self.store, self.bookkeeper.terms, through=through, posted_at=iso(self._now()))
        return self.tally

    def step(self) -> bool:
        """Take one batch, in one commit; tell whether there was any.

        Children whose parents have come go first: a bank line read later may mean one of them.
        """
        return self._children() or self._pages()

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
            closing=self.bookkeeper.close,
        )

    def _pages(self) -> bool:
        if not self.store.pages.waiting(1):
            return False
        with self.store.writing():
            work = self._workset()
            chosen, rows = self._choose()
            for number in chosen:
                page = self.store.pages.get(number)
                source = self.bookkeeper.sources[page.connection]
                self.bookkeeper.take(work, source, page.stream, page.id, enumerate(page.rows), self.tally)
                self.store.pages.done(page.id)
            work.flush()
        self._progress("booked", rows)
        return True

    def _choose(self) -> tuple[list[int], int]:
        """Return the pages of the next commit, parents first, and how many rows they have."""
        waiting = self.store.pages.waiting(PAGES)
        chosen: list[WaitingPage] = []
        total = 0
        for page in waiting:
            if total and total + page.rows > self._most:
                break
            chosen.append(page)
            total += page.rows
        chosen += _parents_of(chosen, waiting[len(chosen) :])
        chosen.sort(key=lambda page: (page.rank, page.born, page.id))
        return [page.id for page in chosen], sum(page.rows for page in chosen)

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
                if row is not None and row.state == "posted":
                    self.bookkeeper.settle(work, row)
                elif row is not None and row.state == "pending":
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

    def place_on_suspense(self) -> None:
        """Book every movement that waits for its source, so that clearing is the processor's balance."""
        waiting = self.store.records.waiting()
        # One that is booked and only listens for more is no child without its parent.
        children = {child for _, _, child, since in waiting if child.kind == MOVEMENT and since != NEVER_LATE}
        rows = [self.store.records.get(child) for child in sorted(children)]
        unplaced = [
            row.ref for row in rows if row is not None and row.state == "pending" and row.entry is None
        ]
        for at in range(0, len(unplaced), CHILDREN):
            with self.store.writing():
                work = self._workset()
                for child in unplaced[at : at + CHILDREN]:
                    row = self._child(work, child)
                    if row is not None:
                        self.bookkeeper.movements.place_on_suspense(work, row)
                work.flush()

    def tell_missing(self, through: date) -> None:
        """Open an exception for every record that waits for its parent too long; close what is over."""
        until = (through.toordinal() - _EPOCH + 1) * 86_400 - PATIENCE_SECONDS
        late: dict[Ref, Problem] = {}
        for kind, parent, child, since in self.store.records.waiting():
            if since <= until:
                late[child] = Problem(
                    code=MISSING_PARENT,
                    record=child.id,
                    detail=f"it names {kind} {parent}, which has not come",
                    suggestions=(parent,),
                )
        told = {
            Ref(row.connection, row.kind, row.week, row.record)
            for row in self.store.inbox.open_of(MISSING_PARENT)
        }
        if late.keys() == told:
            return
        with self.store.writing():
            work = self._workset()
            for child in sorted(told - late.keys()):
                row = self._child(work, child)
                if row is not None:
                    work.resolve(row, MISSING_PARENT)
            for child in sorted(late.keys() - told):
                row = self._child(work, child)
                if row is not None:
                    work.problem(row, late[child])
            work.flush()

    def tell_unreconciled(self) -> None:
        """Open an exception for every payout of which movements have not come, with the difference."""
        waiting = {
            child: member
            for kind, member, child, _ in self.store.records.waiting()
            if kind == MOVEMENT and child.kind == "payout"
        }
        if not waiting:
            return
        told = {
            Ref(row.connection, row.kind, row.week, row.record): row.amount
            for row in self.store.inbox.open_of(NOT_RECONCILED)
        }
        with self.store.writing():
            work = self._workset()
            for child, member in sorted(waiting.items()):
                row = self._child(work, child)
                if row is not None:
                    self.bookkeeper.payouts.tell(work, row, member, told.get(child))
            work.flush()

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
                line = packed_of(row).record
                bank.prepare(work, row.connection, [line])
                found += bank.match_again(work, line, row)
            work.flush()
        return found

    def match_returned(self) -> None:
        """Match bank lines on suspense with payouts that came back: the one that brought it, then its return."""
        while expected := expected_lines(self.store):
            self._expect(dict(expected))
            found = self.match_again()
            # What found no line is not looked for any longer.
            kept = {ref: self.store.records.get(ref) for ref, _ in expected}
            self._expect(
                {ref: 0 for ref, amount in expected if (row := kept[ref]) and row.open_minor == amount}
            )
            if not found:
                return

    def _expect(self, amounts: dict[Ref, int]) -> None:
        if not amounts:
            return
        with self.store.writing():
            work = self._workset()
            for ref, amount in amounts.items():
                row = self._child(work, ref)
                if row is not None:
                    self.bookkeeper.payouts.expect(work, row, amount)
            work.flush()


def _parents_of(chosen: Sequence[WaitingPage], others: Sequence[WaitingPage]) -> list[WaitingPage]:
    """Return the pages that may hold parents of rows in the chosen ones: of lower rank, begun earlier."""
    found: list[WaitingPage] = []
    for rank in sorted({page.rank for page in (*chosen, *others)}, reverse=True):
        children = [page.last for page in (*chosen, *found) if page.rank > rank]
        if children:
            found += [page for page in others if page.rank == rank and page.born <= max(children)]
    return found
