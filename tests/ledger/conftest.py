"""A fresh SQLite book with a few accounts, and a poster of drafts."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from autobook_core.domain.chart import Account
from autobook_core.domain.journal import Draft, Line
from autobook_core.ledger.append import append_all
from autobook_core.store.opening import open_store
from autobook_core.store.store import Store

ACCOUNTS = tuple(Account(number=str(1000 + n), name=f"Account {n}", type="asset") for n in range(5))


class Ledger:
    """Posts drafts into a book of its own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.store: Store = open_store(None, folder=folder)
        with self.store.writing():
            self.store.journal.keep_accounts(ACCOUNTS)

    def draft(self, *amounts: int, day: str = "2025-01-15", **fields: Any) -> Draft:
        """A draft; each amount goes to the next account."""
        lines = tuple(Line(str(1000 + n % 5), amount) for n, amount in enumerate(amounts))
        values: dict[str, Any] = {
            "journal": "sales", "text": "Invoice", "lines": lines, "sources": ("in_1",), "rule": "r",
            "rule_version": "v",
        } | fields  # fmt: skip
        return Draft(day=date.fromisoformat(day), **values)

    def post(
        self, *drafts: Draft, posted_at: str = "2025-02-01T10:00:00Z", first_month: int = 1
    ) -> list[int]:
        """Post drafts in one commit."""
        with self.store.writing():
            return append_all(self.store, drafts, posted_at=posted_at, fiscal_year_start=first_month)


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Any]:
    """Opens fresh books."""
    opened: list[Ledger] = []

    def fresh() -> Ledger:
        opened.append(Ledger(tmp_path / f"book_{len(opened)}"))
        return opened[-1]

    yield fresh
    for book in opened:
        book.store.close()


@pytest.fixture
def ledger(books: Any) -> Any:
    """A fresh book."""
    return books()
