"""Disputes: the movements book what was withdrawn and given back, the record says how it ended.

What still waits of a dispute stands as open on its row. The closing of a lost one is booked from record
and movements together, whichever comes last, and booked anew when one of them says something else.
"""

from collections.abc import Sequence
from datetime import date

import msgspec

from autobook_core.bookkeeping.charges import is_usable
from autobook_core.bookkeeping.handling import Handler, Item, is_read
from autobook_core.bookkeeping.replay import place, rebook, remove
from autobook_core.bookkeeping.workset import Workset
from autobook_core.domain.records import BalanceTransaction, Dispute
from autobook_core.posting.checks import check_live
from autobook_core.posting.disputes import (
    note_missing,
    post_dispute_loss,
    post_dispute_movement,
    relief_to_review,
)
from autobook_core.store.packing import Event, Packed, packed_of
from autobook_core.store.rows import Row

#: Warnings that belong to a closing and go with it.
_OF_CLOSING = ("vat_relief_review", "credit_note_missing")
#: What a closing is: a loss, or a sale taken back with what else happened to it.
_LOSS, _CANCELLED = "loss", "dispute"


class Disputes(Handler[Dispute]):
    """Keeps disputes and books how they end."""

    def prepare(self, work: Workset, connection: int, records: Sequence[Dispute]) -> None:
        """Remember what is known of the disputes: the closing that is booked, and since when it is known."""
        self._before: dict[str, Packed] = {}
        for record in records:
            row = work.get(connection, "dispute", record.id)
            if row is not None and is_read(row):
                self._before[record.id] = packed_of(row)

    def handle(self, work: Workset, item: Item[Dispute], source: str) -> None:
        """Take in how a dispute stands. By itself it books nothing; a lost one books what still waits."""
        dispute, row = item.record, item.row
        check_live(dispute.livemode)
        before = self._before.get(dispute.id)
        self._keep(row, dispute, before, _told_at(item))
        self._close(work, row)
        self._before[dispute.id] = packed_of(row)
        work.ready("dispute", dispute.id)

    def refresh(self, work: Workset, row: Row, record: Dispute) -> None:
        """A dispute that was lost may be won after all."""
        self._keep(row, record, packed_of(row), None)
        self._close(work, row)

    def move(self, work: Workset, movement: BalanceTransaction, row: Row) -> None:
        """Book funds withdrawn or reinstated; only those of a test account wait for ever."""
        parent = work.get(row.connection, "dispute", movement.source or "")
        if parent is not None and is_read(parent) and not packed_of(parent).record.livemode:
            work.wait(row, "dispute", parent.id)
            return
        row.entry = work.post(post_dispute_movement(movement, self.terms))
        self.attach(work, movement, row)

    def attach(self, work: Workset, movement: BalanceTransaction, row: Row) -> None:
        """Count a booked movement towards its dispute, or wait for the dispute with that."""
        parent = work.get(row.connection, "dispute", movement.source or "")
        if parent is None or parent.state == "quarantined":
            work.wait(row, "dispute", movement.source or "")
        else:
            work.touch(parent).open_minor = (parent.open_minor or 0) - movement.amount
            self._close(work, parent)
        row.state = "posted"

    def _keep(self, row: Row, dispute: Dispute, before: Packed | None, told_at: int | None) -> None:
        """Keep the record with the earliest instant at which it was known to be lost."""
        if dispute.status == "lost":
            known = (dispute.closed_at, None if before is None else before.record.closed_at, told_at)
            closed_at = min((instant for instant in known if instant), default=None)
            dispute = msgspec.structs.replace(dispute, closed_at=closed_at)
        row.packed = Packed(dispute, events=() if before is None else before.events)

    def settle(self, work: Workset, row: Row) -> None:
        """The payment of a booked dispute says more than before: its sale may be known now."""
        closing = packed_of(row).events
        if closing and not self._takes_sale_back(closing[0]):
            charge, invoice = self._paid(work, row)
            if invoice is None:
                self._await_link(work, row, charge)
                return
            self._reopen(work, row, closing[0])
            self._close(work, row)

    def _close(self, work: Workset, row: Row) -> None:
        """Bring the booked closing in line with what is known now."""
        dispute: Dispute = packed_of(row).record
        lost_at = (dispute.closed_at or dispute.created) if dispute.status == "lost" else None
        closing = packed_of(row).events
        if closing and (
            row.open_minor or lost_at is None or self._day(closing[0].created) != self._day(lost_at)
        ):
            self._reopen(work, row, closing[0])
        row.state = "no_posting" if row.entry is None else "posted"
        if lost_at is not None and (row.open_minor or 0) > 0:
            self._book(work, row, dispute, lost_at)

    def _day(self, instant: int) -> date:
        return self.terms.day(instant)

    def _book(self, work: Workset, row: Row, dispute: Dispute, lost_at: int) -> None:
        """Book what waits of a lost dispute as a loss, or take its sale back if that is the policy."""
        charge, invoice = None, None
        if self.terms.policy.dispute_lost == "cancel_sale":
            charge, invoice = self._paid(work, row)
            if dispute.charge and not is_usable(charge):
                work.wait(row, "charge", dispute.charge)
                return
        amount = row.open_minor or 0
        work.touch(row).open_minor = 0
        row.state = "posted"
        if invoice is not None:
            event = Event(lost_at, "", dispute.id, row.week, amount, _CANCELLED)
            row.packed = Packed(dispute, events=(event,))
            place(work, invoice, event, self.terms)
            work.problem(row, note_missing(dispute, amount))
            return
        event = Event(lost_at, "", dispute.id, row.week, amount, _LOSS)
        row.packed = Packed(dispute, events=(event,))
        row.entry = work.post(post_dispute_loss(dispute, amount, self._day(lost_at), self.terms))
        work.problem(row, relief_to_review(dispute, amount))
        self._await_link(work, row, charge)

    def _reopen(self, work: Workset, row: Row, closing: Event) -> None:
        """Take a closing back: funds moved since, another day is known, or the dispute was not lost."""
        _, invoice = self._paid(work, row) if self._takes_sale_back(closing) else (None, None)
        if invoice is not None:
            remove(work, invoice, _CANCELLED, row.id, self.terms)
        elif row.entry is not None:
            rebook(work, None, row.entry, None, self.terms)
        work.touch(row).entry = None
        row.open_minor = (row.open_minor or 0) + closing.amount
        row.packed = Packed(packed_of(row).record)
        work.resolve(row, *_OF_CLOSING)

    def _takes_sale_back(self, closing: Event) -> bool:
        return closing.kind == _CANCELLED

    def _paid(self, work: Workset, row: Row) -> tuple[Row | None, Row | None]:
        """Return the disputed payment, and the invoice it paid where that is a sale that can be taken back."""
        dispute: Dispute = packed_of(row).record
        work.load(row.connection, "charge", {dispute.charge: row.week})
        charge = work.get(row.connection, "charge", dispute.charge)
        if charge is None or not is_usable(charge) or packed_of(charge).record.invoice is None:
            return charge, None
        packed = packed_of(charge)
        work.load_exact(row.connection, "invoice", packed.parent_week, [packed.record.invoice])
        invoice = work.get(row.connection, "invoice", packed.record.invoice)
        if invoice is None or invoice.entry is None or packed_of(invoice).record.total <= 0:
            return charge, None
        return charge, invoice

    def _await_link(self, work: Workset, row: Row, charge: Row | None) -> None:
        """Let a loss be looked at again when a link says which invoice the payment was for."""
        if charge is not None and is_read(charge) and packed_of(charge).record.invoice is None:
            work.listen(row, "charge", charge.id)


def _told_at(item: Item[Dispute]) -> int | None:
    """Return the instant at which the source told this version: that of its event, else when it came."""
    told = int(item.version) if item.version.isdigit() else item.received_at
    return told if told >= item.record.created else None
