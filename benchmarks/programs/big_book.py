"""Fill a book's tables with synthetic lines: ``big_book BOOK LINES``. Built by SQL, not by posting.

Entries of four lines over 36 months and all accounts of the chart. The balances are added up from the lines, so the
roll-ups hold what posting would have left; hashes and texts do not. The same arithmetic makes DuckDB's rows.
"""

import json
import sqlite3
import sys
from pathlib import Path

#: Days of 36 months from 2023-01-01, and lines an entry has.
DAYS = 1_095
LINES = 4

#: Day and signed amounts of entry ``i``, in words both engines understand.
DAY = f"(i * 7919) % {DAYS}"
AMOUNTS = ("6000 + i % 9973", "1 + i % 7919", "-1 - i % 5003", "i % 5003 - 6000 - i % 9973 - i % 7919")


def account(n: int, accounts: int) -> str:
    """Return which account, counted from 1, line ``n`` of entry ``i`` is on."""
    return f"1 + (i * {2 * n + 3} + {n}) % {accounts}"


def main(folder: Path, lines: int) -> dict[str, int]:
    """Fill the tables and return how many accounts and lines there are."""
    with sqlite3.connect(folder / "books.db", isolation_level=None) as database:
        database.execute("PRAGMA synchronous = OFF")
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for (name,) in database.execute(triggers).fetchall():
            database.execute(f"DROP TRIGGER {name}")
        accounts = [row[0] for row in database.execute("SELECT id FROM account ORDER BY id")]
        assert accounts == list(range(1, len(accounts) + 1))
        database.execute("BEGIN")
        _fill(database, lines // LINES, len(accounts))
        _roll_up(database)
        database.execute("COMMIT")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return {"accounts": len(accounts), "lines": lines // LINES * LINES}


def _fill(database: sqlite3.Connection, entries: int, accounts: int) -> None:
    database.execute("CREATE TEMP TABLE number (i INTEGER PRIMARY KEY)")
    database.executemany("INSERT INTO number VALUES (?)", ((i,) for i in range(1, entries + 1)))
    database.execute(
        f"INSERT INTO entry SELECT i, 'A', 2023, i, date('2023-01-01', '+' || ({DAY}) || ' days'), NULL, 'sales', '',"
        " '[]', 'bench', '', NULL, '2026-01-01T00:00:00Z', zeroblob(32), zeroblob(32) FROM number"
    )
    every = " UNION ALL ".join(
        f"SELECT i, {n} AS n, {account(n, accounts)}, {amount} FROM number"
        for n, amount in enumerate(AMOUNTS)
    )
    database.execute(
        f"INSERT INTO line (entry, n, account, amount) SELECT * FROM ({every}) WHERE 1 ORDER BY 1, 2"
    )


def _roll_up(database: sqlite3.Connection) -> None:
    sides = "sum(max(l.amount, 0)), sum(max(-l.amount, 0))"
    joined = "FROM line AS l JOIN entry AS e ON e.id = l.entry"
    database.execute(f"INSERT INTO balance_day SELECT l.account, e.day, {sides} {joined} GROUP BY 1, 2")
    database.execute(
        "INSERT INTO balance_month SELECT account, substr(day, 1, 7), sum(debit), sum(credit)"
        " FROM balance_day GROUP BY 1, 2"
    )


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]))))
