"""Taking up again what a person has looked at: refused documents, and those in conflict."""

from collections.abc import Collection

from autobook_core.store.store import Store

_ROWS = 1_000_000


def release(store: Store, connection: int, entries: Collection[int]) -> int:
    """Let the next run take up refused and conflicting deliveries of these entries; return how many.

    Nothing is sent without looking first: what stands there by then, equal to the entry, counts as
    delivered. Their exceptions are closed when that is so.
    """
    wanted = frozenset(entries)
    with store.writing():
        refused = store.outbox.in_state(connection, "rejected", _ROWS)
        unclear = store.outbox.in_state(connection, "conflict", _ROWS)
        rows = [row for row in (*refused, *unclear) if row.entry in wanted]
        for row in rows:
            # Looked up before anything is sent: a refused one like one that was put off, the other as in doubt.
            row.state = "ready" if row.state == "rejected" else "sending"
        store.outbox.put(rows)
    return len(rows)
