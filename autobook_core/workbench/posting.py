"""What rows would post: the real bookkeeping over a book in memory, which nobody ever sees again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from autobook_core.bookkeeping.batch import Bookkeeper
from autobook_core.bookkeeping.batch import Source as BookSource
from autobook_core.bookkeeping.loop import Loop
from autobook_core.clock import Clock
from autobook_core.config import BookConfig, init_book, load_book
from autobook_core.domain.chart import Chart
from autobook_core.intake.landing import land
from autobook_core.intake.translation import Translator
from autobook_core.posting.terms import Terms
from autobook_core.reports import listing
from autobook_core.store.sqlite import SqliteDatabase
from autobook_core.store.store import Store
from autobook_core.workbench.rows import SampleRow
from autobook_core.workbench.subject import Place, Subject


@dataclass(frozen=True, slots=True)
class Posted:
    """What rows would post.

    Attributes:
        terms: whose chart and rules were used.
        chart: names the accounts.
        currency: of the book.
        entries, exceptions, records: as the commands of these names list them.
    """

    terms: str
    chart: Chart
    currency: str
    entries: list[dict[str, Any]]
    exceptions: list[dict[str, Any]]
    records: list[dict[str, Any]]

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON-able values."""
        return {
            "terms": self.terms, "currency": self.currency, "entries": self.entries,
            "exceptions": self.exceptions, "records": self.records,
        }  # fmt: skip


def post(
    rows: Sequence[SampleRow],
    translator: Translator,
    subject: Subject,
    place: Place,
    *,
    clock: Clock,
    through: date,
) -> Posted:
    """Book rows by the book's own terms, or by those of a new Danish company, and return what came of it.

    Args:
        rows: in the order in which they land.
        translator: reads them.
        subject: whose rows they are.
        place: the book and the plugins, if there are any.
        clock: the time of posting.
        through: what is due up to this day is booked.
    """
    config = place.book or _new_company()
    store = Store(_database())
    try:
        with store.writing():
            store.journal.keep_accounts(config.chart.accounts)
            number = store.connections.get(subject.name, subject.kind or subject.name).id
            _land(store, number, rows, translator, clock.now())
        terms = Terms(
            policy=config.policy,
            chart=config.chart,
            rules=config.rules,
            plugin_rules=place.plugins.rules,
            version=config.rules_digest,
        )
        sources = {number: BookSource(number, subject.kind or subject.name, translator)}
        Loop(store, Bookkeeper(terms, sources), now=clock.now).run(through=through)
        return Posted(
            terms="the book's chart and rules"
            if place.book
            else "the chart and rules of a new Danish company",
            chart=config.chart,
            currency=config.policy.base_currency,
            entries=list(listing.entries(store, config.chart)),
            exceptions=list(listing.exceptions(store)),
            records=list(listing.records(store)),
        )
    finally:
        store.close()


def _land(store: Store, number: int, rows: Sequence[SampleRow], translator: Translator, now: int) -> None:
    for stream, members in groupby(rows, key=lambda row: row.stream):
        land(
            store, connection=number, stream=stream, rank=translator.rank(stream),
            rows=[row.raw for row in members], received_at=now, kind=translator.streams[stream].kind or None,
        )  # fmt: skip


def _new_company() -> BookConfig:
    with TemporaryDirectory(prefix="autobook-dev-") as name:
        init_book(Path(name), company="Try-out")
        return load_book(Path(name))


def _database() -> SqliteDatabase:
    """Return an empty book in memory."""
    from autobook_core.store.migrations.migrate import upgrade

    database = SqliteDatabase(":memory:")
    upgrade(database)
    return database
