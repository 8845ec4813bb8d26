"""The application: its views, its keys, and when the book is read. What is shown comes from the view-models."""

import logging
from typing import ClassVar

from textual.app import App
from textual.binding import BindingType
from textual.worker import Worker, WorkerState

from autobook_core.cli.looks import Looks
from autobook_core.clock import Clock
from autobook_tui import keymap
from autobook_tui.pace import EVERY_SECONDS, Pace
from autobook_tui.queries import Reader, Snapshot
from autobook_tui.screens.balances import BalancesScreen
from autobook_tui.screens.base import SMALLEST, BookScreen, Frame
from autobook_tui.screens.help import HelpScreen
from autobook_tui.screens.inbox import InboxScreen
from autobook_tui.screens.overview import OverviewScreen
from autobook_tui.state import State, arrived, failed
from autobook_tui.viewmodels.cells import health, joined
from autobook_tui.widgets import bindings

_WIDE_COLUMNS = 110


class AutobookApp(App[None]):
    """Shows one book and never writes to it."""

    TITLE = "Autobook"
    CSS_PATH = "styles.tcss"
    ENABLE_COMMAND_PALETTE = False
    MODES: ClassVar[dict[str, type[BookScreen]]] = {  # type: ignore[assignment]
        screen.VIEW: screen for screen in (OverviewScreen, InboxScreen, BalancesScreen)
    }
    BINDINGS: ClassVar[list[BindingType]] = bindings("app")

    def __init__(self, reader: Reader, *, looks: Looks, clock: Clock) -> None:
        super().__init__()
        self.HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (SMALLEST[0], "-narrow"), (_WIDE_COLUMNS, "-wide")]
        self.VERTICAL_BREAKPOINTS = [(0, "-low"), (SMALLEST[1], "-high")]
        self.set_class(looks.ascii, "-ascii")
        self.reader = reader
        self.looks = looks
        self.clock = clock
        self.pace = Pace(clock)
        self.state = State()

    def on_mount(self) -> None:
        """Open the first view and begin to read."""
        self.action_go(keymap.VIEWS[0].name)
        self.set_interval(EVERY_SECONDS, self._tick)
        self.set_interval(1, self._draw)

    # Reading.

    def _tick(self) -> None:
        if self.pace.tick():
            self._read()

    def _ask(self) -> None:
        if self.pace.ask():
            self._read()

    def _read(self) -> None:
        view = self.current_mode
        self.run_worker(lambda: self.reader.read(view), name="read", thread=True, exit_on_error=False)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Take the answer of a reading, or the reason why there is none."""
        if event.worker.name != "read" or event.state not in _ENDED:
            return
        result, error = event.worker.result, event.worker.error
        if isinstance(result, Snapshot):
            self.state = arrived(self.state, result)
        else:
            self.state = failed(self.state, error or RuntimeError("the reading was stopped"))
        if self.pace.ended():
            self._read()
        self._draw()

    # Drawing.

    def _draw(self) -> None:
        screens = self.screen_stack
        if not screens:  # a clock may tick once more while the screens are taken down
            return
        screen = screens[-1]
        if isinstance(screen, BookScreen) and screen.is_mounted:
            with self.batch_update():
                screen.draw(Frame(self.state, self.looks, self.clock.now()))

    def on_book_screen_stale(self) -> None:
        """Draw a screen that came up, changed its size or moved its cursor."""
        self._draw()

    # Keys.

    def action_go(self, view: str) -> None:
        """Open a view."""
        self.switch_mode(view)
        self._ask()

    def action_reload(self) -> None:
        """Read the book now."""
        self._ask()

    def action_help(self) -> None:
        """Show the keys."""
        words = ("ACT", "LATE", "SYNC", "NEW", "OK", "OLD")
        self.push_screen(HelpScreen(joined([health(word, self.looks) for word in words])))

    def main(self) -> int:
        """Run until somebody leaves; return the exit code."""
        # A line of a log would be written across the screen.
        logging.disable()
        try:
            self.run()
        finally:
            logging.disable(logging.NOTSET)
        return self.return_code or 0


_ENDED = frozenset({WorkerState.SUCCESS, WorkerState.ERROR, WorkerState.CANCELLED})
