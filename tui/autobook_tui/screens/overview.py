"""View 1: does anything wait for a person, and do the books hold?"""

from textual.app import ComposeResult
from textual.containers import Horizontal

from autobook_tui.screens.base import BookScreen, Frame
from autobook_tui.viewmodels import overview
from autobook_tui.widgets import Lines, Rows


class OverviewScreen(BookScreen):
    """Connections, worst first; records and deliveries by state."""

    VIEW = "overview"

    def body(self) -> ComposeResult:
        """Lay out the connections, their detail where there is room, and the counts."""
        with Horizontal(id="main"):
            yield Rows(id="rows")
            yield Lines(id="detail")
        yield Lines(id="below")

    def show(self, frame: Frame) -> None:
        """Draw the glance."""
        status = frame.state.status
        if status is None:
            return
        rows = self.query_one(Rows)
        table = overview.table(status, frame.looks, frame.now, rows.room, old=frame.old)
        rows.show(table)
        chosen = next((item for item in status.connections if item.name == rows.key_under_cursor()), None)
        told = () if chosen is None else overview.detail(chosen, frame.looks, frame.now, old=frame.old)
        self.lines("detail").show(told)
        self.lines("below").show(
            (
                overview.counts("records", status.records),
                overview.counts("deliveries", status.deliveries),
                *overview.remarks(status, frame.looks),
            )
        )
