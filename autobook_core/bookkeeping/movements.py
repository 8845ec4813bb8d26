"""What the processor did: charges, refunds and payouts say what, balance transactions when and how much.

The balance transaction is what books: every one of them is in the books or visibly waits, so
that clearing equals the processor's balance.
"""

from collections.abc import Sequence
from datetime import date

import msgspec

from autobook_core.bookkeeping.handling import Handler, Item, hints
from autobook_core.bookkeeping.returns import load_for_refunds, take_back
from autobook_core.bookkeeping.workset import Workset
from autobook_core.domain.problems import SetAside
from autobook_core.domain.records import BalanceTransaction, Charge, InvoicePayment, Payout, Refund
from autobook_core.matching.references import normalise
from autobook_core.posting.checks import check_live
from autobook_core.posting.payments import (
    FEE_CATEGORIES,
    check_movement,
    link_payment,
    post_fee,
    post_other,
    post_payment,
    post_payout,
)
from autobook_core.store.packing import UNKNOWN_WEEK, Packed, packed_of
from autobook_core.store.rows import Row, week_of

#: Rows by which a payment finds the invoice it pays; no records of a source.
LINK = "payment_link"

#: Which record a movement of a category comes from.
SOURCE_KIND = {"charge": "charge", "refund": "refund", "payout": "payout"}


class Charges(Handler[Charge]):
    """Links a payment to its invoice; its balance transaction books it."""

    def prepare(self, work: Workset, connection: int, records: Sequence[Charge]) -> None:
        """Load the invoices the charges name, or the links that name them."""
        invoices = hints([(charge.invoice, charge.created) for charge in records])
        intents = hints([(charge.payment_intent, charge.created) for charge in records if not charge.invoice])
        if intents:
            work.load(connection, LINK, intents)
            for charge in records:
                invoice = None if charge.invoice else _linked(work, connection, charge)
                if invoice:
                    invoices[invoice] = week_of(charge.created)
        if invoices:
            work.load(connection, "invoice", invoices)

    def handle(self, work: Workset, item: Item[Charge], source: str) -> None:
        """Keep the charge with its invoice; it stays pending until its balance transaction books it."""
        charge, row = item.record, item.row
        check_live(charge.livemode)
        invoice_id = charge.invoice or _linked(work, row.connection, charge)
        week = UNKNOWN_WEEK
        if invoice_id is not None:
            invoice = work.get(row.connection, "invoice", invoice_id)
            if invoice is None or invoice.state in ("pending", "quarantined"):
                row.packed = Packed(msgspec.structs.replace(charge, invoice=invoice_id))
                work.wait(row, "invoice", invoice_id)
                return
            week = invoice.week
            if charge.invoice is None or charge.customer is None:
                customer = charge.customer or packed_of(invoice).record.customer
                charge = msgspec.structs.replace(charge, invoice=invoice_id, customer=customer)
        row.packed = Packed(charge, week)
        failed = charge.status == "failed" and charge.balance_transaction is None
        row.state = "no_posting" if failed else "pending"
        work.ready("charge", charge.id)

    def settle(self, work: Workset, row: Row) -> None:
        """Move a payment that named no invoice to the one a later link names."""
        charge: Charge = packed_of(row).record
        name = charge.payment_intent
        if row.entry is None or charge.invoice is not None or name is None:
            return
        work.load(row.connection, LINK, {name: row.week})
        invoice_id = _linked(work, row.connection, charge)
        if invoice_id is None:
            return
        work.load(row.connection, "invoice", {invoice_id: row.week})
        invoice = work.get(row.connection, "invoice", invoice_id)
        if invoice is None or invoice.state in ("pending", "quarantined"):
            work.listen(row, "invoice", invoice_id)
            return
        customer = charge.customer or packed_of(invoice).record.customer
        linked = msgspec.structs.replace(charge, invoice=invoice_id, customer=customer)
        entry = work.store.journal.by_id([row.entry])[row.entry]
        day = date.fromisoformat(entry.day)
        amount = _received(work, row)
        work.post(link_payment(linked, amount, day, self.terms, suspended_for=charge.customer))
        work.touch(row).packed = Packed(linked, invoice.week)
        work.touch(invoice).open_minor = (invoice.open_minor or 0) - amount
        work.resolve(row, "charge_without_invoice")


class InvoicePayments(Handler[InvoicePayment]):
    """The link of newer API versions: found by payment intent."""

    def prepare(self, work: Workset, connection: int, records: Sequence[InvoicePayment]) -> None:
        """Load what is known by the names the links give."""
        work.load(
            connection, LINK, hints([(link.payment_intent or link.charge, link.created) for link in records])
        )

    def handle(self, work: Workset, item: Item[InvoicePayment], source: str) -> None:
        """Keep the link under its own id and under the payment's."""
        link, row = item.record, item.row
        row.state = "no_posting"
        name = link.payment_intent or link.charge
        if name:
            work.ready(LINK, name)
        if name and work.get(row.connection, LINK, name) is None:
            work.put(
                Row(
                    row.connection, LINK, row.week, name, "no_posting", row.version, row.sequence,
                    b"", row.page, row.position, None, None, b"", Packed(link),
                )
            )  # fmt: skip


class Refunds(Handler[Refund]):
    """Keeps refunds; their balance transaction books them."""

    def handle(self, work: Workset, item: Item[Refund], source: str) -> None:
        """Keep the refund until its balance transaction comes."""
        check_live(item.record.livemode)
        unmoved = item.record.balance_transaction is None and item.record.status in ("failed", "canceled")
        item.row.state = "no_posting" if unmoved else "pending"
        work.ready("refund", item.record.id)


class Payouts(Handler[Payout]):
    """Keeps payouts; their balance transaction books them, the bank line settles them."""

    def handle(self, work: Workset, item: Item[Payout], source: str) -> None:
        """Keep the payout until its balance transaction comes."""
        check_live(item.record.livemode)
        item.row.state = "pending"
        work.ready("payout", item.record.id)

    def refresh(self, work: Workset, row: Row, record: Payout) -> None:
        """A payout on its way gets the trace id by which the bank line may name it."""
        row.packed = Packed(record)
        if record.trace_id:
            work.references.append((normalise(record.trace_id), row.ref))


class BalanceTransactions(Handler[BalanceTransaction]):
    """Books what moved."""

    def prepare(self, work: Workset, connection: int, records: Sequence[BalanceTransaction]) -> None:
        """Load the charges, refunds and payouts these come from, and what those name."""
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
        for name, _ in by_kind.get("charge", ()):
            charge = work.get(connection, "charge", name) if name else None
            if charge is not None:
                packed = packed_of(charge)
                if packed.parent_week != UNKNOWN_WEEK:
                    weeks.setdefault(packed.parent_week, []).append(packed.record.invoice)
        for week, ids in weeks.items():
            work.load_exact(connection, "invoice", week, ids)

    def handle(self, work: Workset, item: Item[BalanceTransaction], source: str) -> None:
        """Book a movement, or wait for the record it comes from."""
        movement, row = item.record, item.row
        check_movement(movement, self.terms)
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

    def _with_source(
        self, work: Workset, movement: BalanceTransaction, row: Row, kind: str, name: str
    ) -> None:
        parent = work.get(row.connection, kind, name)
        if parent is None or parent.state == "quarantined":
            work.wait(row, kind, name)
            return
        packed = packed_of(parent)
        if kind == "charge":
            self._payment(work, movement, row, parent, packed)
        elif kind == "refund":
            take_back(work, movement, row, parent, packed.record, self.terms)
        else:
            self._payout(work, movement, row, parent, packed.record)

    def _payment(
        self, work: Workset, movement: BalanceTransaction, row: Row, parent: Row, packed: Packed
    ) -> None:
        charge: Charge = packed.record
        if charge.invoice is not None and packed.parent_week == UNKNOWN_WEEK:
            work.wait(row, "charge", charge.id)
            return
        if movement.currency == charge.currency and movement.amount != charge.amount:
            msg = f"the movement is {movement.amount}, charge {charge.id} says {charge.amount}"
            raise SetAside("totals_do_not_add_up", msg)
        draft, problems = post_payment(charge, movement, self.terms, customer=charge.customer)
        entry = work.post(draft)
        work.touch(parent)
        row.entry = parent.entry = entry
        row.state = parent.state = "posted"
        for problem in problems:
            work.problem(parent, problem)
        if charge.invoice is None and charge.payment_intent is not None:
            work.listen(parent, LINK, charge.payment_intent)
        if charge.invoice is not None:
            invoice = work.get(row.connection, "invoice", charge.invoice)
            if invoice is not None:
                work.touch(invoice)
                invoice.open_minor = (invoice.open_minor or 0) - movement.amount

    def _payout(
        self, work: Workset, movement: BalanceTransaction, row: Row, parent: Row, payout: Payout
    ) -> None:
        entry = work.post(post_payout(payout, movement, self.terms))
        work.touch(parent)
        row.entry = parent.entry = entry
        row.state = parent.state = "posted"
        parent.open_minor = -movement.amount
        arrival = self.terms.day(payout.arrival_date).isoformat()
        work.opened.append(("payouts_in_transit", -movement.amount, movement.currency, arrival, *parent.ref))
        if payout.trace_id:
            work.references.append((normalise(payout.trace_id), parent.ref))


def _linked(work: Workset, connection: int, charge: Charge) -> str | None:
    """Return the invoice a payment intent pays, where a link says so."""
    if charge.payment_intent is None:
        return None
    link = work.get(connection, LINK, charge.payment_intent)
    if link is None:
        return None
    invoice: str = packed_of(link).record.invoice
    return invoice


def _received(work: Workset, row: Row) -> int:
    """Return what a posted payment put on suspense, in base minor units."""
    lines = work.store.journal.lines_of(row.entry or 0)
    return lines[0].amount
