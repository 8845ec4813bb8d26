"""What reports ask of the ledger beyond its balances. Nothing here writes."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

import msgspec

from autobook_core.store.database import Database

_sources = msgspec.json.Decoder(list[str])


class Period(NamedTuple):
    """Some days, both ends included."""

    first: date
    last: date

    @property
    def iso(self) -> dict[str, str]:
        """Return the days as the store writes them."""
        return {"first": self.first.isoformat(), "last": self.last.isoformat()}


class Taxed(NamedTuple):
    """What moved under a tax code on one account: minor units, debit positive."""

    code: str
    account: str
    journal: str
    amount: int


class Untaxed(NamedTuple):
    """What moved on an account of VAT without a tax code; ``trade``: beside income or expense."""

    account: str
    trade: bool
    lines: int
    amount: int


class Coded(NamedTuple):
    """An entry with what it moved under one tax code, and whose it is where a line says so."""

    entry: int
    day: str
    sources: list[str]
    invoice: str | None
    customer: str | None
    amount: int


class OpenItem(NamedTuple):
    """What is open of one invoice, or of one customer where no invoice is named."""

    invoice: str | None
    customer: str | None
    day: str
    amount: int


class Touch(NamedTuple):
    """What one entry moved on one account."""

    entry: int
    day: str
    journal: str
    sources: list[str]
    amount: int


class Flow(NamedTuple):
    """What schedules of one account were billed, recognised or credited, before or within a period."""

    account: str
    what: str
    before: bool
    amount: int


class Unearned(NamedTuple):
    """A schedule with something left, and what went so far; minor units of the base currency."""

    schedule: int
    total: int
    start_day: str
    end_day: str
    method: str
    released: int
    credited: int


class ReportTables:
    """Reads the ledger the way reports need it."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def taxed(self, period: Period) -> list[Taxed]:
        """Return what moved under each tax code, by account and journal."""
        return [Taxed(r[0], r[1], r[2], int(r[3])) for r in self._db.rows("tax_movements", **period.iso)]

    def untaxed(self, accounts: Sequence[str], period: Period) -> list[Untaxed]:
        """Return what moved without a tax code on up to four accounts."""
        names = dict(zip(("one", "two", "three", "four"), [*accounts, "", "", "", ""], strict=False))
        found = self._db.rows("untaxed_movements", **names, **period.iso)
        return [Untaxed(r[0], bool(r[1]), int(r[2]), int(r[3])) for r in found]

    def of_code(self, code: str, period: Period) -> Iterator[Coded]:
        """Give the entries with lines of a tax code; recognition is none of them."""
        for r in self._db.stream("entries_of_code", code=code, **period.iso):
            yield Coded(r[0], r[1], _sources.decode(r[2]), r[3], r[4], int(r[5]))

    def redated(self, period: Period) -> list[tuple[str, str, str]]:
        """Return entries whose document lies in another period: (name, day, day of the document)."""
        found = self._db.rows("entries_redated", **period.iso)
        return [(f"{r[0]}-{r[1]}-{r[2]}", r[3], r[4]) for r in found]

    def open_by_invoice(self, account: str, day: date) -> list[OpenItem]:
        """Return what is open on an account at the end of a day, with the day of its first line."""
        found = self._db.rows("open_by_invoice", account=account, day=day.isoformat())
        return [OpenItem(r[0], r[1], r[2], int(r[3])) for r in found]

    def entries_on(self, account: str, day: date) -> list[Touch]:
        """Return every entry on an account up to a day, in order of date."""
        found = self._db.rows("entries_on", account=account, day=day.isoformat())
        return [Touch(r[0], r[1], r[2], _sources.decode(r[3]), int(r[4])) for r in found]

    def by_journal(self, account: str, period: Period) -> list[tuple[str, bool, int]]:
        """Return what moved on an account by journal: (journal, before the period, amount)."""
        found = self._db.rows("account_by_journal", account=account, **period.iso)
        return [(r[0], bool(r[1]), int(r[2])) for r in found]

    def deferral_accounts(self) -> list[str]:
        """Return the accounts on which prepaid revenue waits or waited."""
        return [row[0] for row in self._db.rows("deferral_accounts")]

    def deferral_flow(self, period: Period) -> list[Flow]:
        """Return what the schedules say was billed, recognised and credited up to the end of a period."""
        found = self._db.rows("deferral_flow", **period.iso)
        return [Flow(r[0], r[1], bool(r[2]), int(r[3])) for r in found]

    def unearned(self, day: date) -> Iterator[Unearned]:
        """Give the schedules of which something is left at the end of a day."""
        for r in self._db.stream("schedules_unearned", day=day.isoformat()):
            yield Unearned(r[0], int(r[1]), r[2], r[3], r[4], int(r[5]), int(r[6]))

    def credits(self, day: date) -> dict[int, list[tuple[date, int]]]:
        """Return what credits took from schedules up to a day, by schedule and in order of date."""
        taken: dict[int, list[tuple[date, int]]] = {}
        for schedule, at, amount in self._db.rows("schedule_credits_through", day=day.isoformat()):
            taken.setdefault(schedule, []).append((date.fromisoformat(at), int(amount)))
        return taken
