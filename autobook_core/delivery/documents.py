"""Documents on their way: an entry, rendered, beside the row that says where it stands.

A document that was sent before is rendered again and must give the digest saved with the first attempt.
"""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

from autobook_core.connector import Delivery
from autobook_core.delivery.render import KIND, delivery_key, digest, document_id, render
from autobook_core.ledger.reading import by_entry
from autobook_core.store.rows import DeliveryRow, EntryRow, LineRow, Ref
from autobook_core.store.store import Store

#: Entries that lie closer together than this on average are read as one range.
_SPARSE = 4


class Document(Struct):
    """One entry on its way to one sink.

    Attributes:
        row: where it stands; changed in place and written back.
        ref: its name in the exception queue.
        delivery: what the sink is given.
        wrong: why it must not be sent, in words; empty if it may.
        before: it was taken up in an earlier run.
    """

    row: DeliveryRow
    ref: Ref
    delivery: Delivery
    wrong: str = ""
    before: bool = False

    @property
    def key(self) -> str:
        """Return the idempotency key."""
        return self.row.key


class Documents:
    """Reads entries of one book as documents for one sink."""

    def __init__(self, store: Store, *, connection: int, sink: str, book_id: str, base_currency: str) -> None:
        """Take the names of the accounts as they are now."""
        self._store = store
        self._connection = connection
        self._currency = base_currency
        self._accounts = {row[1]: (row[2], row[3]) for row in store.journal.accounts()}
        self._key: Callable[[EntryRow], str] = lambda entry: delivery_key(book_id, sink, entry)

    def fresh(self, after: int, most: int) -> list[Document]:
        """Return the next entries that were never taken up, in order of posting."""
        entries = self._store.journal.entries(after, most)
        if not entries:
            return []
        lines = by_entry(self._store, entries[0].id, entries[-1].id)
        reversed_keys = self._keys_of(entries)
        documents = []
        for entry in entries:
            body = self._body(entry, lines)
            row = DeliveryRow(
                connection=self._connection, entry=entry.id, key=self._key(entry), state="ready",
                digest=digest(body), attempts=0, remote_id=None, why="", moved_at=0,
            )  # fmt: skip
            documents.append(self._document(row, entry, body, reversed_keys))
        return documents

    def again(self, rows: Sequence[DeliveryRow]) -> list[Document]:
        """Return documents that were taken up before, rendered again from their entries."""
        entries = self._store.journal.by_id(row.entry for row in rows)
        lines = self._lines_of(sorted(entries))
        reversed_keys = self._keys_of(list(entries.values()))
        documents = []
        for row in rows:
            entry = entries.get(row.entry)
            if entry is None:
                missing = Delivery(row.key, KIND, {})
                ref = Ref(self._connection, "entry", 0, str(row.entry))
                wrong = "its entry is not in the journal any more"
                documents.append(Document(row, ref, missing, wrong, before=True))
                continue
            body = self._body(entry, lines)
            document = self._document(row, entry, body, reversed_keys)
            document.before = True
            if digest(body) != row.digest:
                document.wrong = (
                    "the entry renders to another document than the one first sent: either the book was "
                    "changed behind its back, or this program has a fault"
                )
            documents.append(document)
        return documents

    def unharmed(self, document: Document) -> Document:
        """Return a document as it was before a sink had it in its hands."""
        try:
            if digest(document.delivery.body) == document.row.digest:
                return document
        except (AttributeError, KeyError, TypeError, ValueError):
            pass  # changed beyond recognition: rendered again below, like any other change
        return self.again([document.row])[0]

    def _body(self, entry: EntryRow, lines: dict[int, list[LineRow]]) -> dict[str, Any]:
        return render(entry, lines.get(entry.id, []), self._accounts, self._currency)

    def _document(
        self, row: DeliveryRow, entry: EntryRow, body: dict[str, Any], reversed_keys: dict[int, str]
    ) -> Document:
        replaces = None if entry.reverses is None else reversed_keys.get(entry.reverses)
        ref = Ref(self._connection, "entry", 0, document_id(entry))
        return Document(row, ref, Delivery(row.key, KIND, body, replaces))

    def _keys_of(self, entries: Sequence[EntryRow]) -> dict[int, str]:
        """Return the keys of the entries that these reverse."""
        wanted = sorted({entry.reverses for entry in entries if entry.reverses is not None})
        found = self._store.journal.by_id(wanted) if wanted else {}
        return {number: self._key(entry) for number, entry in found.items()}

    def _lines_of(self, ids: Sequence[int]) -> dict[int, list[LineRow]]:
        if ids and ids[-1] - ids[0] < _SPARSE * len(ids):
            return by_entry(self._store, ids[0], ids[-1])
        return {number: self._store.journal.lines_of(number) for number in ids}
