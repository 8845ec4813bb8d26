"""Tables in plain text: columns as wide as they need to be, and cut where the terminal ends."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from autobook_core.cli.looks import Looks
from autobook_core.cli.text import clean, cut, width

#: Rows that decide how wide the columns are; later ones follow without being held back.
_MEASURED = 500
_GAP = "  "
#: A column is never cut below this.
_NARROWEST = 8


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        right: numbers stand to the right.
        flexible: may be cut when the terminal is too narrow.
    """

    title: str
    right: bool = False
    flexible: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A text with a style."""

    text: str
    style: str = ""


Row = Sequence[Cell | str]


def table(columns: Sequence[Column], rows: Iterable[Row], *, room: int | None, looks: Looks) -> Iterator[str]:
    """Give the lines of a table with its headings.

    Args:
        columns: what stands in each row, from left to right.
        rows: cells, cleaned here.
        room: columns of the terminal, or None where a line may be as long as it likes.
        looks: colour and signs.
    """
    coming = (_cleaned(row) for row in rows)
    first = list(islice(coming, _MEASURED))
    widths = [
        max([width(column.title), *(width(row[at].text) for row in first)])
        for at, column in enumerate(columns)
    ]
    if room is not None:
        _narrow(widths, columns, room)
    heading = [Cell(column.title, "bold") for column in columns]
    for row in chain([heading], first, coming):
        yield _line(row, columns, widths, looks)


def _cleaned(row: Row) -> list[Cell]:
    return [
        Cell(clean(cell.text), cell.style) if isinstance(cell, Cell) else Cell(clean(cell)) for cell in row
    ]


def _narrow(widths: list[int], columns: Sequence[Column], room: int) -> None:
    """Take from the widest flexible column until the row fits."""
    flexible = [at for at, column in enumerate(columns) if column.flexible]
    while sum(widths) + len(_GAP) * (len(widths) - 1) > room:
        at = max(flexible, key=lambda one: widths[one], default=None)
        if at is None or widths[at] <= _NARROWEST:
            return
        widths[at] -= 1


def _line(row: Sequence[Cell], columns: Sequence[Column], widths: Sequence[int], looks: Looks) -> str:
    parts: list[str] = []
    for cell, column, columns_wide in zip(row, columns, widths, strict=True):
        text = cut(cell.text, columns_wide, looks.more) if column.flexible else cell.text
        blank = " " * (columns_wide - width(text))
        painted = looks.paint(text, cell.style)
        parts.append(blank + painted if column.right else painted + blank)
    return _GAP.join(parts).rstrip()
