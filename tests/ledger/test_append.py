"""Drafts become numbered, chained entries; what does not balance becomes nothing."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autobook_core.domain.journal import Line, reversal
from autobook_core.errors import AccountingError
from autobook_core.ledger.append import Appender
from autobook_core.ledger.chain import faults
from autobook_core.ledger.reading import entries_with_lines


def rows(ledger: Any) -> list[Any]:
    return [entry for entry, _ in entries_with_lines(ledger.store)]


def test_entries_are_numbered_without_gaps_per_series_and_fiscal_year(ledger: Any) -> None:
    days = ["2025-03-31", "2025-04-01", "2024-12-31", "2025-04-02"]
    ledger.post(*[ledger.draft(1, -1, day=day) for day in days], first_month=4)
    ledger.post(ledger.draft(1, -1, series="B"), ledger.draft(1, -1, day="2025-05-01"), first_month=4)
    assert [(row.series, row.fiscal_year, row.number) for row in rows(ledger)] == [
        ("A", 2024, 1), ("A", 2025, 1), ("A", 2024, 2), ("A", 2025, 2), ("B", 2024, 1), ("A", 2025, 3),
    ]  # fmt: skip


def test_an_entry_is_kept_as_drafted(ledger: Any) -> None:
    line = Line("1001", -5, "DK25", "EUR", -1, "cus_1", "in_1")
    draft = ledger.draft(lines=(Line("1000", 5), line), sources=("in_1", "ø"), text="Æble")
    assert ledger.post(draft) == [1]
    ((entry, lines),) = entries_with_lines(ledger.store)
    assert (entry.day, entry.text, entry.sources, entry.posted_at) == (
        "2025-01-15", "Æble", '["in_1","ø"]', "2025-02-01T10:00:00Z",
    )  # fmt: skip
    assert [tuple(row)[1:] for row in lines] == [
        (0, "1000", 5, None, None, None, None, None), (1, "1001", -5, "DK25", "EUR", -1, "cus_1", "in_1"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ((), "unbalanced_entry"),
        ((Line("1000", 1),), "unbalanced_entry"),
        ((Line("1000", 1), Line("1001", -2)), "unbalanced_entry"),
        ((Line("9999", 1), Line("1001", -1)), "unknown_account"),
        ((Line("1000", 1), Line("1001", -1), Line("1002", 0)), "invalid_line"),
    ],
)
def test_what_is_no_entry_is_refused_and_leaves_no_trace(ledger: Any, lines: Any, why: str) -> None:
    store = ledger.store
    with store.writing():
        appender = Appender(store, posted_at="2025-02-01T10:00:00Z")
        appender.append(ledger.draft(7, -7))
        with pytest.raises(AccountingError, match=f"^{why}: "):
            appender.append(ledger.draft(lines=lines))
        assert appender.append(ledger.draft(8, -8)) == 2
        appender.flush()
    assert [row.number for row in rows(ledger)] == [1, 2]
    assert store.journal.balances() == {"1000": (15, 0), "1001": (0, 15)}
    assert not store.journal.rollup_differences()
    assert not list(faults(entries_with_lines(store)))


def test_what_was_taken_up_can_be_read_before_it_is_written(ledger: Any) -> None:
    ledger.post(ledger.draft(1, -1))
    with ledger.store.writing():
        appender = Appender(ledger.store, posted_at="2025-02-01T10:00:00Z")
        number = appender.append(ledger.draft(2, -2))
        assert (number, appender.count) == (2, 1)
        assert [line.amount for line in appender.lines_of(2) or []] == [2, -2]
        assert appender.lines_of(1) is None
        appender.flush()


amounts = st.lists(st.integers(-(10**12), 10**12).filter(bool), min_size=1, max_size=5).filter(sum)
days = st.sampled_from(["2024-02-29", "2024-12-31", "2025-01-01", "2025-01-31", "2025-02-01"])


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(amounts, days), min_size=1, max_size=12), st.integers(1, 5))
def test_roll_ups_equal_the_lines_however_the_entries_are_batched(books: Any, of: Any, batch: int) -> None:
    ledger = books()
    drafts = [ledger.draft(*parts, -sum(parts), day=day) for parts, day in of]
    for at in range(0, len(drafts), batch):
        ledger.post(*drafts[at : at + batch])
    journal = ledger.store.journal
    sums: dict[str, int] = {}
    for draft in drafts:
        for line in draft.lines:
            sums[line.account] = sums.get(line.account, 0) + line.amount
    balances = journal.balances()
    assert {account: debit - credit for account, (debit, credit) in balances.items()} == sums
    assert sum(sums.values()) == 0
    for at in sorted({draft.day for draft in drafts}):
        upto: dict[str, list[int]] = {}
        for draft in drafts:
            for line in draft.lines if draft.day <= at else ():
                sides = upto.setdefault(line.account, [0, 0])
                sides[line.amount < 0] += abs(line.amount)
        assert journal.balances(at) == {account: (debit, credit) for account, (debit, credit) in upto.items()}
    assert journal.rollup_differences() == []
    assert list(faults(entries_with_lines(ledger.store))) == []


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(amounts)
def test_posting_and_reversing_is_zero_on_every_account(books: Any, parts: list[int]) -> None:
    ledger = books()
    ledger.post(ledger.draft(*parts, -sum(parts)))
    ((row, lines),) = entries_with_lines(ledger.store)
    ledger.post(
        reversal(
            [Line(*line[2:]) for line in lines], entry=row.id, day=ledger.draft(1, -1).day,
            journal="sales", text="Back", sources=("in_1",), rule="r", rule_version="v",
        )
    )  # fmt: skip
    assert all(debit == credit for debit, credit in ledger.store.journal.balances().values())
    assert ledger.store.journal.reversals() == {1: 2}
    assert list(ledger.store.journal.movements()) == []
