"""Replays what happened to a sale, in the order of its time, whatever came first.

Every event knows the entry that books it. When one is added or taken away, all are worked out again
from the sale; an entry that says what it should is left alone, another is reversed on its own date and
made anew. So the same facts give the same books in any order.
"""

from collections.abc import Sequence
from datetime import date
from typing import cast

import msgspec
from msgspec.structs import replace

from autobook_core.bookkeeping.happening import Happening, Outcome, in_order, row_of
from autobook_core.bookkeeping.sold import credits_by_record, keep_credit, legs_of_entry, schedules_of
from autobook_core.bookkeeping.workset import Workset
from autobook_core.domain.journal import Draft, Journal, reversal
from autobook_core.posting.terms import Terms
from autobook_core.store.packing import Event, Packed, packed_of
from autobook_core.store.rows import Row, week_of

#: Why a credit note may not have been booked when its events were told before.
_OF_CREDIT_NOTES = ("unknown_invoice_line", "unknown_tax_treatment")


def place(work: Workset, invoice: Row, event: Event, terms: Terms) -> None:
    """Let an event happen to a posted sale, in its place among the others."""
    others = [kept for kept in packed_of(invoice).events if _name(kept) != _name(event)]
    _replay(work, invoice, [*others, event], terms)


def remove(work: Workset, invoice: Row, kind: str, record: str, terms: Terms) -> None:
    """Let an event not have happened; its entry is reversed."""
    events = packed_of(invoice).events
    for event in events:
        if _name(event) == (kind, record):
            _book(work, invoice, event, Outcome(), terms)
    _replay(work, invoice, [event for event in events if _name(event) != (kind, record)], terms)


def happened(invoice: Row, kind: str, record: str) -> Event | None:
    """Return an event of a sale, or None."""
    return next((event for event in packed_of(invoice).events if _name(event) == (kind, record)), None)


def rebook(
    work: Workset, invoice: Row | None, entry: int, draft: Draft | None, terms: Terms, *, undone: bool = False
) -> int:
    """Let a draft take the place of an entry and return its entry; 0 where there is none.

    An entry of the same lines stays. What moves the receivable of the invoice moves what is open of it.
    ``undone`` says that somebody else posts the reversal.
    """
    old = legs_of_entry(work, entry) if entry else []
    new = list(draft.lines) if draft is not None else []
    if entry and old == new:
        return entry
    if entry and not undone:
        work.post(_reversal(work, entry, terms))
    if invoice is not None:
        receivables = terms.account("receivables")
        moved = sum(leg.amount for leg in new if leg.account == receivables and leg.invoice == invoice.id)
        moved -= sum(leg.amount for leg in old if leg.account == receivables and leg.invoice == invoice.id)
        if moved:
            work.touch(invoice).open_minor = (invoice.open_minor or 0) + moved
    return work.post(draft) if draft is not None else 0


def _reversal(work: Workset, entry: int, terms: Terms) -> Draft:
    draft = work.appender.draft_of(entry)
    if draft is not None:
        day, journal, text, sources, rule = draft.day, draft.journal, draft.text, draft.sources, draft.rule
    else:
        kept = work.store.journal.by_id([entry])[entry]
        day, text, rule = date.fromisoformat(kept.day), kept.text, kept.rule
        journal = cast("Journal", kept.journal)
        sources = tuple(msgspec.json.decode(kept.sources, type=list[str]))
    return reversal(
        legs_of_entry(work, entry), entry=entry, day=day, journal=journal, text=f"{text}, taken back",
        sources=sources, rule=rule, rule_version=terms.version,
    )  # fmt: skip


def _replay(work: Workset, invoice: Row, events: Sequence[Event], terms: Terms) -> None:
    happening = Happening(work, invoice, terms)
    kept = [_happen(work, invoice, event, happening.tell(event), terms) for event in in_order(events)]
    packed = packed_of(invoice)
    work.touch(invoice).packed = Packed(
        packed.record, packed.parent_week, tuple(kept), packed.legs, packed.claim
    )
    if packed.record.voided_at is not None:
        work.claims.add((invoice.connection, invoice.id))  # whether it can be voided may depend on it


def _happen(work: Workset, invoice: Row, event: Event, outcome: Outcome, terms: Terms) -> Event:
    """Book what an event does where that differs from what is booked, and tell the rows of its records."""
    if event.kind not in ("refund", "credit_note", "dispute"):
        return _book(work, invoice, event, outcome, terms)
    row = work.touch(row_of(work, invoice, event.kind, event.week, event.record))
    if not event.entry and event.kind == "refund":
        event = replace(event, entry=row.entry or 0)  # kept before events named their entries
    event = _book(work, invoice, event, outcome, terms)
    row.entry = event.entry or None
    if event.kind == "refund":
        moved = row_of(work, invoice, "balance_transaction", week_of(event.created), event.movement)
        work.touch(moved).entry = row.entry
    if event.kind == "credit_note":
        row.state = "posted" if outcome.problem is None else "quarantined"
        work.resolve(row, *_OF_CREDIT_NOTES)
    if outcome.problem is not None:
        work.problem(row, outcome.problem)
    return event


def _book(work: Workset, invoice: Row, event: Event, outcome: Outcome, terms: Terms) -> Event:
    """Bring the entry of an event and what it takes from schedules to what they should be."""
    entry = rebook(work, invoice, event.entry, outcome.draft, terms)
    day = terms.day(event.created)
    name = event.record if event.kind in ("refund", "credit_note") else f"{event.record}:{event.kind}"
    wanted: dict[int, int] = {}
    for schedule, amount in outcome.takes:
        wanted[schedule] = wanted.get(schedule, 0) + amount
    for row in schedules_of(work, invoice):
        has = credits_by_record(work, row.id).get((day.isoformat(), name), 0)
        if has != wanted.get(row.id, 0):
            keep_credit(work, row.id, day, name, wanted.get(row.id, 0) - has)
    return event if entry == event.entry else replace(event, entry=entry)


def _name(event: Event) -> tuple[str, str]:
    return event.kind, event.record
