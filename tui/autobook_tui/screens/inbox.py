"""View 2: what a person must decide."""

from textual.app import ComposeResult
from textual.containers import Horizontal

from autobook_tui.screens.base import BookScreen, Frame
from autobook_tui.viewmodels import inbox
from autobook_tui.viewmodels.cells import Cell
from autobook_tui.widgets import Lines, Rows


class InboxScreen(BookScreen):
    """The open exceptions, and all there is to say about the one under the cursor."""

    VIEW = "inbox"

    def body(self) -> ComposeResult:
        """Lay out the queue and the detail: below it, or beside it where there is room."""
        with Horizontal(id="main"):
            yield Rows(id="rows")
            yield Lines(id="detail")
        yield Lines(id="below")

    def show(self, frame: Frame) -> None:
        """Draw the queue."""
        answer = frame.state.answers.get(self.VIEW)
        if answer is None or answer.exceptions is None:
            return
        rows = self.query_one(Rows)
        table = inbox.table(answer.exceptions, frame.looks, rows.room, old=frame.old)
        rows.show(table)
        key = rows.key_under_cursor()
        chosen = next((item for item in answer.exceptions if str(item.id) == key), None)
        told = () if chosen is None else inbox.detail(chosen, frame.looks, frame.now)
        self.lines("detail").show(told)
        self.lines("below").show([(Cell(f" {inbox.where(table, rows.cursor_row)}", "dim"),)])
