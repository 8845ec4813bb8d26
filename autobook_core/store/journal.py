"""The journal's tables: entries and lines go in and never change; balances move with them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import msgspec

from autobook_core.domain.chart import Account
from autobook_core.store.database import Database
from autobook_core.store.rows import EntryRow, LineRow

NO_HASH = bytes(32)


class JournalTables:
    """Writes posted entries and reads them back."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._account_ids: dict[str, int] = {}

    # Accounts.

    def keep_accounts(self, accounts: Iterable[Account]) -> None:
        """Give every account of the chart its row. Call it inside ``writing()``."""
        self._db.bulk(
            "insert_account", [(a.number, a.name, a.type, a.role, a.standard_account) for a in accounts]
        )
        self.forget()

    def accounts(self) -> list[tuple[int, str, str, str, str | None, str | None]]:
        """Return (id, number, name, type, role, standard account)."""
        return [(r[0], r[1], r[2], r[3], r[4], r[5]) for r in self._db.rows("accounts")]

    def account_ids(self) -> dict[str, int]:
        """Return the row id of each account number."""
        if not self._account_ids:
            self._account_ids = {row[1]: row[0] for row in self.accounts()}
        return self._account_ids

    def forget(self) -> None:
        """Read the accounts again when next asked: they may have changed, or never came to be."""
        self._account_ids = {}

    # Writing.

    def tail(self) -> tuple[int, bytes]:
        """Return id and hash of the last entry, or 0 and zeros."""
        for number, digest in self._db.rows("last_entry"):
            return int(number), bytes(digest)
        return 0, NO_HASH

    def last_number(self, series: str, fiscal_year: int) -> int:
        """Return the last number given in a series and fiscal year."""
        return int(self._db.call("last_number", series=series, fiscal_year=fiscal_year))

    def append(
        self,
        lines: Sequence[tuple[Any, ...]],
        entries: Sequence[EntryRow],
        months: Iterable[tuple[int, str, int, int]],
        days: Iterable[tuple[int, str, int, int]],
    ) -> None:
        """Write lines, then their entries, then the balances they move.

        Raises:
            StoreError: the database refused: unbalanced, a gap, a broken chain, a late line.
        """
        self._db.bulk("insert_line", lines)
        self._db.bulk("insert_entry", entries)
        self._db.bulk("add_balance_month", list(months))
        self._db.bulk("add_balance_day", list(days))

    # Reading.

    def count(self) -> int:
        """Return how many entries are posted."""
        return int(self._db.call("entry_count"))

    def entries(self, after: int = 0, most: int = 1000) -> list[EntryRow]:
        """Return entries in order of posting."""
        return [_entry(row) for row in self._db.rows("entries_from", after=after, most=most)]

    def by_day(self, first: str, last: str, most: int) -> list[EntryRow]:
        """Return entries of some days, in order of day and number."""
        return [_entry(row) for row in self._db.rows("entries_by_day", first=first, last=last, most=most)]

    def by_id(self, ids: Iterable[int]) -> dict[int, EntryRow]:
        """Return entries by id."""
        wanted = msgspec.json.encode(list(ids)).decode()
        return {row[0]: _entry(row) for row in self._db.rows("entries_by_id", ids=wanted)}

    def lines(self, first: int, last: int) -> Iterator[LineRow]:
        """Give the lines of a range of entries."""
        for row in self._db.stream("lines_between", first=first, last=last):
            yield LineRow(*row)

    def lines_of(self, entry: int) -> list[LineRow]:
        """Return the lines of one entry."""
        return [LineRow(*row) for row in self._db.rows("lines_between", first=entry, last=entry)]

    def movements_of(self, invoice: str, account: str, *, after: int, but: str) -> list[tuple[str, int]]:
        """Return (ISO day, amount) of an invoice's lines on an account, in entries after one.

        Entries of the rule ``but`` are left out.
        """
        rows = self._db.rows("movements_of", invoice=invoice, account=account, after=after, but=but)
        return [(row[0], int(row[1])) for row in rows]

    def reversals(self) -> dict[int, int]:
        """Return for each reversed entry the one that reverses it."""
        return {row[0]: row[1] for row in self._db.rows("reversals")}

    def movements(self) -> Iterator[tuple[Any, ...]]:
        """Give the net movement per day, account, tax code, currency, customer and invoice."""
        yield from self._db.stream("movements")

    def balances(self, at: date | None = None) -> dict[str, tuple[int, int]]:
        """Return debit and credit totals per account number, up to and including a day."""
        if at is None:
            rows = self._db.rows("balances_all")
        else:
            first = at.replace(day=1).isoformat()
            rows = self._db.rows("balances_at", month=first[:7], first=first, day=at.isoformat())
        return {row[0]: (int(row[1]), int(row[2])) for row in rows}

    def turnover(self, first: date, last: date) -> dict[str, tuple[int, int]]:
        """Return debit and credit totals per account number within some days."""
        rows = self._db.rows("balances_between", first=first.isoformat(), last=last.isoformat())
        return {row[0]: (int(row[1]), int(row[2])) for row in rows}

    def by_month(self, first: str, last: str) -> list[tuple[str, str, int, int]]:
        """Return (account number, month ``YYYY-MM``, debit, credit)."""
        rows = self._db.rows("balances_by_month", first=first, last=last)
        return [(row[0], row[1], int(row[2]), int(row[3])) for row in rows]

    def moved_by_rule(self, journal: str, account: str, first: str, last: str) -> list[tuple[str, str, int]]:
        """Return what moved on an account within some days (ISO): (month ``YYYY-MM``, rule, net amount)."""
        rows = self._db.rows("moved_by_rule", journal=journal, account=account, first=first, last=last)
        return [(row[0], row[1], int(row[2])) for row in rows]

    def rollup_differences(self) -> list[tuple[str, str, int, int]]:
        """Return where balances by month or day differ from the lines: (account, when, debit, credit)."""
        return [(row[0], row[1], int(row[2]), int(row[3])) for row in self._db.rows("rollup_differences")]


def _entry(row: tuple[Any, ...]) -> EntryRow:
    return EntryRow._make((*row[:13], bytes(row[13]), bytes(row[14])))
