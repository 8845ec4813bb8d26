"""Refunds: what each of them pays out, read again whenever another record says more of it.

In this order: a credit note names it; the customer has an open credit of exactly that amount; else
it takes the sale back in proportion.
"""

from msgspec import Struct

from autobook_core.bookkeeping.customers import forget, paid_from_credit, tell
from autobook_core.bookkeeping.handling import hints, is_read
from autobook_core.bookkeeping.happening import row_of
from autobook_core.bookkeeping.replay import happened, place, rebook, remove
from autobook_core.bookkeeping.workset import Workset
from autobook_core.domain.journal import Draft
from autobook_core.domain.problems import Problem
from autobook_core.domain.records import BalanceTransaction, Refund
from autobook_core.posting.refunds import settle_refund
from autobook_core.posting.terms import Terms
from autobook_core.store.packing import UNKNOWN_WEEK, Event, Packed, packed_of
from autobook_core.store.rows import MatchRow, Row, week_of

MISSING = "credit_note_missing"


def load_for_refunds(work: Workset, connection: int, refunds: list[str]) -> None:
    """Load the charges of some refunds, and the invoices of those charges."""
    charges: list[tuple[str | None, int]] = []
    for name in refunds:
        row = work.get(connection, "refund", name)
        if row is not None and is_read(row):
            refund: Refund = packed_of(row).record
            charges.append((refund.charge, refund.created))
    work.load(connection, "charge", hints(charges))
    for wanted, _ in charges:
        charge = work.get(connection, "charge", wanted) if wanted else None
        if charge is not None and is_read(charge):
            packed = packed_of(charge)
            if packed.parent_week != UNKNOWN_WEEK:
                work.load_exact(connection, "invoice", packed.parent_week, [packed.record.invoice])


def take_back(
    work: Workset, movement: BalanceTransaction, row: Row, parent: Row, refund: Refund, terms: Terms
) -> None:
    """Book a refund's movement, or wait for the payment it gives back.

    Where the movement's row names an entry already, the caller takes that back if another comes in its place.
    """
    charge = work.get(row.connection, "charge", refund.charge) if refund.charge else None
    packed = None if charge is None or charge.state == "quarantined" else packed_of(charge)
    if packed is None or (packed.record.invoice and packed.parent_week == UNKNOWN_WEEK):
        work.wait(row, "charge", refund.charge or "")
        return
    this = Event(movement.created, movement.id, refund.id, parent.week, -movement.amount)
    work.touch(parent).packed = Packed(refund, events=(this,))
    row.packed = Packed(movement)
    row.state = parent.state = "posted"
    _read(work, parent, terms, undone=parent.entry is not None and parent.entry == row.entry)


def read_refunds(work: Workset, connection: int, refunds: list[Event], terms: Terms) -> None:
    """Read booked refunds again: a credit note or a customer's credit came or went."""
    for event in refunds:
        work.load(connection, "refund", {event.record: event.week})
        row = work.get(connection, "refund", event.record)
        if row is None or row.state != "posted" or not packed_of(row).events:
            continue
        load_for_refunds(work, connection, [row.id])
        _read(work, row, terms)


def credit_given(work: Workset, connection: int, customer: str, event: Event, terms: Terms) -> None:
    """Say that a customer's credit was given or used; refunds that pay it out are read again."""
    read_refunds(work, connection, tell(work, connection, customer, event, terms), terms)


def _read(work: Workset, row: Row, terms: Terms, *, undone: bool = False) -> None:
    """Book a refund by what is known now; one that is booked like that already stays as it is.

    ``undone`` says that somebody else reverses its entry where another takes its place.
    """
    connection, refund, (this,) = row.connection, packed_of(row).record, packed_of(row).events
    charge = work.rows[connection, "charge", refund.charge]
    paid = packed_of(charge).record
    invoice = work.get(connection, "invoice", paid.invoice) if paid.invoice else None
    customer = paid.customer or (packed_of(invoice).record.customer if invoice is not None else None)
    moved = work.touch(row_of(work, row, "balance_transaction", week_of(this.created), this.movement))
    work.touch(row)
    movement = packed_of(moved).record
    note = _credit_note_of(work, connection, refund.id)
    changed: list[Event] = []
    if customer is not None:
        changed = (
            tell(work, connection, customer, this, terms)
            if note is None
            else forget(work, connection, customer, "refund", refund.id, terms)
        )
    sold = invoice is not None and invoice.entry is not None and packed_of(invoice).record.total > 0
    book = _Booking(work, row, moved, invoice, terms, undone)
    if note is not None:
        credited = packed_of(note)
        owner = credited.record.invoice
        work.load_exact(connection, "invoice", credited.parent_week, [owner])
        book.invoice = work.rows[connection, "invoice", owner]
        if book.settle(settle_refund(refund, movement, terms, "receivables", customer, owner)):
            work.matches.append(_match(this, note.id, movement.currency))
    elif customer is not None and refund.id in paid_from_credit(work, connection, customer, terms):
        book.settle(settle_refund(refund, movement, terms, "customer_credit", customer, None))
    elif invoice is None or not sold or terms.policy.refund_without_credit_note == "hold":
        book.settle(settle_refund(refund, movement, terms, "suspense", None, None))
        work.problem(row, _held(refund, movement))
    elif happened(invoice, "refund", refund.id) is None:
        book.none()
        place(work, invoice, this, terms)
    read_refunds(work, connection, changed, terms)


class _Booking(Struct):
    """The entry of one refund, as rows and invoice know it."""

    work: Workset
    row: Row
    moved: Row
    invoice: Row | None
    terms: Terms
    undone: bool

    def settle(self, draft: Draft) -> bool:
        """Book a refund that takes nothing of a sale; tell whether that is new."""
        if self.invoice is not None and happened(self.invoice, "refund", self.row.id) is not None:
            remove(self.work, self.invoice, "refund", self.row.id, self.terms)
            self.row.entry = None
        before = self.row.entry
        self._exchange(draft)
        self.work.resolve(self.row, MISSING)
        return self.row.entry != before

    def none(self) -> None:
        """Let no entry book it by itself: what it takes of a sale is booked with the sale's events."""
        self._exchange(None)

    def _exchange(self, draft: Draft | None) -> None:
        entry = rebook(
            self.work, self.invoice, self.row.entry or 0, draft, self.terms, undone=self.undone
        )  # fmt: skip
        self.row.entry = self.moved.entry = entry or None


def name_refund(work: Workset, refund: str, note: Row) -> None:
    """Let the credit note that names a refund be found by it."""
    work.references.append((_key(refund), note.ref))
    work.notes[refund] = note.ref


def _credit_note_of(work: Workset, connection: int, refund: str) -> Row | None:
    """Return the booked credit note that names a refund, if there is one."""
    found = [ref for _, ref in work.store.records.by_reference([_key(refund)])]
    if refund in work.notes:
        found.append(work.notes[refund])
    for ref in found:
        if ref.connection == connection:
            work.load_exact(connection, ref.kind, ref.week, [ref.id])
            row = work.get(connection, ref.kind, ref.id)
            if row is not None and row.state == "posted" and packed_of(row).record.status != "void":
                return row
    return None


def _key(refund: str) -> str:
    """Return the key under which the credit note of a refund is found; no text of a bank line is like it."""
    return f"refund:{refund}"


def _match(refund: Event, note: str, currency: str) -> MatchRow:
    return MatchRow(
        left_id=refund.record,
        right_id=note,
        amount=refund.amount,
        currency=currency,
        rung="exact_id",
        confidence=100,
        explain=f"Credit note {note} names refund {refund.record}",
    )


def _held(refund: Refund, movement: BalanceTransaction) -> Problem:
    return Problem(
        code=MISSING,
        record=refund.id,
        detail="The refund is on suspense: it has no credit note and no posted invoice to take back",
        amount=-movement.amount,
        currency=movement.currency,
    )
