"""A book's folder, and a seeded writer of entries whose texts are as nasty as customers' can be."""

import logging
import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from autobook_core.connector import Context, Delivery

NASTY = [
    "a; b", "x | y", 'he said "hi"', "back\\slash", "line\nbreak", "cr\r\nlf", "RTL \u202e evil", "tag: v, more: w",
    "  lead", "trail  ", "", "%41", "=1", "12", "Ærø på øen", "\x00nul", "\ud800", "日本 語", "[2025-01-01]",
    "a\u00a0\u00a0b", "* star", "; comment", "#hash ^link", "{}", "(virtual)", "a\u2028b", "include /etc/passwd",
    "2025-01-01 open Assets:X", "key:book", "\u200b", "e\u0301", "=cmd()", "P\n\n2025-01-01 * x", "²",
]  # fmt: skip

ACCOUNTS = [
    ("6190", "Trade receivables", "asset"), ("6485", "Stripe balance (money at Stripe not yet paid out)", "asset"),
    ("1011", "Subscription revenue, monthly plans, DK", "income"), ("7680", "Output VAT (salgsmoms)", "liability"),
    ("2391", "Payment-processing: fees", "expense"), ("3", 'Æ|";  x', "equity"), ("", "", "asset"),
    ("10 20", "Two words", "expense"), ("5", "-dash", "income"), ("6", "a b", "asset"), ("6", "a-b", "asset"),
]  # fmt: skip


class Surroundings(Context):
    """What the framework hands to a connector: here a folder and a clock that stands."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.log = logging.getLogger("test")
        self.connection_id = "ledger"
        self.start = 0

    def now(self) -> int:
        return 1_750_000_000

    def cancelled(self) -> bool:
        return False


@pytest.fixture
def ctx(tmp_path: Path) -> Context:
    return Surroundings(tmp_path)


def _line(chance: random.Random, amount: int) -> dict[str, Any]:
    number, name, kind = chance.choice(ACCOUNTS)
    line: dict[str, Any] = {"account": number, "name": name, "type": kind, "amount": amount}
    if chance.random() < 0.4:
        line["tax_code"] = chance.choice(["DK25", None, *NASTY])
    if chance.random() < 0.4:
        line |= {"customer": chance.choice(["cus_1", *NASTY]), "invoice": chance.choice(["in_1", None])}
    if chance.random() < 0.1:
        line["original"] = {"currency": "EUR", "minor": amount}
    return line


def write_entry(number: int, *, day: date | None = None, seed: int = 0, **changes: Any) -> dict[str, Any]:
    chance = random.Random(f"{seed}/{number}")
    amounts = [chance.randint(-(10**7), 10**7) for _ in range(chance.randint(1, 4))]
    amounts.append(-sum(amounts))
    body = {
        "id": chance.choice([f"e{number}", number]),
        "series": chance.choice(["A", "A", "A", "B-1", "ø"]),
        "number": number,
        "date": (day or date(2025, 1, 1) + timedelta(days=chance.randint(0, 364))).isoformat(),
        "journal": "sales",
        "text": chance.choice([f"Invoice AB-{number}", *NASTY]),
        "currency": chance.choice(["DKK", "DKK", "EUR", "JPY", "KWD"]),
        "sources": chance.choice([[f"in_{number}"], [], [f"ch_{number}", chance.choice(NASTY)]]),
        "lines": [_line(chance, amount) for amount in amounts],
    }
    return body | changes


@pytest.fixture(scope="session")
def entry() -> Callable[..., dict[str, Any]]:
    """Write the canonical body of an entry; the same number and seed give the same entry."""
    return write_entry


@pytest.fixture(scope="session")
def deliveries() -> Callable[..., list[Delivery]]:
    """Write this many deliveries."""

    def write(count: int, **options: Any) -> list[Delivery]:
        return [
            Delivery(f"book/{number}", "journal_entry", write_entry(number, **options))
            for number in range(1, count + 1)
        ]

    return write
