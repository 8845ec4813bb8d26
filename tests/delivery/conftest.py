"""A book with entries in a real SQLite file, and another side in memory that can misbehave in every way."""

import logging
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

import pytest

from autobook_core.clock import ManualClock
from autobook_core.connector import Context, Delivery, Health, Receipt, Remote, Sink
from autobook_core.delivery import checkpoints
from autobook_core.delivery.send import DeliveryReport, deliver
from autobook_core.domain.chart import Account
from autobook_core.domain.journal import Draft, Line
from autobook_core.ledger.append import append_all
from autobook_core.store.opening import open_store
from autobook_core.store.rows import DeliveryRow
from autobook_core.store.store import Store

ACCOUNTS = (
    Account(number="6190", name="Receivables", type="asset"),
    Account(number="1010", name="Subscriptions: monthly", type="income"),
    Account(number="7200", name="Output VAT", type="liability"),
)


class Surroundings(Context):
    """What a sink is handed: here a folder and a clock that is moved by hand."""

    def __init__(self, home: Path, clock: ManualClock) -> None:
        self.home = home
        self.log = logging.getLogger("test")
        self.connection_id = "books"
        self.start = 0
        self.clock = clock
        self.stop = False

    def now(self) -> int:
        return self.clock.now()

    def cancelled(self) -> bool:
        return self.stop


@dataclass
class OtherSide:
    """What stands at the other system, and how the next documents are treated.

    ``script`` names what happens to each document, in turn, and then ``"fine"``:
    ``lost`` (never arrives, the call raises), ``lost_reply`` (arrives, the call raises), ``late`` (arrives a
    minute after the call raised), ``silent`` (arrives, no receipt), ``skipped`` (does not, no receipt),
    ``rejected``, ``retry``, ``lie`` (accepted and thrown away), ``contradicted`` (arrives, two receipts that
    differ), ``foreign`` (arrives, the receipt has another key), ``altered`` (a minor unit is moved),
    ``down`` (the whole side is unreachable). ``poison`` holds keys whose mere sight makes a call raise.
    """

    clock: ManualClock
    documents: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    script: list[str] = field(default_factory=list)
    looks: list[str] = field(default_factory=list)
    poison: set[str] = field(default_factory=set)
    calls: list[list[str]] = field(default_factory=list)
    on_the_way: list[tuple[int, str, dict[str, Any]]] = field(default_factory=list)

    def take(self, key: str, body: Mapping[str, Any], *, idempotent: bool) -> None:
        if not idempotent or key not in [known for known, _ in self.documents]:
            self.documents.append((key, {**body, "lines": [dict(line) for line in body["lines"]]}))

    def arrive(self, *, idempotent: bool) -> None:
        due = [item for item in self.on_the_way if item[0] <= self.clock.now()]
        self.on_the_way = [item for item in self.on_the_way if item not in due]
        for _, key, body in due:
            self.take(key, body, idempotent=idempotent)

    def ids(self) -> list[str]:
        return [body["id"] for _, body in self.documents]


class MemorySink(Sink):
    """Writes to an :class:`OtherSide`, one document after the other."""

    batch: ClassVar[int] = 4

    def __init__(self, side: OtherSide, *, idempotent: bool = False, batch: int = 4) -> None:
        super().__init__(None)
        self.side = side
        vars(self).update(idempotent=idempotent, batch=batch)

    def check(self, ctx: Context) -> Health:
        return Health(ok=True)

    def deliver(self, ctx: Context, items: Sequence[Delivery]) -> Iterator[Receipt]:
        side = self.side
        side.arrive(idempotent=self.idempotent)
        side.calls.append([item.body["id"] for item in items])
        if side.poison & {item.key for item in items}:
            raise ValueError("a document that nobody can read")
        for item in items:
            yield from self._one(item, side.script.pop(0) if side.script else "fine")

    def _one(self, item: Delivery, fate: str) -> Iterator[Receipt]:
        side, key = self.side, item.key
        if fate == "down":
            raise ConnectionError("no route to host")
        if fate == "late":
            side.on_the_way.append((side.clock.now() + 60, key, dict(item.body)))
        if fate == "altered":
            lines = [dict(line) for line in item.body["lines"]]
            lines[0]["amount"] += 1
            lines[1]["amount"] -= 1
            side.take(key, {**item.body, "lines": lines}, idempotent=self.idempotent)
        elif fate not in ("lost", "late", "skipped", "rejected", "retry", "lie"):
            side.take(key, item.body, idempotent=self.idempotent)
        if fate in ("lost", "lost_reply", "late"):
            raise TimeoutError("timed out") if fate == "late" else RuntimeError("connection reset")
        if fate in ("silent", "skipped"):
            return
        if fate == "foreign":
            yield Receipt("somebody-else", "accepted")
            return
        state: Any = fate if fate in ("rejected", "retry") else "accepted"
        yield Receipt(key, state, remote_id=f"r-{item.body['id']}", why="" if fate == "fine" else fate)
        if fate == "contradicted":
            yield Receipt(key, "rejected", why="on second thoughts")

    def find(self, ctx: Context, keys: Sequence[str]) -> Mapping[str, list[Remote]]:
        side = self.side
        side.arrive(idempotent=self.idempotent)
        look = side.looks.pop(0) if side.looks else "fine"
        if look == "raise" or side.poison & set(keys) & {"find"}:
            raise RuntimeError("search is broken")
        if look == "down":
            raise ConnectionError("no route to host")
        if look == "rubbish":
            return dict.fromkeys(keys, "nothing")  # type: ignore[arg-type]
        return {
            key: [Remote(f"r-{body['id']}", body) for known, body in side.documents if known == key]
            for key in keys
        }


class Crash(BaseException):
    """The process is gone: nothing of ours can catch it."""


class Office:
    """One book, one sink, and the same delivery again and again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = ManualClock()
        self.side = OtherSide(self.clock)
        self.context = Surroundings(folder, self.clock)
        self.store: Store = open_store(None, folder=folder)
        with self.store.writing():
            self.connection = self.store.connections.get("books", "memory").id

    def post(
        self, count: int = 1, *, day: date = date(2025, 1, 15), reverses: int | None = None
    ) -> list[int]:
        """Post entries of three lines, each with an amount of its own."""
        base = self.store.journal.count()
        drafts = [
            Draft(
                day=day, journal="sales", text=f"Invoice {base + n}", sources=(f"in_{base + n}",), rule="invoice",
                rule_version="1", reverses=reverses,
                lines=(
                    Line("6190", 12_500 + n, customer="cus_1", invoice=f"in_{base + n}"),
                    Line("1010", -10_000 - n, tax_code="S25"),
                    Line("7200", -2_500),
                ),
            )
            for n in range(1, count + 1)
        ]  # fmt: skip
        with self.store.writing():
            return append_all(self.store, drafts, posted_at="2025-01-15T10:00:00Z")

    def deliver(self, sink: Sink, **options: Any) -> DeliveryReport:
        """Run one delivery of this book to a sink."""
        return deliver(
            self.store, sink, self.context, connection=self.connection, book_id="acme", base_currency="DKK",
            now=self.clock.now, **options,
        )  # fmt: skip

    def sink(self, *, idempotent: bool = False, batch: int = 4) -> MemorySink:
        """Return a sink to the other side in memory."""
        return MemorySink(self.side, idempotent=idempotent, batch=batch)

    def restart(self) -> None:
        """Open the book again, as the next process does."""
        self.store.close()
        self.store = open_store(None, folder=self.folder)

    def rows(self) -> list[DeliveryRow]:
        """Return where every entry stands, in order of posting."""
        return self.store.outbox.all()

    def states(self) -> list[str]:
        """Return the state of every entry, in order of posting."""
        return [row.state for row in self.rows()]

    def inbox(self) -> list[tuple[str, str]]:
        """Return code and record of the open exceptions."""
        return [(item.code, item.record) for item in self.store.inbox.all() if item.status == "open"]

    def pass_quietly(self) -> None:
        """Let enough time pass that nothing is on its way any more."""
        self.clock.move(180)


@pytest.fixture(scope="session")
def empty_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a book with a chart and no entry, to be copied."""
    folder = tmp_path_factory.mktemp("empty")
    store = open_store(None, folder=folder)
    with store.writing():
        store.journal.keep_accounts(ACCOUNTS)
    store.close()
    return folder / "books.db"


@pytest.fixture
def new_office(empty_book: Path, tmp_path: Path) -> Iterator[Callable[[], Office]]:
    """Makes an office with a fresh book as often as it is called."""
    made: list[Office] = []

    def make() -> Office:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        shutil.copy(empty_book, folder)
        made.append(Office(folder))
        return made[-1]

    yield make
    for office in made:
        office.store.close()


@pytest.fixture
def office(new_office: Callable[[], Office]) -> Office:
    """One office with a fresh book."""
    return new_office()


@pytest.fixture
def crash_at(monkeypatch: pytest.MonkeyPatch) -> Callable[..., type[BaseException]]:
    """Kill the process the next time it comes to a checkpoint, or the time after so many more."""

    def plan(name: str, skip: int = 0) -> type[BaseException]:
        left = [skip]

        def reached(here: str) -> None:
            if here == name:
                left[0] -= 1
                if left[0] == -1:
                    raise Crash(name)

        monkeypatch.setattr(checkpoints, "checkpoint", reached)
        return Crash

    return plan


@pytest.fixture(scope="session")
def office_in(empty_book: Path) -> Callable[[Path], Office]:
    """Makes an office in a folder of the caller's, who closes its store."""

    def make(folder: Path) -> Office:
        shutil.copy(empty_book, folder)
        return Office(folder)

    return make
