"""Time the book's own report queries: ``book_reports BOOK``. Median CPU of many runs, after one to warm up."""

import json
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from autobook_core.book import Book

#: A month's last day and a day amid a month, both late: nearly all lines count.
MONTH_END, MID_MONTH = date(2025, 11, 30), date(2025, 12, 15)
MONTHS = ("2023-01", "2025-12")
_TIMES = 51


def main(folder: Path) -> dict[str, Any]:
    """Return CPU seconds of each query, and what it said, for comparing."""
    with Book(folder) as book:
        journal = book.store.journal
        found = {
            "month_end": _timed(lambda: journal.balances(MONTH_END)),
            "any_day": _timed(lambda: journal.balances(MID_MONTH)),
            "by_month": _timed(lambda: journal.by_month(*MONTHS)),
        }
        ids = journal.account_ids()
        said = {
            str(ids[number]): debit - credit
            for number, (debit, credit) in journal.balances(MID_MONTH).items()
        }
        months = {
            f"{ids[number]} {month}": debit - credit
            for number, month, debit, credit in journal.by_month(*MONTHS)
        }
    return {**found, "balances": said, "months": months}


def _timed(ask: Callable[[], object]) -> float:
    ask()
    took = []
    for _ in range(_TIMES):
        begun = time.process_time()
        ask()
        took.append(time.process_time() - begun)
    return median(took)


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))
