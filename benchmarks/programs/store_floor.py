"""The store floor: ``store_floor BOOK.db WORK.db yes|no`` writes a finished book's rows again, and nothing else.

Stock ``sqlite3``, ``executemany`` of ready tuples into the same tables, one transaction for every 10,000 records, WAL
and FULL. ``yes`` keeps the triggers that guard the books, ``no`` leaves them out. Reading is outside the clock.
"""

import gc
import json
import sqlite3
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_RECORDS_A_COMMIT = 10_000

#: Tables an import writes, and the order their rows arrive in; lines go in before their entries.
_TABLES = {
    "page": "id",
    "record": "week, connection, kind, id",
    "line": "entry, n",
    "entry": "id",
    "reference": "week, key",
    "open_item": "day, role, amount, id",
    "schedule": "id",
    "schedule_credit": "schedule, day",
    "match": "id",
    "exception": "id",
    "event": "connection, id",
    "waiting": "awaited_kind, awaited_id",
    "balance_month": "month, account",
    "balance_day": "day, account",
    "record_count": "connection, kind, state",
    "release": "entry, schedule, month",
}
#: Small tables that stand there before the first row.
_BEFORE = ("meta", "connection", "account")
#: Tables that an import by file leaves empty.
_ELSEWHERE = ("alembic_version", "cursor", "delivery", "run")
#: Small tables that refer to rows of other tables.
_LAST = ("release", "schedule_credit")

Rows = list[tuple[Any, ...]]


def main(finished: Path, work: Path, guarded: bool) -> dict[str, Any]:
    """Return CPU seconds, how many rows were written, and by table."""
    source = sqlite3.connect(f"{finished.resolve().as_uri()}?mode=ro", uri=True)
    _refuse_unknown(source)
    target = _empty(source, work, guarded)
    tables = {
        name: source.execute(f"SELECT * FROM {name} ORDER BY {by}").fetchall() for name, by in _TABLES.items()
    }
    batches = _batches(tables, max(1, -(-len(tables["record"]) // _RECORDS_A_COMMIT)))
    inserts = {name: _insert(name, rows) for name, rows in tables.items() if rows}
    gc.disable()
    gc.freeze()
    begun = time.process_time()
    for batch in batches:
        target.execute("BEGIN IMMEDIATE")
        for name, rows in batch.items():
            target.executemany(inserts[name], rows)
        target.execute("COMMIT")
    cpu = time.process_time() - begun
    target.close()
    return {"cpu": cpu, "rows": sum(map(len, tables.values())), "commits": len(batches)}


def _refuse_unknown(source: sqlite3.Connection) -> None:
    """Stop where the schema has a table this program does not know: the floor would come out too low."""
    found = {row[0] for row in source.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if unknown := found - _TABLES.keys() - {*_BEFORE, *_ELSEWHERE}:
        sys.exit(f"no floor for {', '.join(sorted(unknown))}: add it to _TABLES")


def _empty(source: sqlite3.Connection, path: Path, guarded: bool) -> sqlite3.Connection:
    """Return an empty database with the same tables and indexes, opened as the product opens its own."""
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()
    target = sqlite3.connect(path, isolation_level=None)
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "cache_size = -65536",
        "wal_autocheckpoint = 16000",
    ):
        target.execute(f"PRAGMA {pragma}")
    kinds = "('table', 'index', 'trigger')" if guarded else "('table', 'index')"
    for (sql,) in source.execute(
        f"SELECT sql FROM sqlite_master WHERE sql NOT NULL AND type IN {kinds} ORDER BY rowid"
    ):
        target.execute(sql)
    for name in _BEFORE:
        rows = source.execute(f"SELECT * FROM {name}").fetchall()
        if rows:
            target.executemany(_insert(name, rows), rows)
    target.execute(f"PRAGMA foreign_keys = {'ON' if guarded else 'OFF'}")
    return target


def _insert(name: str, rows: Rows) -> str:
    return f"INSERT INTO {name} VALUES ({', '.join('?' * len(rows[0]))})"


def _batches(tables: dict[str, Rows], count: int) -> list[dict[str, Rows]]:
    """Cut every table into equal parts; lines go with their entries, what refers to schedules comes last."""
    batches: list[dict[str, Rows]] = [{} for _ in range(count)]
    for name, rows in tables.items():
        for number, part in enumerate(_parts(name, rows, tables["entry"], count)):
            if part:
                batches[number][name] = part
    return batches


def _parts(name: str, rows: Rows, entries: Rows, count: int) -> list[Rows]:
    if name in _LAST:
        return [*([[]] * (count - 1)), rows]
    if name == "line":
        return _by_entry(rows, [part[-1][0] if part else 0 for part in _equal(entries, count)])
    return _equal(rows, count)


def _equal(rows: Rows, count: int) -> list[Rows]:
    return [rows[len(rows) * n // count : len(rows) * (n + 1) // count] for n in range(count)]


def _by_entry(lines: Rows, last_entries: Sequence[int]) -> list[Rows]:
    parts: list[Rows] = [[] for _ in last_entries]
    number = 0
    for line in lines:
        while line[0] > last_entries[number]:
            number += 1
        parts[number].append(line)
    return parts


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] == "yes")))
