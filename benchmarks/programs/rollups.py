"""What the roll-ups of an import cost: ``rollups BOOK ENVELOPES DAY`` imports once and writes down every batch.

Then the same balances are added up again from the same lines and upserted into an empty copy of the two tables, in as
many transactions as the import had, with nothing else inside the clock.
"""

import gc
import json
import sqlite3
import sys
import time
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from autobook_core.book import Book

_NAMES = ("insert_line", "insert_entry", "add_balance_month", "add_balance_day")
_TABLES = ("balance_month", "balance_day")

Batch = dict[str, list[tuple[Any, ...]]]


def main(folder: Path, envelopes: Path, through: date) -> dict[str, Any]:
    """Return CPU seconds of adding up and of upserting, and how many batches and rows there were."""
    batches: list[Batch] = []
    with Book(folder) as book:
        sql = {name: book.store.database.sql(name) for name in _NAMES}
        _overhear(book, batches)
        book.import_files([envelopes], as_of=through)
    gc.collect()
    gc.disable()
    adding = sum(_added_up(batch) for batch in batches)
    upserting = _upserted(folder, batches, sql)
    rows = sum(len(batch.get(name, ())) for batch in batches for name in _NAMES[2:])
    return {"adding": adding, "upserting": upserting, "batches": len(batches), "rows": rows}


def _overhear(book: Book, batches: list[Batch]) -> None:
    """Keep a copy of what is written to the ledger; a batch begins with its lines."""
    real = book.store.database.bulk

    def bulk(name: str, rows: Sequence[Any]) -> None:
        if name in _NAMES and rows:
            if name == "insert_line":
                batches.append({})
            batches[-1][name] = list(rows)
        real(name, rows)

    book.store.database.bulk = bulk  # type: ignore[method-assign]


def _added_up(batch: Batch) -> float:
    days = {entry[0]: entry[4] for entry in batch["insert_entry"]}
    months_of: dict[tuple[int, str], list[int]] = {}
    days_of: dict[tuple[int, str], list[int]] = {}
    lines = [(line[2], line[3], days[line[0]], days[line[0]][:7]) for line in batch["insert_line"]]
    begun = time.process_time()
    for account, amount, day, month in lines:
        by_month = months_of.get((account, month))
        if by_month is None:
            by_month = months_of[account, month] = [0, 0]
        by_day = days_of.get((account, day))
        if by_day is None:
            by_day = days_of[account, day] = [0, 0]
        if amount > 0:
            by_month[0] += amount
            by_day[0] += amount
        else:
            by_month[1] -= amount
            by_day[1] -= amount
    return time.process_time() - begun


def _upserted(folder: Path, batches: Iterable[Batch], sql: dict[str, str]) -> float:
    source = sqlite3.connect(folder / "books.db")
    target = sqlite3.connect(folder / "rollups.db", isolation_level=None)
    target.execute("PRAGMA journal_mode = WAL")
    target.execute("PRAGMA synchronous = FULL")
    for name in _TABLES:
        target.execute(source.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()[0])
    begun = time.process_time()
    for batch in batches:
        target.execute("BEGIN IMMEDIATE")
        for name in _NAMES[2:]:
            target.executemany(sql[name], batch[name])
        target.execute("COMMIT")
    cpu = time.process_time() - begun
    _check(source, target)
    return cpu


def _check(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    for name in _TABLES:
        query = f"SELECT * FROM {name} ORDER BY 1, 2"
        if source.execute(query).fetchall() != target.execute(query).fetchall():
            sys.exit(f"{name} came out differently")


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]), date.fromisoformat(sys.argv[3]))))
