"""Payments and what they pay: a charge finds its invoice by its own word or by a link that comes beside it."""

from collections.abc import Sequence

import msgspec

from autobook_core.bookkeeping.handling import Handler, Item, hints
from autobook_core.bookkeeping.workset import Workset
from autobook_core.domain.records import Charge, InvoicePayment
from autobook_core.posting.checks import check_live
from autobook_core.store.packing import UNKNOWN_WEEK, Packed, packed_of
from autobook_core.store.rows import Row, week_of

#: Rows by which a payment finds the invoice it pays; no records of a source.
LINK = "payment_link"


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
        """Take in the link that a posted payment had to do without; what was booked for it is read again."""
        if row.entry is not None:
            take_link(work, row)


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


def take_link(work: Workset, row: Row) -> bool:
    """Let a payment that names no invoice pay the one a link names by now; tell whether it does.

    Whatever came of the payment is read again.
    """
    charge: Charge = packed_of(row).record
    if charge.invoice is not None or charge.payment_intent is None:
        return False
    work.load(row.connection, LINK, {charge.payment_intent: row.week})
    invoice_id = _linked(work, row.connection, charge)
    if invoice_id is None:
        return False
    work.load(row.connection, "invoice", {invoice_id: row.week})
    invoice = work.get(row.connection, "invoice", invoice_id)
    if invoice is None or invoice.state in ("pending", "quarantined"):
        work.listen(row, "invoice", invoice_id)
        return False
    customer = charge.customer or packed_of(invoice).record.customer
    linked = msgspec.structs.replace(charge, invoice=invoice_id, customer=customer)
    work.touch(row).packed = Packed(linked, invoice.week)
    work.ready("charge", charge.id)
    return True


def is_usable(charge: Row | None) -> bool:
    """Tell whether a payment is known together with the invoice it names."""
    if charge is None or charge.state == "quarantined":
        return False
    packed = packed_of(charge)
    return packed.record.invoice is None or packed.parent_week != UNKNOWN_WEEK


def _linked(work: Workset, connection: int, charge: Charge) -> str | None:
    """Return the invoice a payment intent pays, where a link says so."""
    if charge.payment_intent is None:
        return None
    link = work.get(connection, LINK, charge.payment_intent)
    if link is None:
        return None
    invoice: str = packed_of(link).record.invoice
    return invoice
