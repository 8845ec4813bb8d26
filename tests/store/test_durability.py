"""What a commit promises: all or nothing, one writer, still there after a kill."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autobook_core.errors import AutobookError, StoreError
from autobook_core.store import postgres, sqlite
from autobook_core.store.rows import Row
from autobook_core.store.store import Store

Open = Callable[..., Store]
ROOT = Path(__file__).resolve().parents[2]

CHILD = """
import os, signal, sys
from pathlib import Path
from autobook_core.store.opening import open_store
url, folder, schema = sys.argv[1:]
store = open_store(url or None, folder=Path(folder), schema=schema)
with store.writing():
    store.set_meta("done", "yes")
store.database.begin()
store.set_meta("half", "yes")
os.kill(os.getpid(), signal.SIGKILL)
"""


def events(store: Store) -> set[str]:
    return set(store.records.events(1, [f"evt_{n}" for n in range(9)]))


def keep(store: Store, *numbers: int) -> None:
    store.records.keep_events(1, [(f"evt_{n}", b"d") for n in numbers])


@pytest.fixture
def short_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "BUSY_MS", 50)
    monkeypatch.setattr(postgres, "WAIT_MS", 50)


def test_a_commit_is_seen_by_others_and_survives_reopening(store: Store, open_book: Open) -> None:
    with store.writing():
        keep(store, 1)
        assert events(open_book()) == set()
    assert events(open_book()) == {"evt_1"}
    store.close()
    assert events(open_book(read_only=True)) == {"evt_1"}


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, GeneratorExit])
def test_any_error_takes_everything_back(store: Store, error: type[BaseException]) -> None:
    def write() -> None:
        with store.writing():
            keep(store, 1)
            store.set_meta("k", "v")
            raise error

    with pytest.raises(error):
        write()
    assert events(store) == set()
    assert store.meta("k") is None
    with store.writing():
        keep(store, 2)
    assert events(store) == {"evt_2"}


def test_a_refused_row_takes_everything_back_even_if_nobody_minds(store: Store) -> None:
    wrong = Row(1, "invoice", 1, "in_1", "no such state", b"", "", b"", 1, 1, None, None, b"")

    def write() -> None:
        with store.writing():
            keep(store, 1)
            with pytest.raises(StoreError, match="the store refused"):
                store.records.insert([wrong])

    with pytest.raises(StoreError, match="nothing was written"):
        write()
    assert events(store) == set()
    with store.writing():
        keep(store, 2)
    assert events(store) == {"evt_2"}


@pytest.mark.parametrize("value", [2**63, "\ud800", 1.5, object()])
def test_a_value_no_column_holds_is_refused_as_our_own_error(store: Store, value: Any) -> None:
    row = Row(1, "invoice", 1, "in_1", "posted", b"", "", b"", 1, 1, value, None, b"")
    with pytest.raises(StoreError), store.writing():
        store.records.insert([row])
    assert list(store.records.all()) == []


def test_an_error_does_not_quote_the_row(store: Store) -> None:
    row = Row(1, "invoice", 1, "DK5000400440116243", "posted", b"", "", b"", 1, 1, None, None, b"")
    with store.writing():
        store.records.insert([row])
    with pytest.raises(StoreError) as caught, store.writing():
        store.records.insert([row])
    assert "the store refused" in str(caught.value)
    assert "DK5000400440116243" not in str(caught.value)


def test_a_text_in_a_number_column_is_refused(store: Store) -> None:
    row = Row(1, "invoice", 1, "in_1", "posted", b"", "", b"", 1, 1, "twelve", None, b"")  # type: ignore[arg-type]
    with pytest.raises(StoreError), store.writing():
        store.records.insert([row])


def test_errors_of_single_calls_are_translated_with_their_cause(store: Store) -> None:
    with pytest.raises(StoreError) as caught, store.writing():
        store.connections.move_cursor(99, "charges", 1, "{}", 1)
    assert isinstance(caught.value, AutobookError)
    assert caught.value.__cause__ is not None
    with store.writing():
        keep(store, 1)


def test_a_second_writer_is_refused_when_it_waited_long_enough(short_wait: None, open_book: Open) -> None:
    first, second = open_book(), open_book()
    with first.writing():
        keep(first, 1)
        with pytest.raises(StoreError) as caught, second.writing():
            keep(second, 2)
        assert "another process is writing" in caught.value.fix
        assert events(second) == set()
    with second.writing():
        keep(second, 2)
    assert events(first) == {"evt_1", "evt_2"}


def test_a_second_writer_waits_for_the_first(open_book: Open) -> None:
    first, second = open_book(), open_book()
    ended = threading.Event()

    def write() -> None:
        with second.writing():
            keep(second, 2)
            ended.set()

    thread = threading.Thread(target=write)
    with first.writing():
        keep(first, 1)
        thread.start()
        assert not ended.wait(0.2)
    thread.join(10)
    assert ended.is_set()
    assert events(first) == {"evt_1", "evt_2"}


def test_one_books_writer_does_not_hold_up_another_book(
    store: Store, store_url: str | None, tmp_path: Path, short_wait: None, postgres_schema: str
) -> None:
    from autobook_core.store.opening import open_store

    (tmp_path / "other").mkdir()
    other = open_store(store_url, folder=tmp_path / "other", schema=f"{postgres_schema}_other")
    with store.writing(), other.writing():
        keep(other, 1)
    assert events(store) == set()
    other.close()


def test_a_reader_streams_on_while_the_same_connection_writes(store: Store) -> None:
    rows = [
        Row(1, "invoice", 1, f"in_{n:05}", "posted", b"", "", b"", 1, 1, None, None, b"") for n in range(5000)
    ]
    with store.writing():
        store.records.insert(rows)
    stream: Iterator[Row] = store.records.all()
    first = next(stream)
    assert store.records.get(rows[4000].ref) == rows[4000]
    with store.writing():
        keep(store, 1)
    assert [first, *stream] == rows
    assert len(list(zip(store.records.all(), range(3), strict=False))) == 3
    with store.writing():
        assert sum(1 for _ in store.records.all()) == 5000


def test_nobody_writes_through_a_book_opened_for_reading(store: Store, open_book: Open) -> None:
    reader = open_book(read_only=True)
    with pytest.raises(StoreError), reader.writing():
        keep(reader, 1)
    assert events(store) == set()


def test_what_was_committed_survives_the_kill_of_the_process(
    store: Store, open_book: Open, store_url: str | None, tmp_path: Path, postgres_schema: str
) -> None:
    child = subprocess.run(
        [sys.executable, "-c", CHILD, store_url or "", str(tmp_path), postgres_schema],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert child.returncode == -signal.SIGKILL, child.stderr
    again = open_book()
    assert (again.meta("done"), again.meta("half")) == ("yes", None)
    with again.writing():
        again.set_meta("half", "now")
    assert store.meta("half") == "now"


@pytest.mark.postgres
@pytest.mark.parametrize("moment", ["before", "while"])
def test_a_lost_connection_is_our_own_error_and_writes_nothing(
    postgres_url: str, postgres_schema: str, moment: str
) -> None:
    first, second = (postgres.PostgresDatabase(postgres_url, schema=postgres_schema) for _ in range(2))
    first.raw.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT)")
    pid = first.raw.info.backend_pid

    def cut() -> None:
        second.raw.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))

    if moment == "before":
        cut()

    def write() -> None:
        with first.writing():
            first.call("meta_set", key="k", value="v")
            cut()

    with pytest.raises(StoreError, match=f"PostgreSQL schema {postgres_schema}") as caught:
        write()
    assert caught.value.__cause__ is not None
    assert "postgresql://" not in str(caught.value)
    with pytest.raises(StoreError):
        first.call("meta_get", key="k")
    with pytest.raises(StoreError):
        list(first.rows("meta_get", key="k"))
    assert second.call("meta_get", key="k") is None
    first.close()
    second.close()
