"""A sandbox of the live service: read page by page with the engine's own client, as often as the cases want."""

import logging
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from autobook_core.clock import Clock
from autobook_core.connector import Context, Envelope, Health, Page, Source, Stream, secret_values
from autobook_core.http import HttpClient, open_http
from autobook_core.intake.context import RunContext
from autobook_core.intake.landing import raw_row
from autobook_core.logs import redacting_logger
from autobook_core.store.rows import RawRow
from autobook_core.testing.kit.case import Broken, require
from autobook_core.testing.kit.drive import some

LOGGER = "autobook_core.testing.live"
#: Edges between pages at which a reading is begun again.
MOST_EDGES = 6

Mark = Callable[[Stream, Envelope], int]


def mark_of(stream: Stream, item: Envelope) -> int:
    """Return the instant (seconds UTC) a filter goes by: the version, where it is an instant, or else the birth."""
    del stream
    if type(item.version) is int:
        return item.version
    try:
        moment = datetime.fromisoformat(str(item.version))
    except ValueError:
        return item.created
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(moment.timestamp())


@dataclass
class Reading:
    """Everything that one reading of a stream brought.

    Attributes:
        start: the instant (seconds UTC) it began at.
        asked: the cursor each page was asked with.
        pages: the pages.
    """

    start: int
    asked: list[dict[str, Any] | None] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)

    @property
    def items(self) -> list[Envelope]:
        """Return the rows as they came, doubles and all."""
        return [item for page in self.pages for item in page.items]

    @property
    def newest(self) -> dict[str, Envelope]:
        """Return the newest version of each row by its id, in the order they were listed."""
        found: dict[str, Envelope] = {}
        for item in self.items:
            known = found.get(item.id)
            if known is None or raw_row(item).version >= raw_row(known).version:
                found[item.id] = item
        return found


class Sandbox:
    """One connector with real settings and its other side. It is lent to one case after the other."""

    def __init__(
        self,
        make_source: Callable[[], Source],
        *,
        clock: Clock,
        start: int,
        most_pages: int,
        touch: Callable[[Context], str],
        keep_refresh_token: Callable[[str], None],
        mark: Mark = mark_of,
        api: type[Any] | None = None,
    ) -> None:
        """Open the client; nothing is asked yet.

        Args:
            make_source: makes the connector.
            clock: measures waits.
            start: the instant (seconds UTC) at which a whole reading begins.
            most_pages: how many pages a stream may have from there.
            touch: changes one row in the sandbox and returns its id, or raises NotSupported.
            keep_refresh_token: told a refresh token that replaces the one in use.
            mark: the instant of a row that the filter goes by.
            api: the fake that stands for this service offline.
        """
        self.make_source = make_source
        self.start = start
        self.mark = mark
        self.touch = touch
        self.api = api
        self._most_pages = most_pages
        self._closing = ExitStack()
        self._clock = clock
        self.source = make_source()
        self.secrets = secret_values(self.source.config)
        self._home = Path(self._closing.enter_context(TemporaryDirectory(prefix="autobook-live-")))
        self._http: HttpClient = self._closing.enter_context(
            open_http(
                base_url=self.source.base_url,
                auth=self.source.auth(),
                limits=self.source.limits,
                secrets=self.secrets,
                log=logging.getLogger(LOGGER),
                clock=clock,
                save_refresh_token=keep_refresh_token,
            )
        )
        self._first: dict[str, Reading] = {}
        self._second: dict[str, Reading] = {}
        self._windows: dict[str, list[Reading]] = {}
        self._health: Health | None = None

    def context(self, start: int | None = None) -> RunContext:
        """Return the surroundings of a run that wants to know from an instant on."""
        return RunContext(
            http=self._http,
            log=redacting_logger(LOGGER, self._http.redactor),
            connection_id="live",
            start=self.start if start is None else start,
            home=self._home,
            clock=self._clock,
        )

    @property
    def health(self) -> Health:
        """Return what the connector says of these settings; it is asked once."""
        if self._health is None:
            self._health = self.make_source().check(self.context())
        return self._health

    def fetch(self, stream: Stream, cursor: Mapping[str, Any] | None, start: int | None = None) -> Page:
        """Ask a new connector object for one page."""
        return self.make_source().fetch(self.context(start), stream, None if cursor is None else dict(cursor))

    def read(self, stream: Stream, start: int | None = None) -> Reading:
        """Read a stream to its end.

        Raises:
            Broken: it has too many pages, or does not get on.
        """
        reading = Reading(self.start if start is None else start)
        cursor: dict[str, Any] | None = None
        for _ in range(self._most_pages):
            page = self.fetch(stream, cursor, start)
            reading.asked.append(cursor)
            reading.pages.append(page)
            if not page.has_more:
                return reading
            require(page.cursor != cursor, f"{stream.name} says there is more, with an unchanged cursor")
            cursor = page.cursor
        raise Broken(
            f"{stream.name} has more than {self._most_pages} pages in this sandbox; "
            "begin later (start = ...) or allow more (most_pages = ...) in the contract"
        )

    def first(self, stream: Stream) -> Reading:
        """Return the whole stream, read once."""
        if stream.name not in self._first:
            self._first[stream.name] = self.read(stream)
        return self._first[stream.name]

    def second(self, stream: Stream) -> Reading:
        """Return the whole stream as it was read after the first time."""
        self.first(stream)
        if stream.name not in self._second:
            self._second[stream.name] = self.read(stream)
        return self._second[stream.name]

    def windows(self, stream: Stream) -> list[Reading]:
        """Return readings that begin at the rows on both sides of the edges between pages."""
        if stream.name not in self._windows:
            pages = [page.items for page in self.first(stream).pages if page.items]
            rows = [row for one, other in pairwise(pages) for row in (one[-1], other[0])]
            marks = sorted({self.mark(stream, row) for row in rows})
            chosen = [marks[number - 1] for number in some(len(marks), MOST_EDGES)]
            self._windows[stream.name] = [self.read(stream, start) for start in chosen]
        return self._windows[stream.name]

    def high(self, stream: Stream) -> int:
        """Return the latest instant of any row when the stream was read first; later rows are news."""
        return max((self.mark(stream, item) for item in self.first(stream).items), default=0)

    def row(self, item: Envelope) -> RawRow:
        """Return a row as it would be stored."""
        return raw_row(item)

    def close(self) -> None:
        """Keep everything for the next case; :meth:`end` lets go."""

    def end(self) -> None:
        """Let go of the client."""
        self._closing.close()
