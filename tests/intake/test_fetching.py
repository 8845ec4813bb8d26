"""Fetching: a stream that goes round in circles is given up, one that begins its window again is not."""

import logging
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autobook_core.clock import ManualClock
from autobook_core.connector import Context, CursorExpired, Envelope, Health, Page, Record, Source, Stream
from autobook_core.intake.context import RunContext
from autobook_core.intake.fetching import Connection, Fetched, fetch_all
from autobook_core.intake.translation import Translator
from autobook_core.store.opening import open_store
from autobook_core.store.store import Store

Answer = Callable[[int, dict[str, Any] | None], Page]


class Scripted(Source):
    """Answers the n-th question as it is told."""

    streams = (Stream("row"),)

    def __init__(self, answer: Answer) -> None:
        super().__init__(None)
        self.answer, self.asked = answer, 0

    def check(self, ctx: Context) -> Health:
        return Health(ok=True)

    def fetch(self, ctx: Context, stream: Stream, cursor: dict[str, Any] | None) -> Page:
        self.asked += 1
        return self.answer(self.asked, cursor)

    def translate(self, stream: Stream, raw: Any) -> Iterable[Record]:
        return []


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(None, folder=tmp_path)
    yield opened
    opened.close()


def run(store: Store, answer: Answer) -> tuple[Fetched, Scripted]:
    source, clock = Scripted(answer), ManualClock()
    with store.writing():
        number = store.connections.get("scripted", "scripted").id
    context = RunContext(
        http=None, log=logging.getLogger("tests"), connection_id="scripted", start=0, home=Path(), clock=clock  # type: ignore[arg-type]
    )  # fmt: skip
    connection = Connection(number, "scripted", "scripted", source, Translator(source), context)
    (report,) = fetch_all(store, [connection], now=clock.now, landed=lambda _: None)
    return report, source


def page(number: int, at: int, *, more: bool = True) -> Page:
    return Page([Envelope(f"r{number}", data=b"{}")], {"at": at, "token": str(at)}, more)


def test_a_stream_whose_cursor_goes_round_in_circles_is_given_up(store: Store) -> None:
    report, source = run(store, lambda asked, _: page(asked, asked % 7))
    assert (report.outcome, source.asked) == ("failed", 11)
    assert "does not move on" in report.error


def test_a_long_stream_is_read_to_its_end(store: Store) -> None:
    report, source = run(store, lambda asked, _: page(asked, asked, more=asked < 200))
    assert (report.outcome, source.asked, report.new) == ("ok", 200, 200)


def test_a_window_that_is_begun_again_is_no_circle(store: Store) -> None:
    expired = iter([True, True])

    def answer(asked: int, cursor: dict[str, Any] | None) -> Page:
        at = 0 if cursor is None or "token" not in cursor else cursor["at"]
        if at == 6 and next(expired, False):
            raise CursorExpired("page token")
        return page(at, at + 1, more=at < 8)

    report, source = run(store, answer)
    assert (report.outcome, source.asked) == ("ok", 9 + 2 * 7)
