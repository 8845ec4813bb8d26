"""The desk: a book's connections and terms brought together with its store, to act."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from autobook_core.bookkeeping import overview
from autobook_core.bookkeeping.alerting import Alerting, broken_plugins, failed_runs, refusals
from autobook_core.bookkeeping.batch import Bookkeeper, Source
from autobook_core.bookkeeping.loop import Loop, collector_off, iso
from autobook_core.bookkeeping.wiring import Wiring
from autobook_core.clock import Clock
from autobook_core.config import BookConfig, is_reference, resolve_secret
from autobook_core.config.document import unknown
from autobook_core.connector import Alert, RunInfo, RunReport
from autobook_core.errors import AutobookError, ConfigurationError
from autobook_core.intake.fetching import Connection, Fetched, fetch_all
from autobook_core.intake.importing import Importer, Target
from autobook_core.posting.terms import Terms
from autobook_core.store.store import Store

Progress = Callable[[str, int], None]

log = logging.getLogger("autobook_core.bookkeeping")


def store_url(config: BookConfig, env: Mapping[str, str]) -> str | None:
    """Return the url of the book's store with its secret resolved, or None for SQLite."""
    url = config.store.url
    if url is not None and is_reference(url):
        return resolve_secret(url, config.folder, env)
    return url


class Desk:
    """Acts on one book."""

    def __init__(
        self, config: BookConfig, store: Store, clock: Clock, env: Mapping[str, str], progress: Progress
    ) -> None:
        """Load plugins, compile rules, keep the chart's accounts."""
        self.config = config
        self.store = store
        self.clock = clock
        self.progress = progress
        self.wiring = Wiring(config, store, clock, env)
        self.terms = Terms(
            policy=config.policy,
            chart=config.chart,
            rules=config.rules,
            plugin_rules=self.wiring.plugins.rules,
            version=config.rules_digest,
        )
        self.alerting = Alerting(store, self.wiring.plugins)
        self._keep_chart()

    def close(self) -> None:
        """End the processes of connectors that are still there."""
        self.wiring.close()

    def _keep_chart(self) -> None:
        if self.store.meta("chart") != self.config.rules_digest:
            with self.store.writing():
                self.store.journal.keep_accounts(self.config.chart.accounts)
                self.store.set_meta("chart", self.config.rules_digest)

    # Booking.

    def _loop(self) -> Loop:
        loop = Loop(self.store, Bookkeeper(self.terms, {}), now=self.clock.now, progress=self.progress)
        self._refresh(loop)
        return loop

    def _refresh(self, loop: Loop) -> None:
        """Let a loop read the rows of every connection there is by now."""
        sources = loop.bookkeeper.sources
        for row in self.store.connections.all():
            if row.id not in sources:
                translator = self.wiring.translator(row.name, row.type)
                if translator is not None:
                    sources[row.id] = Source(row.id, row.type, translator)

    def sync(
        self, names: Sequence[str], *, through: date, deliver: bool, afresh: bool = False
    ) -> dict[str, Any]:
        """Fetch, book, deliver; ``afresh`` reads every source again from its beginning."""
        before = self.store.journal.count()
        chosen = self._chosen(names, "source")
        with self.wiring.opened(chosen) as (connections, failed):
            reports = [*failed, *self._fetch(connections, afresh=afresh)]
        loop = self._loop()
        with collector_off():
            tally = loop.run(through=through)
        posted = self.store.journal.count() - before
        deliveries = self.deliver(names if names and self._sinks(names) else ()) if deliver else []
        alerts = self.alerting.update(
            [
                *broken_plugins(self.wiring.plugins.broken),
                *failed_runs(reports),
                *refusals(self.wiring.refused()),
            ],
            read=[report.connection for report in reports],
            now=self.clock.now(),
        )
        return {
            "alerts": [_alert(item) for item in alerts],
            "connections": [_fetched(report) for report in reports],
            "records": tally.records,
            "posted": posted,
            "set_aside": tally.set_aside,
            "duplicates": tally.duplicates,
            "deliveries": deliveries,
            "exceptions": overview.waiting(self.store),
            "as_of": through.isoformat(),
            "ok": all(report.outcome == "ok" for report in reports)
            and not any(item["error"] or item["rejected"] or item["conflict"] for item in deliveries),
        }

    def _fetch(self, connections: list[Connection], *, afresh: bool) -> list[Fetched]:
        """Land everything new; it is booked afterwards, when what belongs together lies together."""
        if not connections:
            return []
        runs: dict[str, tuple[int, RunInfo]] = {}
        now = self.clock.now()
        with self.store.writing():
            for item in connections:
                run = self.store.connections.start_run(item.id, now)
                runs[item.name] = (run, RunInfo(str(run), item.name, item.type, now))
        for _, info in runs.values():
            self.wiring.plugins.run_started(info)
        counted: dict[str, int] = {}

        def landed(report: Fetched) -> None:
            self.progress("fetched", report.new - counted.get(report.connection, 0))
            counted[report.connection] = report.new

        reports = fetch_all(self.store, connections, now=self.clock.now, landed=landed, afresh=afresh)
        self._end_runs(reports, runs)
        return reports

    def _end_runs(self, reports: list[Fetched], runs: dict[str, tuple[int, RunInfo]]) -> None:
        with self.store.writing():
            for report in reports:
                self.store.connections.end_run(
                    runs[report.connection][0], now=self.clock.now(), outcome=report.outcome, pages=report.pages,
                    rows_read=report.rows, rows_new=report.new, set_aside=report.conflicts,
                    retry_at=report.retry_at, error=report.error,
                )  # fmt: skip
        for report in reports:
            outcome: Any = report.outcome
            self.wiring.plugins.run_finished(
                runs[report.connection][1],
                RunReport(outcome, pages=report.pages, rows=report.rows, new=report.new, error=report.error),
            )

    def import_files(self, files: Sequence[Path], *, connection: str | None, through: date) -> dict[str, Any]:
        """Land envelopes or a connection's own files, then book."""
        before = self.store.journal.count()
        loop = self._loop()

        def book() -> None:
            self._refresh(loop)
            while loop.step():
                pass

        importer = Importer(
            self.store,
            self._target,
            now=self.clock.now,
            book=book,
            progress=lambda rows: self.progress("read", rows),
        )
        with collector_off():
            book()  # what an import cut short has landed must be known, or it would land again
            self._read(files, importer, connection)
            self._refresh(loop)
            tally = loop.run(through=through)
        report = importer.report
        return {
            "lines": report.lines,
            "new": report.new,
            "known": report.known,
            "records": tally.records,
            "posted": self.store.journal.count() - before,
            "set_aside": tally.set_aside,
            "duplicates": tally.duplicates + report.known,
            "problems": report.problems,
            "exceptions": overview.waiting(self.store),
            "as_of": through.isoformat(),
            "ok": not report.problems,
        }

    def _read(self, files: Sequence[Path], importer: Importer, connection: str | None) -> None:
        for path in files:
            try:
                if connection is not None:
                    self._import_own(importer, path, connection)
                else:
                    with path.open("rb") as lines:
                        importer.take(path.name, lines)
            except OSError as error:
                msg = f"{path}: {error.strerror or error}"
                raise ConfigurationError(msg, fix="name a file that can be read") from error

    def _import_own(self, importer: Importer, path: Path, name: str) -> None:
        target = self._target(name)
        if target is None:
            raise ConfigurationError(
                f"there is no connection {name!r}",
                fix="see `autobook connections`, or add it with `autobook connect`",
            )
        content = path.read_bytes()
        importer.take_rows(name, target.translator.source.read_file(path.name, content), origin=path.name)

    def _target(self, source: str) -> Target | None:
        found = self.wiring.by_source(source)
        if found is None:
            return None
        name, kind, translator = found
        with self.store.writing():
            row = self.store.connections.get(name, kind)
        return Target(row.id, translator)

    # Sinks.

    def _sinks(self, names: Sequence[str]) -> list[str]:
        return [name for name in names if self.wiring.has_role(name, "sink")]

    def deliver(self, names: Sequence[str]) -> list[dict[str, Any]]:
        """Send what is posted to every sink, or to those named."""
        from autobook_core.bookkeeping.delivering import deliver_to

        return [
            deliver_to(self.wiring, self.store, self.config, name, now=self.clock.now, progress=self.progress)
            for name in self._chosen(names, "sink")
        ]

    def _chosen(self, names: Sequence[str], role: str) -> list[str]:
        for name in names:
            if name not in self.config.connections:
                known = sorted(self.config.connections)
                raise ConfigurationError(
                    unknown(name, known, "this book", kind="connection"),
                    fix=f"connections are: {', '.join(known) or 'none yet'}",
                )
        wanted = names or sorted(self.config.connections)
        return [name for name in wanted if self.wiring.has_role(name, role)]

    # Connections.

    def connect(
        self, kind: str, name: str, options: Sequence[str], *, start: date | None, check: bool
    ) -> dict[str, Any]:
        """Add a connection."""
        return self.wiring.connect(kind, name, options, start=start, check=check)

    def check(self, names: Sequence[str]) -> list[dict[str, Any]]:
        """Check connections."""
        found: list[dict[str, Any]] = []
        for name in self._chosen(names, "source") + self._chosen(names, "sink"):
            try:
                health = self.wiring.health(name)
                found.append(
                    {
                        "name": name, "ok": health.ok, "account": health.account_id, "label": health.label,
                        "live": health.live, "missing": list(health.missing), "message": health.message, "fix": "",
                    }
                )  # fmt: skip
            except AutobookError as error:
                found.append(
                    {
                        "name": name, "ok": False, "account": "", "label": "", "live": True, "missing": [],
                        "message": str(error), "fix": error.fix,
                    }
                )  # fmt: skip
        return found

    def connections(self) -> list[dict[str, Any]]:
        """Return every connection with its latest run and health word."""
        return overview.connections(self.config, self.store, self.wiring)

    def status(self, today: date) -> dict[str, Any]:
        """Return the one glance."""
        return overview.status(self.config, self.store, self.wiring, today)


def _fetched(report: Fetched) -> dict[str, Any]:
    return {
        "connection": report.connection,
        "outcome": report.outcome,
        "pages": report.pages,
        "rows": report.rows,
        "new": report.new,
        "retry_at": None if report.retry_at is None else iso(report.retry_at),
        "error": report.error,
        "fix": report.fix,
    }


def _alert(alert: Alert) -> dict[str, Any]:
    return {
        "id": alert.id,
        "level": alert.level,
        "title": alert.title,
        "detail": alert.detail,
        "connection": alert.connection,
        "command": alert.command,
    }
