"""No row is missed, whatever the order of a source and wherever a run is killed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autobook_core.connector import Envelope, Page, Watermark

START = 1_000


class Server:
    """A source of rows with marks, read in pages by ``since`` (inclusive) and a page token."""

    def __init__(self, order: str) -> None:
        self.rows: list[Envelope] = []
        self.order = order

    def add(self, *marks: int) -> None:
        self.rows += [Envelope(f"r{len(self.rows) + n}", version=mark) for n, mark in enumerate(marks)]

    def page(self, since: Any, token: str | None, size: int) -> tuple[list[Envelope], str | None]:
        rows = [row for row in self.rows if row.version >= since]
        if self.order != "unsorted":
            rows.sort(key=lambda row: row.version, reverse=self.order == "newest first")
        first = int(token or 0)
        more = first + size < len(rows)
        return rows[first : first + size], str(first + size) if more else None


def read_one(server: Server, cursor: dict[str, Any] | None, lookback: int, size: int) -> Page:
    mark = Watermark(cursor, START, lookback)
    rows, token = server.page(mark.since, mark.token, size)
    return mark.page(rows, token=token)


orders = st.sampled_from(["oldest first", "newest first", "unsorted"])
marks = st.lists(st.integers(START, START + 30), max_size=12)


@given(orders, st.lists(marks, min_size=1, max_size=4), st.integers(1, 4), st.data())
def test_every_row_is_seen_in_any_order_with_a_crash_at_any_page(
    order: str, batches: list[list[int]], size: int, data: st.DataObject
) -> None:
    server, seen = Server(order), set()
    cursor: dict[str, Any] | None = None
    least = START
    for batch in batches:
        # A source only gains rows that are at least as new as what it showed before.
        server.add(*[max(least, mark) for mark in batch])
        while True:
            page = read_one(server, cursor, 0, size)
            seen |= {row.id for row in page.items}
            if data.draw(st.booleans(), label="killed before the cursor is kept"):
                continue
            cursor = dict(page.cursor)
            if not page.has_more:
                break
        least = max([least, *(int(row.version) for row in server.rows)])
    assert seen == {row.id for row in server.rows}


@given(orders, marks.filter(bool), st.integers(1, 4))
def test_the_lower_bound_stays_frozen_until_the_window_is_drained(
    order: str, batch: list[int], size: int
) -> None:
    server = Server(order)
    server.add(*batch)
    cursor: dict[str, Any] | None = None
    while True:
        mark = Watermark(cursor, START)
        assert mark.since == START
        rows, token = server.page(mark.since, mark.token, size)
        page = mark.page(rows, token=token)
        cursor = dict(page.cursor)
        if not page.has_more:
            break
        assert (cursor["since"], cursor["token"]) == (START, token)
    assert cursor == {"high": max(batch)}
    assert Watermark(cursor, START).since == max(batch)


def test_the_next_window_includes_the_highest_mark_seen() -> None:
    server = Server("oldest first")
    server.add(1_500)
    cursor = dict(read_one(server, None, 0, 9).cursor)
    server.add(1_500)
    assert {row.id for row in read_one(server, cursor, 0, 9).items} == {"r0", "r1"}


def test_windows_overlap_by_the_lookback_but_never_begin_before_the_start() -> None:
    assert Watermark({"high": 5_000}, START, 600).since == 4_400
    assert Watermark({"high": 1_200}, START, 600).since == START
    assert Watermark({"high": None}, START, 600).since == START
    assert Watermark(None, START).since == START


def test_a_page_without_rows_keeps_the_highest_mark() -> None:
    page = Watermark({"high": 7_000}, START).page([], token=None)
    assert page == Page((), {"high": 7_000}, False)
    assert Watermark(None, START).page([], token=None).cursor == {"high": None}


def test_a_late_row_of_the_past_does_not_lower_the_mark() -> None:
    page = Watermark({"high": 7_000}, START).page([Envelope("a", version=6_000)], token=None)
    assert page.cursor == {"high": 7_000}


def test_rows_without_a_version_move_nothing_unless_the_mark_is_read_elsewhere() -> None:
    rows = [Envelope("a", created=2_000), Envelope("b", created=3_000)]
    assert Watermark(None, START).page(rows, token=None).cursor == {"high": None}
    page = Watermark(None, START).page(rows, token=None, mark=lambda row: row.created)
    assert page.cursor == {"high": 3_000}


def test_iso_instants_are_compared_as_instants_not_as_texts() -> None:
    texts = ["2025-03-30T10:00:00+02:00", "2025-03-30T09:30:00Z", "2025-03-30T07:00:00"]
    rows = [Envelope(str(n), version=text) for n, text in enumerate(texts)]
    page = Watermark(None, "2025-01-01T00:00:00Z").page(rows, token=None)
    assert page.cursor == {"high": "2025-03-30T09:30:00Z"}
    assert Watermark(dict(page.cursor), "2025-01-01T00:00:00Z", 3_600).since == "2025-03-30T08:30:00+00:00"
    assert Watermark(dict(page.cursor), "2025-03-30T09:00:00Z", 3_600).since == "2025-03-30T09:00:00Z"
    assert Watermark({"high": "2025-03-30T07:00:00"}, "2020-01-01", 60).since == "2025-03-30T06:59:00+00:00"


def test_the_rows_of_a_page_are_kept_as_they_came() -> None:
    rows = (Envelope("b", version=2), Envelope("a", version=1))
    assert Watermark(None, 0).page(iter(rows), token=None).items == rows


@pytest.mark.parametrize("cursor", [{}, None])
def test_an_empty_cursor_is_the_beginning(cursor: dict[str, Any] | None) -> None:
    mark = Watermark(cursor, START)
    assert (mark.since, mark.token) == (START, None)


def test_a_window_whose_token_expired_begins_again_where_it_began() -> None:
    page = Watermark({"high": 100}, 0, 10).page([Envelope("a", version=500)], token="next")
    kept = {name: value for name, value in page.cursor.items() if name != "token"}
    again = Watermark(kept, 0, 10)
    assert (again.since, again.token) == (90, None)
    assert Watermark(again.page([], token=None).cursor, 0, 10).since == 490
