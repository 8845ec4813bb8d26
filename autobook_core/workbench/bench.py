"""The workbench itself: what ``autobook dev`` calls. Everything that comes back is JSON-able and without secrets."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec

from autobook_core.bookkeeping.desk import store_url
from autobook_core.clock import Clock
from autobook_core.connector import Source, Stream
from autobook_core.domain.records import Record
from autobook_core.errors import ConfigurationError
from autobook_core.intake.golden_form import golden, golden_bytes
from autobook_core.intake.translation import Refusal, Translator
from autobook_core.store.opening import open_store
from autobook_core.workbench import replaying
from autobook_core.workbench.checking import ask, checked
from autobook_core.workbench.failing import own_lines
from autobook_core.workbench.opening import Opened, opened, reader
from autobook_core.workbench.paging import Begin, Cursor, Pager, Progress, drain, fetch_pages
from autobook_core.workbench.posting import Posted, post
from autobook_core.workbench.recording import golden_paths, refuse_production, write_golden
from autobook_core.workbench.rows import (
    SampleRow,
    chosen_stream,
    meanings,
    raised_by,
    rows_of_file,
    rows_of_session,
    told,
)
from autobook_core.workbench.session import KeptRow, Session
from autobook_core.workbench.subject import Place, Subject, find_subject

#: How translation calls a row on which the connector itself failed.
CONNECTOR_BUG = "connector_bug"


class Workbench:
    """One connector on the bench."""

    def __init__(
        self, subject: Subject, place: Place, *, folder: Path, clock: Clock, progress: Progress
    ) -> None:
        """Put a connector on the bench; it is not called yet.

        Args:
            subject: what is tried.
            place: the book and the plugins there are.
            folder: where ``.autobook-dev`` lies.
            clock: for everything that asks for the time.
            progress: told of rows while pages come.
        """
        self.subject = subject
        self.place = place
        self.clock = clock
        self.session = Session(folder, subject.name)
        self._progress = progress

    @contextmanager
    def _open(self) -> Iterator[Opened]:
        with opened(self.subject, self.clock, self.place.env, self.session) as ready:
            yield ready

    def check(self) -> dict[str, Any]:
        """Return what ``check`` says, the streams, and findings."""
        with self._open() as ready:
            return checked(ready, self.subject)

    def fetch(
        self, stream: str | None, *, pages: int, begin: Begin | None = None, raw: Path | None = None
    ) -> dict[str, Any]:
        """Ask for pages and return everything that can be seen of them.

        Args:
            stream: which; the first when left out.
            pages: how many at most.
            begin: None goes on where the session stands.
            raw: a file for the rows as they came.

        Raises:
            ConfigurationError: there is no such stream.
        """
        chosen = chosen_stream(self.subject.source, stream)
        with self._open() as ready:
            source = ready.connector
            assert isinstance(source, Source)
            cursor, before = self._standing(source, chosen, begin)
            pager = Pager(ready, self.subject, source, chosen)
            seen = fetch_pages(
                pager,
                chosen,
                self.session,
                cursor=cursor,
                pages=pages,
                before=before,
                progress=self._progress,
            )
        if raw is not None and pager.rows:
            raw.write_bytes(golden_bytes(pager.rows))
        return {
            "what": self.subject.what, "stream": chosen.name,
            "streams": [known.name for known in source.streams], "pages": seen, "error": pager.error,
            "raw": str(raw) if raw is not None and pager.rows else None,
        }  # fmt: skip

    def _standing(self, source: Source, stream: Stream, begin: Begin | None) -> tuple[Cursor, int]:
        if begin is not None:
            return begin.cursor, 0
        position = self.session.position(stream.name)
        if position is None:
            return None, 0
        if position.cursor_version != stream.cursor_version:
            return source.migrate_cursor(stream, position.cursor_version, position.cursor), position.pages
        return position.cursor, position.pages

    def translate(
        self, *, file: Path | None, stream: str | None, posting: bool, through: date | None
    ) -> tuple[dict[str, Any], Posted | None]:
        """Return what rows mean and, where wanted, what they would post.

        Args:
            file: a JSON list of rows; without one, the rows of the session.
            stream: theirs.
            posting: also book them in memory.
            through: what is due up to this day is booked; today when left out.

        Raises:
            ConfigurationError: there are no such rows.
        """
        source = reader(self.subject)
        rows = self._rows(source, file, stream)
        translator = Translator(source)
        found = list(meanings(translator, rows))
        said = [
            told(row, item, number) | self._raised(translator, row, item)
            for number, (row, item) in enumerate(zip(rows, found, strict=True), 1)
        ]
        posted = None
        if posting:
            day = through or datetime.fromtimestamp(self.clock.now(), UTC).date()
            posted = post(rows, translator, self.subject, self.place, clock=self.clock, through=day)
        document = {
            "what": self.subject.what, "rows": said,
            "records": sum(len(item) for item in found if not isinstance(item, Refusal)),
            "refused": sum(isinstance(item, Refusal) for item in found),
            "posted": None if posted is None else posted.as_json(),
        }  # fmt: skip
        return document, posted

    def _raised(
        self, translator: Translator, row: SampleRow, found: list[Record] | Refusal
    ) -> dict[str, Any]:
        """Return where in its own lines the connector failed on a row, where it did."""
        if not isinstance(found, Refusal) or found.code != CONNECTOR_BUG:
            return {}
        error = raised_by(translator, row)
        return {"traceback": own_lines(error, self.subject)} if error else {}

    def _rows(self, source: Source, file: Path | None, stream: str | None) -> list[SampleRow]:
        if file is not None:
            return rows_of_file(file, source, stream)
        return rows_of_session(self.session, type(source), stream)

    def replay(self, stream: str | None, *, keep: bool) -> dict[str, Any]:
        """Return how the rows of the session mean something else by now; ``keep`` makes that the new measure."""
        source = reader(self.subject)
        rows = rows_of_session(self.session, type(source), stream)
        translator = Translator(source)
        replay = replaying.replay_session(rows, translator)
        if keep:
            self._keep(rows, translator)
        return self._replayed(replay, "the rows fetched here")

    def _keep(self, rows: Sequence[SampleRow], translator: Translator) -> None:
        by_stream: dict[str, list[KeptRow]] = {}
        for row, found in zip(rows, meanings(translator, rows), strict=True):
            if row.kept is not None:
                kept = msgspec.structs.replace(row.kept, meaning=golden(found))
                by_stream.setdefault(row.stream, []).append(kept)
        for stream, members in by_stream.items():
            self.session.keep_rows(stream, members)

    def replay_book(self, connection: str, *, limit: int) -> dict[str, Any]:
        """Return how the latest rows of a connection mean something else than what the book made of them.

        Raises:
            ConfigurationError: there is no book, or it has no rows of that connection.
        """
        config = self.place.book
        if config is None:
            raise ConfigurationError("--connection needs a book", fix="name it with --book")
        url = store_url(config, self.place.env)
        store = open_store(url, folder=config.folder, schema=config.store.schema, read_only=True)
        try:
            known = {row.name: row.id for row in store.connections.all()}
            if connection not in known:
                raise ConfigurationError(
                    f"this book has no rows of a connection {connection!r}",
                    fix=f"connections with rows are: {', '.join(known) or 'none yet'}",
                )
            translator = Translator(reader(self.subject))
            replay = replaying.replay_book(store, known[connection], translator, limit=limit)
        finally:
            store.close()
        return self._replayed(replay, f"the latest rows of {connection} in the book")

    def _replayed(self, replay: replaying.Replay, of: str) -> dict[str, Any]:
        return {"what": self.subject.what, "of": of, **msgspec.to_builtins(replay)}

    def record(
        self, stream: str | None, *, pages: int, to: Path, name: str, production: bool, replace: bool
    ) -> dict[str, Any]:
        """Ask a sandbox for pages and write them, in disguise, as golden files.

        Raises:
            ConfigurationError: these are production credentials, or the files are there already.
        """
        chosen = chosen_stream(self.subject.source, stream)
        paths = golden_paths(to, chosen.name, name, replace=replace)
        with self._open() as ready:
            health, error = ask(ready, self.subject)
            if error is None and health is not None:
                refuse_production(health, production=production)
            source = ready.connector
            assert isinstance(source, Source)
            pager = Pager(ready, self.subject, source, chosen)
            if error is None:
                error = drain(pager, pages, self._progress)
        found: dict[str, Any] = {
            "what": self.subject.what,
            "stream": chosen.name,
            "error": error,
            "files": [],
        }
        if error is None and pager.rows:
            found |= write_golden(paths, reader(self.subject), chosen, pager.rows)
        return found


def open_bench(
    what: str,
    options: Sequence[str],
    *,
    book: Path,
    needs_book: bool,
    folder: Path,
    env: Mapping[str, str],
    clock: Clock,
    progress: Progress,
    start: date | None = None,
) -> Workbench:
    """Return the workbench with what a name on the command line stands for.

    Args:
        what: a connection, a connector type, or ``path/to/plugin.py:Class``.
        options: settings as ``KEY=VALUE``.
        book: the folder of the book, where there is one.
        needs_book: a book was asked for, so there must be one.
        folder: where ``.autobook-dev`` lies.
        env: the environment.
        clock: the time.
        progress: told of rows while pages come.
        start: the earliest day wanted.

    Raises:
        ConfigurationError, PluginError: there is nothing of that name, or it cannot be loaded.
    """
    place = Place(book, env, needs_book=needs_book)
    subject = find_subject(what, options, place, start=start)
    return Workbench(subject, place, folder=folder, clock=clock, progress=progress)
