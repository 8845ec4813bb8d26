"""Reports: each a query of the store's balances and a pure function that lays them out."""

from collections.abc import Callable
from datetime import date
from typing import Any

from autobook_core.domain.chart import Chart
from autobook_core.reports.statements import balance_sheet, profit_loss
from autobook_core.reports.trial_balance import trial_balance
from autobook_core.store.store import Store

Report = Callable[..., dict[str, Any]]

#: Reports by the name they have on the command line.
REPORTS: dict[str, Report] = {
    "trial-balance": trial_balance,
    "profit-loss": profit_loss,
    "balance-sheet": balance_sheet,
}


def build(
    name: str,
    store: Store,
    chart: Chart,
    *,
    currency: str,
    first: date | None,
    last: date,
) -> dict[str, Any]:
    """Return a report as JSON-able data: ``report``, ``currency``, dates, ``rows`` in minor units.

    Raises:
        KeyError: there is no report of that name.
    """
    return REPORTS[name](store, chart, currency=currency, first=first, last=last)
