"""Whose a posted entry is: from the records it came from back to the invoice, and to the customer."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from autobook_core.domain.records import Customer, Invoice
from autobook_core.store.packing import packed_of
from autobook_core.store.rows import Row, week_of
from autobook_core.store.store import Store

#: What a record names on the way to its invoice.
_PARENTS = {"credit_note": "invoice", "refund": "charge", "dispute": "charge", "charge": "invoice"}
#: Ids that are looked for at once.
_TOGETHER = 1000


def noon(day: str, time_zone: str) -> int:
    """Return an instant of a day, as a hint when to look for what was born about then."""
    at = date.fromisoformat(day)
    return int(datetime(at.year, at.month, at.day, 12, tzinfo=ZoneInfo(time_zone)).timestamp())


def find_invoices(store: Store, wanted: Mapping[str, int]) -> dict[str, Invoice]:
    """Return invoices by id; ``wanted`` gives for each an instant about which it was born."""
    return {row.id: packed_of(row).record for row in _rows(store, "invoice", wanted)}


def find_customers(store: Store, wanted: Iterable[str], instant: int) -> dict[str, Customer]:
    """Return customers by id."""
    rows = _rows(store, "customer", dict.fromkeys(wanted, instant))
    return {row.id: packed_of(row).record for row in rows}


def invoices_of(store: Store, sources: Mapping[str, int]) -> dict[str, Invoice]:
    """Return for each source its invoice, where it leads to one.

    Args:
        store: where the records are.
        sources: ids of invoices, credit notes, refunds, disputes or charges, each with an instant about
            which it was born.
    """
    found = find_invoices(store, sources)
    left = {name: at for name, at in sources.items() if name not in found}
    for kind, parent in _PARENTS.items():
        if not left:
            break
        named = _named_by(store, kind, left)
        if parent == "charge":
            charges = _named_by(store, "charge", {charge: left[name] for name, charge in named.items()})
            named = {name: charges[charge] for name, charge in named.items() if charge in charges}
        invoices = find_invoices(store, {invoice: left[name] for name, invoice in named.items()})
        found |= {name: invoices[invoice] for name, invoice in named.items() if invoice in invoices}
        left = {name: at for name, at in left.items() if name not in found}
    return found


def _named_by(store: Store, kind: str, wanted: Mapping[str, int]) -> dict[str, str]:
    """Return what records of a kind name as their parent."""
    field = _PARENTS[kind]
    named = {row.id: getattr(packed_of(row).record, field) for row in _rows(store, kind, wanted)}
    return {name: parent for name, parent in named.items() if parent}


def _rows(store: Store, kind: str, wanted: Mapping[str, int]) -> Iterator[Row]:
    names = list(wanted)
    for connection in store.connections.all():
        for at in range(0, len(names), _TOGETHER):
            part = {name: week_of(wanted[name]) for name in names[at : at + _TOGETHER]}
            yield from (row for row in store.records.find(connection.id, kind, part) if row.facts)
