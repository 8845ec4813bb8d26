"""Raw pages: kept to the byte, and handed out in the order in which they can be booked."""

import pytest

from autobook_core.store.rows import RawRow
from autobook_core.store.store import Store

ROWS = [
    RawRow("ch_1", "v1", 100, False, b"\0\1", b'{"a":"\\u0000 \xc3\xa6"}\n', 101, "evt_1", ""),
    RawRow("ch_2", "", 0, True, b"", b"\0\xff" * 5000, 0, "", "no_such_type"),
]


def land(
    store: Store, rank: int = 1, span: tuple[int, int] = (0, 0), rows: list[RawRow] | None = None
) -> int:
    with store.writing():
        connection = store.connections.get("stripe", "stripe").id
        return store.pages.land(
            connection=connection,
            stream="charges",
            rank=rank,
            span=span,
            origin="api",
            received_at=55,
            rows=rows or ROWS,
        )


def test_a_page_keeps_the_exact_bytes_of_its_rows(store: Store) -> None:
    number = land(store)
    assert store.pages.get(number).rows == ROWS
    store.pages.forget()
    page = store.pages.get(number)
    assert page.rows == ROWS
    assert (page.id, page.stream, page.origin, page.received_at) == (1, "charges", "api", 55)
    assert store.pages.raw(1, 1) == ROWS[1]


def test_older_rows_come_first_and_at_the_same_time_parents(store: Store) -> None:
    for rank, span in ((2, (10, 20)), (1, (10, 15)), (2, (5, 9)), (0, (0, 0))):
        land(store, rank=rank, span=span)
    assert [page.id for page in store.pages.waiting(9)] == [4, 3, 2, 1]
    assert store.pages.waiting(2)[1] == (3, 2, 2, 5, 9)
    with store.writing():
        store.pages.done(4)
    assert [page.id for page in store.pages.waiting(9)] == [3, 2, 1]


def _land_and_take_back(store: Store) -> None:
    with store.writing():
        connection = store.connections.get("stripe", "stripe").id
        store.pages.land(
            connection=connection, stream="s", rank=1, span=(0, 0), origin="", received_at=1, rows=ROWS[:1]
        )
        raise RuntimeError("taken back")


def test_a_page_of_a_commit_that_was_taken_back_is_not_remembered(store: Store) -> None:
    with pytest.raises(RuntimeError, match="taken back"):
        _land_and_take_back(store)
    number = land(store, rows=ROWS[1:])
    assert store.pages.get(number).rows == ROWS[1:]


def test_totals_count_pages_rows_and_bytes(store: Store) -> None:
    assert store.pages.totals() == (0, 0, 0)
    land(store)
    land(store, rows=ROWS[:1])
    size = [len(row.data) for row in ROWS]
    assert store.pages.totals() == (2, 3, sum(size) + size[0])


def test_a_page_that_is_not_there_is_a_key_error(store: Store) -> None:
    with pytest.raises(KeyError):
        store.pages.get(7)


def test_raw_rows_of_many_pages_are_found_again(store: Store) -> None:
    for n in range(20):
        land(store, rows=[RawRow(str(n), "", 0, False, b"", b"")])
    assert [store.pages.raw(n, 0).id for n in (*range(1, 21), 1)] == [*map(str, range(20)), "0"]
