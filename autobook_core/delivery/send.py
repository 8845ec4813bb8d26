"""Sending posted entries to one sink, in order of posting, so that each stands there exactly once.

What happens, and what is on disk when:

1. ``sending``, with key, attempt and digest, is committed; then the sink is called. So a crash leaves
   nothing that was sent and is not known to be.
2. Receipts are committed in groups. One that is lost, missing or contradicted leaves its document in
   doubt, still ``sending``.
3. What was accepted, and what is in doubt, is looked up at the other side and compared with what was sent.
   Exactly one equal document is ``verified``. Several, or another one, is a ``conflict``.
4. Only what is not there is sent again, always under the same key: to a sink that honours keys at once,
   to any other when the last attempt has been quiet for a while, because a slow request may still arrive.

The saved digest stands for the saved bytes, because the entry that a document is rendered from never
changes in the database; a document that renders to another digest is a conflict and is not sent.

One sender at a time may work for a connection; its caller sees to that.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from autobook_core.connector import Context, Receipt, Sink
from autobook_core.delivery import checkpoints
from autobook_core.delivery.calls import Calls
from autobook_core.delivery.documents import Document, Documents
from autobook_core.delivery.render import KIND
from autobook_core.delivery.settle import Settler
from autobook_core.delivery.standing import Standing
from autobook_core.store.rows import DeliveryRow
from autobook_core.store.store import Store

#: Seconds without an answer after which a request will not arrive any more (timeout, late arrival, search lag).
QUIET_SECONDS = 120
#: Receipts committed at once.
GROUP = 500
#: Every attempt without an answer is followed by one among this many times fewer, to find the one at fault.
SHRINK = 8
#: Attempts without an answer after which a document that fails even alone waits for a person.
MOST_ATTEMPTS = 5
#: Deliveries of one state that one run looks at.
_ROWS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """What one run did. Except ``sent``, these count entries by where they stand at its end.

    Attributes:
        sent: entries handed to the sink at least once.
        accepted: accepted by the other side, not yet found there.
        verified: found there, equal to what was sent.
        rejected: refused by the other side.
        in_doubt: no answer; they are looked up in the next run before anything else.
        conflict: something else stands there; a person must look.
        ready: put off by the other side; they are sent in the next run.
        error: the first fault of the sink, in words; empty if there was none.
    """

    sent: int = 0
    accepted: int = 0
    verified: int = 0
    rejected: int = 0
    in_doubt: int = 0
    conflict: int = 0
    ready: int = 0
    error: str = ""


def deliver(
    store: Store,
    sink: Sink,
    ctx: Context,
    *,
    connection: int,
    book_id: str,
    base_currency: str,
    now: Callable[[], int],
    progress: Callable[[str, int], None] | None = None,
    limit: int | None = None,
    quiet_seconds: int = QUIET_SECONDS,
) -> DeliveryReport:
    """Settle what is open from earlier runs, then send what was never sent.

    Args:
        store: the book's store; nothing may be open for writing.
        sink: the other side.
        ctx: what the sink is handed; it also tells when to stop.
        connection: the sink's number in the store; its name is ``ctx.connection_id``.
        book_id: names this book in the idempotency keys; it never changes.
        base_currency: the currency of every amount.
        now: the instant in seconds UTC.
        progress: hears ``("delivered", entries sent so far)`` after each batch.
        limit: how many entries are handed to the sink at most.
        quiet_seconds: how long a sink that honours no keys is left alone before a document without an
            answer, which is not found, is sent again.

    Raises:
        StoreError: the store cannot be used. What the sink does wrong is in the report.
    """
    documents = Documents(
        store, connection=connection, sink=ctx.connection_id, book_id=book_id, base_currency=base_currency
    )
    sender = Sender(
        store, sink, ctx, documents, connection=connection, now=now, progress=progress, limit=limit,
        quiet_seconds=quiet_seconds,
    )  # fmt: skip
    return sender.run()


class Sender:
    """One run of one sink."""

    def __init__(
        self,
        store: Store,
        sink: Sink,
        ctx: Context,
        documents: Documents,
        *,
        connection: int,
        now: Callable[[], int],
        progress: Callable[[str, int], None] | None,
        limit: int | None,
        quiet_seconds: int,
    ) -> None:
        self._store = store
        self._ctx = ctx
        self._documents = documents
        self._connection = connection
        self._progress = progress
        self._left = limit
        self._accepts = KIND in sink.accepts
        self._idempotent = bool(sink.idempotent)
        self._batch = max(1, int(sink.batch))
        self._calls = Calls(sink, ctx)
        self._standing = Standing(store, now)
        self._settler = Settler(
            self._calls, documents, self._standing, now=now, quiet_seconds=quiet_seconds,
            idempotent=self._idempotent,
        )  # fmt: skip
        self._sent: set[int] = set()
        self._error = ""
        #: What got no answer in this run, and what got none so often that it is sent alone: they come last.
        self._late: list[DeliveryRow] = []

    def run(self) -> DeliveryReport:
        """Do everything there is to do, as far as the sink lets us."""
        if not self._accepts:
            return DeliveryReport(error="the sink takes no journal entries")
        again = self._settle_old()
        self._late = [row for row in again if self._alone(row)]
        self._send_again([row for row in again if not self._alone(row)])
        self._send_fresh()
        while self._late and self._goes_on():
            late, self._late = self._late, []
            self._send_again(late)
        return self._report()

    def _goes_on(self) -> bool:
        return self._calls.may_send and self._left != 0 and not self._ctx.cancelled()

    def _settle_old(self) -> list[DeliveryRow]:
        """Look up what earlier runs left open, and return what is to be sent again."""
        rows = [
            row
            for state in ("sending", "accepted", "ready")
            for row in self._store.outbox.in_state(self._connection, state, _ROWS)
        ]
        rows.sort(key=lambda row: row.entry)
        self._standing.states.update((row.entry, row.state) for row in rows)
        absent: list[DeliveryRow] = []
        for part in _parts(rows, self._batch):
            if self._ctx.cancelled():
                break
            absent += [document.row for document in self._settler.settle(self._documents.again(part))]
        return absent

    def _alone(self, row: DeliveryRow) -> bool:
        return row.state == "sending" and self._size(row) == 1

    def _size(self, row: DeliveryRow) -> int:
        """Return among how many a document is sent: fewer with every attempt that got no answer."""
        return self._batch if row.state == "ready" else max(1, self._batch // SHRINK**row.attempts)

    def _send_again(self, rows: Sequence[DeliveryRow]) -> None:
        """Send documents that were looked up and are not there."""
        sizes = {row.entry: self._size(row) for row in rows}
        for size in sorted(set(sizes.values()), reverse=True):
            for part in _parts([row for row in rows if sizes[row.entry] == size], size):
                if not self._goes_on():
                    return
                documents = self._settler.sound(self._documents.again(part[: self._left]))
                if documents:
                    self._send(documents)

    def _send_fresh(self) -> None:
        """Send what was never taken up, in order of posting."""
        high = self._store.outbox.high(self._connection)
        while self._goes_on():
            most = self._batch if self._left is None else min(self._batch, self._left)
            documents = self._documents.fresh(high, most)
            if not documents:
                return
            if not self._send(documents, after=high):
                self._error = "another process delivers to this sink right now"
                return
            high = documents[-1].row.entry

    def _send(self, documents: Sequence[Document], *, after: int | None = None) -> bool:
        """Send one batch and find out what became of it; False if it was not ours to send."""
        if not self._standing.begin(documents, after=after):
            return False
        self._sent.update(document.row.entry for document in documents)
        if self._left is not None:
            self._left -= len(documents)
        checkpoints.checkpoint(checkpoints.BEFORE_SEND)
        self._take_receipts(documents)
        checkpoints.checkpoint(checkpoints.AFTER_RECEIPTS)
        absent = self._settler.settle([item for item in documents if _uncertain(item.row)])
        if len(documents) > 1:
            # A sink that honours no keys gets nothing twice in one run, however late the clock is.
            self._late += [item.row for item in absent if self._idempotent]
        else:
            self._give_up(documents[0])
        if self._progress is not None:
            self._progress("delivered", len(self._sent))
        return True

    def _take_receipts(self, documents: Sequence[Document]) -> None:
        by_key = {document.key: document for document in documents}
        given: dict[str, Receipt] = {}
        contested: set[str] = set()
        group: dict[str, Document] = {}
        for receipt in self._calls.deliver([document.delivery for document in documents]):
            earlier = given.setdefault(receipt.key, receipt)
            document = group[receipt.key] = by_key[receipt.key]
            if (earlier.state, earlier.remote_id) != (receipt.state, receipt.remote_id):
                contested.add(receipt.key)
            if receipt.key not in contested:
                self._believe(document, receipt)
            else:
                self._standing.move(document, "sending", why="the sink contradicted its own receipt")
            if len(group) >= GROUP:
                self._commit(group)
        checkpoints.checkpoint(checkpoints.AFTER_SEND)
        self._commit(group)

    def _believe(self, document: Document, receipt: Receipt) -> None:
        state = "ready" if receipt.state == "retry" else receipt.state
        name = None if receipt.remote_id is None else self._calls.words(receipt.remote_id)
        self._standing.move(document, state, why=self._calls.words(receipt.why), remote_id=name)

    def _commit(self, group: dict[str, Document]) -> None:
        checkpoints.checkpoint(checkpoints.BEFORE_RECEIPT)
        self._standing.commit(group.values())
        group.clear()

    def _give_up(self, document: Document) -> None:
        """Leave to a person what the sink fails on even alone, time and again."""
        row = document.row
        if row.state == "sending" and row.attempts >= MOST_ATTEMPTS and not self._calls.outage:
            why = f"sent {row.attempts} times without an answer; {self._calls.error}"
            self._standing.move(document, "conflict", why=self._calls.words(why))
            self._standing.commit([document])

    def _report(self) -> DeliveryReport:
        states = list(self._standing.states.values())
        return DeliveryReport(
            sent=len(self._sent),
            accepted=states.count("accepted"),
            verified=states.count("verified"),
            rejected=states.count("rejected"),
            in_doubt=states.count("sending"),
            conflict=states.count("conflict"),
            ready=states.count("ready"),
            error=self._error or self._calls.error,
        )


def _uncertain(row: DeliveryRow) -> bool:
    """Tell whether the other side must be asked; a later refusal may only mean that it is there already."""
    return row.state in ("sending", "accepted") or (row.state == "rejected" and row.attempts > 1)


def _parts(rows: Sequence[DeliveryRow], size: int) -> Iterator[Sequence[DeliveryRow]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
