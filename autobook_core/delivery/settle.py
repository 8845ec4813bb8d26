"""Settling what is not certain: the other side is asked what stands there, and the core compares.

Exactly one equal document is the proof of a delivery. None means that it may be sent, once it is sure
that none is still on its way. Anything else is a conflict, which only a person can end.
"""

from collections.abc import Callable, Sequence

from autobook_core.connector import Remote
from autobook_core.delivery.calls import Calls
from autobook_core.delivery.compare import same
from autobook_core.delivery.documents import Document, Documents
from autobook_core.delivery.standing import Standing


class Settler:
    """Looks documents up and moves them to where they really stand."""

    def __init__(
        self,
        calls: Calls,
        documents: Documents,
        standing: Standing,
        *,
        now: Callable[[], int],
        quiet_seconds: int,
        idempotent: bool,
    ) -> None:
        self._calls = calls
        self._documents = documents
        self._standing = standing
        self._now = now
        self._quiet = quiet_seconds
        self._idempotent = idempotent

    def settle(self, documents: Sequence[Document]) -> list[Document]:
        """Look documents up, commit what was found, and return those that may be sent now.

        Documents may be in doubt (``sending``), accepted but not read back, refused after an earlier
        attempt, or ``ready``.
        """
        absent: list[Document] = []
        documents = self.sound(documents)
        found = self._calls.find([document.key for document in documents]) if documents else {}
        moved: list[Document] = []
        for document in documents:
            remotes = found.get(document.key)
            before = (document.row.state, document.row.why)
            if remotes is None and document.row.state == "rejected":
                continue
            if remotes is None:
                self._standing.move(document, document.row.state, why=f"not looked up: {self._calls.error}")
            elif remotes:
                self._compare(document, remotes)
            elif self._missing(document):
                absent.append(document)
            if (document.row.state, document.row.why) != before:
                moved.append(document)
        self._standing.commit(moved)
        return absent

    def sound(self, documents: Sequence[Document]) -> list[Document]:
        """Return the documents that are what they were when first sent; the others become conflicts."""
        forged = [document for document in documents if document.wrong]
        for document in forged:
            self._standing.move(document, "conflict", why=document.wrong)
        self._standing.commit(forged)
        return [document for document in documents if not document.wrong]

    def _compare(self, document: Document, remotes: Sequence[Remote]) -> None:
        names = [self._calls.words(remote.remote_id or "(no id)") for remote in remotes]
        if len(remotes) > 1:
            why = self._calls.words(f"it stands there {len(remotes)} times: {', '.join(names)}")
            self._standing.move(document, "conflict", why=why, remote_id=names[0])
            return
        sent = self._documents.unharmed(document)
        difference = sent.wrong or same(sent.delivery.body, remotes[0].body)
        if difference:
            why = self._calls.words(f"what stands there is not what was sent: {difference}")
            self._standing.move(document, "conflict", why=why, remote_id=names[0])
        else:
            self._standing.move(document, "verified", remote_id=names[0])

    def _missing(self, document: Document) -> bool:
        """Decide on a document that is not there; return whether it may be sent now."""
        row = document.row
        if row.state == "ready":
            return True
        quiet = self._now() - row.moved_at >= self._quiet
        if row.state == "sending":
            may_go = self._idempotent or quiet
            then = "it is sent again" if may_go else f"it may still arrive for {self._quiet} s"
            self._standing.move(document, "sending", why=f"no answer, and not found there: {then}")
            return may_go
        if row.state == "rejected":
            return False
        if quiet:
            why = f"it was accepted as {row.remote_id or 'something unnamed'} and is not there"
            self._standing.move(document, "conflict", why=why)
        else:
            self._standing.move(document, "accepted", why="accepted, and not found yet")
        return False
