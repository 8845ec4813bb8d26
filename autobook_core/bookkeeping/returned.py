"""Payouts that reached the bank and came back, where the bank's lines are read after the failure is known.

A payout that failed is no longer looked for: mostly the bank never shows it. Where a line of its amount
stays on suspense it did arrive, and a second line takes it back; both belong to the way to the bank.
"""

from collections import Counter

from autobook_core.bookkeeping.bank import AMBIGUOUS, UNMATCHED
from autobook_core.store.packing import packed_of
from autobook_core.store.rows import Ref
from autobook_core.store.store import Store

FAILED = "payout_failed"


def expected_lines(store: Store) -> list[tuple[Ref, int]]:
    """Return failed payouts with the bank line (signed minor units) each may still find on suspense."""
    failed = store.inbox.open_of(FAILED)
    if not failed:
        return []
    lines = {item.amount for code in (UNMATCHED, AMBIGUOUS) for item in store.inbox.open_of(code)}
    if not lines:
        return []
    found: list[tuple[Ref, int]] = []
    seen: Counter[str] | None = None
    for item in failed:
        row = store.records.get(Ref(item.connection, item.kind, item.week, item.record))
        if row is None or row.open_minor:
            continue
        amount: int = packed_of(row).record.amount
        if not {amount, -amount} & lines:
            continue
        if seen is None:
            seen = Counter(match.right_id for match in store.inbox.matches())
        legs = (amount, -amount)[seen[row.id] :][:1]  # the one not matched yet
        found += [(row.ref, leg) for leg in legs if leg in lines]
    return found
