"""Importing: envelopes as JSON Lines, offline. The same landing as everything else.

One object a line: ``source``, ``type``, ``data`` and optional ``api_version``, ``received_at``, ``via``,
``event_id``, ``event_created``. A line that cannot be read is reported with its number and kept
aside; the others go on.
"""

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime

import msgspec

from autobook_core.connector import Envelope, Malformed
from autobook_core.intake.landing import Landed, land, raw_row
from autobook_core.intake.translation import Translator
from autobook_core.store.rows import RawRow
from autobook_core.store.store import Store

#: The built-in source that keeps lines nobody can read.
UNREADABLE = "import"
#: Rows of one stream that land as one page at most.
PAGE_ROWS = 1_000
#: Lines after which everything read so far lands and is booked, so that memory stays flat.
WINDOW = 5_000


class EnvelopeLine(msgspec.Struct):
    """One line of a file of envelopes."""

    source: str
    type: str
    data: msgspec.Raw
    received_at: str | None = None
    event_id: str | None = None


class Target(msgspec.Struct):
    """Where the envelopes of one source go."""

    connection: int
    translator: Translator


class Imported(msgspec.Struct):
    """What an import brought."""

    lines: int = 0
    new: int = 0
    known: int = 0
    problems: list[str] = msgspec.field(default_factory=list)


_decode = msgspec.json.Decoder(EnvelopeLine).decode

#: Problems told one by one; more are only counted.
_MOST_TOLD = 1_000


class Importer:
    """Lands envelopes page by page."""

    def __init__(
        self,
        store: Store,
        target: Callable[[str], Target | None],
        *,
        now: Callable[[], int],
        book: Callable[[], None],
        progress: Callable[[int], None] | None = None,
    ) -> None:
        """Prepare to land.

        Args:
            store: where the rows go.
            target: the connection for a source's name, or None where there is none.
            now: the clock.
            book: called whenever a window of lines has landed.
            progress: told how many lines were read since it was last told.
        """
        self._store = store
        self._target = target
        self._targets: dict[str, Target | None] = {}
        self._now = now
        self._book = book
        self._progress = progress
        self._waiting: dict[tuple[str, str], list[RawRow]] = {}
        self._origin = ""
        self.report = Imported()

    def take(self, name: str, lines: Iterable[bytes]) -> Imported:
        """Land every line of one file and return the report so far."""
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            self.report.lines += 1
            try:
                self._line(line)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError, Malformed) as error:
                self._problem(f"{name}:{number}: {getattr(error, 'why', '') or error}")
                self._unreadable(line)
            self._pause()
        self._land_all()
        return self.report

    def take_rows(self, source: str, rows: Iterable[tuple[str, Envelope]], *, origin: str) -> Imported:
        """Land the rows of a connection's own file, with their stream names."""
        self._targets.setdefault(source, self._target(source))
        self._origin = origin
        for stream, envelope in rows:
            self.report.lines += 1
            self._wait(source, stream, raw_row(envelope))
            self._pause()
        self._land_all()
        self._origin = ""
        return self.report

    def _line(self, line: bytes) -> None:
        envelope = _decode(line)
        source = envelope.source
        if source not in self._targets:
            self._targets[source] = self._target(source)
        target = self._targets[source]
        if target is None:
            raise Malformed("", f"no connection or connector is called {source!r}")
        stream = target.translator.streams.get(envelope.type)
        if stream is None:
            known = ", ".join(sorted(target.translator.streams))
            raise Malformed("", f"{source} knows no records of type {envelope.type!r} (known: {known})")
        data = bytes(envelope.data)
        received_at = _instant(envelope.received_at) if envelope.received_at else 0
        refused = ""
        try:
            wrapped = target.translator.source.envelope(stream, data)
        except Malformed as error:
            # Translation alone might find nothing wrong with it: a key that stands twice, say.
            wrapped, refused = Envelope(error.id, data=data), f"{error.code}: {error.why}"
        event_id = envelope.event_id or ""
        row = raw_row(wrapped, received_at=received_at, event_id=event_id, refused=refused)
        self._wait(source, envelope.type, row)

    def _unreadable(self, line: bytes) -> None:
        """Keep a line nobody can read, so that it is visible and can be read again one day."""
        self._targets.setdefault(UNREADABLE, self._target(UNREADABLE))
        line = line.rstrip(b"\r\n")
        digest = hashlib.sha256(line).hexdigest()[:32]
        self._wait(UNREADABLE, "line", raw_row(Envelope(digest, data=line)))

    def _wait(self, source: str, stream: str, row: RawRow) -> None:
        waiting = self._waiting.get((source, stream))
        if waiting is None:
            waiting = self._waiting[source, stream] = []
        waiting.append(row)

    def _pause(self) -> None:
        """Tell how far it is, and book what has landed, now and then."""
        if self._progress and not self.report.lines % PAGE_ROWS:
            self._progress(PAGE_ROWS)
        if not self.report.lines % WINDOW:
            self._land_all()
            self._book()

    def _land_all(self) -> None:
        """Land every page that was begun, in one commit."""
        if not self._waiting:
            return
        with self._store.writing():
            for key in sorted(self._waiting):
                self._land(key, self._waiting[key])
        self._waiting = {}

    def _land(self, key: tuple[str, str], rows: list[RawRow]) -> None:
        target = self._targets[key[0]]
        if target is None:
            return
        stream = target.translator.streams[key[1]]
        for start in range(0, len(rows), PAGE_ROWS):
            landed: Landed = land(
                self._store,
                connection=target.connection,
                stream=stream.name,
                rank=target.translator.rank(stream.name),
                rows=rows[start : start + PAGE_ROWS],
                received_at=self._now(),
                origin=self._origin,
                kind=stream.kind or None,
            )
            self.report.new += landed.new
            self.report.known += landed.known

    def _problem(self, text: str) -> None:
        if len(self.report.problems) < _MOST_TOLD:
            self.report.problems.append(text)


def _instant(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())
