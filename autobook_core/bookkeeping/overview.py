"""The overview of a book: its connections and how they are, and the one glance."""

from datetime import date
from typing import Any

from autobook_core.bookkeeping.loop import iso
from autobook_core.bookkeeping.wiring import Wiring
from autobook_core.config import BookConfig
from autobook_core.store.rows import RunRow
from autobook_core.store.store import Store


def waiting(store: Store) -> dict[str, int]:
    """Return how many open exceptions are errors, and how many are warnings."""
    counts = {"errors": 0, "warnings": 0}
    for severity, _, _, number in store.inbox.counts():
        counts["errors" if severity == "error" else "warnings"] += number
    return counts


def connections(config: BookConfig, store: Store, wiring: Wiring) -> list[dict[str, Any]]:
    """Return every connection with its latest run and health word."""
    rows = {row.name: row for row in store.connections.all()}
    runs = {run.connection: run for run in store.connections.latest_runs()}
    found: list[dict[str, Any]] = []
    for name, connection in sorted(config.connections.items()):
        row = rows.get(name)
        run = runs.get(row.id) if row is not None else None
        roles = wiring.roles(connection.type)
        found.append(
            {
                "name": name,
                "type": connection.type,
                "roles": sorted(roles),
                "account": (row.account_id if row is not None else None) or connection.account_id,
                "health": _of_source(run) if "source" in roles else _of_sink(store, row.id if row else 0),
                "last_run": iso(run.started_at) if run else None,
                "outcome": run.outcome if run else None,
                "error": run.error if run else "",
                "retry_at": iso(run.retry_at) if run and run.retry_at else None,
            }
        )
    return found


def _of_source(run: RunRow | None) -> str:
    """Return the health of a source: what failed and will be tried again is late, what will not needs a person."""
    if run is None:
        return "NEW"
    if run.outcome == "failed":
        return "LATE" if run.retry_at else "ACT"
    return {"ok": "OK", "parked": "LATE", None: "SYNC"}.get(run.outcome, "ACT")


def _of_sink(store: Store, connection: int) -> str:
    states = {state for sink, state, _ in store.outbox.counts() if sink == connection}
    if states & {"rejected", "conflict"}:
        return "ACT"
    return "LATE" if "sending" in states else "OK" if states else "NEW"


def status(config: BookConfig, store: Store, wiring: Wiring, today: date) -> dict[str, Any]:
    """Return the one glance: does anything wait for a person, and how far are the books."""
    records: dict[str, int] = {}
    for _, kind, state, number in store.records.counts():
        if kind != "payment_link":
            records[state] = records.get(state, 0) + number
    deliveries: dict[str, int] = {}
    for _, state, number in store.outbox.counts():
        deliveries[state] = deliveries.get(state, 0) + number
    open_exceptions = waiting(store)
    balances = store.journal.balances()
    found = connections(config, store, wiring)
    engine, warning = store.database.about()
    return {
        "company": config.company.name,
        "currency": config.policy.base_currency,
        "today": today.isoformat(),
        "entries": store.journal.count(),
        "in_balance": sum(debit - credit for debit, credit in balances.values()) == 0,
        "records": dict(sorted(records.items())),
        "needs_you": open_exceptions["errors"],
        "warnings": open_exceptions["warnings"],
        "late": [item["name"] for item in found if item["health"] in ("ACT", "LATE")],
        "store": {"engine": engine, "warning": warning},
        "deliveries": dict(sorted(deliveries.items())),
        "connections": found,
        "plugins_broken": [
            {"name": item.name, "reason": item.reason, "fix": item.fix} for item in wiring.plugins.broken
        ],
    }
