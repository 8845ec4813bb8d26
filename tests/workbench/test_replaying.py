import hashlib
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from autobook_core.book import Book
from autobook_core.clock import ManualClock
from autobook_core.config import init_book
from autobook_core.errors import ConfigurationError
from autobook_core.workbench.bench import Workbench
from tests.workbench.acme_server import CANARY, CONNECTOR, Acme, movement, serving

from .conftest import MakeBench, change

HOOK = "\n\n@api.hookimpl\ndef autobook_connectors():\n    return [api.ConnectorSpec('acmepay', 'AcmePay', AcmePay)]\n"


def counts(found: dict[str, Any]) -> tuple[int, ...]:
    return tuple(found[key] for key in ("rows", "same", "changed", "new", "refused", "skipped"))


def test_unchanged_code_says_the_same_of_every_row(bench: Workbench) -> None:
    bench.fetch(None, pages=3)
    found = bench.replay(None, keep=False)
    assert counts(found) == (5, 5, 0, 0, 0, 0)
    assert found["differences"] == []


def test_changed_code_shows_the_first_differences_place_by_place(
    on_bench: MakeBench, connector: Path
) -> None:
    on_bench().fetch(None, pages=3)
    change(connector, "amount=raw.amount", "amount=raw.amount * (2 if raw.id == 'ch_1' else 1)")
    found = on_bench().replay(None, keep=False)
    assert counts(found) == (5, 4, 1, 0, 0, 0)
    (difference,) = found["differences"]
    assert (difference["stream"], difference["id"], difference["state"]) == ("movement", "ch_1", "changed")
    assert difference["changes"] == [
        {"path": "[0].amount", "change": "changed", "before": 1_001, "after": 2_002}
    ]


def test_rows_read_for_the_first_time_and_rows_refused_now_are_counted_apart(
    acme: Acme, on_bench: MakeBench, connector: Path
) -> None:
    acme.rows[0]["amount"] = None
    on_bench().fetch(None, pages=3)
    change(connector, "    amount: int\n", "    amount: int | None\n")
    change(connector, "amount=raw.amount", "amount=raw.amount or 0")
    change(
        connector,
        "        born, state",
        "        if raw.id == 'ch_4':\n            raise KeyError('x')\n        born, state",
    )
    found = on_bench().replay(None, keep=False)
    assert counts(found) == (5, 3, 0, 1, 1, 0)
    assert [item["state"] for item in found["differences"]] == ["new", "refused"]


def test_keeping_makes_the_new_meaning_the_measure(on_bench: MakeBench, connector: Path) -> None:
    on_bench().fetch(None, pages=3)
    change(connector, '"succeeded"', '"pending"')
    assert counts(on_bench().replay(None, keep=True))[2] == 5
    assert counts(on_bench().replay(None, keep=False)) == (5, 5, 0, 0, 0, 0)


def test_only_the_first_differences_are_shown_and_the_others_counted(
    acme: Acme, on_bench: MakeBench, connector: Path
) -> None:
    acme.rows = [movement(i) for i in range(14)]
    on_bench().fetch(None, pages=9)
    change(connector, '"succeeded"', '"pending"')
    found = on_bench().replay(None, keep=False)
    assert (found["changed"], len(found["differences"]), found["more_differences"]) == (14, 10, 4)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book that has read AcmePay by a plugin of its own; one row was changed later, one was refused."""
    folder = tmp_path_factory.mktemp("replayed") / "book"
    init_book(folder, company="Acme ApS")
    (folder / "plugins").mkdir()
    (folder / "plugins" / "acme.py").write_text(CONNECTOR.read_text(encoding="utf-8") + HOOK)
    env = {**os.environ, "ACME_KEY": CANARY}
    with serving() as acme, Book(folder, clock=ManualClock(), env=env) as opened:
        acme.rows[3]["amount"] = None
        opened.connect("acmepay", "shop", acme.settings)
        opened.sync(["shop"], as_of=date(2025, 6, 30))
        acme.rows[0] |= {"amount": 5_000, "updated": 1_750_000_500}
        opened.sync(["shop"], as_of=date(2025, 6, 30))
    return folder


def digest(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.iterdir() if path.name in ("books.db", "books.db-wal"))
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files if path.stat().st_size}


def test_rows_of_a_book_are_compared_with_its_records_and_the_book_is_only_read(
    book: Path, on_bench: MakeBench, connector: Path
) -> None:
    before = digest(book)
    same = on_bench(book=book).replay_book("shop", limit=100)
    assert counts(same) == (6, 5, 0, 0, 0, 1)
    change(connector, "amount=raw.amount", "amount=raw.amount + (raw.id == 'ch_1')")
    changed = on_bench(book=book).replay_book("shop", limit=100)
    assert counts(changed) == (6, 4, 1, 0, 0, 1)
    assert changed["differences"][0]["changes"] == [
        {"path": "charge ch_1.amount", "change": "changed", "before": 1_001, "after": 1_002}
    ]
    assert digest(book) == before


def test_rows_the_book_refused_are_new_and_rows_it_read_are_refused_when_the_code_says_so(
    book: Path, on_bench: MakeBench, connector: Path
) -> None:
    change(connector, "    amount: int\n", "    amount: int | None\n")
    change(connector, "amount=raw.amount", "amount=raw.amount or 0")
    change(
        connector,
        "        born, state",
        "        if raw.id == 'ch_4':\n            raise KeyError('x')\n        born, state",
    )
    found = on_bench(book=book).replay_book("shop", limit=100)
    assert counts(found) == (6, 3, 0, 1, 1, 1)


def test_the_latest_rows_come_first(book: Path, on_bench: MakeBench) -> None:
    assert counts(on_bench(book=book).replay_book("shop", limit=1)) == (1, 1, 0, 0, 0, 0)


def test_a_connection_without_rows_is_refused_with_those_that_have_some(
    book: Path, on_bench: MakeBench
) -> None:
    with pytest.raises(ConfigurationError, match="no rows of a connection 'shup'") as refused:
        on_bench(book=book).replay_book("shup", limit=1)
    assert "shop" in refused.value.fix
    with pytest.raises(ConfigurationError, match="needs a book"):
        on_bench().replay_book("shop", limit=1)
