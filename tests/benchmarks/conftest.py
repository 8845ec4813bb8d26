"""Books small enough for tests, and a counter of what the store is asked to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from autobook_core.book import Book
from autobook_core.clock import ManualClock
from autobook_core.config import init_book, write_connection
from autobook_core.testing.company import Server, Workload, write_envelopes

LAST_DAY = date(2025, 12, 31)
#: "Now": two weeks after the workload's last day.
NOW = int(datetime(2026, 1, 15, 9, tzinfo=UTC).timestamp())
#: Instructions of SQLite's machine between two looks at it.
_STRIDE = 100


@dataclass
class Asked:
    """What the store was asked for: statements, commits among them, and instructions the engine ran (in hundreds)."""

    statements: int = 0
    commits: int = 0
    hundreds: int = 0


@contextmanager
def counting(book: Book) -> Iterator[Asked]:
    """Count what a SQLite book is asked from here to the end of the block."""
    asked = Asked()

    def statement(text: str) -> None:
        asked.statements += 1
        asked.commits += text == "COMMIT"

    def step() -> int:
        asked.hundreds += 1
        return 0

    raw = book.store.database.raw
    raw.set_trace_callback(statement)
    raw.set_progress_handler(step, _STRIDE)
    try:
        yield asked
    finally:
        raw.set_trace_callback(None)
        raw.set_progress_handler(None, _STRIDE)


@dataclass(frozen=True)
class Bench:
    """Makes files and books, and counts what they cost."""

    folder: Path

    def envelopes(self, workload: Workload, name: str) -> Path:
        """Write a workload as a file."""
        path = self.folder / f"{name}.jsonl"
        write_envelopes(workload, path, movements="separate")
        return path

    def book(self, name: str, server: Server | None = None) -> Book:
        """Open a fresh book, connected to a server if there is one."""
        folder = self.folder / name
        init_book(folder, company="Nordlys SaaS ApS")
        env: dict[str, str] = {}
        if server is not None:
            env["PROCESSOR_KEY"] = server.api_key
            options = {"api_base": server.url, "api_key": "env:PROCESSOR_KEY"}
            write_connection(folder, "stripe", "stripe", options)
        return Book(folder, clock=ManualClock(NOW), env=env)

    def take(self, book: Book, path: Path) -> tuple[dict[str, Any], Asked]:
        """Import one file up to the workload's last day; return what happened and what was asked for it."""
        with counting(book) as asked:
            report = book.import_files([path], as_of=LAST_DAY)
        return report, asked

    def sync(self, book: Book) -> tuple[dict[str, Any], Asked]:
        """Sync up to the workload's last day; return what happened and what was asked for it."""
        with counting(book) as asked:
            report = book.sync(as_of=LAST_DAY)
        return report, asked


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A place for files and books."""
    return Bench(tmp_path)
