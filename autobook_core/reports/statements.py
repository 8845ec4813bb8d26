"""Profit and loss of a period, and the balance sheet at a day."""

from datetime import date
from typing import Any

from autobook_core.domain.chart import Chart
from autobook_core.reports.rows import account_rows, total
from autobook_core.store.store import Store


def profit_loss(
    store: Store, chart: Chart, *, currency: str, first: date | None, last: date
) -> dict[str, Any]:
    """Return income and expenses of a period. Income is negative (credit), as in the ledger.

    ``result`` is what was earned: positive is a profit.
    """
    begins = first or last.replace(month=1, day=1)
    turnover = store.journal.turnover(begins, last)
    income = account_rows(chart, turnover, ("income",))
    expenses = account_rows(chart, turnover, ("expense",))
    return {
        "report": "profit-loss",
        "from": begins.isoformat(),
        "to": last.isoformat(),
        "currency": currency,
        "rows": income + expenses,
        "income": total(income),
        "expenses": total(expenses),
        "result": -total(income) - total(expenses),
    }


def balance_sheet(
    store: Store, chart: Chart, *, currency: str, first: date | None, last: date
) -> dict[str, Any]:
    """Return assets, liabilities and equity at a day; the result so far is part of equity.

    ``difference`` is assets minus liabilities and equity: zero in books that balance.
    """
    balances = store.journal.balances(last)
    assets = account_rows(chart, balances, ("asset",))
    liabilities = account_rows(chart, balances, ("liability",))
    equity = account_rows(chart, balances, ("equity",))
    result = -total(account_rows(chart, balances, ("income", "expense")))
    return {
        "report": "balance-sheet",
        "at": last.isoformat(),
        "currency": currency,
        "rows": assets + liabilities + equity,
        "assets": total(assets),
        "liabilities": total(liabilities),
        "equity": total(equity) - result,
        "result": result,
        "difference": total(assets) + total(liabilities) + total(equity) - result,
    }
