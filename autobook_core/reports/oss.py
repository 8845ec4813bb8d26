"""The return of the one-stop shop: VAT of consumers in other EU countries, by country and rate.

Amounts stay in the currency of the books; nothing here converts them.
"""

from collections.abc import Iterable
from typing import Any

from autobook_core.reports.asking import Asked
from autobook_core.reports.tax_codes import CodeTotal, by_code, vat_accounts

NOTE = "in the currency of the books; not converted to EUR"


def oss_return(asked: Asked) -> dict[str, Any]:
    """Return a row per country and rate, and the tax beside the movement of its account.

    ``outside`` is what moved on the account without a tax code, such as VAT paid.
    """
    period = asked.of_quarter()
    accounts = vat_accounts(asked.chart)
    owed = asked.number("vat_oss_payable") or ""
    rows = oss_rows(by_code(asked.tables.taxed(period), accounts))
    debit, credit = asked.store.journal.turnover(*period).get(owed, (0, 0))
    outside = sum(item.amount for item in asked.tables.untaxed([owed], period))
    tax = sum(row["tax"] for row in rows)
    return {
        "report": "oss",
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "currency": asked.currency,
        "rows": rows,
        "base": sum(row["base"] for row in rows),
        "tax": tax,
        "movement": credit - debit,
        "outside": -outside,
        "difference": credit - debit + outside - tax,
        "note": NOTE,
    }


def oss_rows(codes: Iterable[CodeTotal]) -> list[dict[str, Any]]:
    """Return country, rate (percent, as text), base and tax in minor units of each code."""
    rows: list[dict[str, Any]] = []
    for item in codes:
        if item.code.startswith("OSS-"):
            _, country, rate = item.code.split("-", 2)
            rows.append(
                {"country": country, "rate": rate, "base": -item.base, "tax": -item.tax, "code": item.code}
            )
    return sorted(rows, key=lambda row: (row["country"], row["rate"]))
