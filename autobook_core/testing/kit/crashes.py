"""Where a process may die, and the way it does: nothing that a connector or the engine catches."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from copy import copy
from typing import Any

from autobook_core.connector import Context, Envelope, Page, Source, Stream
from autobook_core.domain.records import Record
from autobook_core.store.database import Database
from autobook_core.store.outbox import Connections
from autobook_core.testing.kit.trail import Visit


class Crash(KeyboardInterrupt):
    """The process is gone. The engine lets only this kind of interruption through."""


class Stopped(KeyboardInterrupt):
    """The kit ends a run that would never end by itself."""


class Points:
    """Counts how often a run comes past each named point, and kills it at the one that is armed.

    Attributes:
        seen: how often, by point.
        visits: every call of fetch that gave a page, over all the processes.
        aside: the run is at a stream that the kit's rows do not come by; nothing counts meanwhile.
    """

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self.visits: list[Visit] = []
        self.aside = False
        self._armed: tuple[str, int] | None = None

    def arm(self, point: str, hit: int) -> None:
        """Kill the run when it comes to a point for the n-th time from now."""
        self._armed = (point, self.seen[point] + hit)

    def disarm(self) -> None:
        """Kill nothing any more."""
        self._armed = None

    def visited(self, before: dict[str, Any] | None, page: Page) -> None:
        """Note a page that fetch gave."""
        if not self.aside:
            self.visits.append(Visit(before, page))

    def hit(self, point: str) -> None:
        """Come past a point.

        Raises:
            Crash: it is the armed one.
        """
        if self.aside:
            return
        self.seen[point] += 1
        if self._armed == (point, self.seen[point]):
            self._armed = None
            raise Crash(point)


class WatchedSource(Source):
    """A source whose calls are points at which a process may die; it remembers the cursors it was given."""

    def __init__(
        self, makers: Iterator[Source], points: Points, fetching: Callable[[Stream], object]
    ) -> None:
        """Watch the first source.

        Args:
            makers: gives another source for each page, or the same again and again.
            points: where a process may die.
            fetching: told before each page.
        """
        self._makers = makers
        self._fetching = fetching
        self._inner = next(makers)
        self._points = points
        self.asked: list[tuple[Stream, dict[str, Any] | None]] = []
        super().__init__(self._inner.config)
        vars(self).update(streams=self._inner.streams, limits=self._inner.limits)

    def narrowed(self, names: Collection[str] | None) -> "WatchedSource":
        """Return the same with these streams only; None: with all. What it is asked is remembered in one place."""
        other = copy(self)
        vars(other)["streams"] = tuple(
            stream for stream in self.streams if names is None or stream.name in names
        )
        return other

    def check(self, ctx: Context) -> Any:
        """Pass it on."""
        return self._inner.check(ctx)

    def fetch(self, ctx: Context, stream: Stream, cursor: dict[str, Any] | None) -> Page:
        """Pass it on, between two points."""
        self._fetching(stream)
        self._points.hit("before fetch")
        self.asked.append((stream, cursor))
        given = None if cursor is None else dict(cursor)
        page = self._inner.fetch(ctx, stream, cursor)
        if isinstance(page, Page):
            self._points.visited(given, page)
        self._points.hit("after fetch")
        self._inner = next(self._makers)
        return page

    def translate(self, stream: Stream, raw: Any) -> Iterable[Record]:
        """Pass it on; each row is a point."""
        self._points.hit("translate")
        return self._inner.translate(stream, raw)

    def envelope(self, stream: Stream, raw: bytes) -> Envelope:
        """Pass it on."""
        return self._inner.envelope(stream, raw)

    def migrate_cursor(self, stream: Stream, version: int, cursor: dict[str, Any]) -> dict[str, Any] | None:
        """Pass it on."""
        return self._inner.migrate_cursor(stream, version, cursor)


class WatchedConnections(Connections):
    """Cursors whose move, inside the commit that lands the rows, is a point."""

    def __init__(self, database: Database, points: Points) -> None:
        super().__init__(database)
        self._points = points

    def move_cursor(self, connection: int, stream: str, version: int, position: str, now: int) -> None:
        """Move it; a process may die just before, with the rows written and not committed."""
        self._points.hit("landing")
        super().move_cursor(connection, stream, version, position, now)
