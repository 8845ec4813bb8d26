"""Claims: what becomes of the receivable of an invoice that is voided or marked as uncollectible.

Both depend on what was paid, and when. So everything that moves such a receivable is kept with the
invoice, and its void and its loss are worked out anew at the end of a batch that moved it.
"""

from datetime import date

from autobook_core.bookkeeping.happening import unless_voided
from autobook_core.bookkeeping.replay import happened, place, rebook, remove
from autobook_core.bookkeeping.returns import credit_given
from autobook_core.bookkeeping.sold import legs_of_entry, sale_of
from autobook_core.bookkeeping.workset import RECEIVABLE, Workset
from autobook_core.domain.problems import Problem
from autobook_core.domain.records import Invoice
from autobook_core.posting.credit_notes import balance_used
from autobook_core.posting.terms import Terms
from autobook_core.posting.write_offs import WRITE_OFFS, documentation, losses, post_loss, relief_of
from autobook_core.store.packing import Claim, Event, Packed, packed_of
from autobook_core.store.rows import Row

PAID_VOID, CREDITED_VOID = "void_of_paid_invoice", "credit_of_void_invoice"

Moved = list[tuple[str, int]]


def watch(work: Workset, invoice: Row) -> None:
    """Let the claim on an invoice be settled at the end of the batch, and of every one that moves it."""
    work.listen(invoice, RECEIVABLE, invoice.id)
    work.claims.add((invoice.connection, invoice.id))


def settle_claims(work: Workset, terms: Terms) -> None:
    """Work out void and loss of the invoices that are watched and whose receivable moved.

    One may move another: what a void does to a customer's credit changes the reading of refunds.
    """
    while work.moved or work.claims:
        claims = work.claims | _moved_invoices(work)
        work.claims = set()
        for connection, name in sorted(claims):
            invoice = work.rows[connection, "invoice", name]
            record: Invoice = packed_of(invoice).record
            if invoice.entry is not None and (record.voided_at or record.marked_uncollectible_at):
                _settle(work, invoice, terms)
            else:
                _taken(work, invoice, terms)


def _moved_invoices(work: Workset) -> set[tuple[int, str]]:
    """Return (connection, id) of the invoices that the moved lines name."""
    names = {line.invoice for _, line in work.moved if line.invoice is not None}
    if not names:
        return set()
    found = {
        (row.connection, row.id) for row in work.rows.values() if row.kind == "invoice" and row.id in names
    }
    for name in names - {invoice for _, invoice in found}:
        for connection in work.store.connections.all():
            work.load(connection.id, "invoice", {name: 0})
            if work.get(connection.id, "invoice", name) is not None:
                found.add((connection.id, name))
    if not found:
        work.moved = []
    return found


def written_off(invoice: Row) -> int:
    """Return what is lost of an invoice now: the books do not expect it, yet it may be paid."""
    claim = packed_of(invoice).claim
    return 0 if claim is None else claim.outstanding


def _settle(work: Workset, invoice: Row, terms: Terms) -> None:
    work.touch(invoice)
    record: Invoice = packed_of(invoice).record
    claim = packed_of(invoice).claim
    if claim is None:
        _taken(work, invoice, terms)
        moved = _moved_so_far(work, invoice, terms)
    else:
        moved = [*claim.moved, *_taken(work, invoice, terms)]
    if record.voided_at is not None:
        _void(work, invoice, record, moved, record.voided_at, terms)
        moved += _taken(work, invoice, terms)
    lost, outstanding = _write_off(work, invoice, record, moved, terms)
    packed = packed_of(invoice)
    kept = Claim(_by_day(moved), lost, outstanding)
    invoice.packed = Packed(packed.record, packed.parent_week, packed.events, packed.legs, kept)
    invoice.open_minor = record.amount_due + sum(amount for _, amount in moved) - outstanding


def _taken(work: Workset, invoice: Row, terms: Terms) -> Moved:
    """Take what moved the receivable since it was last asked for."""
    mine = [(draft, line) for draft, line in work.moved if line.invoice == invoice.id]
    work.moved = [item for item in work.moved if item[1].invoice != invoice.id]
    receivables = terms.account("receivables")
    return [
        (draft.day.isoformat(), line.amount)
        for draft, line in mine
        if line.account == receivables and draft.rule != WRITE_OFFS
    ]


def _moved_so_far(work: Workset, invoice: Row, terms: Terms) -> Moved:
    """Return what moved the receivable since the sale, from the ledger."""
    entry, receivables = invoice.entry or 0, terms.account("receivables")
    found: Moved = []
    if not work.appender.drafted(entry):
        found += work.store.journal.movements_of(invoice.id, receivables, after=entry, but=WRITE_OFFS)
    for draft in work.appender.drafts(after=entry):
        if draft.rule != WRITE_OFFS:
            found += [
                (draft.day.isoformat(), line.amount)
                for line in draft.lines
                if line.account == receivables and line.invoice == invoice.id
            ]
    return found


def _void(work: Workset, invoice: Row, record: Invoice, moved: Moved, voided_at: int, terms: Terms) -> None:
    """Take the sale back where nothing was paid on it; else leave it to a person."""
    booked = happened(invoice, "void", invoice.id)
    problem = _why_not(work, invoice, record, moved, voided_at, terms)
    for code in {PAID_VOID, CREDITED_VOID} - {problem.code if problem is not None else ""}:
        work.resolve(invoice, code)
    if problem is not None:
        if booked is not None:
            remove(work, invoice, "void", invoice.id, terms)
        work.problem(invoice, problem)
        return
    if booked is not None and booked.created == voided_at:
        return
    place(work, invoice, Event(voided_at, "", invoice.id, invoice.week, record.total, "void"), terms)
    if record.total < 0:
        gone = Event(voided_at, "", f"{record.id}:void", invoice.week, -record.total, "use")
        credit_given(work, invoice.connection, record.customer, gone, terms)


def _why_not(
    work: Workset, invoice: Row, record: Invoice, moved: Moved, voided_at: int, terms: Terms
) -> Problem | None:
    """Return why an invoice cannot be voided: it was credited afterwards, or what is left of it is not what is owed."""
    events = packed_of(invoice).events
    if any(event.kind.startswith("credit_note") and event.created >= voided_at for event in events):
        return _stands(
            record, CREDITED_VOID, "a credit note of a later date stands beside it", record.amount_due
        )
    left, by_events = unless_voided(work, invoice, terms)
    receivables = terms.account("receivables")
    paid = sum(amount for _, amount in moved)
    for event in events:
        legs = legs_of_entry(work, event.entry) if event.entry else ()
        paid -= sum(leg.amount for leg in legs if leg.account == receivables)
    receivable = record.amount_due + paid + by_events
    if left - balance_used(record) == receivable:
        return None
    return _stands(record, PAID_VOID, "it was paid in part or in whole", receivable)


def _write_off(
    work: Workset, invoice: Row, record: Invoice, moved: Moved, terms: Terms
) -> tuple[tuple[tuple[str, int], ...], int]:
    """Bring the entries of the loss to what they should be; return them and what is lost now."""
    claim = packed_of(invoice).claim
    booked = dict(claim.lost) if claim is not None else {}
    wanted = {}
    if record.marked_uncollectible_at is not None:
        left = sale_of(work, invoice, terms)
        relief = relief_of(record, left.parts, left.vat, terms)
        dated = [(date.fromisoformat(day), amount) for day, amount in moved]
        since = terms.day(record.marked_uncollectible_at)
        wanted = {loss.day.isoformat(): loss for loss in losses(record.amount_due, dated, since, relief)}
    entries: list[tuple[str, int]] = []
    for day in sorted(booked.keys() | wanted.keys()):
        loss = wanted.get(day)
        draft = None if loss is None else post_loss(record, loss, terms)
        entry = rebook(work, None, booked.get(day, 0), draft, terms)
        if entry:
            entries.append((day, entry))
    vat = next((loss.vat for _, loss in sorted(wanted.items()) if loss.vat), 0)
    if vat:
        work.problem(invoice, documentation(record, vat, record.currency))
    else:
        work.resolve(invoice, "vat_relief_documentation")
    return tuple(entries), sum(loss.gross for loss in wanted.values())


def _by_day(moved: Moved) -> tuple[tuple[str, int], ...]:
    found: dict[str, int] = {}
    for day, amount in moved:
        found[day] = found.get(day, 0) + amount
    return tuple((day, amount) for day, amount in sorted(found.items()) if amount)


def _stands(record: Invoice, code: str, why: str, amount: int) -> Problem:
    name = record.number or record.id
    detail = f"Invoice {name} is void, yet {why}; the sale stands until the facts agree or a person decides"
    return Problem(code=code, record=record.id, detail=detail, amount=amount, currency=record.currency)
