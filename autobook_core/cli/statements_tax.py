"""Returns in plain text: VAT by box in whole kroner, the EU sales list, the one-stop shop."""

from typing import Any

from autobook_core.cli.console import Console
from autobook_core.cli.table import Cell, Column
from autobook_core.cli.text import amount, clean, counted, number

Report = dict[str, Any]

#: The boxes as the form names them, and in English.
_BOXES = {
    "salgsmoms": ("Salgsmoms", "output VAT"),
    "moms_varekoeb_udland": ("Moms af varekøb i udlandet", "VAT on goods bought abroad"),
    "moms_ydelseskoeb_udland": ("Moms af ydelseskøb i udlandet", "VAT on services bought abroad"),
    "koebsmoms": ("Købsmoms", "input VAT"),
    "momstilsvar": ("Momstilsvar", "to pay"),
    "rubrik_a_varer": ("Rubrik A, varer", "goods bought in the EU"),
    "rubrik_a_ydelser": ("Rubrik A, ydelser", "services bought in the EU"),
    "rubrik_b_varer_eu": ("Rubrik B, varer, EU-salg", "goods sold in the EU, on the list"),
    "rubrik_b_varer_oevrige": ("Rubrik B, varer, øvrige", "goods sold in the EU, not on the list"),
    "rubrik_b_ydelser": ("Rubrik B, ydelser", "services sold to EU businesses"),
    "rubrik_c": ("Rubrik C", "other sales without Danish VAT"),
}


def vat(console: Console, report: Report) -> None:
    """Write the boxes in whole units, as they are filed, and what makes them uncertain."""
    columns = [
        Column("BOX", flexible=True),
        Column("", flexible=True),
        Column(report["currency"], right=True),
    ]
    rows = []
    for name, (danish, english) in _BOXES.items():
        style = "bold" if name == "momstilsvar" else ""
        filed = number(report["kroner"][name])
        rows.append((Cell(danish, style), Cell(english, style), Cell(filed, style)))
    console.table(columns, rows)
    for row in report["accounts"]:
        if row["outside"]:
            left = amount(row["outside"], report["currency"])
            console.note(f"{row['role']}: {left} is in no box (opening balances, VAT paid)")
    tied(console, report, "the boxes equal the accounts of VAT")
    remarks(console, report["warnings"], report["currency"])


def eu_sales_list(console: Console, report: Report) -> None:
    """Write a row per VAT number and what cannot be listed."""
    currency = report["currency"]
    columns = [
        Column("VAT NUMBER"), Column("NAME", flexible=True), Column("INVOICES", right=True),
        Column(currency, right=True),
    ]  # fmt: skip
    rows: list[tuple[Cell | str, ...]] = [
        (row["vat_id"] or Cell("missing", "bad"), row["name"], number(len(row["invoices"])),
         amount(row["amount"], currency))
        for row in report["rows"]
    ]  # fmt: skip
    rows.append(("", Cell("total", "bold"), "", Cell(amount(report["total"], currency), "bold")))
    console.table(columns, rows)
    tied(console, report, "the list equals box B services of the VAT return")
    remarks(console, report["problems"], currency)


def oss(console: Console, report: Report) -> None:
    """Write a row per country and rate."""
    currency = report["currency"]
    columns = [
        Column("COUNTRY"), Column("RATE", right=True), Column("BASE", right=True), Column("TAX", right=True),
    ]  # fmt: skip
    rows: list[tuple[Cell | str, ...]] = [
        (row["country"], f"{row['rate']} %", amount(row["base"], currency), amount(row["tax"], currency))
        for row in report["rows"]
    ]
    totals = [Cell(amount(report[name], currency), "bold") for name in ("base", "tax")]
    rows.append((Cell("total", "bold"), "", *totals))
    console.table(columns, rows)
    tied(console, report, "the tax equals the movement of its account")
    console.note(report["note"])


def tied(console: Console, report: Report, sentence: str) -> None:
    """Say that a report ties to the ledger, or by how much it does not."""
    looks = console.looks
    if not report["difference"]:
        console.line(f"{looks.paint(looks.done, 'good')} {sentence}")
        return
    wrong = amount(report["difference"], report["currency"])
    console.line(f"{looks.paint(looks.wrong, 'bad')} not so: {sentence}; the difference is {wrong}")


def remarks(console: Console, found: list[dict[str, Any]], currency: str) -> None:
    """Write what makes a report uncertain, one remark after the other."""
    if not found:
        return
    console.line()
    console.line(console.looks.paint(counted(len(found), "remark"), "bold"))
    for item in found:
        many = f" ({number(item['count'])})" if item.get("count", 1) != 1 else ""
        money = f", {amount(item['amount'], currency)} {currency}" if item.get("amount") else ""
        console.wrapped(f"{clean(item['code'])}{many}{money}: {item['detail']}", "  ")
