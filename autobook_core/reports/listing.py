"""Lists of what is stored, as JSON-able rows: the keys are a promise, they are only ever added."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from autobook_core.domain.chart import Chart
from autobook_core.ledger.reading import by_entry, entries_with_lines
from autobook_core.store.packing import packed_of
from autobook_core.store.rows import EntryRow, LineRow
from autobook_core.store.store import Store

#: What a record can be; each is exactly one of them.
RECORD_STATES = ("posted", "no_posting", "duplicate", "pending", "quarantined")
#: Kinds of rows that are no records of a source.
_LINKS = frozenset({"payment_link"})


def entry_id(entry: EntryRow) -> str:
    """Return how people and other systems name an entry: series, fiscal year, number."""
    return f"{entry.series}-{entry.fiscal_year}-{entry.number}"


def entries(
    store: Store,
    chart: Chart,
    *,
    at: str | None = None,
    days: tuple[str, str] | None = None,
    account: str | None = None,
) -> Iterator[dict[str, Any]]:
    """Give posted entries with their lines.

    Args:
        store: where they are.
        chart: names the accounts.
        at: up to and including this day (ISO); in order of posting.
        days: from the first to the last of these days (ISO); in order of date.
        account: only entries with a line on the account of this number.
    """
    reversals = store.journal.reversals()
    names: dict[int, str] = {}
    if reversals:
        wanted = set(reversals) | set(reversals.values())
        names = {number: entry_id(row) for number, row in store.journal.by_id(sorted(wanted)).items()}
    sources = store.schedules.sources()
    for entry, lines in entries_with_lines(store) if days is None else _of_days(store, *days):
        if at is not None and entry.day > at:
            continue
        if account is not None and all(line.account != account for line in lines):
            continue
        yield _entry(entry, lines, chart, sources.get(entry.id), reversals.get(entry.id), names)


#: Entries of some days whose lines are read at once.
_TOGETHER = 500


def _of_days(store: Store, first: str, last: str) -> Iterator[tuple[EntryRow, list[LineRow]]]:
    rows = store.journal.by_day(first, last, store.journal.count())
    for at in range(0, len(rows), _TOGETHER):
        part = rows[at : at + _TOGETHER]
        lines: dict[int, list[LineRow]] = {}
        for begin, end in _runs(sorted(row.id for row in part)):
            lines |= by_entry(store, begin, end)
        for row in part:
            yield row, lines.get(row.id, [])


def _runs(ids: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Give the first and last of each run of neighbours."""
    run: list[int] = []
    for number in ids:
        if run and number != run[-1] + 1:
            yield run[0], run[-1]
            run = []
        run.append(number)
    if run:
        yield run[0], run[-1]


def _entry(
    entry: EntryRow,
    lines: list[LineRow],
    chart: Chart,
    released: list[str] | None,
    reversed_by: int | None,
    names: dict[int, str],
) -> dict[str, Any]:
    return {
        "id": entry_id(entry),
        "series": entry.series,
        "number": entry.number,
        "date": entry.day,
        "document_date": entry.document_day,
        "journal": entry.journal,
        "text": entry.text,
        "sources": released or msgspec.json.decode(entry.sources),
        "rule": entry.rule,
        "rule_version": entry.rule_version,
        "reverses": None if entry.reverses is None else names.get(entry.reverses),
        "reversed_by": None if reversed_by is None else names.get(reversed_by),
        "posted_at": entry.posted_at,
        "hash": entry.hash.hex(),
        "lines": [_line(line, chart) for line in lines],
    }


def _line(line: LineRow, chart: Chart) -> dict[str, Any]:
    account = chart.find_number(line.account)
    original = None
    if line.original_currency is not None:
        original = {"currency": line.original_currency, "minor": line.original_minor}
    return {
        "account": line.account,
        "role": None if account is None else account.role,
        "debit": max(line.amount, 0),
        "credit": max(-line.amount, 0),
        "tax_code": line.tax_code,
        "original": original,
        "customer": line.customer,
        "invoice": line.invoice,
    }


def balances(store: Store, chart: Chart, at: Any = None) -> dict[str, int]:
    """Return signed balances (debit positive) by role, or by number where there is no role."""
    totals = store.journal.balances(at)
    found = {chart.label(number): debit - credit for number, (debit, credit) in totals.items()}
    return dict(sorted(found.items()))


def records(store: Store, *, status: str | None = None, type: str | None = None) -> Iterator[dict[str, Any]]:
    """Give records with their state: all, or those of one status or type.

    A bank line keeps the name of the format it came in.
    """
    names = {row.id: row.name for row in store.connections.all()}
    streams: dict[int, str] = {}
    for row in store.records.all():
        if row.kind in _LINKS or (status is not None and row.state != status):
            continue
        kind = row.kind
        if kind.startswith("bank_"):
            if row.page not in streams:
                streams[row.page] = store.pages.get(row.page).stream
            kind = streams[row.page]
        if type is None or kind == type:
            yield {"source": names[row.connection], "type": kind, "id": row.id, "status": row.state}


def matches(store: Store) -> Iterator[dict[str, Any]]:
    """Give every match: those a source's own ids say, then those that were found."""
    for connection in store.connections.all():
        for row in store.records.of_kind(connection.id, "charge"):
            if row.state != "posted":
                continue
            charge = packed_of(row).record
            if charge.invoice:
                yield {
                    "left": charge.id, "right": charge.invoice, "amount": charge.amount, "rung": "exact_id",
                    "confidence": 1.0, "explain": f"Charge {charge.id} names invoice {charge.invoice}",
                }  # fmt: skip
    for match in store.inbox.matches():
        yield {
            "left": match.left_id, "right": match.right_id, "amount": match.amount, "rung": match.rung,
            "confidence": match.confidence / 100, "explain": match.explain,
        }  # fmt: skip


def exceptions(store: Store, *, status: str | None = "open") -> Iterator[dict[str, Any]]:
    """Give the queue of what a person should look at; ``status`` None gives the resolved too."""
    names = {row.id: row.name for row in store.connections.all()}
    for item in store.inbox.all():
        if status is not None and item.status != status:
            continue
        yield {
            "id": item.id, "code": item.code, "record": item.record, "severity": item.severity,
            "status": item.status, "detail": item.detail, "suggestions": list(item.suggestions),
            "amount": item.amount, "currency": item.currency, "source": names.get(item.connection, ""),
            "page": item.page, "position": item.position, "opened_at": item.opened_at,
        }  # fmt: skip


def open_items(store: Store) -> Iterator[dict[str, Any]]:
    """Give what is not settled: invoices and payouts on their way, minor units still open."""
    roles = {"invoice": "receivables", "payout": "payouts_in_transit"}
    for connection in store.connections.all():
        for kind, role in roles.items():
            for row in store.records.of_kind(connection.id, kind):
                if row.open_minor:
                    yield {"account": role, "item": row.id, "open": row.open_minor}


def deliveries(store: Store) -> Iterator[dict[str, Any]]:
    """Give where each entry stands on its way to each sink."""
    names = {row.id: row.name for row in store.connections.all()}
    rows = store.outbox.all()
    ids: dict[int, str] = {}
    for at in range(0, len(rows), 1000):
        part = store.journal.by_id(sorted({row.entry for row in rows[at : at + 1000]}))
        ids |= {number: entry_id(entry) for number, entry in part.items()}
    for row in rows:
        yield {
            "entry": ids[row.entry], "sink": names[row.connection], "state": row.state,
            "remote_id": row.remote_id, "why": row.why,
        }  # fmt: skip


def dump_parts(store: Store, chart: Chart, *, at: Any = None) -> Iterator[tuple[str, Any]]:
    """Give the whole book part by part: a name, and rows that come while they are read."""
    yield "entries", entries(store, chart, at=None if at is None else at.isoformat())
    yield "balances", balances(store, chart, at)
    yield "matches", matches(store)
    yield "exceptions", exceptions(store)
    yield "records", records(store)
    yield "open_items", open_items(store)
    yield "deliveries", deliveries(store)


def dump(store: Store, chart: Chart, *, at: Any = None) -> dict[str, Any]:
    """Return the whole book as one JSON-able document."""
    parts = dump_parts(store, chart, at=at)
    return {name: part if isinstance(part, dict) else list(part) for name, part in parts}
