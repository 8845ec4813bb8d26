"""The demonstration, small: everything it promises holds, and a book that differs is caught."""

from pathlib import Path

import pytest

from autobook_core.cli import demo

from .conftest import Run

SMALL = ("--customers", "25", "--months", "2", "--seed", "3")


def test_the_demonstration_proves_the_books_and_leaves_them_ready_to_use(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    place = Path("demo")
    done = run("demo", place, *SMALL)
    assert done.code == 0
    assert "✓ debits equal credits: it adds up to zero" in done.out
    assert "equal to the minor unit" in done.out
    assert "✓ a second sync posted nothing" in done.out
    assert "hold" in done.lines[-1]
    assert max(map(len, [*done.lines, *done.err.splitlines()])) <= 80
    assert f"autobook status --book {place}" in done.err
    assert (place / "files/ledger/beancount/main.beancount").exists()
    assert ((place / "secrets/stripe_api_key").stat().st_mode & 0o777) == 0o600
    assert "sk_" not in (place / "connections/stripe.toml").read_text()
    assert run("verify", "--book", place).code == 0


def test_as_json_it_is_one_document(tmp_path: Path, run: Run) -> None:
    done = run("demo", tmp_path / "demo", *SMALL, "--json")
    assert (done.code, done.err) == (0, "")
    document = done.json
    assert document["ok"] is True
    assert document["differences"] == {}
    assert document["accounts"] > 5
    assert document["trial_balance"]["total"] == 0
    assert document["second_sync"]["posted"] == 0
    assert document["company"]["customers"] == 25


def test_a_difference_of_one_minor_unit_is_shown_and_ends_with_1(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from autobook_core.testing import company

    honest = company.expected_balances
    monkeypatch.setattr(
        company,
        "expected_balances",
        lambda facts, day: honest(facts, day) | {"fees": honest(facts, day)["fees"] + 1},
    )
    done = run("demo", tmp_path / "demo", *SMALL)
    assert done.code == 1
    assert "    fees: books " in done.out


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path, run: Run) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    done = run("demo", tmp_path)
    assert done.code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_the_last_day_is_the_end_of_the_last_month() -> None:
    from datetime import date

    assert demo.last_day(date(2025, 1, 1), 12) == date(2025, 12, 31)
    assert demo.last_day(date(2025, 1, 1), 14) == date(2026, 2, 28)
