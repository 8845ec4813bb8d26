"""Killed with ``kill -9`` at a hundred random moments and started again, the books come out as if nothing had been."""

import json
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from autobook_core.testing.company import Company, Options, Server, build, serve, write_bank_files

if TYPE_CHECKING:
    from tests.acceptance.conftest import Look, Shelf

pytestmark = pytest.mark.slow

OPTIONS = Options(customers=12, months=3, refund_percent=10, orphan_charges_per_mille=20)
NOW = 1_768_467_600
KILLS = 25
PEOPLE = [
    {"source": "book", "type": "opening_balances",
     "data": {"date": "2024-12-31", "balances": {"bank": 5_000_00, "receivables": 120_00, "suspense": -5_120_00}}},
    *({"source": "user", "type": "manual_entry",
       "data": {"ref": f"M-{n}", "date": f"2025-01-{n:02}", "text": "Rent",
                "lines": [{"account": "bank_charges", "debit": 100 + n}, {"account": "bank", "credit": 100 + n}]}}
      for n in range(1, 11)),
]  # fmt: skip


class Worker:
    """The other process, and how its children ended."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def run(self, book: Path, kill_after_seconds: float | None = None) -> dict[str, Any]:
        """Let a child work on a book, and kill it after so long."""
        assert self.process.stdin is not None
        told = {"book": str(book), "now": NOW, "kill_after_seconds": kill_after_seconds}
        self.process.stdin.write(json.dumps(told) + "\n")
        self.process.stdin.flush()
        return self.answer()

    def answer(self) -> dict[str, Any]:
        """Return what it says next."""
        assert self.process.stdout is not None
        found: dict[str, Any] = json.loads(self.process.stdout.readline())
        return found


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    """A process that forks, ready to be told."""
    script = Path(__file__).with_name("kill_worker.py")
    with subprocess.Popen(
        [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        made = Worker(process)
        assert made.answer() == {"ready": True}
        yield made
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(timeout=10) == 0


@pytest.fixture(scope="module")
def small_company() -> Company:
    """A quarter of a very small company."""
    return build(OPTIONS)


@pytest.fixture
def small_server(small_company: Company) -> Iterator[Server]:
    """Its payment processor, in this process."""
    with serve(small_company) as running:
        yield running


def planned(shelf: "Shelf", look: "Look", server: Server, company: Company) -> Path:
    """Write a book with files to import and a plan; no process has opened its store yet."""
    folder = shelf.new()
    days = [day.isoformat() for day in look.month_ends(OPTIONS)]
    plan = {"env": {"PROCESSOR_KEY": server.api_key}, "days": days}
    (folder / "plan.json").write_text(json.dumps(plan))
    (folder / "people.jsonl").write_text("".join(json.dumps(line) + "\n" for line in PEOPLE))
    (folder / "connections" / "stripe.toml").write_text(
        f'type = "stripe"\n\n[options]\napi_base = "{server.url}"\napi_key = "env:PROCESSOR_KEY"\n'
    )
    (folder / "connections" / "bank.toml").write_text('type = "bank"\n')
    write_bank_files(company, folder / "files" / "bank")
    return folder


def shown(shelf: "Shelf", look: "Look", folder: Path) -> dict[str, Any]:
    """Return what the finished book shows, the counts it keeps beside, and what its numbers leave out."""
    with shelf.open(folder) as book:
        numbers: dict[tuple[str, str], list[int]] = defaultdict(list)
        for entry in book.journal():
            series, year, _ = entry["id"].rsplit("-", 2)
            numbers[series, year].append(entry["number"])
        return look.outcome(book) | {
            "gaps": [key for key, found in numbers.items() if found != list(range(1, len(found) + 1))],
            "counts": sorted(book.store.records.counts()),
            "rows": book.store.pages.totals()[1:],
        }


@pytest.mark.parametrize("seed", range(100 // KILLS))
def test_a_book_killed_again_and_again_ends_like_one_that_was_left_alone(
    shelf: "Shelf",
    look: "Look",
    worker: Worker,
    small_company: Company,
    small_server: Server,
    seed: int,
) -> None:
    undisturbed = planned(shelf, look, small_server, small_company)
    ended = worker.run(undisturbed)
    assert ended["exit"] == 0
    longest = ended["seconds"] * 0.7
    wanted = shown(shelf, look, undisturbed)
    assert wanted["faults"] == wanted["gaps"] == []
    chance = Random(f"{shelf.url is None}-{seed}")
    killed = 0
    while killed < KILLS:
        folder = planned(shelf, look, small_server, small_company)
        while (ended := worker.run(folder, chance.uniform(0, longest))) == {"signal": signal.SIGKILL}:
            killed += 1
        assert ended["exit"] == 0, ended
        assert shown(shelf, look, folder) == wanted
