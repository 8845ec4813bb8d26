"""What the acceptance tests share: books on either engine, the simulated company, and a look at the result."""

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from autobook_core.book import Book
from autobook_core.clock import ManualClock
from autobook_core.config import init_book
from autobook_core.testing.company import Company, Options, Server, build, serve, write_bank_files

OLDER, NEWER = "2024-06-20", "2025-03-31.basil"
OPTIONS = Options(customers=40, months=6, refund_percent=6, orphan_charges_per_mille=20)
#: "Now" of every test: after everything that happens in any of them.
NOW = int(datetime(2026, 1, 15, 9, tzinfo=UTC).timestamp())
_numbers = count(1)


def month_ends(options: Options) -> list[date]:
    """Return the last day of every month the company has lived through."""
    first = options.start.replace(day=1)
    found: list[date] = []
    for _ in range(options.months):
        first = (first + timedelta(days=32)).replace(day=1)
        found.append(first - timedelta(days=1))
    return found


@dataclass(frozen=True)
class Shelf:
    """Makes and opens books on one engine; each is for itself."""

    folder: Path
    url: str | None
    env: dict[str, str] = field(default_factory=dict)

    def new(self, *overrides: str) -> Path:
        """Write a fresh book and return its folder."""
        number = next(_numbers)
        folder = self.folder / f"book-{number}"
        store: list[str] = []
        if self.url is not None:
            store = [f"store.url={self.url}", f"store.schema=acceptance_{os.getpid()}_{number}"]
        init_book(folder, company="Nordlys SaaS ApS", overrides=[*store, *overrides])
        return folder

    def open(self, folder: Path) -> Book:
        """Open a book whose clock stands still but for waiting."""
        return Book(folder, clock=ManualClock(NOW), env=self.env)

    def of_company(
        self,
        server: Server,
        company: Company,
        *,
        api_version: str = OLDER,
        until: date | None = None,
        sink: bool = False,
    ) -> Path:
        """Write a fresh book that is connected to the company's processor and bank."""
        folder = self.new()
        self.env["PROCESSOR_KEY"] = server.api_key
        with self.open(folder) as book:
            book.connect(
                "stripe",
                "stripe",
                [f"api_base={server.url}", "api_key=env:PROCESSOR_KEY", f"api_version={api_version}"],
            )
            book.connect("bank", "bank", [])
            if sink:
                book.connect("plaintext", "books", [])
        write_bank_files(company, folder / "files" / "bank", until)
        return folder

    def import_envelopes(
        self, book: Book, envelopes: Iterable[Mapping[str, Any] | bytes], *, as_of: date
    ) -> dict[str, Any]:
        """Import one file with these envelopes, or lines as they stand; return the report."""
        path = self.folder / f"import-{next(_numbers)}.jsonl"
        lines = [one if isinstance(one, bytes) else json.dumps(one).encode() for one in envelopes]
        path.write_bytes(b"\n".join(lines) + b"\n")
        return book.import_files([path], as_of=as_of)


def net(entries: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str, str | None], int]:
    """Return the net movement, debit positive, by date, account role and tax code."""
    found: Counter[tuple[str, str, str | None]] = Counter()
    for entry in entries:
        for line in entry["lines"]:
            account = line.get("role") or line["account"]
            found[entry["date"], account, line.get("tax_code")] += line["debit"] - line["credit"]
    return {key: amount for key, amount in found.items() if amount}


def picked(rows: Iterable[Mapping[str, Any]], keys: Sequence[str]) -> list[tuple[Any, ...]]:
    """Return some columns of rows, in an order that says nothing."""
    return sorted(tuple(row[key] for key in keys) for row in rows)


def without_zeros(balances: Mapping[str, int]) -> dict[str, int]:
    """Return the balances that are not zero."""
    return {name: amount for name, amount in balances.items() if amount}


def outcome(book: Book) -> dict[str, Any]:
    """Return everything that must not depend on how the facts came in."""
    verified = book.verify()
    dump = book.dump()
    return {
        "faults": verified["faults"],
        "digest": verified["content_digest"],
        "net": net(dump["entries"]),
        "balances": without_zeros(dump["balances"]),
        "matches": picked(dump["matches"], ("left", "right", "amount", "rung")),
        "exceptions": picked(dump["exceptions"], ("code", "record", "severity", "status")),
        "records": picked(dump["records"], ("source", "type", "id", "status")),
        "open_items": picked(dump["open_items"], ("account", "item", "open")),
    }


@dataclass(frozen=True)
class Look:
    """The functions above, for tests that cannot import them."""

    net = staticmethod(net)
    picked = staticmethod(picked)
    without_zeros = staticmethod(without_zeros)
    outcome = staticmethod(outcome)
    month_ends = staticmethod(month_ends)


@pytest.fixture(scope="session")
def look() -> Look:
    """Ways to look at a book."""
    return Look()


@pytest.fixture
def shelf(tmp_path: Path, store_url: str | None) -> Shelf:
    """Books on SQLite, then on PostgreSQL."""
    return Shelf(tmp_path, store_url)


@pytest.fixture(scope="session")
def sqlite_shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Books on SQLite: what every other result is compared with."""
    return Shelf(tmp_path_factory.mktemp("reference"), None)


@pytest.fixture(scope="session")
def company() -> Company:
    """Half a year of a small company."""
    return build(OPTIONS)


@pytest.fixture
def server(company: Company) -> Iterator[Server]:
    """Its payment processor, listening on loopback."""
    with serve(company) as running:
        yield running


@pytest.fixture(scope="session")
def reference(company: Company, sqlite_shelf: Shelf) -> dict[str, Any]:
    """What the company's books show after one undisturbed sync."""
    with serve(company) as running:
        folder = sqlite_shelf.of_company(running, company)
        with sqlite_shelf.open(folder) as book:
            assert book.sync(as_of=month_ends(OPTIONS)[-1])["ok"]
            return outcome(book)
