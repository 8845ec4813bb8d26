"""What every view has in common: three lines above, keys below, and a plain word where the terminal is too small."""

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Footer

from autobook_core.cli.looks import Looks
from autobook_tui.state import State
from autobook_tui.viewmodels import head
from autobook_tui.viewmodels.cells import Cell
from autobook_tui.widgets import Lines

SMALLEST = (60, 15)


@dataclass(frozen=True, slots=True)
class Frame:
    """What a screen draws: the state, how the terminal looks, and the instant (seconds UTC)."""

    state: State
    looks: Looks
    now: int

    @property
    def old(self) -> bool:
        """Tell whether the figures may no longer be true."""
        return self.state.is_old(self.now)


class BookScreen(Screen[None]):
    """A view of the book."""

    VIEW: ClassVar[str]

    class Stale(Message):
        """Something other than the state changed (size, cursor): this screen wants to be drawn."""

    def compose(self) -> ComposeResult:
        """Lay out what every view has, around its own body."""
        with Vertical(id="all"):
            yield Lines(id="title")
            yield Lines(id="verdict")
            yield Lines(id="tabs")
            with Vertical(id="body"):
                yield from self.body()
            yield Footer(show_command_palette=False)
        yield Lines(id="small")

    def body(self) -> ComposeResult:
        """Lay out what is this view's own."""
        raise NotImplementedError

    def draw(self, frame: Frame) -> None:
        """Draw everything."""
        width, height = self.size
        title = head.title(frame.state, frame.looks, frame.now, width)
        self.lines("title").show([title])
        self.lines("verdict").show([head.verdict(frame.state, frame.looks, frame.now, width)])
        self.lines("tabs").show([head.tabs(frame.state, self.VIEW, frame.looks)])
        told = (
            f"This terminal has {width}x{height}; {SMALLEST[0]}x{SMALLEST[1]} is the least, 80x24 shows more."
        )
        self.lines("small").show([(Cell(told),), (Cell("Or: autobook status   q quits"),)])
        self.show(frame)

    def show(self, frame: Frame) -> None:
        """Draw the body."""
        raise NotImplementedError

    def lines(self, name: str) -> Lines:
        """Return one of the screen's texts."""
        return self.query_one(f"#{name}", Lines)

    def on_screen_resume(self) -> None:
        """Draw what came while another screen was shown."""
        self.post_message(self.Stale())

    def on_resize(self) -> None:
        """Fit the columns to the new size."""
        self.post_message(self.Stale())

    def on_data_table_row_highlighted(self) -> None:
        """Show the detail of the row under the cursor."""
        self.post_message(self.Stale())
