"""What is open or on its way, in plain text: receivables, deferred revenue, payouts, the processor's balance."""

from typing import Any

from autobook_core.cli.console import Console
from autobook_core.cli.statements_tax import tied
from autobook_core.cli.table import Cell, Column
from autobook_core.cli.text import amount, counted, number

Report = dict[str, Any]

_BUCKETS = {
    "current": "CURRENT", "1-30": "1-30", "31-60": "31-60", "61-90": "61-90", "over_90": "OVER 90",
    "no_invoice": "NO INVOICE",
}  # fmt: skip
_STEPS = {
    "opening": "opening", "billed": "+ billed", "recognised": "- recognised", "credited": "- credited",
    "other": "+ other entries", "closing": "closing", "ledger": "ledger", "difference": "difference",
}  # fmt: skip


def aged_receivables(console: Console, report: Report) -> None:
    """Write a row per customer; JSON has one per invoice."""
    currency = report["currency"]
    used = [name for name in _BUCKETS if name != "no_invoice" or report["buckets"][name]]
    columns = [
        Column("CUSTOMER", flexible=True), *(Column(_BUCKETS[name], right=True) for name in used),
        Column("TOTAL", right=True),
    ]  # fmt: skip
    rows: list[list[Cell | str]] = [
        [
            row["name"] or row["customer"] or "(none)", *(_blank(row[name], currency) for name in used),
            amount(row["total"], currency),
        ]
        for row in report["customers"]
    ]  # fmt: skip
    sums = [_blank(report["buckets"][name], currency) for name in used]
    rows.append([Cell(text, "bold") for text in ("total", *sums, amount(report["total"], currency))])
    console.table(columns, rows)
    tied(console, report, "the sum is the balance of receivables")


def deferred_revenue(console: Console, report: Report) -> None:
    """Write the roll-forward as a sum, and what is left by year."""
    currency = report["currency"]
    columns = [Column("DEFERRED REVENUE"), Column(currency, right=True)]
    strong = {"opening", "closing", "ledger"}
    console.table(
        columns,
        [
            (Cell(text, "bold" if name in strong else ""), amount(report[name], currency))
            for name, text in _STEPS.items()
        ],
    )
    tied(console, report, "what the schedules say is the balance in the ledger")
    if report["remaining"]:
        console.line()
        left = [(str(item["year"]), amount(item["amount"], currency)) for item in report["remaining"]]
        console.table([Column("TO BE EARNED IN"), Column(currency, right=True)], left)


def payouts(console: Console, report: Report) -> None:
    """Write a row per payout, then what is on its way."""
    currency = report["currency"]
    names = ("charges", "refunds", "fees", "other", "amount", "difference")
    columns = [
        Column("DATE"), Column("PAYOUT", flexible=True), *(Column(name.upper(), right=True) for name in names),
        Column("BANK"),
    ]  # fmt: skip
    rows = [
        [
            row["date"], row["payout"], *(_known(row[name], currency) for name in names),
            row["bank_date"] or Cell("on its way" if row["in_transit"] else row["status"], "late"),
        ]
        for row in report["rows"]
    ]  # fmt: skip
    console.table(columns, rows)
    unknown = sum(row["difference"] is None for row in report["rows"])
    if unknown:
        console.note(f"{counted(unknown, 'payout')} without a list of members: what is in them is not known")
    tied(console, report, "every payout with known members equals their sum, and the list equals the ledger")
    _transit(console, report)


def processor_proof(console: Console, report: Report) -> None:
    """Write opening, activity by category and closing, beside the ledger."""
    currency = report["currency"]
    columns = [
        Column("", flexible=True), Column("MOVEMENTS", right=True), Column("GROSS", right=True),
        Column("FEES", right=True), Column("NET", right=True),
    ]  # fmt: skip
    rows: list[list[Cell | str]] = [_step("opening", report["opening"], currency)]
    rows += [
        [row["category"], number(row["count"]), *(amount(row[name], currency) for name in ("gross", "fees", "net"))]
        for row in report["rows"]
    ]  # fmt: skip
    if report["other"]:
        rows.append(["other entries", "", "", "", amount(report["other"], currency)])
    rows += [_step(name, report[name], currency) for name in ("closing", "ledger")]
    console.table(columns, rows)
    tied(console, report, "what moved at the processor is the balance of the clearing account")
    missing = report["not_booked"]
    if missing["count"]:
        left = amount(missing["net"], currency)
        console.line(f"not booked yet: {counted(missing['count'], 'movement')}, {left} {currency}")
    console.line(f"the processor's own balance: {report['reported_note']}")
    _transit(console, report)


def _transit(console: Console, report: Report) -> None:
    console.line()
    total = amount(report["in_transit_total"], report["currency"])
    if not report["in_transit"]:
        console.line("nothing is on its way to the bank")
        return
    console.line(f"on its way to the bank: {total} {report['currency']}")
    rows = [
        (row["since"], row["payout"] or "(no payout)", amount(row["amount"], report["currency"]))
        for row in report["in_transit"]
    ]
    console.table([Column("SINCE"), Column("PAYOUT", flexible=True), Column("AMOUNT", right=True)], rows)


def _step(name: str, minor: int, currency: str) -> list[Cell | str]:
    return [Cell(name, "bold"), "", "", "", Cell(amount(minor, currency), "bold")]


def _blank(minor: int, currency: str) -> str:
    return amount(minor, currency) if minor else ""


def _known(minor: int | None, currency: str) -> str:
    return "?" if minor is None else amount(minor, currency)
