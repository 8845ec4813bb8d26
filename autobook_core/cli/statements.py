"""Reports in plain text, laid out as accountants read them.

In the ledger income, liabilities and equity are credits, and so negative. Here they are shown as what they
are called: income earned and money owed are positive. JSON keeps the signs of the ledger.
"""

from collections.abc import Callable, Iterable
from typing import Any

from autobook_core.cli import statements_items, statements_tax
from autobook_core.cli.console import Console
from autobook_core.cli.table import Cell, Column, Row
from autobook_core.cli.text import amount

Report = dict[str, Any]


def show_report(console: Console, report: Report) -> None:
    """Write a report; one that is not known here is written as its rows stand."""
    if not (report.get("rows") or report.get("in_transit") or report["report"] in _ALWAYS):
        console.note(f"{report['report']}: no figures for {_period(report)}")
        console.next("sync")
        return
    name = report["report"]
    title = _TITLES.get(name) or name.replace("-", " ").capitalize()
    console.line(console.looks.paint(f"{title}, {_period(report)}, {report['currency']}", "bold"))
    console.line()
    _LAYOUTS.get(report["report"], _as_it_is)(console, report)


def _period(report: Report) -> str:
    return f"at {report['at']}" if "at" in report else f"{report['from']} to {report['to']}"


def _trial_balance(console: Console, report: Report) -> None:
    rows = [*_accounts(report, report["rows"], 1), _sum(report, "total", report["total"])]
    _write(console, report, rows)
    looks = console.looks
    if report["total"] == 0:
        console.line(f"{looks.paint(looks.done, 'good')} debits equal credits: it adds up to zero")
    else:
        console.line(f"{looks.paint(looks.wrong, 'bad')} it does not add up to zero")


def _profit_loss(console: Console, report: Report) -> None:
    rows = [
        *_accounts(report, _of(report, "income"), -1),
        _sum(report, "income", -report["income"]),
        *_accounts(report, _of(report, "expense"), 1),
        _sum(report, "expenses", report["expenses"]),
        _sum(report, "profit" if report["result"] >= 0 else "loss", report["result"]),
    ]
    _write(console, report, rows)


def _balance_sheet(console: Console, report: Report) -> None:
    rows = [
        *_accounts(report, _of(report, "asset"), 1),
        _sum(report, "assets", report["assets"]),
        *_accounts(report, _of(report, "liability"), -1),
        _sum(report, "liabilities", -report["liabilities"]),
        *_accounts(report, _of(report, "equity"), -1),
        ("", "result so far", amount(report["result"], report["currency"])),
        _sum(report, "equity", -report["equity"]),
        _sum(report, "liabilities and equity", -report["liabilities"] - report["equity"]),
    ]
    _write(console, report, rows)
    looks = console.looks
    if report["difference"] == 0:
        console.line(f"{looks.paint(looks.done, 'good')} assets equal liabilities and equity")
    else:
        wrong = amount(report["difference"], report["currency"])
        console.line(
            f"{looks.paint(looks.wrong, 'bad')} assets differ from liabilities and equity by {wrong}"
        )


def _as_it_is(console: Console, report: Report) -> None:
    rows = report["rows"]
    keys = list(rows[0])
    columns = [
        Column(key.replace("_", " ").upper(), right=isinstance(rows[0][key], int), flexible=key == "name")
        for key in keys
    ]
    console.table(columns, ([_shown(row.get(key), report["currency"]) for key in keys] for row in rows))


def _shown(value: Any, currency: str) -> str:
    return amount(value, currency) if isinstance(value, int) else str(value if value is not None else "")


def _of(report: Report, kind: str) -> list[Report]:
    return [row for row in report["rows"] if row["type"] == kind]


def _accounts(report: Report, rows: Iterable[Report], sign: int) -> list[Row]:
    return [(row["account"], row["name"], amount(sign * row["amount"], report["currency"])) for row in rows]


def _sum(report: Report, name: str, minor: int) -> Row:
    return "", Cell(name, "bold"), Cell(amount(minor, report["currency"]), "bold")


def _write(console: Console, report: Report, rows: list[Row]) -> None:
    columns = [Column("ACCOUNT"), Column("NAME", flexible=True), Column(report["currency"], right=True)]
    console.table(columns, rows)


_TITLES = {
    "profit-loss": "Profit and loss", "vat": "VAT return", "eu-sales-list": "EU sales list",
    "oss": "One-stop shop", "processor-proof": "Balance at the processor",
}  # fmt: skip
#: Reports that say something although they have no rows.
_ALWAYS = frozenset({"vat", "deferred-revenue", "processor-proof"})
_LAYOUTS: dict[str, Callable[[Console, Report], None]] = {
    "trial-balance": _trial_balance,
    "profit-loss": _profit_loss,
    "balance-sheet": _balance_sheet,
    "vat": statements_tax.vat,
    "eu-sales-list": statements_tax.eu_sales_list,
    "oss": statements_tax.oss,
    "aged-receivables": statements_items.aged_receivables,
    "deferred-revenue": statements_items.deferred_revenue,
    "payouts": statements_items.payouts,
    "processor-proof": statements_items.processor_proof,
}
