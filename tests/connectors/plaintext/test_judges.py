"""hledger and Beancount, which nobody here wrote, read the files and come to the same balances."""

import json
import os
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from autobook_core.connector import Context, Delivery
from autobook_core.domain.money import exponent, parse_decimal
from autobook_plaintext.accounts import beancount_name, hledger_name
from autobook_plaintext.sink import Config, PlainText

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
            sums[posting.account, posting.units.currency] += posting.units.number
print(json.dumps({
    "errors": [str(error.message) for error in errors],
    "currencies": options["operating_currency"],
    "count": sum(isinstance(entry, data.Transaction) for entry in entries),
    "sums": [[account, currency, str(number)] for (account, currency), number in sums.items()],
}))
"""


def expected(items: Iterable[Delivery], name: Callable[..., Any]) -> dict[tuple[str, str], int]:
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for item in items:
        for line in item.body["lines"]:
            written = name(line["type"], line["account"], line["name"]).written
            sums[written, item.body["currency"]] += line["amount"]
    return {account: minor for account, minor in sums.items() if minor}


def hledger(main: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["hledger", "-f", str(main), *arguments],
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
        env=os.environ | {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"},
    )


def beancount(main: Path) -> Any:
    result = subprocess.run(
        [sys.executable, "-c", LOADER, str(main)], capture_output=True, text=True, check=True
    )
    return json.loads(result.stdout)


@pytest.fixture
def delivered(ctx: Context, deliveries: Callable[..., list[Delivery]]) -> list[Delivery]:
    items = deliveries(600)
    sink = PlainText(Config())
    # In pieces and out of order, as late entries arrive.
    for start in (400, 0, 200):
        receipts = list(sink.deliver(ctx, items[start : start + 200]))
        assert [receipt.why for receipt in receipts if receipt.state != "accepted"] == []
    return items


@needs_hledger
def test_hledger_accepts_every_file_and_gives_the_same_balances(
    ctx: Context, delivered: list[Delivery]
) -> None:
    main = ctx.home / "files" / "ledger" / "hledger" / "main.journal"
    result = hledger(main, "check", "--strict", "ordereddates")
    assert result.returncode == 0, result.stderr
    found = {}
    result = hledger(
        main, "balance", "--flat", "-N", "--no-elide", "--output-format", "csv", "--layout", "bare"
    )
    for line in result.stdout.splitlines()[1:]:
        account, currency, amount = line.rsplit(",", 2)
        account = account.removeprefix('"').removesuffix('"').replace('""', '"')
        currency = currency.strip('"')
        minor = parse_decimal(amount.strip('"'), currency)
        if minor:
            found[account, currency] = minor
    assert found == expected(delivered, hledger_name)


@needs_hledger
def test_hledger_counts_every_entry_and_sees_its_tags(ctx: Context, delivered: list[Delivery]) -> None:
    main = ctx.home / "files" / "ledger" / "hledger" / "main.journal"
    assert len(hledger(main, "print").stdout.split("\n\n")) - 1 == len(delivered)
    keys = hledger(main, "tags", "key", "--values").stdout.split()
    assert sorted(keys) == sorted(item.key for item in delivered)
    assert set(hledger(main, "tags").stdout.split()) <= {
        line.removeprefix("tag ")
        for line in (main.parent / "accounts.journal").read_text(encoding="utf-8").splitlines()
        if line.startswith("tag ")
    }


def test_beancount_accepts_every_file_and_gives_the_same_balances(
    ctx: Context, delivered: list[Delivery]
) -> None:
    loaded = beancount(ctx.home / "files" / "ledger" / "beancount" / "main.beancount")
    assert loaded["errors"] == []
    assert loaded["count"] == len(delivered)
    assert loaded["currencies"] == ["DKK", "EUR", "JPY", "KWD"]
    found = {}
    for account, currency, amount in loaded["sums"]:
        minor = parse_decimal(amount, currency)
        if minor:
            found[account, currency] = minor
    assert found == expected(delivered, beancount_name)


@pytest.mark.parametrize("currency", ["DKK", "JPY", "KWD"])
def test_every_decimal_of_the_currency_is_written(
    currency: str, ctx: Context, entry: Callable[..., Any]
) -> None:
    lines = [
        {"account": "1", "name": "a", "type": "asset", "amount": 10},
        {"account": "2", "name": "b", "type": "income", "amount": -10},
    ]
    item = Delivery("k", "journal_entry", entry(1, currency=currency, lines=lines))
    assert [receipt.state for receipt in PlainText(Config()).deliver(ctx, [item])] == ["accepted"]
    written = "0.10" if exponent(currency) == 2 else {"JPY": "10", "KWD": "0.010"}[currency]
    for path in (ctx.home / "files" / "ledger").rglob(f"{item.body['date'][:7]}.*"):
        text = path.read_text(encoding="utf-8")
        assert f"  {written} {currency}\n" in text
        assert f"  -{written} {currency}" in text


@needs_hledger
def test_both_programs_notice_an_amount_changed_by_one_minor_unit(
    ctx: Context, delivered: list[Delivery]
) -> None:
    ledger = ctx.home / "files" / "ledger"
    for path in (ledger / "hledger" / "2025-03.journal", ledger / "beancount" / "2025-03.beancount"):
        text = path.read_text(encoding="utf-8")
        amount = next(
            word for word in text.split() if word.replace(".", "").lstrip("-").isdigit() and "." in word
        )
        changed = amount[:-1] + str((int(amount[-1]) + 1) % 10)
        path.write_text(text.replace(f"  {amount} ", f"  {changed} ", 1), encoding="utf-8")
    assert hledger(ledger / "hledger" / "main.journal", "check", "--strict").returncode != 0
    assert beancount(ledger / "beancount" / "main.beancount")["errors"]
