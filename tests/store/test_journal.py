"""The journal's tables: what is posted comes back, and the balances equal the lines."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autobook_core.domain.chart import Account
from autobook_core.store.journal import NO_HASH
from autobook_core.store.rows import LineRow
from autobook_core.store.store import Store

DAYS = st.dates(min_value=date(2024, 1, 1), max_value=date(2025, 12, 31))
AMOUNTS = st.lists(st.integers(-(10**12), 10**12).filter(bool), min_size=1, max_size=4).filter(
    lambda found: sum(found) != 0
)
ENTRIES = st.lists(st.tuples(DAYS, AMOUNTS), min_size=1, max_size=12)


def test_an_empty_journal_begins_with_zeros(store: Store) -> None:
    assert store.journal.tail() == (0, NO_HASH)
    assert store.journal.count() == 0
    assert store.journal.last_number("A", 2025) == 0
    assert store.journal.balances() == {}
    assert store.journal.balances(date(2025, 1, 1)) == {}


def test_accounts_keep_their_row_when_their_name_changes(store: Store) -> None:
    bank = Account(number="5820", name="Bank", type="asset", role="bank", standard_account="5820")
    with store.writing():
        store.journal.keep_accounts([bank, Account(number="1000", name="Sales", type="income")])
    ids = store.journal.account_ids()
    with store.writing():
        renamed = Account(number="5820", name="Bank æøå", type="asset", role="bank")
        store.journal.keep_accounts([renamed, Account(number="0900", name="First", type="equity")])
    assert store.journal.account_ids()["5820"] == ids["5820"]
    assert [row[1:] for row in store.journal.accounts()] == [
        ("0900", "First", "equity", None, None),
        ("1000", "Sales", "income", None, None),
        ("5820", "Bank æøå", "asset", "bank", None),
    ]


def test_an_account_that_comes_twice_is_kept_once_as_it_came_last(store: Store) -> None:
    twice = [Account(number="1", name=name, type="asset") for name in ("first", "second", "third")]
    with store.writing():
        store.journal.keep_accounts(twice)
    assert [row[1:3] for row in store.journal.accounts()] == [("1", "third")]


def test_what_is_posted_comes_back_as_it_was(poster: Any) -> None:
    first = poster.post(100, -60, -40, text="Faktura æøå € 🧾\t\\N\nnew line", day="2025-01-31")
    second = poster.post(-100, 100, reverses=1, day="2025-02-01")
    third = poster.post(1, -1, series="M", day="2024-12-31")
    journal = poster.store.journal
    assert journal.entries() == [first, second, third]
    assert journal.entries(after=1, most=1) == [second]
    assert journal.by_day("2024-12-31", "2025-01-31", 9) == [third, first]
    assert journal.by_day("2024-12-31", "2025-01-31", 1) == [third]
    assert journal.by_id([3, 1, 99]) == {1: first, 3: third}
    assert journal.count() == 3
    assert journal.tail() == (3, third.hash)
    assert journal.reversals() == {1: 2}
    assert [(line.entry, line.n, line.account, line.amount) for line in journal.lines(2, 3)] == [
        (2, 1, "1000", -100),
        (2, 2, "1001", 100),
        (3, 1, "1000", 1),
        (3, 2, "1001", -1),
    ]


def test_a_line_keeps_all_it_carries(poster: Any) -> None:
    account = poster.store.journal.account_ids()["1000"]
    (_, second), entry = poster.built(12_500, -12_500)
    rich = (1, 1, account, 12_500, "S25", "EUR", -1675, "cus_1", "in_1")
    with poster.store.writing():
        poster.append([[rich, second]], [entry])
    assert poster.store.journal.lines_of(1)[0] == LineRow(
        1, 1, "1000", 12_500, "S25", "EUR", -1675, "cus_1", "in_1"
    )
    movements = list(poster.store.journal.movements())
    assert ("2025-01-15", "1000", "S25", "EUR", "cus_1", "in_1", 12_500, -1675) in movements
    assert all(type(row[6]) is int and type(row[7]) is int for row in movements)


def test_amounts_reach_to_the_end_of_63_bits(poster: Any) -> None:
    most = 2**63 - 1
    lines, entry = poster.built(most, -most)
    with poster.store.writing():
        poster.store.journal.append(lines, [entry], [], [])
    assert [line.amount for line in poster.store.journal.lines_of(1)] == [most, -most]


def test_movements_that_cancel_out_are_left_away(poster: Any) -> None:
    poster.post(100, -100)
    poster.post(-100, 100)
    poster.post(30, -30, day="2025-02-01")
    assert {(row[0], row[1], row[6]) for row in poster.store.journal.movements()} == {
        ("2025-02-01", "1000", 30),
        ("2025-02-01", "1001", -30),
    }


def test_a_difference_between_rollup_and_lines_is_found(poster: Any) -> None:
    poster.post(100, -100)
    assert poster.store.journal.rollup_differences() == []
    with poster.store.writing():
        account = poster.store.journal.account_ids()["1001"]
        poster.store.journal.append([], [], [(account, "2025-01", 1, 1)], [(account, "2025-01-15", 0, 2)])
    assert poster.store.journal.rollup_differences() == [
        ("1001", "2025-01", -1, -1),
        ("1001", "2025-01-15", 0, -2),
    ]


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)
@given(batch=ENTRIES, at=DAYS, span=st.integers(0, 400))
def test_balances_at_any_day_equal_the_sums_of_the_lines(
    poster: Any, batch: list[tuple[date, list[int]]], at: date, span: int
) -> None:
    """Each example adds to the same book, so that it grows over both years."""
    built: list[Any] = []
    last, _ = poster.store.journal.tail()
    numbers = {year: poster.store.journal.last_number("A", year) for year in (2024, 2025)}
    for n, (day, amounts) in enumerate(batch, last + 1):
        numbers[day.year] += 1
        before = built[-1][1].hash if built else None
        built.append(
            poster.built(
                *amounts, -sum(amounts), day=day.isoformat(), id=n, number=numbers[day.year], previous=before
            )
        )
    with poster.store.writing():
        poster.append([lines for lines, _ in built], [entry for _, entry in built])
    journal = poster.store.journal
    assert journal.balances(at) == totals(poster.store, date.min, at)
    assert (
        journal.balances(date(2025, 12, 31)) == journal.balances() == totals(poster.store, date.min, date.max)
    )
    later = at + timedelta(days=span)
    assert journal.turnover(at, later) == totals(poster.store, at, later)
    assert journal.rollup_differences() == []
    by_month = journal.by_month("2024-01", "2025-12")
    assert sum(row[2] - row[3] for row in by_month) == 0
    assert sum(row[2] for row in by_month) == sum(debit for debit, _ in journal.balances().values())


def totals(store: Store, first: date, last: date) -> dict[str, tuple[int, int]]:
    days = {entry.id: entry.day for entry in store.journal.entries(most=10_000)}
    found: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for line in store.journal.lines(1, 10**9):
        if first.isoformat() <= days[line.entry] <= last.isoformat():
            found[line.account][line.amount < 0] += abs(line.amount)
    return {account: (debit, credit) for account, (debit, credit) in found.items()}


@pytest.mark.parametrize("entries", [300])
def test_a_large_batch_goes_in_at_once(poster: Any, entries: int) -> None:
    built: list[Any] = []
    for n in range(1, entries + 1):
        before = built[-1][1].hash if built else None
        built.append(poster.built(n, -n, id=n, number=n, previous=before))
    with poster.store.writing():
        poster.append([lines for lines, _ in built], [entry for _, entry in built])
    assert poster.store.journal.count() == entries
    assert poster.store.journal.balances()["1000"] == (sum(range(entries + 1)), 0)
