"""The bench: one connector, one fake other side, and the engine that runs in production, with time standing still."""

import logging
import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import repeat
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, cast
from unittest.mock import patch

from autobook_core.bookkeeping.batch import Bookkeeper
from autobook_core.bookkeeping.batch import Source as BookSource
from autobook_core.bookkeeping.loop import Loop
from autobook_core.clock import ManualClock
from autobook_core.connector import OAuth2, Page, Source, Stream, secret_values
from autobook_core.http import HttpClient, open_http
from autobook_core.intake.context import RunContext
from autobook_core.intake.fetching import Connection, Fetched, fetch_all
from autobook_core.intake.translation import Translator
from autobook_core.logs import redacting_logger
from autobook_core.store.store import Store
from autobook_core.testing.kit.books import new_database, new_terms
from autobook_core.testing.kit.case import Broken, NotApplicable, require
from autobook_core.testing.kit.crashes import Crash, Points, Stopped, WatchedConnections, WatchedSource
from autobook_core.testing.kit.fake import FakeFiles, Subject
from autobook_core.testing.kit.folder import Folder
from autobook_core.testing.kit.server import Server
from autobook_core.testing.kit.state import State, check_same, check_truth, pages_of, read_state
from autobook_core.testing.kit.trail import Trail
from autobook_core.testing.kit.world import PAST, START, STEP, World

NAME = "kit"
LOGGER = "autobook_core.testing.kit"
#: Long enough for every wait, hold and late row to be over.
LATER = 4_000

logging.getLogger(LOGGER).addHandler(logging.NullHandler())


class Bench:
    """Runs one connector against one other side, as often and as badly as a case wants."""

    def __init__(self, subject: Subject, *, forgetful: bool = False) -> None:
        """Set up a fresh book; ``forgetful`` gives the engine a new connector object for every page."""
        self.subject = subject
        self.forgetful = forgetful
        step = max(STEP, *(stream.lookback for stream in subject.source.streams))
        self.clock = ManualClock(START + PAST * step)
        self.points = Points()
        self.api = subject.api()
        self.world = World(self.api, self.clock, step=step)
        self._database = new_database()
        self._terms = new_terms()
        self._http: HttpClient | None = None
        self._made: list[Bench] = []
        self._closing = ExitStack()
        self._closing.callback(self._database.close)
        self._closing.enter_context(no_network())
        self._home = Path(self._closing.enter_context(TemporaryDirectory(prefix="autobook-kit-")))
        try:
            self.server = self._other_side()
            self.boot()
            _ = self.stream
        except BaseException:
            # A connector or a fake that cannot be made would leave this process without a network.
            self.close()
            raise

    def boot(self) -> None:
        """Start the process: everything but the database is new."""
        if self._http is not None:
            self._http.close()
        self.store = Store(self._database)
        self.store.connections = WatchedConnections(self._database, self.points)
        with self.store.writing():
            number = self.store.connections.get(NAME, NAME).id
        source = WatchedSource(self._sources(), self.points, self._fetching)
        plain = self.subject.make_source()
        auth = plain.auth()
        if isinstance(auth, OAuth2) and isinstance(self.server, Server):
            self.server.token_url = auth.token_url
        self._http = open_http(
            base_url=plain.base_url,
            auth=auth,
            limits=plain.limits,
            secrets=secret_values(plain.config),
            log=logging.getLogger(LOGGER),
            clock=self.clock,
            transport=self.server,
            save_refresh_token=lambda token: None,
            random=Random(7),
        )
        self.context = RunContext(
            http=self._http,
            log=redacting_logger(LOGGER, self._http.redactor),
            connection_id=NAME,
            start=START,
            home=self._home,
            clock=self.clock,
        )
        self.source = source
        self.connection = Connection(
            number,
            NAME,
            NAME,
            source.narrowed(getattr(self.api, "tells", None)),
            Translator(source),
            self.context,
        )

    def _other_side(self) -> Server | Folder:
        if hasattr(self.api, "files"):
            return Folder(cast(FakeFiles, self.api), self.world, self.clock, self.points, self._home)
        require(hasattr(self.api, "respond"), "the fake has neither respond() nor files()")
        return Server(self.api, self.world, self.clock, self.points)

    def _fetching(self, stream: Stream) -> None:
        """Count only what the kit's rows come by."""
        self.points.aside = stream.name != self.stream.name
        if isinstance(self.server, Folder) and not self.points.aside:
            self.server.fetching()

    @property
    def folder(self) -> Folder:
        """Return the other side of a connector that reads files.

        Raises:
            NotApplicable: it reads none.
        """
        if not isinstance(self.server, Folder):
            raise NotApplicable("the connector reads no files")
        return self.server

    def _sources(self) -> Iterator[Source]:
        if not self.forgetful:
            return repeat(self.subject.make_source())
        return iter(self.subject.make_source, None)

    @property
    def stream(self) -> Stream:
        """Return the stream that the kit's rows come by: the one the fake names, or the first."""
        streams = self.source.streams
        name = getattr(self.api, "stream", streams[0].name)
        found = next((stream for stream in streams if stream.name == name), None)
        if found is None:
            raise Broken(
                f"the fake's stream {name!r} is none of the connector's: {[one.name for one in streams]}"
            )
        return found

    @property
    def read(self) -> Sequence[Stream]:
        """Return the streams that a run reads: those the fake tells rows of, or all."""
        return self.connection.source.streams

    @property
    def page_size(self) -> int:
        """Return how many rows the fake gives in a page."""
        return self.api.page_size

    # Running.

    def sync(self, *, afresh: bool = False) -> Fetched:
        """Fetch everything new and book it, as a sync does.

        Raises:
            Crash: the process died at the armed point.
            Stopped: the run would not have ended.
        """
        self.server.tell()
        self.server.most = len(self.server.calls) + 400
        try:
            (report,) = fetch_all(
                self.store, [self.connection], now=self.clock.now, landed=self._landed, afresh=afresh
            )
        finally:
            self.points.aside = False
        self.book()
        return report

    def _landed(self, report: Fetched) -> None:
        del report
        self.points.hit("committed")

    def book(self) -> None:
        """Translate and book what has landed."""
        number = self.connection.id
        keeper = Bookkeeper(self._terms, {number: BookSource(number, NAME, self.connection.translator)})
        today = datetime.fromtimestamp(self.clock.now(), UTC).date()
        Loop(self.store, keeper, now=self.clock.now).run(through=today)
        self.points.hit("booked")

    def survive(self) -> None:
        """Sync; where the process dies on the way, start it again and sync until it does not."""
        for _ in range(8):
            try:
                self.sync()
                return
            except Crash:
                self.boot()
        raise Broken("the run never came through")

    def settle(self) -> None:
        """End all trouble, let time pass, and sync until nothing is on its way."""
        self.server.recover()
        self.points.disarm()
        self.clock.move(LATER)
        for _ in range(2):
            try:
                report = self.sync()
            except Stopped as stopped:
                raise Broken(str(stopped)) from None
            require(
                report.outcome == "ok",
                f"with the trouble over, the sync ends {report.outcome}: {report.error}",
            )

    def sync_well(self, *, afresh: bool = False) -> Fetched:
        """Sync, which must end well."""
        report = self.sync(afresh=afresh)
        require(report.outcome == "ok", f"the sync ended {report.outcome}: {report.error}")
        return report

    def fetch(self, cursor: dict[str, Any] | None, stream: Stream | None = None) -> Page:
        """Ask a new connector object for one page, outside of any run."""
        return self.subject.make_source().fetch(self.context, stream or self.stream, cursor)

    # Judging.

    def state(self) -> State:
        """Return what stands in the books."""
        return read_state(Store(self._database), self.stream.name, self.server.documents)

    def check(self) -> None:
        """Hold the books to the other side's own rows."""
        facts = {self.world.id_of(self.world.row(fact)): fact for fact in self.world.facts.values()}
        rows = {name: self.world.row(fact) for name, fact in facts.items()}
        trail = Trail(self.points.visits, self.server.answers, facts, rows)
        check_truth(self.state(), self.world, self.subject.make_source(), trail)

    def check_like(self, clean: State) -> None:
        """Hold the books to the other side's own rows, and to those of a run without trouble."""
        self.check()
        check_same(self.state(), clean)

    def dump(self) -> str:
        """Return everything the store holds, pages unpacked, as text."""
        rows = [str(row) for page in pages_of(Store(self._database)) for row in page.rows]
        return "\n".join([*self._database.raw.iterdump(), *rows])

    # More of the same.

    def another(self, *, forgetful: bool = False) -> "Bench":
        """Return a fresh bench for the same connector; it is closed with this one."""
        made = Bench(self.subject, forgetful=forgetful)
        self._made.append(made)
        return made

    def close(self) -> None:
        """Let go of the database, the client and every further bench."""
        for made in self._made:
            made.close()
        if self._http is not None:
            self._http.close()
        self._closing.close()


class NetworkUsed(OSError):
    """The connector went past ``ctx.http``."""


@contextmanager
def no_network() -> Iterator[None]:
    """Refuse every connection and every look-up of a name, in this process."""

    def refuse(*_: Any, **__: Any) -> Any:
        raise NetworkUsed(
            "the connector went past ctx.http to the network, where no limit and no fault reaches it"
        )

    with (
        patch.object(socket.socket, "connect", refuse),
        patch.object(socket, "getaddrinfo", refuse),
        patch.object(socket, "create_connection", refuse),
    ):
        yield
