"""What the processor did: charges, refunds and payouts say what, balance transactions when and how much.

The balance transaction is what books. One whose source is not here yet is on suspense from the end of
the run on, and leaves it, on its own date, when the source comes: clearing equals the processor's
balance at any time, and the books come out the same in whatever order the two arrived.
"""

from collections.abc import Sequence

from autobook_core.bookkeeping.charges import LINK, is_usable, take_link
from autobook_core.bookkeeping.disputes import Disputes
from autobook_core.bookkeeping.handling import Handler, Item, hints, is_read
from autobook_core.bookkeeping.payouts import Payouts
from autobook_core.bookkeeping.replay import rebook
from autobook_core.bookkeeping.returns import credit_given, load_for_refunds, take_back
from autobook_core.bookkeeping.workset import Workset
from autobook_core.domain.problems import Problem, SetAside
from autobook_core.domain.records import BalanceTransaction, Charge, Refund
from autobook_core.posting.checks import check_live
from autobook_core.posting.failures import post_payment_failure, post_refund_failure
from autobook_core.posting.payments import (
    FEE_CATEGORIES,
    check_movement,
    post_fee,
    post_other,
    post_payment,
    post_unplaced,
)
from autobook_core.posting.terms import Terms
from autobook_core.store.packing import UNKNOWN_WEEK, Event, Packed, packed_of
from autobook_core.store.rows import Row

#: Which record a movement of a category comes from.
SOURCE_KIND = {
    "charge": "charge", "charge_failure": "charge",
    "refund": "refund", "refund_failure": "refund",
    "payout": "payout", "payout_reversal": "payout",
    "dispute": "dispute", "dispute_reversal": "dispute",
}  # fmt: skip
#: The movement and what it comes from do not name the same amount.
DIFFERENT_AMOUNT = "totals_do_not_add_up"


class Refunds(Handler[Refund]):
    """Keeps refunds; their balance transaction books them."""

    def handle(self, work: Workset, item: Item[Refund], source: str) -> None:
        """Keep the refund until its balance transaction comes."""
        check_live(item.record.livemode)
        unmoved = item.record.balance_transaction is None and item.record.status in ("failed", "canceled")
        item.row.state = "no_posting" if unmoved else "pending"
        work.ready("refund", item.record.id)


class BalanceTransactions(Handler[BalanceTransaction]):
    """Books what moved."""

    def __init__(self, terms: Terms, disputes: Disputes, payouts: Payouts) -> None:
        super().__init__(terms)
        self._disputes = disputes
        self._payouts = payouts

    def prepare(self, work: Workset, connection: int, records: Sequence[BalanceTransaction]) -> None:
        """Load the records these come from, and what those name."""
        by_kind: dict[str, list[tuple[str | None, int]]] = {}
        for movement in records:
            kind = SOURCE_KIND.get(movement.category)
            if kind is not None:
                by_kind.setdefault(kind, []).append((movement.source, movement.created))
        for kind, pairs in by_kind.items():
            work.load(connection, kind, hints(pairs))
        if "refund" in by_kind:
            load_for_refunds(work, connection, [name for name, _ in by_kind["refund"] if name])
        weeks: dict[int, list[str]] = {}
        intents: dict[str, int] = {}
        for name, _ in by_kind.get("charge", ()):
            charge = work.get(connection, "charge", name) if name else None
            if charge is not None and is_read(charge):
                packed = packed_of(charge)
                if packed.parent_week != UNKNOWN_WEEK:
                    weeks.setdefault(packed.parent_week, []).append(packed.record.invoice)
                elif packed.record.invoice is None and packed.record.payment_intent:
                    intents[packed.record.payment_intent] = charge.week
        for week, ids in weeks.items():
            work.load_exact(connection, "invoice", week, ids)
        work.load(connection, LINK, intents)

    def handle(self, work: Workset, item: Item[BalanceTransaction], source: str) -> None:
        """Book a movement, or wait for the record it comes from."""
        movement, row = item.record, item.row
        check_movement(movement, self.terms)
        unplaced = row.entry
        kind = SOURCE_KIND.get(movement.category)
        if not movement.amount and not movement.fee:
            row.state = "no_posting"
        elif kind is not None and movement.source:
            self._with_source(work, movement, row, kind, movement.source)
        elif movement.category in FEE_CATEGORIES:
            row.entry, row.state = work.post(post_fee(movement, self.terms)), "posted"
        else:
            draft, problem = post_other(movement, self.terms, source)
            row.entry, row.state = work.post(draft), "posted"
            if problem is not None:
                work.problem(row, problem)
        if unplaced is not None and row.entry != unplaced:
            rebook(work, None, unplaced, None, self.terms)
        work.ready("balance_transaction", movement.id)

    def settle(self, work: Workset, row: Row) -> None:
        """Look at a booked movement again: the record it comes from has come, or says more than before."""
        movement: BalanceTransaction = packed_of(row).record
        kind, name = SOURCE_KIND.get(movement.category), movement.source
        if kind is None or name is None or row.entry is None:
            return
        self.prepare(work, row.connection, [movement])
        work.touch(row)
        if kind == "dispute":
            self._disputes.attach(work, movement, row)
            return
        charge = self._charge(work, row, kind, name)
        if charge is None or not is_read(charge) or packed_of(charge).record.invoice is None:
            work.listen(row, "charge", name if charge is None else charge.id)
            return
        before = row.entry
        work.resolve(charge, "charge_without_invoice")
        if kind == "refund":
            work.resolve(work.rows[row.connection, kind, name], "credit_note_missing")
        self._with_source(work, movement, row, kind, name)
        if row.entry != before:
            rebook(work, None, before, None, self.terms)

    def place_on_suspense(self, work: Workset, row: Row) -> None:
        """Book a movement that still waits at the end of a run, so that clearing is the processor's balance.

        What comes from a test account moved no money and goes on waiting.
        """
        movement: BalanceTransaction = packed_of(row).record
        kind, name = SOURCE_KIND.get(movement.category), movement.source
        if kind is not None and name is not None:
            self.prepare(work, row.connection, [movement])
            parent = work.get(row.connection, kind, name)
            if parent is not None and is_read(parent) and not packed_of(parent).record.livemode:
                return
        try:
            work.touch(row).entry = work.post(post_unplaced(movement, self.terms))
        except SetAside as reason:
            work.problem(row, Problem(code=reason.code, record=row.id, detail=reason.detail))

    def _with_source(
        self, work: Workset, movement: BalanceTransaction, row: Row, kind: str, name: str
    ) -> None:
        parent = work.get(row.connection, kind, name)
        if kind == "dispute":
            self._disputes.move(work, movement, row)
            return
        if parent is None or parent.state == "quarantined":
            work.wait(row, kind, name)
            return
        packed = packed_of(parent)
        if kind == "payout":
            self._payouts.move(work, movement, row, parent)
        elif movement.category == "charge":
            self._payment(work, movement, row, parent, packed)
        else:
            if movement.category == "refund":
                take_back(work, movement, row, parent, packed.record, self.terms)
            else:
                self._failure(work, movement, row, parent)
            if row.state == "posted":
                _await_link(work, row, self._charge(work, row, kind, name))

    def _charge(self, work: Workset, row: Row, kind: str, name: str) -> Row | None:
        """Return the payment behind a movement of a payment or of a refund."""
        parent = work.get(row.connection, kind, name)
        if kind == "charge" or parent is None or not is_read(parent):
            return parent if kind == "charge" else None
        charge = packed_of(parent).record.charge
        return work.get(row.connection, "charge", charge) if charge else None

    def _payment(
        self, work: Workset, movement: BalanceTransaction, row: Row, parent: Row, packed: Packed
    ) -> None:
        charge: Charge = packed.record
        if charge.invoice is None and take_link(work, parent):
            charge, packed = packed_of(parent).record, packed_of(parent)
        if charge.invoice is not None and packed.parent_week == UNKNOWN_WEEK:
            work.wait(row, "charge", charge.id)
            return
        if movement.currency == charge.currency and movement.amount != charge.amount:
            work.problem(row, _different(movement, charge))
            work.wait(row, "charge", charge.id)
            return
        if row.facts:  # it was read before, when the two may have differed
            work.resolve(row, DIFFERENT_AMOUNT)
        draft, problems = post_payment(charge, movement, self.terms, customer=charge.customer)
        entry = work.post(draft)
        work.touch(parent)
        row.entry = parent.entry = entry
        row.state = parent.state = "posted"
        for problem in problems:
            work.problem(parent, problem)
        if charge.invoice is None and charge.payment_intent is not None:
            work.listen(parent, LINK, charge.payment_intent)
            _await_link(work, row, parent)
        self._settle_invoice(work, row, charge, movement.amount)

    def _failure(self, work: Workset, movement: BalanceTransaction, row: Row, parent: Row) -> None:
        """Book a payment or a refund that failed after its money had moved."""
        record = packed_of(parent).record
        name = record.id if parent.kind == "charge" else record.charge
        charge = work.get(row.connection, "charge", name) if name else None
        if name and not is_usable(charge):
            work.wait(row, "charge", name)
            return
        paid: Charge | None = None if charge is None else packed_of(charge).record
        if isinstance(record, Refund):
            customer = None if paid is None else paid.customer
            draft, problem = post_refund_failure(record, movement, self.terms, customer=customer)
            if customer is not None and movement.amount > 0:
                owed = Event(movement.created, "", movement.id, row.week, movement.amount, "credit")
                credit_given(work, row.connection, customer, owed, self.terms)
        else:
            draft, problem = post_payment_failure(record, movement, self.terms)
            self._settle_invoice(work, row, record, movement.amount)
        row.entry, row.state = work.post(draft), "posted"
        work.problem(parent, problem)

    def _settle_invoice(self, work: Workset, row: Row, charge: Charge, amount: int) -> None:
        invoice = None if charge.invoice is None else work.get(row.connection, "invoice", charge.invoice)
        if invoice is not None:
            work.touch(invoice)
            invoice.open_minor = (invoice.open_minor or 0) - amount


def _await_link(work: Workset, row: Row, charge: Row | None) -> None:
    """Let a movement of a payment that names no invoice be read again when a link says which it pays."""
    if charge is None or not is_read(charge):
        return
    record: Charge = packed_of(charge).record
    if record.invoice is None and record.payment_intent is not None:
        work.listen(row, "charge", record.id)


def _different(movement: BalanceTransaction, charge: Charge) -> Problem:
    detail = f"the movement is {movement.amount}, charge {charge.id} says {charge.amount}; it is on suspense"
    return Problem(
        code=DIFFERENT_AMOUNT,
        record=movement.id,
        detail=detail,
        amount=movement.net,
        currency=movement.currency,
    )
