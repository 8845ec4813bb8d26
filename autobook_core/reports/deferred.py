"""Deferred revenue: how it moved in a period, what is left, and when that is earned.

The figures come from the schedules, the ledger's balance stands beside them: the difference is
always shown.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from autobook_core.posting.deferral import Credit, Stretch, last_month_end, recognised
from autobook_core.reports.asking import Asked
from autobook_core.store.reading import Flow, Unearned

#: Journals whose entries schedules know of; what others move is shown by itself.
_SCHEDULED = frozenset({"sales", "psp", "recognition", "accrual"})
_FIGURES = ("opening", "billed", "recognised", "credited", "other", "closing", "ledger", "difference")


def deferred_revenue(asked: Asked) -> dict[str, Any]:
    """Return the roll-forward by account and in sum, and what is left by calendar year.

    Amounts are positive for revenue that waits. ``other`` is what was booked by hand or by the bank.
    """
    period = asked.of_year()
    accounts = asked.tables.deferral_accounts()
    usual = asked.number("deferred_revenue")
    if usual is not None and usual not in accounts:
        accounts.append(usual)
    flow = asked.tables.deferral_flow(period)
    rows: list[dict[str, Any]] = []
    for account in sorted(accounts):
        by_journal = asked.tables.by_journal(account, period)
        ledger = -asked.balance(account, period.last)
        rows.append({"account": account, **roll_forward(account, flow, by_journal, ledger)})
    totals = {name: sum(row[name] for row in rows) for name in _FIGURES}
    left = remaining(asked.tables.unearned(period.last), asked.tables.credits(period.last), period.last)
    return {
        "report": "deferred-revenue",
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "currency": asked.currency,
        "rows": rows,
        **totals,
        "remaining": [{"year": year, "amount": amount} for year, amount in sorted(left.items()) if amount],
    }


def roll_forward(
    account: str, flow: Iterable[Flow], by_journal: Iterable[tuple[str, bool, int]], ledger: int
) -> dict[str, int]:
    """Return opening + billed - recognised - credited + other = closing, and how the ledger differs."""
    before = dict.fromkeys(("billed", "recognised", "credited", "other"), 0)
    during = dict(before)
    for item in flow:
        if item.account == account:
            (before if item.before else during)[item.what] += item.amount
    for journal, was_before, amount in by_journal:
        if journal not in _SCHEDULED:
            (before if was_before else during)["other"] -= amount
    opening = _sum(before)
    closing = opening + _sum(during)
    return {
        "opening": opening, **during, "closing": closing, "ledger": ledger, "difference": ledger - closing,
    }  # fmt: skip


def remaining(
    schedules: Iterable[Unearned], taken: Mapping[int, Sequence[Credit]], day: date
) -> dict[int, int]:
    """Return what is still to be recognised after a day, by calendar year.

    What was earned by the day and is not recognised yet belongs to the year of the day.
    """
    years: dict[int, int] = {}
    for item in schedules:
        for year, amount in _by_year(item, taken.get(item.schedule, ()), day):
            years[year] = years.get(year, 0) + amount
    return years


def _by_year(item: Unearned, taken: Sequence[Credit], day: date) -> Iterator[tuple[int, int]]:
    stretch = Stretch(
        item.total, date.fromisoformat(item.start_day), date.fromisoformat(item.end_day), item.method
    )
    last = max(last_month_end(stretch).year, day.year)
    done = item.released
    for year in range(day.year, last):
        earned = recognised(stretch, taken, date(year, 12, 31))
        yield year, earned - done
        done = earned
    yield last, item.total - item.credited - done


def _sum(figures: Mapping[str, int]) -> int:
    return figures["billed"] - figures["recognised"] - figures["credited"] + figures["other"]
