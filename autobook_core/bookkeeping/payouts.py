"""Payouts: booked by their balance transaction, settled by the bank line, checked against what they hold."""

from autobook_core.bookkeeping.handling import Handler, Item
from autobook_core.bookkeeping.workset import Workset
from autobook_core.domain.records import BalanceTransaction, Payout
from autobook_core.matching.references import normalise
from autobook_core.posting.checks import check_live
from autobook_core.posting.failures import post_payout_failure
from autobook_core.posting.payments import post_payout
from autobook_core.posting.payout_check import NOT_RECONCILED, difference, not_reconciled
from autobook_core.store.packing import Packed, packed_of
from autobook_core.store.rows import Row, week_of

IN_TRANSIT = "payouts_in_transit"
MEMBER = "balance_transaction"


class Payouts(Handler[Payout]):
    """Keeps payouts; their balance transaction books them, the bank line settles them."""

    def handle(self, work: Workset, item: Item[Payout], source: str) -> None:
        """Keep the payout until its balance transaction comes; one read again for a member may be booked by then."""
        payout, row = item.record, item.row
        check_live(payout.livemode)
        unmoved = payout.balance_transaction is None and payout.status in ("failed", "canceled")
        row.state = "posted" if row.entry is not None else "no_posting" if unmoved else "pending"
        row.packed = Packed(payout)
        self.check(work, row)
        work.ready("payout", payout.id)

    def refresh(self, work: Workset, row: Row, record: Payout) -> None:
        """A payout on its way gets the trace id by which the bank line may name it."""
        row.packed = Packed(record)
        if record.trace_id:
            work.references.append((normalise(record.trace_id), row.ref))
        self.check(work, row)

    def check(self, work: Workset, row: Row) -> None:
        """Compare an automatic payout with its members; one that is not here yet lets it be compared again."""
        payout: Payout = packed_of(row).record
        if not payout.members or not payout.automatic:
            return
        off, missing = _compare(work, row, payout, everywhere=bool(row.facts))
        if missing:
            work.listen(row, MEMBER, missing[0])
        elif off:
            work.problem(row, not_reconciled(payout, off, 0))
        elif row.facts:  # it was read before, when members may have been missing
            work.resolve(row, NOT_RECONCILED)

    def tell(self, work: Workset, row: Row, awaited: str, told: int | None) -> None:
        """Say of a payout that still waits for a member by how much it differs.

        Args:
            work: the working set of this commit.
            row: the payout's.
            awaited: id of the member it waits for.
            told: the difference that was said before.
        """
        payout: Payout = packed_of(row).record
        off, missing = _compare(work, row, payout, everywhere=True)
        if not missing:  # they came long before it
            work.stop_waiting(MEMBER, awaited, row.ref)
        now = off if missing or off else None
        if now != told:
            work.resolve(row, NOT_RECONCILED)
            if now is not None:
                work.problem(row, not_reconciled(payout, off, len(missing)))

    def expect(self, work: Workset, row: Row, amount: int) -> None:
        """Let a bank line of an amount (signed minor units) find a payout, or none with 0."""
        self._on_its_way(work, work.touch(row), packed_of(row).record, amount)

    def move(self, work: Workset, movement: BalanceTransaction, row: Row, parent: Row) -> None:
        """Book a payout that set out or came back."""
        payout: Payout = packed_of(parent).record
        work.touch(parent)
        if movement.category == "payout":
            row.entry = parent.entry = work.post(post_payout(payout, movement, self.terms))
            parent.state = "posted"
            if payout.trace_id:
                work.references.append((normalise(payout.trace_id), parent.ref))
        else:
            draft, problem = post_payout_failure(payout, movement, self.terms)
            row.entry = work.post(draft)
            if problem is not None:
                work.problem(parent, problem)
        row.state = "posted"
        self._on_its_way(work, parent, payout, (parent.open_minor or 0) - movement.amount)

    def _on_its_way(self, work: Workset, row: Row, payout: Payout, amount: int) -> None:
        """Let a bank line find what is on its way; after a payout came back that may be its return."""
        day = self.terms.day(payout.arrival_date).isoformat()
        if row.open_minor:
            work.closed.append((IN_TRANSIT, row.open_minor, payout.currency, day, *row.ref))
        if amount:
            work.opened.append((IN_TRANSIT, amount, payout.currency, day, *row.ref))
        row.open_minor = amount


def _compare(work: Workset, row: Row, payout: Payout, *, everywhere: bool) -> tuple[int, list[str]]:
    """Return by how much a payout differs from its known members, and the ids of the others.

    Members are a few days older than their payout; only on request older ones are looked for.
    """
    names, week = payout.members or (), week_of(payout.created)
    if everywhere:
        work.load(row.connection, MEMBER, dict.fromkeys(names, week))
    else:
        for near in (week, week - 1):
            work.load_exact(row.connection, MEMBER, near, names)
    known = {name: work.get(row.connection, MEMBER, name) for name in names}
    here = [member for member in known.values() if member is not None and member.state != "quarantined"]
    missing = [name for name, member in known.items() if member is None or member.state == "quarantined"]
    return difference(payout, [packed_of(member).record for member in here]), missing
