"""Rows of reports: one account each, signed minor units, debit positive."""

from collections.abc import Iterable, Mapping
from typing import Any

from autobook_core.domain.chart import Account, Chart

Totals = Mapping[str, tuple[int, int]]
"""Account number to (debit, credit)."""


def row(account: Account, amount: int) -> dict[str, Any]:
    """Return one account's row."""
    return {
        "account": account.number,
        "name": account.name,
        "type": account.type,
        "role": account.role,
        "amount": amount,
    }


def account_rows(chart: Chart, totals: Totals, types: Iterable[str]) -> list[dict[str, Any]]:
    """Return the rows of all accounts of some types that have a balance, by number.

    An account that has movements but stands no longer in the chart is shown all the same.
    """
    wanted = frozenset(types)
    rows: list[dict[str, Any]] = []
    for number in sorted(totals):
        account = chart.find_number(number) or Account(
            number=number, name=f"{number} (not in chart)", type="asset"
        )
        debit, credit = totals[number]
        if account.type in wanted and debit != credit:
            rows.append(row(account, debit - credit))
    return rows


def total(rows: Iterable[Mapping[str, Any]]) -> int:
    """Return the sum of some rows."""
    return sum(int(item["amount"]) for item in rows)
