"""Every view and key on a real book, in a terminal of memory."""

import asyncio
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import DataTable, Footer

from autobook_core.book import Book
from autobook_core.cli.looks import Looks
from autobook_core.clock import SystemClock
from autobook_core.config import init_book
from autobook_tui import application, keymap
from autobook_tui.app import AutobookApp
from autobook_tui.queries import Reader, Snapshot
from autobook_tui.screens.base import BookScreen
from autobook_tui.screens.help import HelpScreen
from autobook_tui.widgets import Rows

Steps = Callable[[AutobookApp, Pilot[None]], Awaitable[None]]


def drive(
    folder: Path, steps: Steps, *, size: tuple[int, int] = (80, 24), looks: Looks | None = None
) -> None:
    """Run the UI of a book through some steps."""

    async def run() -> None:
        app = application(folder, looks=looks or Looks(), clock=SystemClock())
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda: app.state.latest is not None or app.state.failure is not None)
            await steps(app, pilot)

    asyncio.run(run())


async def until(pilot: Pilot[None], holds: Callable[[], bool]) -> None:
    """Wait until something holds, ten seconds at most."""
    for _ in range(500):
        await pilot.pause(0.02)
        if holds():
            await pilot.pause()
            return
    raise AssertionError("it never came to hold")


def screen_text(app: AutobookApp) -> str:
    """Return what the terminal shows."""
    width, height = app.size
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip)[:width] for strip in strips[:height])


async def opened(app: AutobookApp, pilot: Pilot[None], view: str) -> None:
    """Press the digit of a view and wait for its rows."""
    await pilot.press(next(item.digit for item in keymap.VIEWS if item.name == view))
    await until(pilot, lambda: app.current_mode == view and app.screen.query_one(Rows).row_count > 0)


def test_the_overview_says_what_waits_and_shows_the_worst_connection_first(filled: Path) -> None:
    async def steps(app: AutobookApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.screen.query_one(Rows).row_count == 3)
        lines = screen_text(app).splitlines()
        assert "Acme ␛]0;OWNED␇" in lines[0]
        assert "2 NEED YOU" in lines[1]
        assert "books in balance ✓" in lines[1]
        rows = [line.split()[:3] for line in lines[5:8]]
        assert rows == [["!", "ACT", "bank-other"], ["▲", "LATE", "bank-third"], ["●", "OK", "bank-main"]]
        assert " records " in screen_text(app)

    drive(filled, steps)


def test_digits_open_the_views_and_each_shows_its_rows(filled: Path) -> None:
    async def steps(app: AutobookApp, pilot: Pilot[None]) -> None:
        await opened(app, pilot, "inbox")
        assert "unmatched bank line" in screen_text(app)
        assert "4 321.09" in screen_text(app)
        await opened(app, pilot, "balances")
        assert "Assets" in screen_text(app)
        assert "zero ✓" in screen_text(app)
        await opened(app, pilot, "overview")
        assert "CONNECTION" in screen_text(app)

    drive(filled, steps)


def test_the_detail_of_an_exception_is_clean_and_markup_stays_text(filled: Path) -> None:
    async def steps(app: AutobookApp, pilot: Pilot[None]) -> None:
        await opened(app, pilot, "inbox")
        shown = screen_text(app)
        assert "EVIL␛]0;OWNED␇␛[2Jpay <202e>me<202c> <9b>31m [bold]now[/bold] [/" in shown
        assert all(line.isprintable() for line in shown.splitlines())

    drive(filled, steps)


@pytest.mark.parametrize(("down", "up"), [("j", "k"), ("down", "up")])
def test_the_cursor_moves_and_stays_on_its_row_when_the_book_is_read_again(
    filled: Path, down: str, up: str
) -> None:
    async def steps(app: AutobookApp, pilot: Pilot[None]) -> None:
        rows = app.screen.query_one(Rows)
        await until(pilot, lambda: rows.row_count == 3)
        await pilot.press(down)
        assert rows.key_under_cursor() == "bank-third"
        before = app.state.latest
        await pilot.press("r")
        await until(pilot, lambda: app.state.latest is not before)
        assert rows.key_under_cursor() == "bank-third"
        await pilot.press(up)
        assert rows.key_under_cursor() == "bank-other"

    drive(filled, steps)


def test_first_and_last_row_have_their_keys(filled: Path) -> None:
    async def steps(app: AutobookApp, pilot: Pilot[None]) -> None:
        await opened(app, pilot, "balances")
        rows = app.screen.query_one(DataTable)
        await pilot.press("G")
        assert rows.cursor_row == rows.row_count - 1
        await pilot.press("g")
        assert rows.cursor_row == 0
        await pilot.press("space")
        assert rows.cursor_row > 0

    drive(filled, steps)


@pytest.mark.parametrize("back", ["escape", "question_mark", "q"])
def test_help_opens_with_a_question_mark_and_closes(filled: Path, back: str) -> None:
    async def steps(app: AutobookApp, pilot: Pilot[None]) -> None:
        await pilot.press("question_mark")
        assert isinstance(app.screen, HelpScreen)
        shown = screen_text(app)
        assert "What a person must decide" in shown
        assert "? OLD" in shown
        await pilot.press(back)
        assert isinstance(app.screen, BookScreen)

    drive(filled, steps)


def test_q_leaves_with_zero(filled: Path) -> None:
    async def run() -> int | None:
        app = application(filled, looks=Looks(), clock=SystemClock())
        async with app.run_test() as pilot:
            await pilot.press("q")
            await pilot.pause()
        return app.return_code

    assert asyncio.run(run()) == 0


def test_the_footer_shows_the_keys_of_the_table(filled: Path) -> None:
    async def steps(app: AutobookApp, pilot: Pilot[None]) -> None:
        assert app.screen.query_one(Footer).is_mounted
        last = screen_text(app).splitlines()[-1].split()
        expected = [word for key in keymap.of("app") if key.footer for word in (key.shown, key.label)]
        assert last == expected

    drive(filled, steps)


def test_a_tab_is_opened_by_a_click(filled: Path) -> None:
    async def steps(app: AutobookApp, pilot: Pilot[None]) -> None:
        at = screen_text(app).splitlines()[2].index("3 Balances")
        await pilot.click("#tabs", offset=(at, 0))
        await until(pilot, lambda: app.current_mode == "balances")

    drive(filled, steps)


def test_a_wide_terminal_shows_the_detail_beside_the_rows(filled: Path) -> None:
    async def steps(app: AutobookApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: "autobook check bank-other" in screen_text(app))

    drive(filled, steps, size=(120, 40))


@pytest.mark.parametrize("size", [(59, 24), (80, 14), (40, 10)])
def test_too_small_a_terminal_is_told_so_and_q_still_works(filled: Path, size: tuple[int, int]) -> None:
    async def steps(app: AutobookApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: f"This terminal has {size[0]}x{size[1]}" in screen_text(app))
        assert "CONNECTION" not in screen_text(app)
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: "CONNECTION" in screen_text(app))
        assert "This terminal" not in screen_text(app)

    drive(filled, steps, size=size)


def test_ascii_signs_only_where_asked(filled: Path) -> None:
    async def steps(app: AutobookApp, pilot: Pilot[None]) -> None:
        await opened(app, pilot, "inbox")
        assert "".join(screen_text(app).splitlines()[:8]).isascii()

    drive(filled, steps, looks=Looks(ascii=True))


def test_a_book_without_anything_says_what_to_do(tmp_path: Path) -> None:
    init_book(tmp_path / "book", company="New ApS")
    with Book(tmp_path / "book") as book:
        book.status()

    async def steps(app: AutobookApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: "autobook connect TYPE --name NAME" in screen_text(app))
        assert "nothing waits for you" in screen_text(app)
        await pilot.press("2")
        await until(pilot, lambda: "nothing waits for a person" in screen_text(app))

    drive(tmp_path / "book", steps)


def test_a_book_that_goes_away_is_old_and_comes_back(filled: Path, tmp_path: Path) -> None:
    folder = tmp_path / "book"
    shutil.copytree(filled, folder)

    async def steps(app: AutobookApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: "● OK" in screen_text(app))
        folder.rename(tmp_path / "elsewhere")
        await pilot.press("r")
        await until(pilot, lambda: "the book cannot be read" in screen_text(app))
        shown = screen_text(app)
        assert "● OK" not in shown
        assert shown.count("? OLD") == 5
        (tmp_path / "elsewhere").rename(folder)
        await pilot.press("r")
        await until(pilot, lambda: "● OK" in screen_text(app))
        assert "? OLD" not in screen_text(app)

    drive(folder, steps)


def test_what_is_new_in_the_book_comes_by_itself(filled: Path, tmp_path: Path) -> None:
    folder = tmp_path / "book"
    shutil.copytree(filled, folder)

    async def steps(app: AutobookApp, pilot: Pilot[None]) -> None:
        assert app.state.status is not None
        before = app.state.status.entries
        entry = tmp_path / "entry.jsonl"
        entry.write_text(json.dumps(manual_entry(1)) + "\n", encoding="utf-8")
        with Book(folder) as book:
            assert book.import_files([entry], as_of=date(2025, 6, 1))["posted"] == 1
        await until(pilot, lambda: app.state.status is not None and app.state.status.entries == before + 1)

    drive(folder, steps)


def manual_entry(number: int) -> dict[str, Any]:
    return {
        "source": "user", "type": "manual_entry", "received_at": "2025-06-01T10:00:00Z",
        "data": {
            "ref": f"M-{number}", "date": "2025-06-01", "text": "A bank fee",
            "lines": [{"account": "bank_charges", "debit": 100}, {"account": "bank", "credit": 100}],
        },
    }  # fmt: skip


WRITER = """
import json, sys
from datetime import date
from pathlib import Path
from autobook_core.book import Book

folder, lines = Path(sys.argv[1]), [json.loads(line) for line in sys.stdin]
for at in range(0, len(lines), 5):
    part = folder / "part.jsonl"
    part.write_text("".join(json.dumps(line) + "\\n" for line in lines[at : at + 5]))
    with Book(folder) as book:
        book.import_files([part], as_of=date(2025, 6, 1))
"""


def test_a_book_that_another_process_writes_is_read_all_the_while(filled: Path, tmp_path: Path) -> None:
    folder = tmp_path / "book"
    shutil.copytree(filled, folder)
    lines = "".join(json.dumps(manual_entry(number)) + "\n" for number in range(150))
    reader = Reader(folder, SystemClock())
    views = [view.name for view in keymap.VIEWS]
    answers: list[Snapshot] = [reader.read(view) for view in views]
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(folder)], stdin=subprocess.PIPE, text=True)
    feeding = threading.Thread(target=writer.communicate, args=(lines,))
    feeding.start()
    while feeding.is_alive():
        answers += [reader.read(view) for view in views]
    feeding.join()
    answers += [reader.read(view) for view in views]
    assert writer.returncode == 0
    assert answers[-1].status.entries == answers[0].status.entries + 150
    assert len({answer.status.entries for answer in answers}) > 2, "nothing was read while it was written"
    assert all(answer.status.in_balance for answer in answers)
    assert all(sum(row.amount for row in answer.balances) == 0 for answer in answers if answer.balances)


def test_a_clock_that_ticks_while_the_app_goes_down_draws_nothing(filled: Path) -> None:
    apps: list[AutobookApp] = []

    async def steps(app: AutobookApp, pilot: Pilot[None]) -> None:
        apps.append(app)

    drive(filled, steps)
    assert not apps[0].screen_stack
    apps[0]._draw()
