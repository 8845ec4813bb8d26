"""Where each document stands, written down: the rows of the outbox and what a person must see.

A change of state and the exception it opens or closes are committed together.
"""

from collections.abc import Callable, Iterable

from autobook_core.delivery.documents import Document
from autobook_core.domain.problems import Problem
from autobook_core.store.store import Store

REJECTED = "sink_rejected"
CONFLICT = "delivery_conflict"

#: What ends an exception of each code.
_ENDS = {REJECTED: ("accepted", "verified"), CONFLICT: ("verified",)}
_RESOLUTIONS = {"accepted": "accepted by the other side", "verified": "it stands there as it was sent"}


class Standing:
    """Moves documents from state to state.

    Attributes:
        states: the state of every entry that was looked at in this run.
    """

    def __init__(self, store: Store, now: Callable[[], int]) -> None:
        self._store = store
        self._now = now
        self.states: dict[int, str] = {}

    def begin(self, documents: Iterable[Document], *, after: int | None = None) -> bool:
        """Commit that these are being sent, one attempt more each; False if somebody else took them up.

        Args:
            documents: at least one.
            after: the last entry taken up before these, for entries that are sent for the first time.
        """
        documents = list(documents)
        now = self._now()
        with self._store.writing():
            if after is not None and self._store.outbox.high(documents[0].row.connection) != after:
                return False
            for document in documents:
                document.row.state = "sending"
                document.row.attempts += 1
                document.row.why = ""
                document.row.moved_at = now
            self._store.outbox.put(document.row for document in documents)
        self.seen(documents)
        return True

    def move(self, document: Document, state: str, *, why: str = "", remote_id: str | None = None) -> None:
        """Set where a document stands. It is on disk after :meth:`commit`.

        The instant of the last attempt stays with a document in doubt, because its age counts from there.
        """
        row = document.row
        if state != row.state:
            row.moved_at = self._now()
        row.state = state
        row.why = why
        row.remote_id = remote_id if remote_id is not None else row.remote_id

    def commit(self, documents: Iterable[Document]) -> None:
        """Write these documents down, and open or close what a person must see of them."""
        documents = list(documents)
        if not documents:
            return
        now = self._now()
        with self._store.writing():
            self._store.outbox.put(document.row for document in documents)
            opened = [
                (document.ref, _problem(document), None, None) for document in documents if _bad(document)
            ]
            if opened:
                self._store.inbox.open(opened, now)
            for state, resolution in _RESOLUTIONS.items():
                # What was never sent before has no exception that could be open.
                mended = [d for d in documents if d.row.state == state and (d.before or d.row.attempts > 1)]
                self._store.inbox.resolve(
                    [(code, d.ref) for d in mended for code, ends in _ENDS.items() if state in ends],
                    now,
                    resolution,
                )
        self.seen(documents)

    def seen(self, documents: Iterable[Document]) -> None:
        """Note the state of documents for the report."""
        self.states.update((document.row.entry, document.row.state) for document in documents)


def _bad(document: Document) -> bool:
    return document.row.state in ("rejected", "conflict")


def _problem(document: Document) -> Problem:
    row = document.row
    code = REJECTED if row.state == "rejected" else CONFLICT
    detail = row.why or "the other side gave no reason"
    suggestions = (row.remote_id,) if row.remote_id else ()
    return Problem(code=code, record=document.ref.id, detail=detail, suggestions=suggestions)
