"""View 2: what a person must decide. Errors come before warnings, the oldest first."""

from autobook_core.cli.looks import Looks
from autobook_core.cli.text import amount
from autobook_tui.queries import OpenException
from autobook_tui.viewmodels.ages import span
from autobook_tui.viewmodels.cells import Cell, Column, Line, Row, Table, fitted, health, outside

_WIDE = 90
#: Severity to health word (for sign and tone) and the word that is shown.
_SEVERITIES = {"error": ("ACT", "ERROR"), "warning": ("LATE", "WARN")}


def in_order(items: tuple[OpenException, ...]) -> list[OpenException]:
    """Return the open exceptions in the order a person should take them."""
    return sorted(items, key=lambda item: (item.severity != "error", item.opened_at, item.id))


def table(items: tuple[OpenException, ...], looks: Looks, room: int, *, old: bool) -> Table:
    """Return the queue."""
    wide = room >= _WIDE
    columns = [Column("STATE", 7), Column("CODE", 22 if wide else 20), Column("RECORD", 18 if wide else 12)]
    columns += [Column("AMOUNT", 14, right=True), Column("DETAIL")]
    rows = [
        Row(
            str(item.id),
            (
                severity("" if old else item.severity, looks),
                outside(item.code.replace("_", " "), looks),
                outside(item.record, looks),
                Cell(_amount(item, looks)),
                outside(item.detail, looks),
            ),
        )
        for item in in_order(items)
    ]
    return fitted(columns, rows, room=room, looks=looks, command="autobook exceptions")


def where(table: Table, cursor: int) -> str:
    """Return where in the queue one is, and what it does not show."""
    if not table.rows:
        return "nothing waits for a person"
    place = f"{cursor + 1} of {len(table.rows)} shown"
    return f"{place}; {table.note}" if table.note else place


def severity(word: str, looks: Looks) -> Cell:
    """Return sign and word of a severity; of none, that it is not known any more."""
    known, shown = _SEVERITIES.get(word, ("OLD", "OLD"))
    cell = health(known, looks)
    return Cell(f"{cell.text.split()[0]} {shown}", cell.tone)


def _amount(item: OpenException, looks: Looks) -> str:
    if item.amount is None:
        return ""
    currency = outside(item.currency, looks).text
    return f"{amount(item.amount, currency)} {currency}".rstrip()


def detail(item: OpenException, looks: Looks, now: int) -> tuple[Line, ...]:
    """Return all there is to say about one open exception."""
    code = outside(item.code.replace("_", " "), looks, "bold")
    facts = {
        "record": f"{item.record} ({item.source})" if item.source else item.record,
        "amount": _amount(item, looks),
        "open for": span(now - item.opened_at),
        "maybe": ", ".join(item.suggestions),
    }
    lines: list[Line] = [(severity(item.severity, looks), Cell("  "), code), (outside(item.detail, looks),)]
    lines += [(Cell(f"{name:<9}", "dim"), outside(text, looks)) for name, text in facts.items() if text]
    return tuple(lines)
