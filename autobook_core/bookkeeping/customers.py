"""A customer's file: credits given and used, and the refunds that may pay them out.

It is kept in a row that is no record of a source, made for the few customers who have such events.
"""

from autobook_core.bookkeeping.workset import Workset
from autobook_core.domain.records import InvoicePayment
from autobook_core.posting.customer_credit import CreditEvent, refunds_of_credit
from autobook_core.posting.terms import Terms
from autobook_core.store.packing import Event, Packed, packed_of
from autobook_core.store.rows import Row

#: Such rows are kept among the links, under a name no source gives; all in one week, so that they are found at once.
_KIND, _WEEK = "payment_link", 0


def file_of(work: Workset, connection: int, customer: str) -> Row | None:
    """Return the file of a customer, or None where there is none yet."""
    name = f"customer:{customer}"
    work.load_exact(connection, _KIND, _WEEK, [name])
    return work.get(connection, _KIND, name)


def paid_from_credit(work: Workset, connection: int, customer: str, terms: Terms) -> set[str]:
    """Return the ids of the customer's refunds that pay out a credit."""
    row = file_of(work, connection, customer)
    return set() if row is None else _paid_from_credit(packed_of(row).events, terms)


def tell(work: Workset, connection: int, customer: str, event: Event, terms: Terms) -> list[Event]:
    """Put an event into a customer's file and return the other refunds whose meaning it changes."""
    row = file_of(work, connection, customer) or _new_file(work, connection, customer)
    others = tuple(kept for kept in packed_of(row).events if _name(kept) != _name(event))
    return _exchange(work, row, (*others, event), terms, but=event.record)


def forget(
    work: Workset, connection: int, customer: str, kind: str, record: str, terms: Terms
) -> list[Event]:
    """Take an event out of a customer's file and return the other refunds whose meaning that changes."""
    row = file_of(work, connection, customer)
    if row is None:
        return []
    others = tuple(kept for kept in packed_of(row).events if _name(kept) != (kind, record))
    return _exchange(work, row, others, terms, but=record)


def _exchange(work: Workset, row: Row, events: tuple[Event, ...], terms: Terms, *, but: str) -> list[Event]:
    packed = packed_of(row)
    before, after = _paid_from_credit(packed.events, terms), _paid_from_credit(events, terms)
    work.touch(row).packed = Packed(packed.record, events=events)
    changed = (before ^ after) - {but}
    return [event for event in events if event.kind == "refund" and event.record in changed]


def _paid_from_credit(events: tuple[Event, ...], terms: Terms) -> set[str]:
    return refunds_of_credit(
        CreditEvent(terms.day(event.created), event.created, event.record, event.kind, event.amount)  # type: ignore[arg-type]
        for event in events
    )


def _name(event: Event) -> tuple[str, str]:
    return event.kind, event.record


def _new_file(work: Workset, connection: int, customer: str) -> Row:
    name = f"customer:{customer}"
    link = Packed(InvoicePayment(id=name, invoice=""))
    row = Row(connection, _KIND, _WEEK, name, "no_posting", b"", "", b"", 0, 0, None, None, b"", link)
    work.put(row)
    return row
