"""Cells, lines and tables: what every view is made of, cut to the columns there are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from autobook_core.cli.looks import Looks
from autobook_core.cli.text import cut, number, width
from autobook_tui.clean import clean

#: Rows that a table shows at most; the rest is told, and listed by the command line.
MOST_ROWS = 200
#: Between two columns, and left and right of a row.
PADDING = 2
_NARROWEST = 6


@dataclass(frozen=True, slots=True)
class Cell:
    """A text with a tone (``bad``, ``late``, ``busy``, ``good``, ``dim``, ``bold``) and perhaps an action."""

    text: str
    tone: str = ""
    action: str = ""


Line = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: so many terminal columns wide; 0 takes what the others leave."""

    title: str
    width: int = 0
    right: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row with what it is known by from one reading to the next."""

    key: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells that fit their columns, and a remark on what is not shown."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""


def fitted(
    columns: Sequence[Column], rows: Sequence[Row], *, room: int, looks: Looks, command: str = ""
) -> Table:
    """Return a table that takes at most so many columns and rows; ``command`` lists the rest."""
    taken = sum(column.width + PADDING for column in columns)
    rest = max(_NARROWEST, room - taken)
    fixed = tuple(replace(column, width=column.width or rest) for column in columns)
    shown = tuple(
        Row(row.key, tuple(_cut(cell, column, looks) for cell, column in zip(row.cells, fixed, strict=True)))
        for row in rows[:MOST_ROWS]
    )
    left = len(rows) - len(shown)
    return Table(fixed, shown, f"{number(left)} more: {command}" if left > 0 else "")


def _cut(cell: Cell, column: Column, looks: Looks) -> Cell:
    return replace(cell, text=cut(cell.text, column.width, looks.more))


def outside(value: object, looks: Looks, tone: str = "") -> Cell:
    """Return the cell of a text that comes from outside."""
    return Cell(clean(value, plain=looks.ascii), tone)


def health(word: str, looks: Looks) -> Cell:
    """Return sign and word of a state of health."""
    text, tone = looks.health(word)
    return Cell(clean(text, plain=looks.ascii), tone)


def joined(parts: Sequence[Cell], gap: str = "   ") -> Line:
    """Return cells on one line with a gap between them."""
    line: list[Cell] = []
    for part in parts:
        line += [Cell(gap), part] if line else [part]
    return tuple(line)


def spread(left: Line, right: Line, room: int, looks: Looks) -> Line:
    """Return two lines as one, the second at the right edge; where there is no room, the first is cut."""
    *first, last = left
    free = room - length((*first, *right)) - 1
    last = replace(last, text=cut(last.text, max(0, free), looks.more))
    gap = room - length((*first, last, *right))
    return (*first, last, Cell(" " * max(1, gap)), *right)


def length(line: Line) -> int:
    """Return how many columns of the terminal a line takes."""
    return sum(width(cell.text) for cell in line)
