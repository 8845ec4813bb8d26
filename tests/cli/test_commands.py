"""Every command on a real book: what it prints for people, what for programs, and its exit code."""

import json
from pathlib import Path

import pytest

from .conftest import Run, example, hostile_line, write_lines

READING = {
    "connections": 0, "journal": 0, "records": 0, "exceptions": 1, "matches": 0, "balances": 0,
    "report trial-balance": 0, "report profit-loss --to 2025-12-31": 0, "report balance-sheet": 0,
    "dump": 0, "verify": 0, "status": 1, "deliveries": 0, "deliver": 0, "check": 0, "connectors": 0,
}  # fmt: skip


@pytest.mark.parametrize(("command", "code"), READING.items(), ids=READING)
def test_json_is_one_document_and_nothing_else(command: str, code: int, filled: Path, run: Run) -> None:
    done = run(*command.split(), "--json", "--book", filled)
    assert done.code == code
    json.loads(done.out)
    assert done.err == ""


@pytest.mark.parametrize(("command", "code"), READING.items(), ids=READING)
def test_people_get_text_within_80_columns_without_control_characters(
    command: str, code: int, filled: Path, run: Run
) -> None:
    done = run(*command.split(), "--book", filled)
    assert done.code == code
    assert done.out or done.err
    if command != "dump":
        assert max((len(line) for line in done.lines), default=0) <= 80
    assert not [character for character in done.out if ord(character) < 32 and character != "\n"]
    assert not [
        character for character in done.out if 0x7F <= ord(character) <= 0x9F or character == "\u202e"
    ]


def test_a_new_book_works_at_once_and_says_what_to_type_next(tmp_path: Path, run: Run) -> None:
    made = run(
        "init", tmp_path / "acme", "--company", "Acme ApS", "-o", "policy.deferral_method=month", "--json"
    )
    assert made.code == 0
    assert "autobook.toml" in made.json["files"]
    assert 'deferral_method = "month"' in (tmp_path / "acme" / "autobook.toml").read_text()
    for command in (
        "journal",
        "balances",
        "records",
        "matches",
        "deliveries",
        "report trial-balance",
        "sync",
    ):
        done = run(*command.split(), "--book", tmp_path / "acme")
        assert done.code == 0, command
        assert "next: autobook " in done.err, command
    status = run("status", "--book", tmp_path / "acme")
    assert status.code == 0
    assert "nothing waits for you" in status.out


def test_importing_books_the_records_and_importing_again_changes_nothing(fresh: Path, run: Run) -> None:
    sample = example("bank-transfer")
    lines = write_lines(fresh.parent / "in.jsonl", sample["records"])
    first = run("import", lines, "--as-of", sample["as_of"], "--book", fresh)
    assert first.code == 0
    assert first_number(first.out, "posted") >= 2
    again = run("import", lines, "--as-of", sample["as_of"], "--book", fresh, "--json").json
    assert (again["posted"], again["known"], again["new"]) == (0, 2, 0)
    (day, expected), *_ = sample["balances"].items()
    found = run("balances", "--at", day, "--json", "--book", fresh).json
    assert {role: minor for role, minor in found.items() if minor} == {
        role: minor for role, minor in expected.items() if minor
    }


def test_an_unreadable_line_is_told_with_file_and_number_and_the_others_are_booked(
    fresh: Path, run: Run
) -> None:
    sample = example("bank-transfer")
    lines = write_lines(fresh.parent / "in.jsonl", sample["records"])
    with lines.open("a", encoding="utf-8") as file:
        file.write("this is no JSON\n")
    done = run("import", lines, "--as-of", sample["as_of"], "--book", fresh)
    assert done.code == 1
    assert "unreadable in.jsonl:3:" in done.out
    assert first_number(done.out, "posted") >= 2


def test_a_bank_file_is_imported_by_the_connection_that_reads_it(fresh: Path, run: Run) -> None:
    from autobook_core.testing.company import Options, build, write_bank_files

    files = write_bank_files(build(Options(customers=5, months=1)), fresh.parent)
    assert run("connect", "bank", "--name", "bank", "--book", fresh).code == 0
    done = run("import", "--connection", "bank", files[0], "--as-of", "2025-01-31", "--book", fresh, "--json")
    assert done.code == 0
    assert done.json["posted"] > 0


def test_a_sync_fetches_posts_and_delivers_and_the_next_one_has_nothing_to_do(fresh: Path, run: Run) -> None:
    from autobook_core.testing.company import Options, build, write_bank_files

    write_bank_files(build(Options(customers=5, months=1)), fresh / "files")
    assert run("connect", "bank", "--name", "bank", "-o", "folder=files", "--book", fresh).code == 0
    made = run("connect", "plaintext", "--name", "ledger", "--book", fresh)
    assert "● OK  ledger (plaintext)" in made.out
    checked = run("check", "--book", fresh)
    assert (checked.code, len(checked.lines)) == (0, 2)
    first = run("sync", "--as-of", "2025-01-31", "--no-deliver", "--book", fresh)
    assert first.code == 0
    assert [part for line in first.lines if "bank" in line for part in line.split()][:3] == [
        "●",
        "OK",
        "bank",
    ]
    assert "posted " in first.out
    assert "delivered" not in first.out
    sent = run("deliver", "--book", fresh, "--json").json
    assert sent[0]["verified"] == first_number(first.out, "posted")
    again = run("sync", "--as-of", "2025-01-31", "--book", fresh)
    assert "nothing new: the books are up to date" in again.out
    assert (fresh / "files" / "ledger" / "hledger" / "main.journal").exists()
    states = {row["state"] for row in run("deliveries", "--json", "--book", fresh).json}
    assert states == {"verified"}
    assert "● OK   ledger" in run("connections", "--book", fresh).out


def first_number(text: str, word: str) -> int:
    line = next(line for line in text.splitlines() if line.startswith(word))
    return int(line.split()[1])


def test_a_source_that_cannot_be_reached_fails_the_sync_and_leaves_the_others(
    fresh: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRIPE_KEY", "rk_test_nobody")
    settings = ("-o", "api_key=env:STRIPE_KEY", "-o", "api_base=ftp://127.0.0.1:9", "--no-check")
    assert run("connect", "stripe", "--name", "stripe", *settings, "--book", fresh).code == 0
    assert run("connect", "bank", "--name", "bank", "--no-check", "--book", fresh).code == 0
    done = run("sync", "--book", fresh)
    assert done.code == 1
    assert "● OK   bank" in done.out
    assert "rk_test_nobody" not in done.out + done.err
    assert "the books are up to date" not in done.out
    assert run("check", "stripe", "--book", fresh).code == 1


def test_the_journal_shows_each_entry_with_debit_and_credit(filled: Path, run: Run) -> None:
    done = run("journal", "--limit", "1", "--book", filled)
    assert done.lines[0].split()[1] == "A-2025-1"
    assert "300.00" in done.out
    assert "240.00" in done.out


def test_the_journal_can_be_narrowed_by_day_and_account(filled: Path, run: Run) -> None:
    everything = run("journal", "--json", "--book", filled).json
    days = sorted({entry["date"] for entry in everything})
    one_day = run("journal", "--from", days[1], "--to", days[1], "--json", "--book", filled).json
    assert one_day == [entry for entry in everything if entry["date"] == days[1]]
    on_fees = run("journal", "--account", "fees", "--json", "--book", filled).json
    assert on_fees == [e for e in everything if any(line["role"] == "fees" for line in e["lines"])]
    assert 0 < len(on_fees) < len(everything)


def test_the_journal_of_some_days_comes_in_order_of_date(filled: Path, run: Run) -> None:
    everything = run("journal", "--json", "--book", filled).json
    ordered = run("journal", "--from", "2000-01-01", "--json", "--book", filled).json
    assert [entry["date"] for entry in ordered] == sorted(entry["date"] for entry in everything)
    assert sorted(entry["id"] for entry in ordered) == sorted(entry["id"] for entry in everything)


def test_records_are_narrowed_by_status_and_type(filled: Path, run: Run) -> None:
    posted = run("records", "--status", "posted", "--type", "invoice", "--json", "--book", filled).json
    assert [(row["type"], row["status"]) for row in posted] == [("invoice", "posted")]
    assert run("records", "--limit", "0", "--json", "--book", filled).json == []


def test_the_dump_holds_what_the_other_commands_print(filled: Path, run: Run) -> None:
    document = run("dump", "--book", filled).json
    assert list(document) == [
        "entries", "balances", "matches", "exceptions", "records", "open_items", "deliveries",
    ]  # fmt: skip
    assert document["entries"] == run("journal", "--json", "--book", filled).json
    assert document["balances"] == run("balances", "--json", "--book", filled).json
    assert document["records"] == run("records", "--json", "--book", filled).json


def test_the_trial_balance_says_that_it_adds_up_to_zero(filled: Path, run: Run) -> None:
    done = run("report", "trial-balance", "--at", "2025-12-31", "--book", filled)
    assert done.lines[-1] == "✓ debits equal credits: it adds up to zero"
    assert done.lines[-2].split() == ["total", "0.00"]


def test_income_is_positive_for_people_and_a_credit_for_programs(filled: Path, run: Run) -> None:
    period = ("--from", "2025-01-01", "--to", "2025-12-31", "--book", filled)
    document = run("report", "profit-loss", *period, "--json").json
    assert document["income"] < 0 < document["result"]
    shown = run("report", "profit-loss", *period)
    assert next(line for line in shown.lines if line.strip().startswith("income")).endswith(" 240.00")


def test_an_open_error_makes_exceptions_and_status_end_with_1(filled: Path, fresh: Path, run: Run) -> None:
    done = run("exceptions", "--book", filled)
    assert done.code == 1
    assert "! ERROR  unmatched_bank_line  4 321.09 DKK" in done.out
    assert "1 error and 0 warnings open" in done.err
    status = run("status", "--book", filled)
    assert status.code == 1
    assert "! 1 NEED YOU" in status.out
    assert "next: autobook exceptions --book" in status.err
    assert run("exceptions", "--book", fresh).code == 0


def test_a_ledger_somebody_wrote_to_fails_verification(fresh: Path, run: Run) -> None:
    import sqlite3

    lines = write_lines(fresh.parent / "in.jsonl", [*example("bank-transfer")["records"], hostile_line()])
    run("import", lines, "--as-of", "2025-05-31", "--book", fresh)
    assert run("verify", "--book", fresh).code == 0
    with sqlite3.connect(fresh / "books.db") as database:
        for (trigger,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            database.execute(f'DROP TRIGGER "{trigger}"')
        database.execute("UPDATE entry SET text = 'something else' WHERE id = 1")
    database.close()
    done = run("verify", "--book", fresh)
    assert done.code == 1
    assert "1 fault" in done.out
    assert run("verify", "--json", "--book", fresh).json["ok"] is False


def test_connectors_show_their_settings_and_never_a_default_of_a_secret(run: Run) -> None:
    assert {item["type"] for item in run("connectors", "--json").json["connectors"]} >= {
        "bank",
        "stripe",
        "plaintext",
    }
    one = run("connectors", "stripe", "--json").json["connectors"][0]
    secrets = {item["name"]: item["default"] for item in one["options"] if item["secret"]}
    assert secrets == {"api_key": None, "webhook_secret": None}
    assert "api_key  (secret, by reference)" in run("connectors", "stripe").out


def test_a_plugin_that_does_not_load_is_listed_with_its_reason(fresh: Path, run: Run) -> None:
    (fresh / "plugins").mkdir()
    (fresh / "plugins" / "broken.py").write_text("raise RuntimeError('half\\x1b[31m done')\n")
    done = run("connectors", "--book", fresh)
    assert done.code == 1
    assert "left out: local:broken.py: RuntimeError: half\\u001b[31m done" in " ".join(done.out.split())
