"""Tells what the events of a sale do to the books, one after the other; it writes nothing."""

from collections.abc import Sequence

from msgspec import Struct

from autobook_core.bookkeeping.sold import sale_of
from autobook_core.bookkeeping.workset import Workset
from autobook_core.domain.journal import Draft
from autobook_core.domain.problems import Problem, SetAside
from autobook_core.domain.records import CreditNote
from autobook_core.posting.credit_notes import Returned, post_credit_note, void_credit_note, void_invoice
from autobook_core.posting.disputes import post_dispute_cancellation
from autobook_core.posting.refunds import refund_sale
from autobook_core.posting.terms import Terms
from autobook_core.store.packing import Event, packed_of
from autobook_core.store.rows import Row, week_of

#: What comes first of what happened in the same second.
_RANK = {"credit_note": 0, "refund": 1, "credit_note_void": 2, "dispute": 3, "void": 4}


class Outcome(Struct, kw_only=True):
    """What an event does.

    Attributes:
        draft: its entry; None where there is nothing to book.
        takes: (schedule, base minor units) of what it takes from what waited.
        problem: what a person should know of its record.
    """

    draft: Draft | None = None
    takes: Sequence[tuple[int, int]] = ()
    problem: Problem | None = None


class Happening:
    """A sale and what is left of it. Events are told in the order of their time."""

    def __init__(self, work: Workset, invoice: Row, terms: Terms) -> None:
        """Begin with the sale as it was invoiced."""
        self._work = work
        self._row = invoice
        self._terms = terms
        self._invoice = packed_of(invoice).record
        self._issued: dict[str, Returned] = {}
        self.left = sale_of(work, invoice, terms)

    def tell(self, event: Event) -> Outcome:
        """Return what an event does to what is left, and take it off."""
        if event.kind == "refund":
            return self._refund(event)
        if event.kind == "credit_note":
            return self._credit_note(event)
        if event.kind == "credit_note_void":
            return self._credit_note_void(event)
        if event.kind == "dispute":
            day = self._terms.day(event.created)
            draft, takes = post_dispute_cancellation(event.record, event.amount, day, self.left, self._terms)
            return Outcome(draft=draft, takes=takes)
        return _returned(void_invoice(self._invoice, self.left, self._terms, voided_at=event.created))

    def _refund(self, event: Event) -> Outcome:
        moved = row_of(self._work, self._row, "balance_transaction", week_of(event.created), event.movement)
        refunded = row_of(self._work, self._row, "refund", event.week, event.record)
        taken = refund_sale(
            packed_of(refunded).record, packed_of(moved).record, self.left, self._terms,
            self._invoice.customer, self._invoice.id,
        )  # fmt: skip
        return Outcome(draft=taken.draft, takes=taken.credits, problem=taken.problem)

    def _credit_note(self, event: Event) -> Outcome:
        note = self._note(event)
        try:
            returned = post_credit_note(note, self.left, self._terms, customer=self._invoice.customer)
        except SetAside as reason:
            return Outcome(problem=Problem(code=reason.code, record=note.id, detail=reason.detail))
        self._issued[note.id] = returned
        return _returned(returned)

    def _credit_note_void(self, event: Event) -> Outcome:
        issued = self._issued.get(event.record)
        if issued is None:
            return Outcome()
        customer = self._invoice.customer
        return _returned(
            void_credit_note(self._note(event), issued, self.left, self._terms, customer=customer)
        )

    def _note(self, event: Event) -> CreditNote:
        note: CreditNote = packed_of(
            row_of(self._work, self._row, "credit_note", event.week, event.record)
        ).record
        return note


def row_of(work: Workset, invoice: Row, kind: str, week: int, record: str) -> Row:
    """Return the row of a record that happened to an invoice.

    Raises:
        SetAside: the row is one of the same id that was born at another time and is not read yet.
    """
    work.load_exact(invoice.connection, kind, week, [record])
    row = work.rows[invoice.connection, kind, record]
    if row.packed is None and not row.facts:
        raise SetAside("duplicate_conflict", f"{kind} {record} was told with two dates of its creation")
    return row


def in_order(events: Sequence[Event]) -> list[Event]:
    """Return events in the order in which they happened."""
    return sorted(events, key=lambda event: (event.created, _RANK[event.kind], event.movement, event.record))


def unless_voided(work: Workset, invoice: Row, terms: Terms) -> tuple[int, int]:
    """Return what would be left of a sale if it were not voided, and how its events move the receivable."""
    happening, receivables = Happening(work, invoice, terms), terms.account("receivables")
    moved = 0
    for event in in_order(packed_of(invoice).events):
        if event.kind != "void":
            draft = happening.tell(event).draft
            legs = () if draft is None else draft.lines
            moved += sum(leg.amount for leg in legs if leg.account == receivables)
    return happening.left.gross, moved


def _returned(returned: Returned) -> Outcome:
    return Outcome(draft=returned.draft, takes=returned.took.credits)
