"""Reading the ledger back: entries with their lines, in batches, without holding them all."""

from collections.abc import Iterator

from autobook_core.store.rows import EntryRow, LineRow
from autobook_core.store.store import Store

#: Entries read at once.
BATCH = 2_000


def entries_with_lines(store: Store, after: int = 0) -> Iterator[tuple[EntryRow, list[LineRow]]]:
    """Give every entry after an id with its lines, in order of posting."""
    while True:
        entries = store.journal.entries(after, BATCH)
        if not entries:
            return
        lines = by_entry(store, entries[0].id, entries[-1].id)
        for entry in entries:
            yield entry, lines.get(entry.id, [])
        after = entries[-1].id


def by_entry(store: Store, first: int, last: int) -> dict[int, list[LineRow]]:
    """Return the lines of a range of entries, by entry."""
    found: dict[int, list[LineRow]] = {}
    for line in store.journal.lines(first, last):
        found.setdefault(line.entry, []).append(line)
    return found
