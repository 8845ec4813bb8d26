"""A fresh book with a small chart and one entry builder."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from autobook_core.domain.chart import Account, Chart
from autobook_core.domain.journal import Draft, Line
from autobook_core.ledger.append import append_all
from autobook_core.store.opening import open_store

CHART = Chart(
    [
        Account(number="1010", name="Sales", type="income", role="revenue_monthly"),
        Account(number="2390", name="Fees", type="expense", role="fees"),
        Account(number="3000", name="Capital", type="equity"),
        Account(number="6480", name="Bank", type="asset", role="bank"),
        Account(number="7680", name="VAT", type="liability", role="vat_output_25"),
    ]
)


class Year:
    """A book one can post into: ``post(day, bank=125, ...)`` by account number."""

    def __init__(self, folder: Path) -> None:
        self.chart = CHART
        self.store = open_store(None, folder=folder)
        with self.store.writing():
            self.store.journal.keep_accounts(CHART.accounts)

    def post(self, day: str, amounts: dict[str, int]) -> None:
        draft = Draft(
            day=date.fromisoformat(day), journal="general", text="t", sources=("s",), rule="r", rule_version="v",
            lines=tuple(Line(number, amount) for number, amount in amounts.items()),
        )  # fmt: skip
        with self.store.writing():
            append_all(self.store, [draft], posted_at="2025-01-01T00:00:00Z")


@pytest.fixture
def year(tmp_path: Path) -> Iterator[Any]:
    """A book with capital, a sale and a fee in 2025, and a sale of the year before."""
    book = Year(tmp_path)
    book.post("2024-12-31", {"6480": 1_000, "1010": -1_000})
    book.post("2025-01-01", {"6480": 50_000, "3000": -50_000})
    book.post("2025-02-14", {"6480": 12_500, "1010": -10_000, "7680": -2_500})
    book.post("2025-03-01", {"2390": 700, "6480": -700})
    yield book
    book.store.close()
