"""The demonstration: a simulated company's year, booked by the real commands and held against its own truth.

This is the one module of the product that uses the test helpers, and it loads them only when the command
runs. The company knows nothing of the engine: it says what correct books show, and every account must agree
to the minor unit.
"""

import time
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from autobook_core.cli.command import declare
from autobook_core.cli.console import Console
from autobook_core.cli.demo_story import Story
from autobook_core.errors import ConfigurationError

if TYPE_CHECKING:
    from autobook_core.book import Book
    from autobook_core.testing.company import Company

_KEY_FILE = "secrets/stripe_api_key"
_BANK, _LEDGER = "files/bank", "files/ledger"


def demo(
    console: Console,
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="An empty or new folder [autobook-demo].", show_default=False),
    ] = None,
    customers: Annotated[int, typer.Option("--customers", min=1, max=20_000, help="Subscribers.")] = 300,
    months: Annotated[int, typer.Option("--months", min=1, max=60, help="Months since January 2025.")] = 12,
    seed: Annotated[int, typer.Option("--seed", help="Another seed, another company.")] = 1,
) -> int:
    """Keep a simulated company's books, and prove them right.

    A fake payment processor runs on this machine while the demonstration lasts; bank statements are files.
    Autobook reads both with its real connectors, books everything and writes hledger and Beancount files.
    The books are then compared with what the company itself says is right. Nothing leaves this machine.
    """
    from autobook_core.testing.company import Options, build, end_of_day, expected_balances, serve

    place = _empty(folder or Path("autobook-demo"))
    story = Story(console, place)
    began = time.monotonic()
    options = Options(seed=seed, customers=customers, months=months)
    company = build(options)
    last = last_day(options.start, months)
    story.company(_size(company), options.start, last, seed)
    with serve(company, until=end_of_day(last)) as server:
        _make_book(place, company, server.api_key)
        story.book()
        there = console.at(place)
        # Nothing is told while a book is open: a line in between would tear the progress on a terminal.
        with there.book() as book:
            checked = _connect(book, server.url, options.start)
        story.connections(checked)
        with there.book() as book:
            first = book.sync(as_of=last)
        story.synced(first, time.monotonic() - began)
        with there.book() as book:
            again = book.sync(as_of=last)
            found = _evidence(book, last, expected_balances(company, last), first, again)
    story.evidence(found)
    code = 0 if found["ok"] else 1
    story.end(found, seconds=time.monotonic() - began)
    return code


def last_day(start: date, months: int) -> date:
    """Return the last day of so many months from the first of a month on."""
    number = start.year * 12 + start.month - 1 + months
    return date(number // 12, number % 12 + 1, 1) - timedelta(days=1)


def _empty(place: Path) -> Path:
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise ConfigurationError(
            f"{place} is not empty; nothing was written", fix="name a new folder: autobook demo DIR"
        )
    return place


def _size(company: "Company") -> dict[str, int]:
    names = ("customers", "invoices", "charges", "refunds", "payouts", "bank_entries")
    return {name: len(getattr(company, name)) for name in names}


def _make_book(place: Path, company: "Company", api_key: str) -> None:
    from autobook_core.config import init_book
    from autobook_core.testing.company import write_bank_files
    from autobook_core.testing.company.facts import COMPANY_NAME

    init_book(place, company=COMPANY_NAME)
    secret = place / _KEY_FILE
    secret.parent.mkdir(mode=0o700)
    secret.touch(mode=0o600)
    secret.write_text(api_key, encoding="utf-8")
    (place / _BANK).mkdir(parents=True, exist_ok=True)
    write_bank_files(company, place / _BANK)


def _connect(book: "Book", url: str, start: date) -> list[dict[str, Any]]:
    book.connect("stripe", "stripe", [f"api_base={url}", f"api_key=file:{_KEY_FILE}"], start=start)
    book.connect("bank", "bank", [f"folder={_BANK}"], start=start)
    book.connect("plaintext", "ledger", [f"folder={_LEDGER}"])
    return book.check()


def _evidence(
    book: "Book", last: date, expected: dict[str, int], first: dict[str, Any], again: dict[str, Any]
) -> dict[str, Any]:
    """Return what was proved, and where the books differ from the company's own figures."""
    balances = {role: minor for role, minor in book.balances(last).items() if minor}
    differences = {
        role: {"books": balances.get(role, 0), "company": expected.get(role, 0)}
        for role in sorted({*balances, *expected})
        if balances.get(role, 0) != expected.get(role, 0)
    }
    trial_balance = book.report("trial-balance", last=last)
    verified = book.verify()
    ok = not differences and not trial_balance["total"] and not again["posted"] and verified["ok"]
    return {
        "ok": bool(ok and first["ok"] and again["ok"]),
        "trial_balance": trial_balance,
        "accounts": len(expected),
        "differences": differences,
        "sync": first,
        "second_sync": again,
        "verify": verified,
        "status": book.status(),
    }


def add_to(app: typer.Typer) -> None:
    """Add the demonstration."""
    declare(app, group="Set up", examples=[
        "autobook demo",
        "autobook demo /tmp/demo --customers 50 --months 3 --seed 7",
    ])(demo)  # fmt: skip
