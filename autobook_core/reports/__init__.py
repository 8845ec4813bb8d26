"""Reports: each a query of the store and a pure function that lays out what it gave."""

from collections.abc import Callable
from datetime import date
from typing import Any

from autobook_core.domain.chart import Chart
from autobook_core.domain.policy import Policy
from autobook_core.reports.aged import aged_receivables
from autobook_core.reports.asking import Asked
from autobook_core.reports.deferred import deferred_revenue
from autobook_core.reports.eu_sales import eu_sales_list
from autobook_core.reports.oss import oss_return
from autobook_core.reports.payouts import payouts
from autobook_core.reports.processor_proof import processor_proof
from autobook_core.reports.statements import balance_sheet, profit_loss
from autobook_core.reports.trial_balance import trial_balance
from autobook_core.reports.vat import vat_return
from autobook_core.store.store import Store

Report = Callable[[Asked], dict[str, Any]]

#: Reports by the name they have on the command line.
REPORTS: dict[str, Report] = {
    "trial-balance": trial_balance,
    "profit-loss": profit_loss,
    "balance-sheet": balance_sheet,
    "vat": vat_return,
    "eu-sales-list": eu_sales_list,
    "oss": oss_return,
    "aged-receivables": aged_receivables,
    "deferred-revenue": deferred_revenue,
    "payouts": payouts,
    "processor-proof": processor_proof,
    "stripe-proof": processor_proof,
}


def build(
    name: str,
    store: Store,
    chart: Chart,
    *,
    policy: Policy,
    first: date | None,
    last: date,
) -> dict[str, Any]:
    """Return a report as JSON-able data: ``report``, ``currency``, dates, amounts in minor units.

    Where a report can be wrong, ``difference`` says by how much it does not tie to the ledger: 0 in books
    that are right.

    Raises:
        KeyError: there is no report of that name.
    """
    return REPORTS[name](Asked(store, chart, policy, first, last))
