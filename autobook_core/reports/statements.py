"""Profit and loss of a period, and the balance sheet at a day."""

from typing import Any

from autobook_core.reports.asking import Asked
from autobook_core.reports.rows import account_rows, total


def profit_loss(asked: Asked) -> dict[str, Any]:
    """Return income and expenses of a period. Income is negative (credit), as in the ledger.

    ``result`` is what was earned: positive is a profit. Without a first day it is the fiscal year so far.
    """
    period = asked.of_year()
    turnover = asked.store.journal.turnover(*period)
    income = account_rows(asked.chart, turnover, ("income",))
    expenses = account_rows(asked.chart, turnover, ("expense",))
    return {
        "report": "profit-loss",
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "currency": asked.currency,
        "rows": income + expenses,
        "income": total(income),
        "expenses": total(expenses),
        "result": -total(income) - total(expenses),
    }


def balance_sheet(asked: Asked) -> dict[str, Any]:
    """Return assets, liabilities and equity at a day; the result so far is part of equity.

    ``difference`` is assets minus liabilities and equity: zero in books that balance.
    """
    chart, balances = asked.chart, asked.store.journal.balances(asked.last)
    assets = account_rows(chart, balances, ("asset",))
    liabilities = account_rows(chart, balances, ("liability",))
    equity = account_rows(chart, balances, ("equity",))
    result = -total(account_rows(chart, balances, ("income", "expense")))
    return {
        "report": "balance-sheet",
        "at": asked.last.isoformat(),
        "currency": asked.currency,
        "rows": assets + liabilities + equity,
        "assets": total(assets),
        "liabilities": total(liabilities),
        "equity": total(equity) - result,
        "result": result,
        "difference": total(assets) + total(liabilities) + total(equity) - result,
    }
