"""Verify tells every fault of chain, balance, number and roll-up, and the head to keep elsewhere."""

import sqlite3
from contextlib import closing
from typing import Any

from autobook_core.ledger.digest import content_digest
from autobook_core.proof import verify as module
from autobook_core.proof.verify import verify
from autobook_core.store.opening import open_store


def tampered(ledger: Any, *statements: str) -> Any:
    ledger.store.close()
    with closing(sqlite3.connect(ledger.folder / "books.db")) as raw:
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            raw.execute(statement)
        raw.commit()
    ledger.store = open_store(None, folder=ledger.folder)
    return verify(ledger.store)


def test_a_sound_book_is_verified(ledger: Any) -> None:
    ledger.post(*[ledger.draft(n, -n) for n in (1, 2, 3)])
    found = verify(ledger.store)
    assert (found.ok, found.entries, found.faults, found.more_faults) == (True, 3, [], 0)
    assert found.head == ledger.store.journal.tail()[1].hex()
    assert found.content_digest == content_digest(ledger.store)


def test_an_empty_book_is_sound(ledger: Any) -> None:
    found = verify(ledger.store)
    assert (found.ok, found.entries, found.head) == (True, 0, "00" * 32)


def test_a_changed_entry_is_told_by_its_number(ledger: Any) -> None:
    ledger.post(*[ledger.draft(n, -n) for n in (1, 2, 3)])
    found = tampered(ledger, "UPDATE entry SET text = 'x' WHERE id = 2")
    assert not found.ok
    assert found.faults == ["entry 2: its content does not give its hash: it was changed after posting"]


def test_a_monthly_balance_that_differs_from_the_lines_is_told(ledger: Any) -> None:
    ledger.post(ledger.draft(5, -5))
    found = tampered(ledger, "UPDATE balance_month SET debit = debit + 3 WHERE debit > 0")
    assert found.faults == ["account 1000, 2025-01: balance and lines differ by -3 in debit and 0 in credit"]


def test_a_cut_tail_shows_in_the_balances_and_in_the_head(ledger: Any) -> None:
    ledger.post(*[ledger.draft(n, -n) for n in (1, 2)])
    head = verify(ledger.store).head
    found = tampered(ledger, "DELETE FROM line WHERE entry = 2", "DELETE FROM entry WHERE id = 2")
    assert not found.ok
    assert found.head != head
    assert len(found.faults) == 4


def test_only_the_first_faults_are_told_one_by_one(ledger: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(module, "MOST_TOLD", 2)
    ledger.post(*[ledger.draft(n, -n) for n in range(1, 6)])
    found = tampered(ledger, "UPDATE entry SET text = 'x'")
    assert (len(found.faults), found.more_faults, found.ok) == (2, 3, False)


def test_progress_is_told_by_the_thousand(ledger: Any) -> None:
    ledger.post(*[ledger.draft(1, -1) for _ in range(2_001)])
    told: list[int] = []
    assert verify(ledger.store, progress=told.append).entries == 2_001
    assert told == [1000, 1000]
