"""Books delivered as plain text: programs nobody here wrote read them and come to the same balances."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from autobook_core.domain.money import parse_decimal
from autobook_core.testing.company import Company, Server, end_of_day, write_bank_files

if TYPE_CHECKING:
    from autobook_core.book import Book
    from tests.acceptance.conftest import Look, Shelf

LAST = date(2025, 6, 30)
needs_hledger = pytest.mark.skipif(shutil.which("hledger") is None, reason="hledger is not installed here")

#: Run apart, because Beancount is under the GPL: asks its loader for errors and for the balance of every account.
LOADER = """
import collections, json, sys
from beancount import loader
from beancount.core import data
entries, errors, options = loader.load_file(sys.argv[1])
sums = collections.Counter()
for entry in entries:
    if isinstance(entry, data.Transaction):
        for posting in entry.postings:
            sums[posting.account] += posting.units.number
print(json.dumps({
    "errors": [str(error.message) for error in errors],
    "count": sum(isinstance(entry, data.Transaction) for entry in entries),
    "sums": {account: str(number) for account, number in sums.items()},
}))
"""


def hledger(main: Path, *arguments: str) -> str:
    """Return what hledger prints, if it is content."""
    done = subprocess.run(
        ["hledger", "-f", str(main), *arguments],
        capture_output=True, check=False, encoding="utf-8",
        env=os.environ | {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def beancount(main: Path) -> dict[str, Any]:
    """Return what Beancount makes of a file."""
    done = subprocess.run(
        [sys.executable, "-c", LOADER, str(main)], capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def by_number(book: "Book") -> dict[str, int]:
    """Return the book's own balances by account number."""
    chart = book.config.chart
    found = {str(chart.number(name)): minor for name, minor in book.balances().items() if minor}
    assert len(found) > 8
    return found


def minor_units(amount: str) -> int:
    """Return an amount in kroner, with or without its currency, in oere."""
    return parse_decimal(amount.replace("DKK", "").strip(), "DKK")


def number_of(account: str) -> str:
    """Return the account number in a name of the journals, which begins with it."""
    found = re.match(r"[A-Za-z]+:A?(\d+)[ -]", account)
    assert found is not None, account
    return found[1]


@pytest.fixture
def books(shelf: "Shelf", look: "Look", company: Company, server: Server) -> Any:
    """A book that was synced and delivered every month, while it is open."""
    folder = shelf.of_company(server, company, until=date(2025, 1, 31), sink=True)
    with shelf.open(folder) as book:
        for day in look.month_ends(company.options):
            server.until = end_of_day(day)
            write_bank_files(company, folder / "files" / "bank", day)
            report = book.sync(as_of=day)
            assert report["ok"], report
        yield book


def test_every_entry_is_delivered_and_verified_once(books: "Book") -> None:
    deliveries = books.deliveries()
    assert [row["entry"] for row in deliveries] == [entry["id"] for entry in books.journal()]
    assert {row["state"] for row in deliveries} == {"verified"}
    again = books.deliver()
    assert [(one["sent"], one["error"]) for one in again] == [(0, "")]


@needs_hledger
def test_hledger_finds_nothing_wrong_and_the_same_balances(books: "Book") -> None:
    main = books.config.folder / "files" / "ledger" / "hledger" / "main.journal"
    hledger(main, "check", "--strict", "ordereddates")
    table = csv.reader(io.StringIO(hledger(main, "bal", "--flat", "--no-total", "-O", "csv")))
    assert next(table) == ["account", "balance"]
    assert {number_of(account): minor_units(amount) for account, amount in table} == by_number(books)
    lines = csv.DictReader(io.StringIO(hledger(main, "print", "-O", "csv")))
    assert len({line["txnidx"] for line in lines}) == books.store.journal.count()


def test_beancount_finds_nothing_wrong_and_the_same_balances(books: "Book") -> None:
    found = beancount(books.config.folder / "files" / "ledger" / "beancount" / "main.beancount")
    assert found["errors"] == []
    assert found["count"] == books.store.journal.count()
    sums = {number_of(account): minor_units(amount) for account, amount in found["sums"].items()}
    assert {number: minor for number, minor in sums.items() if minor} == by_number(books)
