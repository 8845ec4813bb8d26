"""The proof of the processor's balance: what stood there, what moved, what stands there.

The activity is that of the processor's own movements, record by record; the ledger's account stands
beside it. Where both agree, the books hold what the processor holds.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from msgspec import Struct

from autobook_core.domain.calendar import local_days
from autobook_core.domain.records import BalanceTransaction
from autobook_core.reports.asking import Asked
from autobook_core.reports.payouts import find_payouts, transit_rows, ways_of
from autobook_core.store.packing import packed_of
from autobook_core.store.reading import Period
from autobook_core.store.store import Store

#: What is said where nobody asked the processor for its balance.
NOT_ASKED = "not asked"


class Seen(Struct, frozen=True):
    """One movement of the processor's balance, and whether the books have it."""

    movement: BalanceTransaction
    booked: bool


class Activity(Struct, kw_only=True):
    """What movements of one category came to: minor units, into the balance positive."""

    count: int = 0
    gross: int = 0
    fees: int = 0
    net: int = 0


def processor_proof(asked: Asked) -> dict[str, Any]:
    """Return opening + activity = closing of the clearing account, and how the ledger differs.

    ``not_booked`` is what the processor moved and the books do not have yet. ``other`` was booked by
    hand. ``reported`` is the processor's own balance, null where it was not asked.
    """
    period = asked.of_year()
    account = asked.number("stripe_clearing") or ""
    local_day = local_days(asked.policy.time_zone)
    seen = movements(asked.store, asked.currency)
    opening, rows, missing = activity(seen, period, local_day)
    by_hand = {True: 0, False: 0}
    for journal, before, amount in asked.tables.by_journal(account, period):
        if journal != "psp":
            by_hand[before] += amount
    opening += by_hand[True]
    closing = opening + sum(row["net"] for row in rows) + by_hand[False]
    ledger = asked.balance(account, period.last)
    waiting = transit_rows(*ways_of(asked, find_payouts(asked.store)))
    return {
        "report": "processor-proof",
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "currency": asked.currency,
        "opening": opening,
        "rows": rows,
        "other": by_hand[False],
        "closing": closing,
        "ledger": ledger,
        "difference": ledger - closing,
        "not_booked": missing,
        "reported": None,
        "reported_note": NOT_ASKED,
        "in_transit": waiting,
        "in_transit_total": sum(row["amount"] for row in waiting),
    }


def movements(store: Store, currency: str) -> Iterator[Seen]:
    """Give every movement in the currency of the books."""
    for connection in store.connections.all():
        for row in store.records.of_kind(connection.id, "balance_transaction"):
            if row.facts:
                movement = packed_of(row).record
                row.packed = None
                if movement.currency == currency:
                    yield Seen(movement, row.entry is not None)


def activity(
    seen: Iterable[Seen], period: Period, local_day: Callable[[int], date]
) -> tuple[int, list[dict[str, Any]], dict[str, int]]:
    """Return what was booked before the period, by category within it, and what is not booked at its end."""
    opening = 0
    found: dict[str, Activity] = {}
    missing = {"count": 0, "net": 0}
    for item in seen:
        movement = item.movement
        day = local_day(movement.created)
        if day > period.last:
            continue
        if not item.booked:
            if movement.amount or movement.fee:
                missing["count"] += 1
                missing["net"] += movement.net
        elif day < period.first:
            opening += movement.net
        else:
            _add(found.setdefault(movement.category, Activity()), movement)
    rows = [
        {"category": name, "count": one.count, "gross": one.gross, "fees": one.fees, "net": one.net}
        for name, one in sorted(found.items())
    ]
    return opening, rows, missing


def _add(total: Activity, movement: BalanceTransaction) -> None:
    total.count += 1
    total.gross += movement.amount
    total.fees += movement.fee
    total.net += movement.net
