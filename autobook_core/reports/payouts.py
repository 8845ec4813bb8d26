"""Payouts: what each is made of, the bank line that is it, and what is still on its way.

The parts come from the processor's own movements, the rest from the ledger: whatever stands on the
account of payouts in transit is shown, so the list adds up to its balance.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from autobook_core.domain.calendar import local_days
from autobook_core.domain.records import BalanceTransaction, Payout
from autobook_core.reports.asking import Asked
from autobook_core.store.packing import packed_of
from autobook_core.store.reading import Touch
from autobook_core.store.rows import week_of
from autobook_core.store.store import Store

PARTS = ("charges", "refunds", "fees", "other")
#: Categories (Stripe's ``reporting_category``) by the part they belong to; the rest is other.
_PART_OF = {
    "charge": "charges", "refund": "refunds", "fee": "fees", "network_cost": "fees", "tax": "fees",
}  # fmt: skip


class Way(Struct, kw_only=True):
    """A payout on its way to the bank: when it left, and the bank lines that are it."""

    left: str = ""
    net: int = 0
    lines: list[tuple[str, str, int]] = []


def payouts(asked: Asked) -> dict[str, Any]:
    """Return a row per payout of the period, and everything in transit at its end.

    ``difference`` of a row is the payout minus its parts; it is null where its members are not known.
    """
    period = asked.of_year()
    known = find_payouts(asked.store)
    ways, others = ways_of(asked, known)
    local_day = local_days(asked.policy.time_zone)
    rows: list[dict[str, Any]] = []
    for name, way in sorted(ways.items(), key=lambda item: (item[1].left, item[0])):
        if not period.first.isoformat() <= way.left <= period.last.isoformat():
            continue
        connection, payout = known[name]
        parts = None
        if payout.members is not None:
            moved = find_movements(asked.store, connection, payout)
            parts = {
                **parts_of(moved.values()),
                "missing": [one for one in payout.members if one not in moved],
            }
        rows.append(payout_row(payout, way, parts, local_day(payout.arrival_date)))
    waiting = transit_rows(ways, others)
    ledger = asked.balance(asked.number("payouts_in_transit"), period.last)
    on_way = sum(row["amount"] for row in waiting)
    return {
        "report": "payouts",
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "currency": asked.currency,
        "rows": rows,
        "in_transit": waiting,
        "in_transit_total": on_way,
        "ledger": ledger,
        "not_reconciled": sum(bool(row["difference"]) for row in rows),
        "difference": ledger - on_way + sum(abs(row["difference"] or 0) for row in rows),
    }


def find_payouts(store: Store) -> dict[str, tuple[int, Payout]]:
    """Return every payout by id, with its connection."""
    return {
        row.id: (connection.id, packed_of(row).record)
        for connection in store.connections.all()
        for row in store.records.of_kind(connection.id, "payout")
        if row.facts
    }


def find_movements(store: Store, connection: int, payout: Payout) -> dict[str, BalanceTransaction]:
    """Return the movements a payout is made of, as far as they are here."""
    wanted = dict.fromkeys(payout.members or (), week_of(payout.created))
    found = store.records.find(connection, "balance_transaction", wanted)
    return {row.id: packed_of(row).record for row in found if row.facts}


def parts_of(movements: Iterable[BalanceTransaction]) -> dict[str, int]:
    """Return charges, refunds, fees and the rest: gross amounts, and every movement's fee with the fees."""
    parts = dict.fromkeys(PARTS, 0)
    for movement in movements:
        parts[_PART_OF.get(movement.category, "other")] += movement.amount
        parts["fees"] -= movement.fee
    return parts


def payout_row(payout: Payout, way: Way, parts: Mapping[str, Any] | None, arrival: date) -> dict[str, Any]:
    """Return one payout: its parts, its bank line, and what does not fit."""
    line, day, received = way.lines[-1] if way.lines else (None, None, None)
    total = None if parts is None else sum(parts[name] for name in PARTS)
    told = dict.fromkeys((*PARTS, "missing")) if parts is None else dict(parts)
    return {
        "payout": payout.id, "date": way.left, "arrival": arrival.isoformat(), "status": payout.status,
        "automatic": payout.automatic, **told, "amount": payout.amount,
        "difference": None if total is None else payout.amount - total,
        "bank_line": line, "bank_date": day, "bank_amount": received, "in_transit": way.net,
    }  # fmt: skip


def ways_of(asked: Asked, known: Mapping[str, Any]) -> tuple[dict[str, Way], list[Touch]]:
    """Return how each payout moved on the account of payouts in transit, and what is of no payout."""
    account = asked.number("payouts_in_transit") or ""
    matched = {match.left_id: match.right_id for match in asked.store.inbox.matches()}
    ways: dict[str, Way] = {}
    others: list[Touch] = []
    for touch in asked.tables.entries_on(account, asked.last):
        name = _payout_of(touch.sources, known, matched)
        if name is None:
            others.append(touch)
            continue
        way = ways.setdefault(name, Way())
        way.net += touch.amount
        if touch.journal == "bank":
            way.lines.append((touch.sources[0], touch.day, -touch.amount))
        elif not way.left:
            way.left = touch.day
    return ways, others


def transit_rows(ways: Mapping[str, Way], others: Iterable[Touch]) -> list[dict[str, Any]]:
    """Return what stands on the account: payouts that have not arrived, and what is of no payout."""
    rows = [
        {"payout": name, "since": way.left, "amount": way.net}
        for name, way in sorted(ways.items())
        if way.net
    ]
    rest = sum(touch.amount for touch in others)
    if rest:
        rows.append({"payout": None, "since": min(touch.day for touch in others), "amount": rest})
    return rows


def _payout_of(sources: Sequence[str], known: Mapping[str, Any], matched: Mapping[str, str]) -> str | None:
    for name in sources:
        found = name if name in known else matched.get(name)
        if found in known:
            return found
    return None
