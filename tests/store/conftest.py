"""A fresh book on each engine, and a small builder of entries."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autobook_core.domain.chart import Account
from autobook_core.store.opening import open_store
from autobook_core.store.rows import EntryRow, ScheduleRow
from autobook_core.store.store import Store

ACCOUNTS = tuple(Account(number=str(1000 + n), name=f"Account {n}", type="asset") for n in range(5))

Line = tuple[Any, ...]


class Poster:
    """Builds entries that fit on the end of a book's chain, and posts them."""

    def __init__(self, store: Store) -> None:
        self.store = store
        with store.writing():
            store.journal.keep_accounts(ACCOUNTS)

    def built(
        self,
        *amounts: int,
        day: str = "2025-01-15",
        id: int | None = None,
        number: int | None = None,
        previous: bytes | None = None,
        series: str = "A",
        reverses: int | None = None,
        text: str = "Invoice",
    ) -> tuple[list[Line], EntryRow]:
        """Return the lines and the entry; each amount goes to the next account."""
        last, digest = self.store.journal.tail()
        id = last + 1 if id is None else id
        previous = digest if previous is None else previous
        year = int(day[:4])
        if number is None:
            number = self.store.journal.last_number(series, year) + 1
        ids = list(self.store.journal.account_ids().values())
        lines: list[Line] = [
            (id, n, ids[(n - 1) % len(ids)], amount, None, None, None, None, None)
            for n, amount in enumerate(amounts, 1)
        ]
        own = hashlib.sha256(previous + f"{id} {text}".encode()).digest()
        entry = EntryRow(
            id, series, year, number, day, None, "sales", text, '["in_1"]', "invoice", "1", reverses,
            f"{day}T10:00:00Z", previous, own,
        )  # fmt: skip
        return lines, entry

    def post(self, *amounts: int, **fields: Any) -> EntryRow:
        """Post one entry with its balances, in a commit of its own."""
        lines, entry = self.built(*amounts, **fields)
        with self.store.writing():
            self.append([lines], [entry])
        return entry

    def append(self, lines: list[list[Line]], entries: list[EntryRow]) -> None:
        """Write entries and move their balances by month and day."""
        sides = [
            (line[2], entry.day, max(line[3], 0), max(-line[3], 0))
            for part, entry in zip(lines, entries, strict=True)
            for line in part
        ]
        months = [(account, day[:7], debit, credit) for account, day, debit, credit in sides]
        self.store.journal.append([line for part in lines for line in part], entries, months, sides)

    def schedule(self, id: int, *, next_due: str | None = "2025-01-31", invoice: str = "in_1") -> ScheduleRow:
        """Return a schedule of twelve months."""
        return ScheduleRow(
            id=id, connection=1, week=10, invoice=invoice, line=f"il_{id}", line_no=id,
            account_from="1001", account_to="1002", total=12_000, start_day="2025-01-01",
            end_day="2025-12-31", method="day", next_due=next_due, rule="deferral",
        )  # fmt: skip


@pytest.fixture
def open_book(store_url: str | None, postgres_schema: str, tmp_path: Path) -> Iterator[Callable[..., Store]]:
    """Opens the same book as often as it is called; each time over a connection of its own."""
    opened: list[Store] = []

    def open_it(**options: Any) -> Store:
        opened.append(open_store(store_url, folder=tmp_path, schema=postgres_schema, **options))
        return opened[-1]

    yield open_it
    for store in opened:
        store.close()


@pytest.fixture
def store(open_book: Callable[..., Store]) -> Store:
    """A fresh book."""
    return open_book()


@pytest.fixture
def poster(store: Store) -> Poster:
    """Posts into the fresh book."""
    return Poster(store)
