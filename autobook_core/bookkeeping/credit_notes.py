"""Credit notes: they wait for their invoice, take of its sale, and tell the refund they name."""

from collections.abc import Sequence

from autobook_core.bookkeeping.handling import Handler, Item, hints
from autobook_core.bookkeeping.replay import place
from autobook_core.bookkeeping.returns import credit_given, name_refund, read_refunds
from autobook_core.bookkeeping.workset import Workset
from autobook_core.domain.problems import Problem, SetAside
from autobook_core.domain.records import CreditNote
from autobook_core.posting.credit_notes import check_credit_note
from autobook_core.store.packing import Event, Packed, packed_of
from autobook_core.store.rows import Row


class CreditNotes(Handler[CreditNote]):
    """Posts credit notes."""

    def prepare(self, work: Workset, connection: int, records: Sequence[CreditNote]) -> None:
        """Load the invoices they correct."""
        work.load(connection, "invoice", hints([(note.invoice, note.created) for note in records]))

    def handle(self, work: Workset, item: Item[CreditNote], source: str) -> None:
        """Post a credit note, or wait for its invoice."""
        note, row = item.record, item.row
        check_credit_note(note, self.terms)
        invoice = work.get(row.connection, "invoice", note.invoice)
        if invoice is None or invoice.state in ("pending", "quarantined"):
            work.wait(row, "invoice", note.invoice)
            return
        row.packed = Packed(note, invoice.week)
        if note.total == 0:
            row.state = "no_posting"
            return
        if invoice.entry is None or packed_of(invoice).record.total <= 0:
            raise SetAside("unknown_invoice_line", f"invoice {note.invoice} has nothing that can be credited")
        row.state = "posted"
        if note.refund:
            name_refund(work, note.refund, row)
        self._tell_refund(work, row, note)
        place(
            work,
            invoice,
            Event(note.effective_at, "", note.id, row.week, note.total, "credit_note"),
            self.terms,
        )
        self._tell(work, row, invoice, note)

    def refresh(self, work: Workset, row: Row, record: CreditNote) -> None:
        """A credit note is voided, or names its refund."""
        packed = packed_of(row)
        try:
            check_credit_note(record, self.terms)
        except SetAside as reason:
            work.problem(row, Problem(code=reason.code, record=row.id, detail=reason.detail))
            return
        if packed.record.status == "void" and record.status != "void":
            return
        row.packed = Packed(record, packed.parent_week)
        if record.refund and record.refund != packed.record.refund:
            name_refund(work, record.refund, row)
        work.load_exact(row.connection, "invoice", packed.parent_week, [record.invoice])
        self._tell(work, row, work.rows[row.connection, "invoice", record.invoice], record)

    def _tell_refund(self, work: Workset, row: Row, note: CreditNote) -> None:
        """Let the refund that a credit note names be read again."""
        if note.refund:
            named = Event(note.effective_at, "", note.refund, row.week, 0)
            read_refunds(work, row.connection, [named], self.terms)

    def _tell(self, work: Workset, row: Row, invoice: Row, note: CreditNote) -> None:
        """Let the void, the customer's balance and the refund follow from a credit note."""
        if row.state == "posted":
            customer = packed_of(invoice).record.customer
            if note.customer_balance:
                given = Event(note.effective_at, "", note.id, row.week, note.customer_balance, "credit")
                credit_given(work, row.connection, customer, given, self.terms)
            if note.voided_at is not None:
                self._void(work, row, invoice, note, note.voided_at)
        self._tell_refund(work, row, note)

    def _void(self, work: Workset, row: Row, invoice: Row, note: CreditNote, at: int) -> None:
        place(work, invoice, Event(at, "", note.id, row.week, note.total, "credit_note_void"), self.terms)
        if note.customer_balance:
            used = Event(at, "", f"{note.id}:void", row.week, note.customer_balance, "use")
            credit_given(work, row.connection, packed_of(invoice).record.customer, used, self.terms)
