"""The bench for sinks: a real book with entries, the delivery that runs in production, and a fake other side."""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from datetime import date
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import cast
from unittest.mock import patch

import httpx

from autobook_core.clock import ManualClock
from autobook_core.connector import secret_values
from autobook_core.delivery import checkpoints
from autobook_core.delivery.render import delivery_key
from autobook_core.delivery.send import DeliveryReport, deliver
from autobook_core.domain.journal import Draft, Line
from autobook_core.http import HttpClient, open_http
from autobook_core.intake.context import RunContext
from autobook_core.ledger.append import append_all
from autobook_core.logs import redacting_logger
from autobook_core.store.store import Store
from autobook_core.testing.kit.bench import LOGGER, NAME, no_network
from autobook_core.testing.kit.books import new_database, new_terms
from autobook_core.testing.kit.case import NotApplicable, require
from autobook_core.testing.kit.crashes import Crash, Points, Stopped
from autobook_core.testing.kit.disk import Disk
from autobook_core.testing.kit.paper import Nobody, Paper
from autobook_core.testing.kit.shelf import FakeDocuments, FakeService, Kept, Shelf, SinkSubject

BOOK = "kit"
#: Amount of the first entry in minor units; each further one is a minor unit larger.
FIRST = 1_234_507
#: Longer than any request may still be on its way, in seconds.
QUIET = 600

SinkFault = Callable[["Remote", httpx.Request], httpx.Response]


class Remote(httpx.BaseTransport):
    """The other side as a transport: it keeps documents, and fails where a case says so."""

    def __init__(self, subject: SinkSubject, api: FakeService, points: Points) -> None:
        self._api = api
        self._points = points
        self.shelf = Shelf(idempotent=bool(subject.sink.idempotent))
        self.calls: list[httpx.Request] = []
        self._faults: dict[int, SinkFault] = {}
        self._always: SinkFault | None = None

    def fail(self, fault: SinkFault, request: int) -> None:
        """Let the n-th request from now fail."""
        self._faults[len(self.calls) + request] = fault

    def fail_all(self, fault: SinkFault | None) -> None:
        """Let every request fail, or none any more."""
        self._always = fault
        self._faults.clear()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        self.calls.append(request)
        if len(self.calls) > 2_000:
            raise Stopped("the sink asked more than 2000 times")
        self._points.hit("request")
        fault = self._faults.pop(len(self.calls), self._always)
        response = self.answer(request) if fault is None else fault(self, request)
        self._points.hit("answer")
        return response

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Return what the other side says when nothing is wrong."""
        response = self._api.respond(request, self.shelf)
        response.read()
        return response


class SinkBench:
    """Delivers the entries of one book through one sink, as often and as badly as a case wants."""

    def __init__(self, subject: SinkSubject) -> None:
        self.subject = subject
        self.clock = ManualClock()
        self.points = Points()
        self._database = new_database()
        self._http: HttpClient | None = None
        self._made: list[SinkBench] = []
        self._closing = ExitStack()
        self._closing.callback(self._database.close)
        self._closing.enter_context(no_network())
        self._home = Path(self._closing.enter_context(TemporaryDirectory(prefix="autobook-kit-")))
        self._disk = Disk(self._home, self.points)
        try:
            self.remote: Remote | Nobody
            self.shelf: Shelf | Paper
            self.remote, self.shelf = self._other_side()
            self.boot()
        except BaseException:
            self.close()
            raise

    def _other_side(self) -> tuple[Remote, Shelf] | tuple[Nobody, Paper]:
        api = self.subject.api()
        if hasattr(api, "documents"):
            return Nobody(), Paper(cast(FakeDocuments, api), self._home, self.find_under)
        require(hasattr(api, "respond"), "the fake has neither respond() nor documents()")
        remote = Remote(self.subject, api, self.points)
        return remote, remote.shelf

    @property
    def on_disk(self) -> bool:
        """Tell whether the sink writes files."""
        return isinstance(self.shelf, Paper)

    @property
    def disk(self) -> Disk:
        """Return what a sink of files writes to.

        Raises:
            NotApplicable: it writes none.
        """
        if not self.on_disk:
            raise NotApplicable("the sink writes no files")
        return self._disk

    def boot(self) -> None:
        """Start the process: everything but the database is new."""
        if self._http is not None:
            self._http.close()
        self.store = Store(self._database)
        with self.store.writing():
            self.connection = self.store.connections.get(NAME, NAME).id
        self.sink = self.subject.make_sink()
        self._http = open_http(
            base_url=self.sink.base_url, auth=self.sink.auth(), limits=self.sink.limits,
            secrets=secret_values(self.sink.config), log=logging.getLogger(LOGGER), clock=self.clock,
            transport=self.remote, save_refresh_token=lambda token: None, random=Random(7),
        )  # fmt: skip
        self.context = RunContext(
            http=self._http, log=redacting_logger(LOGGER, self._http.redactor), connection_id=NAME, start=0,
            home=self._home, clock=self.clock,
        )  # fmt: skip

    def post(self, count: int, *, texts: Sequence[str] = ()) -> list[int]:
        """Post entries, with texts if some are given, and return their amounts, each one of its own, in minor units."""
        before = self.store.journal.count()
        accounts = {account.type: account.number for account in new_terms().chart.accounts}
        amounts = [FIRST + before + n for n in range(count)]
        drafts = [
            Draft(
                day=date(2025, 1, 15), journal="sales", text=text, sources=(f"in_{amount}",),
                rule="invoice", rule_version="1",
                lines=(Line(accounts["asset"], amount), Line(accounts["income"], -amount)),
            )
            for amount, text in zip(amounts, texts or [f"Invoice {amount}" for amount in amounts], strict=True)
        ]  # fmt: skip
        with self.store.writing():
            append_all(self.store, drafts, posted_at="2025-01-15T10:00:00Z")
        return amounts

    # Running.

    def deliver(self) -> DeliveryReport:
        """Run one delivery.

        Raises:
            Crash: the process died at the armed point.
        """
        with patch.object(checkpoints, "checkpoint", self._come_past), self.watched():
            return deliver(
                self.store, self.sink, self.context, connection=self.connection, book_id=BOOK,
                base_currency="DKK", now=self.clock.now,
            )  # fmt: skip

    def _come_past(self, point: str) -> None:
        self.points.hit(point)
        if point == checkpoints.AFTER_RECEIPTS and self.on_disk:
            for amount in self.shelf.altered:
                require(self.disk.alter(amount), "amounts in the files are in no form that the kit can alter")

    def watched(self) -> AbstractContextManager[None]:
        """Watch what is written meanwhile, where the sink writes files."""
        return self._disk.watched() if self.on_disk else nullcontext()

    def survive(self) -> None:
        """Deliver; where the process dies on the way, start it again."""
        try:
            self.deliver()
        except Crash:
            self.boot()

    def settle(self) -> None:
        """End all trouble, and deliver until nothing is on its way any more."""
        self.remote.fail_all(None)
        self._disk.full = False
        self.points.disarm()
        for _ in range(4):
            self.clock.move(QUIET)
            self.deliver()

    # Judging.

    def states(self) -> dict[int, str]:
        """Return the state of each entry's delivery by its amount."""
        return {FIRST + row.entry - 1: row.state for row in self.store.outbox.all()}

    def keys(self) -> dict[int, str]:
        """Return the key of each entry by its amount."""
        entries = self.store.journal.entries(0, 1_000_000)
        return {FIRST + entry.id - 1: delivery_key(BOOK, NAME, entry) for entry in entries}

    def check(self, *, refused: frozenset[int] = frozenset()) -> None:
        """Hold the other side to the book: every entry stands there once, under its key, and is known to.

        Raises:
            Broken: one is lost, stands twice, has another key, or is believed to be what it is not.
        """
        states, keys = self.states(), self.keys()
        for amount, key in keys.items():
            there = self.shelf.holding(amount)
            if amount in refused:
                require(not there, f"the refused entry of {amount} stands there")
                require(
                    states.get(amount) == "rejected",
                    f"a refused entry is {states.get(amount)}, not rejected: its receipt did not say so",
                )
                continue
            require(there, f"the entry of {amount} does not stand there; the book says {states.get(amount)}")
            require(len(there) == 1, f"the entry of {amount} stands there {_how_often(there, key)}")
            require(
                there[0].key == key,
                f"the entry of {amount} has another key there than the one it was sent with",
            )
            require(
                states.get(amount) == "verified",
                f"an entry that stands there is {states.get(amount)}, not verified: find does not give it back as it "
                "was sent",
            )

    def find(self, amount: int) -> list[Kept]:
        """Ask a new connector object what stands under the key of an entry."""
        return self.find_under(self.keys()[amount])

    def find_under(self, key: str) -> list[Kept]:
        """Ask a new connector object what stands under a key."""
        found = self.subject.make_sink().find(self.context, [key])
        return [Kept(key, item.remote_id, dict(item.body)) for item in found.get(key, [])]

    def another(self) -> "SinkBench":
        """Return a fresh bench for the same sink; it is closed with this one."""
        made = SinkBench(self.subject)
        self._made.append(made)
        return made

    def close(self) -> None:
        """Let go of everything."""
        for made in self._made:
            made.close()
        if self._http is not None:
            self._http.close()
        self._closing.close()


def _how_often(there: Sequence[Kept], key: str) -> str:
    """Say how often a document stands there, and how that came about."""
    if any(item.key != key for item in there):
        return (
            f"{len(there)} times, under keys of the connector's own: every attempt to deliver it carries Delivery.key, "
            "so that it is found again"
        )
    return (
        f"{len(there)} times under one key: it was sent again before anybody looked whether the first had arrived; a "
        "sink does not retry by itself, and gives an idempotency_key only to a server that honours it"
    )
