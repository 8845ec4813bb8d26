"""The page of keys, made from the table of keys."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen

from autobook_tui import keymap
from autobook_tui.viewmodels.cells import Cell, Line
from autobook_tui.widgets import Lines, bindings


class HelpScreen(ModalScreen[None]):
    """Every key, and what the signs mean."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("help")

    def __init__(self, signs: Line) -> None:
        """Take the line that explains the signs of health."""
        super().__init__()
        self._signs = signs

    def compose(self) -> ComposeResult:
        """Lay out the page."""
        with VerticalScroll(id="help"):
            yield Lines(id="keys")

    def on_mount(self) -> None:
        """Write the page."""
        rows: list[Line] = [(Cell("Keys", "bold"),)]
        rows += [(Cell(f"{keys:<13}", "bold"), Cell(text)) for keys, _, text in keymap.help_rows()]
        rows += [(), (Cell("Signs", "bold"),), self._signs]
        rows += [
            (Cell("ACT needs a person. LATE heals by itself."),),
            (Cell("OLD: what is shown may no longer be true."),),
        ]
        self.query_one("#keys", Lines).show(rows)

    def action_close(self) -> None:
        """Go back to the books."""
        self.dismiss()
