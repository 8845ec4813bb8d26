"""View 3: the trial balance."""

from textual.app import ComposeResult
from textual.containers import Horizontal

from autobook_tui.screens.base import BookScreen, Frame
from autobook_tui.viewmodels import balances
from autobook_tui.viewmodels.cells import Cell
from autobook_tui.widgets import Lines, Rows


class BalancesScreen(BookScreen):
    """Every account by type, and the line that must say zero."""

    VIEW = "balances"

    def body(self) -> ComposeResult:
        """Lay out the accounts, the sums of the types where there is room, and the last line."""
        with Horizontal(id="main"):
            yield Rows(id="rows")
            yield Lines(id="detail")
        yield Lines(id="below")

    def show(self, frame: Frame) -> None:
        """Draw the accounts."""
        answer = frame.state.answers.get(self.VIEW)
        if answer is None or answer.balances is None:
            return
        currency = answer.status.currency
        rows = self.query_one(Rows)
        table = balances.table(answer.balances, currency, frame.looks, rows.room)
        rows.show(table)
        self.lines("detail").show(balances.totals(answer.balances, currency, frame.looks))
        told = [balances.zero_line(answer.balances, currency, frame.looks)]
        if table.note:
            told.append((Cell(f" {table.note}", "dim"),))
        self.lines("below").show(told)
