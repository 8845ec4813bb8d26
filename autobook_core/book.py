"""The use cases of one book: what the command line, the daemon and the terminal UI call.

Everything that comes back is JSON-able, or gives JSON-able rows one by one. A book is used from one thread.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any
from zoneinfo import ZoneInfo

from autobook_core.bookkeeping import desk
from autobook_core.clock import Clock, SystemClock
from autobook_core.config import CHART_FILE, BookConfig, load_book
from autobook_core.config.document import unknown
from autobook_core.errors import ConfigurationError
from autobook_core.plugins.registry import Connector
from autobook_core.proof.verify import verify
from autobook_core.reports import REPORTS, build, listing
from autobook_core.store.opening import open_store

Progress = Callable[[str, int], None]
"""(phase, rows more): told while long work goes on."""


def _silent(_phase: str, _rows: int) -> None:
    """Tell nobody."""


class Book:
    """One company's book, open."""

    def __init__(
        self,
        folder: Path,
        *,
        clock: Clock | None = None,
        env: Mapping[str, str] | None = None,
        progress: Progress = _silent,
        read_only: bool = False,
    ) -> None:
        """Open the book in a folder.

        Raises:
            ConfigurationError: there is none, or one of its files says something that cannot be.
            StoreError: its store cannot be opened.
        """
        self.config: BookConfig = load_book(folder)
        self.clock = clock or SystemClock()
        self.env = os.environ if env is None else env
        self.progress = progress
        self.store = open_store(
            desk.store_url(self.config, self.env),
            folder=folder,
            schema=self.config.store.schema,
            read_only=read_only,
        )
        self._desk: desk.Desk | None = None

    def __enter__(self) -> "Book":
        """Return the book."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the book."""
        self.close()

    def close(self) -> None:
        """Let go of the store, and of every connector's process."""
        if self._desk is not None:
            self._desk.close()
        self.store.close()

    @property
    def desk(self) -> "desk.Desk":
        """Return what is needed to read sources and book, made on first use."""
        if self._desk is None:
            self._desk = desk.Desk(self.config, self.store, self.clock, self.env, self.progress)
        return self._desk

    def today(self) -> date:
        """Return the current date where the company is."""
        zone = ZoneInfo(self.config.policy.time_zone)
        return datetime.fromtimestamp(self.clock.now(), UTC).astimezone(zone).date()

    # Acting.

    def sync(
        self,
        names: Sequence[str] = (),
        *,
        as_of: date | None = None,
        deliver: bool = True,
        afresh: bool = False,
    ) -> dict[str, Any]:
        """Fetch, book and deliver everything new; return what happened, by connection."""
        return self.desk.sync(names, through=as_of or self.today(), deliver=deliver, afresh=afresh)

    def import_files(
        self, files: Sequence[Path], *, connection: str | None = None, as_of: date | None = None
    ) -> dict[str, Any]:
        """Take envelopes, or a connection's own files, and book them; return what happened."""
        return self.desk.import_files(files, connection=connection, through=as_of or self.today())

    def connectors(self) -> Mapping[str, Connector]:
        """Return the connectors that can be used, by type; none of them is imported for it."""
        return self.desk.wiring.plugins.connectors

    def deliver(self, names: Sequence[str] = ()) -> list[dict[str, Any]]:
        """Send what is posted and not yet delivered; return how it went, by sink."""
        return self.desk.deliver(names)

    def connect(
        self, kind: str, name: str, options: Sequence[str], *, start: date | None = None, check: bool = True
    ) -> dict[str, Any]:
        """Add a connection, after asking the other side whether it works."""
        made = self.desk.connect(kind, name, options, start=start, check=check)
        self.config = load_book(self.config.folder)
        self.desk.close()
        self._desk = None
        return made

    def check(self, names: Sequence[str] = ()) -> list[dict[str, Any]]:
        """Ask the other sides whether the connections work."""
        return self.desk.check(names)

    # Reading.

    def connections(self) -> list[dict[str, Any]]:
        """Return the connections with how they are."""
        return self.desk.connections()

    def journal(
        self, *, first: date | None = None, last: date | None = None, account: str | None = None
    ) -> Iterator[dict[str, Any]]:
        """Give the posted entries while they are read: in order of posting, of some days in order of date.

        Args:
            first: from this day on.
            last: up to and including this day.
            account: entries with a line on this account, named by number or role.

        Raises:
            ConfigurationError: the chart has no such account.
        """
        number = None
        if account is not None:
            number = self.config.chart.number(account)
            if number is None:
                names = self.config.chart.names()
                raise ConfigurationError(
                    unknown(account, names, CHART_FILE, kind="account"), fix="name it by number or by role"
                )
        days = None
        if first is not None or last is not None:
            days = (first or date.min).isoformat(), (last or date.max).isoformat()
        return listing.entries(self.store, self.config.chart, days=days, account=number)

    def records(self, *, status: str | None = None, type: str | None = None) -> Iterator[dict[str, Any]]:
        """Give every record with its state while they are read, or those of one state or type.

        Raises:
            ConfigurationError: there is no such state.
        """
        if status is not None and status not in listing.RECORD_STATES:
            raise ConfigurationError(
                unknown(status, listing.RECORD_STATES, "--status", kind="state"),
                fix=f"a record is one of: {', '.join(listing.RECORD_STATES)}",
            )
        return listing.records(self.store, status=status, type=type)

    def matches(self) -> list[dict[str, Any]]:
        """Return what settles what, and why."""
        return list(listing.matches(self.store))

    def exceptions(self, *, resolved: bool = False) -> list[dict[str, Any]]:
        """Return what a person should look at, and on request what was resolved."""
        return list(listing.exceptions(self.store, status=None if resolved else "open"))

    def deliveries(self) -> list[dict[str, Any]]:
        """Return where each entry stands on its way to each sink."""
        return list(listing.deliveries(self.store))

    def balances(self, at: date | None = None) -> dict[str, int]:
        """Return signed balances by role (or number), up to a day."""
        return listing.balances(self.store, self.config.chart, at)

    def report(self, name: str, *, first: date | None = None, last: date | None = None) -> dict[str, Any]:
        """Return a report.

        Raises:
            ConfigurationError: there is no report of that name.
        """
        if name not in REPORTS:
            raise ConfigurationError(
                unknown(name, REPORTS, "this version", kind="report"),
                fix=f"reports are: {', '.join(REPORTS)}",
            )
        return build(
            name, self.store, self.config.chart, policy=self.config.policy, first=first,
            last=last or self.today(),
        )  # fmt: skip

    def dump(self, at: date | None = None) -> dict[str, Any]:
        """Return everything in one document."""
        return listing.dump(self.store, self.config.chart, at=at)

    def dump_parts(self, at: date | None = None) -> Iterator[tuple[str, Any]]:
        """Give the same document part by part, so that a large book need not fit in memory."""
        return listing.dump_parts(self.store, self.config.chart, at=at)

    def verify(self) -> dict[str, Any]:
        """Check chain, balance, numbers and roll-ups of the whole ledger."""
        found = verify(self.store, progress=lambda rows: self.progress("verified", rows))
        return {
            "ok": found.ok, "entries": found.entries, "head": found.head,
            "content_digest": found.content_digest, "faults": found.faults, "more_faults": found.more_faults,
        }  # fmt: skip

    def status(self) -> dict[str, Any]:
        """Return the one glance: does anything wait for a person, and how far are the books."""
        return self.desk.status(self.today())
