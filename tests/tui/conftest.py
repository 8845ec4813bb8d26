"""A small real book with something in every view, made by the engine itself."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from autobook_core.book import Book
from autobook_core.config import init_book, write_connection
from autobook_tui.queries import AccountBalance, Connection, OpenException, Snapshot, Status

EXAMPLES = Path(__file__).parents[1] / "examples"
#: Would set the window's title, clear the screen, colour and turn what follows, and break markup.
HOSTILE = "\x1b]0;OWNED\x07\x1b[2Jpay \u202eme\u202c \u009b31m [bold]now[/bold] [/"
NOW = 1_750_000_000


def hostile_records() -> list[dict[str, Any]]:
    """An invoice with its payment and bank line, and a bank line nobody knows whose texts attack the terminal."""
    sample = json.loads((EXAMPLES / "payout-and-bank-line.json").read_text(encoding="utf-8"))
    unknown = json.loads((EXAMPLES / "bank-transfer.json").read_text(encoding="utf-8"))["records"][1]
    unknown["data"]["AcctSvcrRef"] = unknown["data"]["NtryRef"] = f"EVIL{HOSTILE}"
    unknown["data"]["NtryDtls"]["RmtInf"] = {"Ustrd": [HOSTILE], "CdtrRefInf": None}
    unknown["data"]["Amt"]["value"] = "4321.09"
    return [*sample["records"], unknown]


def made_book(folder: Path) -> Path:
    """Make a book with three connections: one that failed for good, one that retries, one that never ran."""
    init_book(folder, company=f"Acme {HOSTILE}")
    lines = folder / "in.jsonl"
    records = hostile_records()
    lines.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    for name in ("bank-main", "bank-other", "bank-third"):
        write_connection(folder, name, "bank", {"folder": f"files/{name}"})
    with Book(folder) as book:
        book.import_files([lines], as_of=date(2025, 5, 31))
        ended(book, "bank-main", outcome="ok", retry_at=None, error="")
        ended(book, "bank-other", outcome="failed", retry_at=None, error=f"401 revoked {HOSTILE}")
        ended(book, "bank-third", outcome="parked", retry_at=NOW + 600, error="busy")
    return folder


def ended(book: Book, name: str, *, outcome: str, retry_at: int | None, error: str) -> None:
    """Note a run of a connection."""
    with book.store.writing():
        row = book.store.connections.get(name, "bank")
        run = book.store.connections.start_run(row.id, NOW - 3_600)
        book.store.connections.end_run(
            run, now=NOW - 3_590, outcome=outcome, pages=1, rows_read=1, rows_new=1, set_aside=0,
            retry_at=retry_at, error=error,
        )  # fmt: skip


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book that tests only read."""
    return made_book(tmp_path_factory.mktemp("tui") / "book")


class Make:
    """Builders of frozen answers, for tests that need no book."""

    @staticmethod
    def connection(name: str = "stripe", **changes: Any) -> Connection:
        plain = Connection(name, "stripe", ("source",), "OK", "2025-06-15T14:06:40Z", "ok", "", None)
        return replace(plain, **changes)

    @staticmethod
    def status(**changes: Any) -> Status:
        plain = Status(
            company="Acme ApS", currency="DKK", today="2025-06-15", entries=1_234, in_balance=True, needs_you=0,
            warnings=0, records=(("posted", 20),), deliveries=(("verified", 9),), connections=(), broken=(),
        )  # fmt: skip
        return replace(plain, **changes)

    @staticmethod
    def exception(id: int = 1, **changes: Any) -> OpenException:
        plain = OpenException(
            id, "error", "unmatched_bank_line", "B-1", "bank", "nothing matches it", ("in_1",), 55_105, "DKK",
            NOW - 7_200,
        )  # fmt: skip
        return replace(plain, **changes)

    @staticmethod
    def account(number: str = "6481", **changes: Any) -> AccountBalance:
        return replace(AccountBalance(number, "Bank", "asset", "bank", 12_500), **changes)

    def snapshot(self, view: str, read_at: int, **changes: Any) -> Snapshot:
        return Snapshot(view, read_at, self.status(**changes))


@pytest.fixture(scope="session")
def make() -> Make:
    """Builders of what the views show."""
    return Make()


@pytest.fixture(scope="session")
def hostile() -> str:
    """A text that attacks the terminal."""
    return HOSTILE


@pytest.fixture(scope="session")
def now() -> int:
    """The instant of the tests, seconds UTC."""
    return NOW
