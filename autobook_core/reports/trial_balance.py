"""The trial balance: every account's signed balance on a day. It adds up to zero."""

from datetime import date
from typing import Any

from autobook_core.domain.chart import ACCOUNT_TYPES, Chart
from autobook_core.reports.rows import account_rows, total
from autobook_core.store.store import Store


def trial_balance(
    store: Store, chart: Chart, *, currency: str, first: date | None, last: date
) -> dict[str, Any]:
    """Return the trial balance at a day."""
    rows = account_rows(chart, store.journal.balances(last), ACCOUNT_TYPES)
    return {
        "report": "trial-balance",
        "at": last.isoformat(),
        "currency": currency,
        "rows": rows,
        "total": total(rows),
    }
