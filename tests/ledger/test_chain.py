"""Nothing posted can be changed unseen: every kind of tampering is found by the chain."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autobook_core.ledger import reading
from autobook_core.ledger.chain import faults, link
from autobook_core.ledger.reading import entries_with_lines
from autobook_core.store.opening import open_store

CHANGED = "its content does not give its hash: it was changed after posting"
PREVIOUS = "it does not carry the hash of the entry before"
UNBALANCED = "debits and credits differ, or it has no lines"

Tamper = Callable[..., list[tuple[int, str]]]


@pytest.fixture
def tamper(ledger: Any, tmp_path: Path) -> Tamper:
    """Runs SQL on a copy of a book of four entries without its triggers, and returns the faults found."""
    ledger.post(*[ledger.draft(n, -n, text=f"Invoice {n}", sources=(f"in_{n}",)) for n in (1, 2, 3, 4)])

    def tampered(*statements: str) -> list[tuple[int, str]]:
        folder = tmp_path / "copy"
        folder.mkdir()
        source = ledger.folder / "books.db"
        with (
            closing(sqlite3.connect(source)) as original,
            closing(sqlite3.connect(folder / "books.db")) as copy,
        ):
            original.backup(copy)
            for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                copy.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                copy.execute(statement)
            copy.commit()
        store = open_store(None, folder=folder)
        try:
            return list(faults(entries_with_lines(store)))
        finally:
            store.close()
            shutil.rmtree(folder)

    return tampered


def test_an_untouched_book_has_no_faults(tamper: Tamper) -> None:
    assert tamper() == []


@pytest.mark.parametrize(
    "change",
    [
        "text = 'Invoice 9'",
        "day = '2025-01-16'",
        "document_day = '2025-01-01'",
        "journal = 'bank'",
        "sources = '[]'",
        "rule = 'x'",
        "rule_version = 'x'",
        "posted_at = '2025-02-01T10:00:01Z'",
        "reverses = 1",
        "text = text || ' '",
    ],
)
def test_a_changed_word_is_found(tamper: Tamper, change: str) -> None:
    assert tamper(f"UPDATE entry SET {change} WHERE id = 2") == [(2, CHANGED)]


@pytest.mark.parametrize(
    "change",
    [
        "tax_code = 'DK25'",
        "customer = 'c'",
        "invoice = 'i'",
        "original_currency = 'EUR'",
        "original_minor = 1",
        "account = (SELECT id FROM account WHERE number = '1004')",
    ],
)
def test_a_changed_line_is_found(tamper: Tamper, change: str) -> None:
    assert tamper(f"UPDATE line SET {change} WHERE entry = 3 AND n = 1") == [(3, CHANGED)]


def test_a_changed_amount_is_found_even_where_it_balances(tamper: Tamper) -> None:
    assert tamper("UPDATE line SET amount = amount * 2 WHERE entry = 3") == [(3, CHANGED)]
    assert tamper("UPDATE line SET amount = 9 WHERE entry = 3 AND n = 0") == [(3, CHANGED), (3, UNBALANCED)]


def test_an_account_that_is_renumbered_under_its_lines_is_found(tamper: Tamper) -> None:
    assert tamper("UPDATE account SET number = '1777' WHERE number = '1001'") == [
        (n, CHANGED) for n in (1, 2, 3, 4)
    ]


@pytest.mark.parametrize("byte", [1, 16, 32])
def test_one_flipped_byte_of_a_hash_is_found_at_the_entry_and_at_the_next(tamper: Tamper, byte: int) -> None:
    flip = f"substr(hash, 1, {byte - 1}) || x'00' || substr(hash, {byte + 1})"
    assert tamper(f"UPDATE entry SET hash = CAST({flip} AS BLOB) WHERE id = 2") == [
        (2, CHANGED),
        (3, PREVIOUS),
    ]


def test_a_dropped_entry_is_found(tamper: Tamper) -> None:
    found = tamper("DELETE FROM line WHERE entry = 2", "DELETE FROM entry WHERE id = 2")
    assert found == [(3, "entry 2 is missing before it"), (3, PREVIOUS), (3, "number 3 does not follow 1")]


def test_a_dropped_first_entry_is_found(tamper: Tamper) -> None:
    found = tamper("DELETE FROM line WHERE entry = 1", "DELETE FROM entry WHERE id = 1")
    assert found == [(2, "entry 1 is missing before it"), (2, PREVIOUS), (2, "number 2 does not follow 0")]


def test_a_dropped_line_is_found(tamper: Tamper) -> None:
    assert tamper("DELETE FROM line WHERE entry = 2 AND n = 1") == [(2, CHANGED), (2, UNBALANCED)]
    assert tamper("DELETE FROM line WHERE entry = 2") == [(2, CHANGED), (2, UNBALANCED)]


def test_an_added_line_is_found(tamper: Tamper) -> None:
    rows = "VALUES (2, 7, 1, 5, NULL, NULL, NULL, NULL, NULL), (2, 8, 2, -5, NULL, NULL, NULL, NULL, NULL)"
    assert tamper(f"INSERT INTO line {rows}") == [(2, CHANGED)]


def test_swapped_entries_are_found(tamper: Tamper) -> None:
    found = tamper(
        "PRAGMA foreign_keys = OFF",
        "UPDATE entry SET id = 99 WHERE id = 2", "UPDATE line SET entry = 99 WHERE entry = 2",
        "UPDATE entry SET id = 2 WHERE id = 3", "UPDATE line SET entry = 2 WHERE entry = 3",
        "UPDATE entry SET id = 3 WHERE id = 99", "UPDATE line SET entry = 3 WHERE entry = 99",
    )  # fmt: skip
    assert {entry for entry, _ in found} == {2, 3, 4}
    assert (2, PREVIOUS) in found
    assert (2, "number 3 does not follow 1") in found


def test_swapped_lines_of_one_entry_are_found(tamper: Tamper) -> None:
    swap = [
        f"UPDATE line SET n = {new} WHERE entry = 2 AND n = {old}" for old, new in ((0, 9), (1, 0), (9, 1))
    ]
    assert tamper(*swap) == [(2, CHANGED)]


def test_a_cut_tail_is_a_shorter_chain_whose_head_is_another(ledger: Any, tamper: Tamper) -> None:
    assert tamper("DELETE FROM line WHERE entry = 4", "DELETE FROM entry WHERE id = 4") == []
    hashes = [entry.hash for entry, _ in entries_with_lines(ledger.store)]
    assert ledger.store.journal.tail() == (4, hashes[3])
    assert len(set(hashes)) == 4


def test_a_renumbered_entry_is_found(tamper: Tamper) -> None:
    assert (2, "number 7 does not follow 1") in tamper("UPDATE entry SET number = 7 WHERE id = 2")


heads = st.tuples(st.text(max_size=3), st.integers(0, 9), st.none() | st.text(max_size=3))
legs = st.lists(st.tuples(st.text(max_size=3), st.integers(-9, 9)), max_size=3)


@given(heads, legs, heads, legs, st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_other_content_or_another_past_gives_another_hash(
    head: Any, lines: Any, other: Any, others: Any, past: bytes, before: bytes
) -> None:
    same = (head, lines, past) == (other, others, before)
    assert (link(past, head, lines) == link(before, other, others)) is same
    assert link(past, head, lines) == link(past, head, list(lines))


def test_entries_are_read_in_batches_with_their_own_lines(
    ledger: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.post(*[ledger.draft(n, -n) for n in range(1, 8)])
    monkeypatch.setattr(reading, "BATCH", 3)
    found = list(entries_with_lines(ledger.store))
    assert [(entry.id, [line.amount for line in lines]) for entry, lines in found] == [
        (n, [n, -n]) for n in range(1, 8)
    ]
    assert [entry.id for entry, _ in entries_with_lines(ledger.store, after=5)] == [6, 7]
    assert list(faults(entries_with_lines(ledger.store))) == []
    previous = found[3][0].hash
    assert [entry for entry, _ in faults(entries_with_lines(ledger.store, after=4), previous=previous)] == [
        5,
        5,
    ]
