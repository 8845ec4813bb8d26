"""Fetching: one connection's streams, page by page; each page lands with its cursor in one commit.

Connectors run in worker threads and never see the store; the store is written from one thread.
A killed run goes on with the page after the last one that landed.
"""

import hashlib
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

import msgspec

from autobook_core.connector import (
    AuthFailed,
    BadConfig,
    Context,
    CursorExpired,
    Page,
    RateLimited,
    Stream,
    Unavailable,
)
from autobook_core.connector import Source as SourceClass
from autobook_core.errors import AutobookError, ConnectorBug
from autobook_core.intake.landing import Landed, as_json, land, rows_of
from autobook_core.intake.translation import Translator
from autobook_core.store.store import Store

#: Times a page may say "more" without moving on before the connector is called broken.
_PATIENCE = 3
#: Pages one stream may bring in one run.
_MOST_PAGES = 1_000_000


class Fetched(msgspec.Struct, kw_only=True):
    """How fetching one connection went."""

    connection: str
    outcome: str = "ok"
    pages: int = 0
    rows: int = 0
    new: int = 0
    conflicts: int = 0
    retry_at: int | None = None
    error: str = ""
    fix: str = ""


class Connection(msgspec.Struct):
    """A source that is ready to be read."""

    id: int
    name: str
    type: str
    source: SourceClass
    translator: Translator
    context: Context


class _Run:
    """Where one connection's run stands."""

    def __init__(self, store: Store, connection: Connection, *, afresh: bool) -> None:
        self.store = store
        self.afresh = afresh
        self.connection = connection
        self.report = Fetched(connection=connection.name)
        self.streams: Iterator[Stream] = iter(connection.source.streams)
        self.stream: Stream | None = None
        self.cursor: dict[str, Any] | None = None
        self.stuck = 0
        self.been: set[bytes] = set()
        self.expired = 0

    def next_stream(self) -> bool:
        """Go on to the next stream; tell whether there is one."""
        self.stream = next(self.streams, None)
        if self.stream is None:
            return False
        self.cursor, self.stuck, self.expired = self._stored_cursor(self.stream), 0, 0
        self.been = set()
        return True

    def _stored_cursor(self, stream: Stream) -> dict[str, Any] | None:
        stored = self.store.connections.cursor(self.connection.id, stream.name)
        if stored is None or self.afresh:
            return None
        version, position = stored
        cursor: dict[str, Any] = msgspec.json.decode(position)
        if version == stream.cursor_version:
            return cursor
        return self.connection.source.migrate_cursor(stream, version, cursor)

    def fetch(self) -> Page:
        """Ask for the next page. Runs in a worker thread."""
        assert self.stream is not None
        cursor = None if self.cursor is None else dict(self.cursor)
        page = self.connection.source.fetch(self.connection.context, self.stream, cursor)
        cursor_given: object = getattr(page, "cursor", None)
        if type(page) is not Page or not isinstance(cursor_given, Mapping):
            raise ConnectorBug(f"fetch gave a {type(page).__name__}, not a Page with a cursor")
        return page

    def land(self, page: Page, now: int) -> bool:
        """Keep a page and its cursor; tell whether the stream has more."""
        stream, connection = self.stream, self.connection
        assert stream is not None
        rows = rows_of(page.items)
        with self.store.writing():
            landed: Landed = land(
                self.store,
                connection=connection.id,
                stream=stream.name,
                rank=connection.translator.rank(stream.name),
                rows=rows,
                received_at=now,
                origin=page.origin,
                kind=stream.kind or None,
            )
            if page.cursor != self.cursor:
                self.store.connections.move_cursor(
                    connection.id, stream.name, stream.cursor_version, as_json(page.cursor), now
                )
        report = self.report
        report.pages += 1
        report.rows += landed.rows
        report.new += landed.new
        report.conflicts += landed.conflicts
        self._watch_progress(page)
        self.cursor = dict(page.cursor)
        return page.has_more

    def _watch_progress(self, page: Page) -> None:
        """Count how often a stream that says "more" is where it has been before in this run."""
        position = hashlib.sha256(as_json(page.cursor).encode()).digest()[:12]
        if page.has_more and position in self.been:
            self.stuck += 1
        self.been.add(position)
        if self.stuck > _PATIENCE or self.report.pages > _MOST_PAGES:
            name = self.stream.name if self.stream else ""
            raise ConnectorBug(f"stream {name} says there is more but does not move on")

    def restart_window(self, error: CursorExpired) -> None:
        """Forget the page token, so that the frozen window is read again from its beginning."""
        self.expired += 1
        if self.expired > _PATIENCE:
            raise error
        kept = {key: value for key, value in (self.cursor or {}).items() if key != "token"}
        self.cursor = kept or None
        self.been.clear()

    def fail(self, error: BaseException, now: int) -> None:
        """Say how the run ended."""
        report = self.report
        report.error = str(error) or type(error).__name__
        report.fix = getattr(error, "fix", "") or _fix(error, report.connection)
        report.outcome = "failed"
        if isinstance(error, RateLimited):
            report.outcome, report.retry_at = "parked", now + error.retry_after_seconds
        elif isinstance(error, Unavailable):
            report.retry_at = now + (error.retry_after_seconds or 300)


def fetch_all(
    store: Store,
    connections: list[Connection],
    *,
    now: Callable[[], int],
    landed: Callable[[Fetched], None],
    workers: int = 4,
    afresh: bool = False,
) -> list[Fetched]:
    """Read every connection until nothing is new; one that fails leaves the others alone.

    Args:
        store: where pages land.
        connections: sources that are ready.
        now: the clock.
        landed: told after each page that landed.
        workers: threads that talk to the sources.
        afresh: read every stream again from its beginning: finds what no cursor can.
    """
    runs = [_Run(store, connection, afresh=afresh) for connection in connections]
    pool = ThreadPoolExecutor(max_workers=max(1, min(workers, len(runs))), thread_name_prefix="fetch")
    active: dict[Future[Page], _Run] = {}
    try:
        for run in runs:
            if run.next_stream():
                active[pool.submit(run.fetch)] = run
        while active:
            finished, _ = wait(active, return_when=FIRST_COMPLETED)
            for future in finished:
                run = active.pop(future)
                if _took(run, future, now):
                    active[pool.submit(run.fetch)] = run
                landed(run.report)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return [run.report for run in runs]


def _took(run: _Run, future: "Future[Page]", now: Callable[[], int]) -> bool:
    """Land what a fetch brought; tell whether the run goes on."""
    try:
        try:
            more = run.land(future.result(), now())
        except CursorExpired as error:
            run.restart_window(error)
            more = True
    except AutobookError as error:
        run.fail(error, now())
        return False
    except (KeyboardInterrupt, MemoryError):
        raise
    except BaseException as error:  # noqa: BLE001 - a stranger's code, even its SystemExit, ends only its run
        run.fail(_meaning(error), now())
        return False
    return more or run.next_stream()


def _meaning(error: BaseException) -> AutobookError:
    """Return what a connector's stray error means: an answer it let through, or a fault of its own."""
    client = sys.modules.get("httpx")  # not loaded, it cannot have raised
    if client is not None and isinstance(error, client.HTTPError):
        return Unavailable(f"the other side refused: {error}")
    return ConnectorBug(f"{type(error).__name__}: {error}")


def _fix(error: BaseException, name: str) -> str:
    if isinstance(error, AuthFailed):
        return f"renew the credentials of {name}, then: autobook check {name}"
    if isinstance(error, BadConfig):
        return f"mend {error.field or 'the settings'} in connections/{name}.toml"
    if isinstance(error, (RateLimited, Unavailable)):
        return f"nothing: autobook sync {name} goes on where it stopped"
    return f"report it to the authors of the connector; autobook sync {name} tries again"
