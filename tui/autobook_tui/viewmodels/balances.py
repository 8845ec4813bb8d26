"""View 3: the trial balance by type of account, with the line that must say zero."""

from itertools import groupby

from autobook_core.cli.looks import Looks
from autobook_core.cli.text import amount, counted
from autobook_core.domain.chart import ACCOUNT_TYPES
from autobook_tui.queries import AccountBalance
from autobook_tui.viewmodels.cells import Cell, Column, Line, Row, Table, fitted, outside

_WIDE = 90
_TITLES = {
    "asset": "Assets", "liability": "Liabilities", "equity": "Equity", "income": "Income", "expense": "Expenses",
}  # fmt: skip


def by_type(items: tuple[AccountBalance, ...]) -> list[tuple[str, list[AccountBalance]]]:
    """Return the accounts of each type, types in the order of the statements, accounts by number."""
    places = {name: place for place, name in enumerate(ACCOUNT_TYPES)}
    ordered = sorted(items, key=lambda item: (places.get(item.type, len(places)), item.number))
    return [(name, list(group)) for name, group in groupby(ordered, key=lambda item: item.type)]


def table(items: tuple[AccountBalance, ...], currency: str, looks: Looks, room: int) -> Table:
    """Return the accounts under the title and the sum of their type."""
    wide = room >= _WIDE
    columns = [Column("ACCOUNT", 9), Column("NAME")]
    columns += [Column("ROLE", 20)] if wide else []
    columns += [Column(outside(currency, looks).text, 17, right=True)]
    rows = []
    for kind, accounts in by_type(items):
        total = amount(sum(item.amount for item in accounts), currency)
        blank = [Cell("")] if wide else []
        title = Cell(_TITLES.get(kind, outside(kind, looks).text), "bold")
        rows.append(Row(f"type {kind}", (Cell(""), title, *blank, Cell(total, "bold"))))
        for item in accounts:
            role = [outside(item.role, looks, "dim")] if wide else []
            cells = (outside(item.number, looks), outside(f"  {item.name}", looks))
            rows.append(Row(item.number, (*cells, *role, Cell(amount(item.amount, currency)))))
    return fitted(columns, rows, room=room, looks=looks, command="autobook balances")


def zero_line(items: tuple[AccountBalance, ...], currency: str, looks: Looks) -> Line:
    """Return the sum of all accounts, and whether it is what it must be."""
    total = sum(item.amount for item in items)
    told = f" {counted(len(items), 'account')}, debit positive; the sum is {amount(total, currency)} "
    shown = outside(f"{told}{currency} ", looks)
    if total:
        return (shown, Cell(f"NOT ZERO {looks.wrong}", "bad"), Cell("  next: autobook verify"))
    return (shown, Cell(f"zero {looks.done}", "good"))


def totals(items: tuple[AccountBalance, ...], currency: str, looks: Looks) -> tuple[Line, ...]:
    """Return the sum of each type, and the result so far: positive is a profit."""
    sums = {kind: sum(item.amount for item in accounts) for kind, accounts in by_type(items)}
    result = -sums.get("income", 0) - sums.get("expense", 0)
    lines: list[Line] = [(Cell("By type, ", "bold"), outside(currency, looks, "bold"))]
    for kind, total in sums.items():
        lines.append((Cell(f"{_TITLES.get(kind, 'Other'):<12}{amount(total, currency):>20}"),))
    lines.append((Cell(f"{'Result':<12}{amount(result, currency):>20}", "bold"),))
    return tuple(lines)
