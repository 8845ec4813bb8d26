"""The database refuses what would break the books, whoever asks and by whatever way."""

from collections.abc import Callable
from typing import Any

import pytest

from autobook_core.errors import StoreError
from autobook_core.store.rows import RawRow
from autobook_core.store.store import Store


def refused(poster: Any, lines: list[Any], entries: list[Any], why: str) -> None:
    store = poster.store
    before = store.journal.tail()
    with pytest.raises(StoreError, match=f"the store refused: {why}") as caught, store.writing():
        store.journal.append(lines, entries, [], [])
    assert caught.value.__cause__ is not None
    assert store.journal.tail() == before


def raw_refuses(store: Store, statement: str, why: str) -> None:
    with pytest.raises(Exception, match=why):
        store.database.raw.execute(statement)


def test_an_entry_that_does_not_balance_is_refused(poster: Any) -> None:
    poster.post(100, -100)
    lines, entry = poster.built(100, -99)
    refused(poster, lines, [entry], "unbalanced_entry:")


def test_one_unbalanced_entry_takes_its_whole_batch_with_it(poster: Any) -> None:
    lines, entry = poster.built(100, -100)
    more, wrong = poster.built(5, -4, id=2, number=2, previous=entry.hash)
    refused(poster, lines + more, [entry, wrong], "unbalanced_entry:")


def test_two_entries_that_balance_only_together_are_refused(poster: Any) -> None:
    lines, entry = poster.built(100, -90)
    more, other = poster.built(90, -100, id=2, number=2, previous=entry.hash)
    refused(poster, lines + more, [entry, other], "unbalanced_entry:")


def test_an_entry_without_lines_is_refused(poster: Any) -> None:
    refused(poster, [], [poster.built()[1]], "unbalanced_entry:")


def test_a_line_of_nothing_is_refused(poster: Any) -> None:
    lines, entry = poster.built(0, 0)
    refused(poster, lines, [entry], "")


def test_lines_without_their_entry_do_not_survive_the_commit(poster: Any) -> None:
    refused(poster, poster.built(100, -100)[0], [], "")
    assert list(poster.store.journal.lines(0, 9)) == []


@pytest.mark.parametrize("number", [1, 3, 0, -1])
def test_a_gap_or_repeat_in_the_numbers_is_refused(poster: Any, number: int) -> None:
    poster.post(100, -100)
    lines, entry = poster.built(100, -100, number=number)
    refused(poster, lines, [entry], "number_gap:")


def test_a_gap_within_one_batch_is_refused(poster: Any) -> None:
    poster.post(100, -100)
    lines, entry = poster.built(100, -100)
    more, other = poster.built(1, -1, id=3, number=4, previous=entry.hash)
    refused(poster, lines + more, [entry, other], "number_gap:")


def test_numbers_in_another_order_than_the_entries_are_refused(poster: Any) -> None:
    lines, entry = poster.built(100, -100, number=2)
    more, other = poster.built(1, -1, id=2, number=1, previous=entry.hash)
    refused(poster, lines + more, [entry, other], "number_gap:")


def test_each_series_and_each_year_counts_from_one(poster: Any) -> None:
    made = [poster.built(7, -7)]
    for n, (series, day) in enumerate([("B", "2025-01-15"), ("A", "2026-01-15"), ("A", "2025-02-15")], 2):
        made.append(
            poster.built(
                7, -7, id=n, series=series, day=day, number=2 if n == 4 else 1, previous=made[-1][1].hash
            )
        )
    with poster.store.writing():
        poster.append([lines for lines, _ in made], [entry for _, entry in made])
    assert poster.store.journal.last_number("A", 2025) == 2
    assert poster.store.journal.last_number("A", 2026) == 1
    assert poster.store.journal.last_number("B", 2025) == 1
    poster.post(7, -7, series="B")
    assert poster.store.journal.last_number("B", 2025) == 2


@pytest.mark.parametrize("fields", [{"previous": b"x" * 32}, {"id": 7}, {"id": 1, "number": 9}])
def test_an_entry_that_does_not_carry_on_the_chain_is_refused(poster: Any, fields: Any) -> None:
    poster.post(100, -100)
    lines, entry = poster.built(100, -100, **fields)
    refused(
        poster, lines if entry.id > 1 else [], [entry], "(broken_chain|number_gap|unbalanced_entry|posted)"
    )


def test_a_batch_is_chained_from_its_first_entry_to_its_last(poster: Any) -> None:
    first_lines, first = poster.built(1, -1)
    lines, entry = poster.built(2, -2, id=2, number=2, previous=first.previous_hash)
    refused(poster, first_lines + lines, [first, entry], "broken_chain:")


def test_the_first_entry_carries_zeros(poster: Any) -> None:
    lines, entry = poster.built(1, -1, previous=b"\1" + bytes(31))
    refused(poster, lines, [entry], "broken_chain:")
    assert poster.post(1, -1).previous_hash == bytes(32)


def test_no_line_is_added_to_a_posted_entry(poster: Any) -> None:
    poster.post(100, -100)
    _, entry = poster.built(1, -1)
    late = [(1, 3, 1, 5, None, None, None, None, None), (1, 4, 1, -5, None, None, None, None, None)]
    refused(poster, late, [entry], "posted_is_final:")
    assert len(poster.store.journal.lines_of(1)) == 2


def test_an_entry_reverses_one_that_exists(poster: Any) -> None:
    lines, entry = poster.built(1, -1, reverses=5)
    refused(poster, lines, [entry], "")


@pytest.fixture
def kept(poster: Any) -> Store:
    """A book with an entry, a release and a page in it."""
    store: Store = poster.store
    poster.post(100, -100)
    with store.writing():
        connection = store.connections.get("stripe", "stripe").id
        store.schedules.add([poster.schedule(1)])
        store.schedules.release([(1, 1, "2025-01", 100)])
        row = RawRow("in_1", "v", 0, False, b"d", b"{}")
        store.pages.land(
            connection=connection, stream="s", rank=0, span=(0, 0), origin="", received_at=1, rows=[row]
        )
    return store


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE entry SET text = 'other'", "posted_is_final"),
        ("UPDATE entry SET day = '2024-01-01' WHERE id = 1", "posted_is_final"),
        ("DELETE FROM entry", "posted_is_final"),
        ("UPDATE line SET amount = 1 WHERE n = 1", "posted_is_final"),
        ("DELETE FROM line WHERE n = 1", "posted_is_final"),
        ("UPDATE release SET amount = 1", "posted_is_final"),
        ("DELETE FROM release", "posted_is_final"),
        ("DELETE FROM page", "evidence_is_kept"),
        ("UPDATE page SET body = substr(body, 2) WHERE id = 1", "evidence_is_kept"),
        ("UPDATE page SET received_at = 0", "evidence_is_kept"),
    ],
)
def test_raw_sql_cannot_change_what_is_kept(kept: Store, statement: str, why: str) -> None:
    entry, lines, page = kept.journal.entries(), kept.journal.lines_of(1), kept.pages.get(1)
    raw_refuses(kept, statement, why)
    assert (kept.journal.entries(), kept.journal.lines_of(1), kept.pages.get(1)) == (entry, lines, page)
    assert kept.schedules.released(1) == {"2025-01": 100}


def test_replacing_a_row_by_inserting_it_again_is_refused(kept: Store) -> None:
    before = kept.journal.entries()
    if kept.database.engine == "sqlite":
        raw_refuses(kept, "INSERT OR REPLACE INTO entry SELECT * FROM entry", "number_gap|posted_is_final")
        raw_refuses(kept, "INSERT OR REPLACE INTO line SELECT * FROM line", "posted_is_final")
        raw_refuses(kept, "INSERT OR REPLACE INTO page SELECT * FROM page", "evidence_is_kept")
        raw_refuses(kept, "REPLACE INTO release SELECT * FROM release", "posted_is_final")
    else:
        for table, columns in (("entry", "id"), ("line", "entry, n"), ("release", "schedule, month, entry")):
            column = columns.split(",", maxsplit=1)[0]
            raw_refuses(
                kept,
                f"INSERT INTO {table} SELECT * FROM {table} "
                f"ON CONFLICT ({columns}) DO UPDATE SET {column} = excluded.{column}",
                "posted_is_final",
            )
    assert kept.journal.entries() == before


def test_truncating_is_refused(kept: Store) -> None:
    if kept.database.engine == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")
    for table in ("entry", "line", "release"):
        raw_refuses(kept, f"TRUNCATE {table} CASCADE", "posted_is_final")
    raw_refuses(kept, "TRUNCATE page CASCADE", "evidence_is_kept")


def test_marking_a_page_as_done_is_allowed(kept: Store) -> None:
    with kept.writing():
        kept.pages.done(1)
    assert kept.pages.waiting(9) == []


def test_a_temporary_table_cannot_stand_in_for_the_lines(poster: Any) -> None:
    if poster.store.database.engine == "sqlite":
        pytest.skip("SQLite's triggers name tables of their own file")
    lines, entry = poster.built(100, -99)
    database = poster.store.database
    database.raw.execute("CREATE TEMPORARY TABLE line (entry BIGINT, amount BIGINT)")
    database.raw.execute("INSERT INTO pg_temp.line VALUES (1, 5), (1, -5)")
    refused(poster, lines, [entry], "unbalanced_entry:")
    database.raw.execute("SET search_path TO pg_temp, public")
    statement = f"INSERT INTO {database.schema}.entry VALUES ({', '.join(['%s'] * len(entry))})"
    with pytest.raises(Exception, match="unbalanced_entry:"):
        database.raw.execute(statement, entry)


def test_writing_needs_a_transaction(store: Store, open_book: Callable[..., Store]) -> None:
    with pytest.raises(StoreError, match="outside of writing"):
        store.records.keep_events(1, [("evt", b"d")])
    assert open_book().records.events(1, ["evt"]) == {}
