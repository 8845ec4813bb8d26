"""Journal entries in plain text: a heading each, then its lines with debit and credit."""

from collections.abc import Iterable
from typing import Any

from autobook_core.cli.console import Console
from autobook_core.cli.text import amount, clean, cut, width
from autobook_core.domain.chart import Chart

_MONEY = 15
_WIDEST = 100


def show_entries(console: Console, entries: Iterable[dict[str, Any]], chart: Chart, currency: str) -> int:
    """Write entries and return how many there were."""
    room = min(console.room or _WIDEST, _WIDEST)
    shown = 0
    for entry in entries:
        if shown:
            console.line()
        shown += 1
        head = f"{entry['date']}  {clean(entry['id'])}  {clean(entry['text'])}"
        console.line(console.looks.paint(cut(head, room, console.looks.more), "bold"))
        if entry["reverses"] or entry["reversed_by"]:
            word, other = (
                ("reverses", entry["reverses"])
                if entry["reverses"]
                else ("reversed by", entry["reversed_by"])
            )
            console.line(f"    {word} {clean(other)}")
        for line in entry["lines"]:
            console.line(_line(line, chart, currency, room, console.looks.more))
    return shown


def _line(line: dict[str, Any], chart: Chart, currency: str, room: int, more: str) -> str:
    account = chart.find_number(line["account"])
    name = f"{line['account']} {clean(account.name) if account else ''}".rstrip()
    remarks = [clean(line["tax_code"])] if line["tax_code"] else []
    if line["original"]:
        original = line["original"]
        remarks.append(f"{amount(original['minor'], original['currency'])} {clean(original['currency'])}")
    if remarks:
        name += f" ({', '.join(remarks)})"
    debit = amount(line["debit"], currency) if line["debit"] or not line["credit"] else ""
    credit = amount(line["credit"], currency) if line["credit"] else ""
    text = cut(name, room - 4 - 2 * (_MONEY + 1), more)
    blank = " " * max(0, room - 4 - 2 * (_MONEY + 1) - width(text))
    return f"    {text}{blank} {debit:>{_MONEY}} {credit:>{_MONEY}}".rstrip()
