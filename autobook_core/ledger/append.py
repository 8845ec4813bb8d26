"""Appending: drafts become numbered, chained entries, inside the posting commit."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import msgspec

from autobook_core.domain.calendar import fiscal_year
from autobook_core.domain.journal import Draft, Line, imbalance
from autobook_core.errors import AccountingError
from autobook_core.ledger.chain import link
from autobook_core.store.rows import EntryRow
from autobook_core.store.store import Store

#: A line beyond this is no money of a company, and balances of such would not fit the store.
MOST_MINOR = 10**17

_sources = msgspec.json.Encoder()


class Appender:
    """Collects the drafts of one commit and writes them in one go.

    Use one for one ``writing()`` transaction: numbers and chain go on from what is stored when
    it is made.
    """

    def __init__(self, store: Store, *, posted_at: str, fiscal_year_start: int = 1) -> None:
        """Go on from the last entry of the store."""
        self._store = store
        self._posted_at = posted_at
        self._first_month = fiscal_year_start
        self._id, self._hash = store.journal.tail()
        self._accounts = store.journal.account_ids()
        self._numbers: dict[tuple[str, int], int] = {}
        self._lines: list[tuple[Any, ...]] = []
        self._entries: list[EntryRow] = []
        self._months: dict[tuple[int, str], list[int]] = {}
        self._days: dict[tuple[int, str], list[int]] = {}
        self._iso: dict[date, tuple[str, int]] = {}
        self._drafts: dict[int, Draft] = {}

    def append(self, draft: Draft) -> int:
        """Take up one draft and return the id its entry will have.

        Raises:
            AccountingError: it does not balance, has no lines, a zero line or an account
                that is not in the chart. The database would refuse it too.
        """
        lines = draft.lines
        if not lines or imbalance(lines):
            msg = f"unbalanced_entry: {draft.text!r} of {draft.sources[:1]} does not add up to zero"
            raise AccountingError(msg)
        dated = self._iso.get(draft.day)
        if dated is None:
            dated = draft.day.isoformat(), fiscal_year(draft.day, self._first_month)
            self._iso[draft.day] = dated
        iso, year = dated
        key = (draft.series, year)
        number = self._numbers.get(key)
        if number is None:
            number = self._store.journal.last_number(*key)
        number += 1
        head = (
            draft.series, year, number, iso,
            None if draft.document_date is None else draft.document_date.isoformat(),
            draft.journal, draft.text, _sources.encode(draft.sources).decode(), draft.rule,
            draft.rule_version, draft.reverses, self._posted_at,
        )  # fmt: skip
        entry = self._id + 1
        self._take_lines(entry, iso, lines)
        digest = link(self._hash, head, lines)
        self._entries.append(EntryRow(entry, *head, self._hash, digest))
        self._numbers[key] = number
        self._id, self._hash = entry, digest
        self._drafts[entry] = draft
        return entry

    def drafted(self, entry: int) -> bool:
        """Tell whether an entry was taken up here and does not stand in the store yet."""
        return entry in self._drafts

    def drafts(self, after: int) -> list[Draft]:
        """Return the entries taken up here after one, in order."""
        return [draft for entry, draft in self._drafts.items() if entry > after]

    def draft_of(self, entry: int) -> Draft | None:
        """Return an entry taken up here as it was drafted, or None where it stands in the store."""
        return self._drafts.get(entry)

    def lines_of(self, entry: int) -> list[Line] | None:
        """Return the lines of an entry taken up here, or None where it stands in the store."""
        draft = self._drafts.get(entry)
        return None if draft is None else list(draft.lines)

    def _take_lines(self, entry: int, iso: str, lines: Sequence[Line]) -> None:
        accounts, rows, months, days = self._accounts, self._lines, self._months, self._days
        month = iso[:7]
        for n, line in enumerate(lines):
            account = accounts.get(line.account)
            amount = line.amount
            if account is None or not amount or not -MOST_MINOR < amount < MOST_MINOR:
                self._put_back(iso, lines[:n])
                what = "unknown_account" if account is None else "invalid_line"
                msg = f"{what}: account {line.account}, amount {amount}"
                raise AccountingError(msg)
            rows.append(
                (
                    entry, n, account, amount, line.tax_code, line.original_currency,
                    line.original_minor, line.customer, line.invoice,
                )
            )  # fmt: skip
            by_month = months.get((account, month))
            if by_month is None:
                by_month = months[account, month] = [0, 0]
            by_day = days.get((account, iso))
            if by_day is None:
                by_day = days[account, iso] = [0, 0]
            if amount > 0:
                by_month[0] += amount
                by_day[0] += amount
            else:
                by_month[1] -= amount
                by_day[1] -= amount

    def _put_back(self, iso: str, lines: Sequence[Line]) -> None:
        """Forget the first lines of a draft that turned out to be none, so that its batch goes on."""
        del self._lines[len(self._lines) - len(lines) :]
        for line in lines:
            account, side = self._accounts[line.account], 0 if line.amount > 0 else 1
            for sums in (self._months[account, iso[:7]], self._days[account, iso]):
                sums[side] -= abs(line.amount)

    @property
    def count(self) -> int:
        """Return how many drafts were taken up."""
        return len(self._entries)

    def flush(self) -> None:
        """Write what was taken up. Call it once, inside ``writing()``."""
        self._store.journal.append(
            self._lines,
            self._entries,
            [(account, month, sums[0], sums[1]) for (account, month), sums in self._months.items()],
            [(account, day, sums[0], sums[1]) for (account, day), sums in self._days.items()],
        )


def append_all(
    store: Store, drafts: Sequence[Draft], *, posted_at: str, fiscal_year_start: int = 1
) -> list[int]:
    """Append drafts and return the ids of their entries. Call it inside ``writing()``."""
    appender = Appender(store, posted_at=posted_at, fiscal_year_start=fiscal_year_start)
    append: Callable[[Draft], int] = appender.append
    ids = [append(draft) for draft in drafts]
    appender.flush()
    return ids
