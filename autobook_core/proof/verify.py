"""Verify: the chain, the balance and the number of every entry, and the roll-ups against the lines."""

from collections.abc import Callable, Iterator

from msgspec import Struct

from autobook_core.ledger.chain import faults
from autobook_core.ledger.digest import content_digest
from autobook_core.ledger.reading import entries_with_lines
from autobook_core.store.rows import EntryRow, LineRow
from autobook_core.store.store import Store

#: Faults told one by one; more are only counted.
MOST_TOLD = 100


class Verified(Struct, kw_only=True):
    """What verification found. ``head`` is the hash of the last entry: keep it elsewhere."""

    ok: bool
    entries: int
    head: str
    content_digest: str
    faults: list[str]
    more_faults: int = 0


def verify(store: Store, *, progress: Callable[[int], None] | None = None) -> Verified:
    """Check the whole ledger and return what was found."""
    seen = 0

    def counted() -> Iterator[tuple[EntryRow, list[LineRow]]]:
        nonlocal seen
        for item in entries_with_lines(store):
            seen += 1
            if progress and not seen % 1000:
                progress(1000)
            yield item

    found = [f"entry {number}: {what}" for number, what in faults(counted())]
    for account, when, debit, credit in store.journal.rollup_differences():
        found.append(
            f"account {account}, {when}: balance and lines differ by {debit} in debit and {credit} in credit"
        )
    _, head = store.journal.tail()
    return Verified(
        ok=not found,
        entries=seen,
        head=head.hex(),
        content_digest=content_digest(store),
        faults=found[:MOST_TOLD],
        more_faults=max(0, len(found) - MOST_TOLD),
    )
