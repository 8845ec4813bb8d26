"""Widgets that draw view-models: a line, some lines, a table. They hold no rules and read no markup from data."""

from collections.abc import Iterable
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widgets import DataTable, Static

from autobook_tui import keymap
from autobook_tui.viewmodels.cells import Cell, Line, Table

#: Tones as styles; every one of them also stands beside a word.
_STYLES = {
    "": "", "bad": "bold red", "late": "yellow", "busy": "blue", "good": "green", "dim": "dim",
    "bold": "bold", "here": "bold reverse",
}  # fmt: skip


def bindings(scope: str) -> list[BindingType]:
    """Return the bindings of one listener, from the table of keys."""
    return [
        Binding(name, key.action, key.label, show=key.footer and at == 0, key_display=key.shown.split()[0])
        for key in keymap.of(scope)
        for at, name in enumerate(key.keys)
    ]


def text_of(cell: Cell) -> Text:
    """Return a cell as a text with its style."""
    style = Style.parse(_STYLES[cell.tone])
    if cell.action:
        style += Style(meta={"@click": cell.action})
    return Text(cell.text, style, no_wrap=True)


class Lines(Static):
    """Some lines of cells; drawn again only when they differ."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, markup=False)
        self._shown: tuple[Line, ...] = ()

    def show(self, lines: Iterable[Line]) -> None:
        """Show these lines."""
        wanted = tuple(lines)
        if wanted != self._shown:
            self._shown = wanted
            self.update(Text("\n").join(Text.assemble(*map(text_of, line)) for line in wanted))


class Rows(DataTable[Text]):
    """A table of rows, one of them under the cursor. For a few hundred rows, not for more."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("table")

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, cursor_type="row", zebra_stripes=False)
        self._table = Table((), ())

    @property
    def room(self) -> int:
        """Return how many columns of the terminal the rows may take."""
        return self.scrollable_content_region.width

    def show(self, table: Table) -> None:
        """Show these rows; the cursor stays on its row, and what did not change is left alone."""
        if table == self._table:
            return
        before, self._table = self._table, table
        if table.columns == before.columns and self._keys(table) == self._keys(before):
            self._update(before, table)
        else:
            self._rebuild(table, self.key_under_cursor(before))

    @staticmethod
    def _keys(table: Table) -> list[str]:
        return [row.key for row in table.rows]

    def key_under_cursor(self, table: Table | None = None) -> str | None:
        """Return what the row under the cursor is known by."""
        rows = (table or self._table).rows
        return rows[self.cursor_row].key if 0 <= self.cursor_row < len(rows) else None

    def _update(self, before: Table, table: Table) -> None:
        for at, (old, new) in enumerate(zip(before.rows, table.rows, strict=True)):
            for column, (was, now) in enumerate(zip(old.cells, new.cells, strict=True)):
                if was != now:
                    cell = self._cell(now, right=table.columns[column].right)
                    self.update_cell_at((at, column), cell)  # type: ignore[arg-type]

    def _rebuild(self, table: Table, key: str | None) -> None:
        self.clear(columns=True)
        for column in table.columns:
            label = Text(column.title, justify="right" if column.right else "left")
            self.add_column(label, width=column.width)
        for row in table.rows:
            cells = zip(row.cells, table.columns, strict=True)
            self.add_row(*(self._cell(cell, right=column.right) for cell, column in cells), key=row.key)
        keys = self._keys(table)
        self.move_cursor(row=keys.index(key) if key in keys else 0)

    @staticmethod
    def _cell(cell: Cell, *, right: bool) -> Text:
        text = text_of(cell)
        text.justify = "right" if right else "left"
        return text
