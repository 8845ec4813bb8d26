"""Time DuckDB on the same lines in its own format: ``duckdb_reports LINES ACCOUNTS``.

Its table holds the day beside the amount, so it needs no join: the easier input.
"""

import json
import sys
import time
from statistics import median
from typing import Any

import duckdb

from benchmarks.programs.big_book import AMOUNTS, DAY, LINES, account
from benchmarks.programs.book_reports import MID_MONTH, MONTH_END

_TIMES = 21


def main(lines: int, accounts: int) -> dict[str, Any]:
    """Return CPU seconds of each query over all threads, and what it said, for comparing."""
    database = duckdb.connect()
    every = " UNION ALL ".join(
        f"SELECT DATE '2023-01-01' + CAST({DAY} AS INTEGER) AS day, CAST({account(n, accounts)} AS INTEGER) AS account,"
        f" CAST({amount} AS BIGINT) AS amount, i FROM number"
        for n, amount in enumerate(AMOUNTS)
    )
    database.execute(f"CREATE TABLE number AS SELECT range AS i FROM range(1, {lines // LINES + 1})")
    database.execute(f"CREATE TABLE line AS SELECT day, account, amount FROM ({every}) ORDER BY i")
    balances = (
        "SELECT account, sum(amount) FROM line WHERE day <= DATE '{}' GROUP BY account ORDER BY account"
    )
    months = "SELECT account, strftime(date_trunc('month', day), '%Y-%m') AS month, sum(amount) FROM line GROUP BY 1, 2"
    return {
        "month_end": _timed(database, balances.format(MONTH_END)),
        "any_day": _timed(database, balances.format(MID_MONTH)),
        "by_month": _timed(database, months),
        "balances": {
            str(row[0]): int(row[1]) for row in database.execute(balances.format(MID_MONTH)).fetchall()
        },
        "months": {f"{row[0]} {row[1]}": int(row[2]) for row in database.execute(months).fetchall()},
    }


def _timed(database: duckdb.DuckDBPyConnection, query: str) -> float:
    database.execute(query).fetchall()
    took = []
    for _ in range(_TIMES):
        begun = time.process_time()
        database.execute(query).fetchall()
        took.append(time.process_time() - begun)
    return median(took)


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]))))
