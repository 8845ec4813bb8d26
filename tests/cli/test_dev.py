"""The author's workbench as commands: what they print for people, what for programs, and their exit codes."""

import json
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import typer

from autobook_core.cli.app import app

from .conftest import Done, Run

ROOT = Path(__file__).resolve().parents[2]
GROUP: Any = typer.main.get_command(app).commands["dev"]  # type: ignore[attr-defined]
CANARY = "canary-4711-key"


@pytest.fixture
def acme(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """AcmePay on loopback, its key in the environment, and an empty current folder."""
    if str(ROOT) not in sys.path:
        monkeypatch.syspath_prepend(str(ROOT))
    monkeypatch.setenv("ACME_KEY", CANARY)
    monkeypatch.chdir(tmp_path)
    with import_module("tests.workbench.acme_server").serving() as server:
        yield server


@pytest.fixture
def connector(tmp_path: Path) -> Path:
    copy = tmp_path / "acme.py"
    copy.write_text((ROOT / "tests" / "workbench" / "acme_connector.py").read_text())
    return copy


@pytest.fixture
def dev(run: Run, acme: Any, connector: Path) -> Run:
    """Run a command of the workbench on the connector's file; nothing it prints or leaves may hold the key."""

    def command(verb: str, *arguments: object, settings: bool = True) -> Done:
        given = [part for item in acme.settings for part in ("-o", item)] if settings else []
        done = run("dev", verb, "acme.py:AcmePay", *given, *arguments)
        assert CANARY not in done.out + done.err
        assert [
            path for path in Path().rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()
        ] == []
        return done

    return command


def is_for_people(done: Done) -> bool:
    return max((len(line) for line in done.lines), default=0) <= 80 and not re.search(
        r"[\x00-\x09\x0b-\x1f]", done.out
    )


@pytest.mark.parametrize("name", sorted(GROUP.commands))
def test_every_command_of_the_workbench_explains_itself_with_examples(name: str, run: Run) -> None:
    done = run("dev", name, "--help")
    assert done.code == 0
    assert done.lines[0].startswith(f"Usage: autobook dev {name}")
    command = GROUP.commands[name]
    assert [item.name for item in command.params if not item.help] == []
    known = {text for item in command.params for text in item.opts}
    for option in re.findall(r"(?<=\s)--?[a-z][a-z-]*", command.epilog):
        assert option in known, option
    assert all(line.startswith(f"autobook dev {name} ") for line in command.epilog.splitlines())
    assert {"--book", "--json", "--quiet", "--no-color"} <= known
    assert max(map(len, done.lines)) <= 100


def test_the_workbench_lists_its_commands(run: Run) -> None:
    done = run("dev")
    assert done.code == 2
    assert set(GROUP.commands) == {"check", "fetch", "translate", "replay", "record"}
    for name in GROUP.commands:
        line = next(line for line in done.lines if line.startswith(f"  {name} "))
        assert not line.endswith("..."), line


def test_shared_options_may_stand_before_and_after_the_command(run: Run, acme: Any, connector: Path) -> None:
    given = [part for item in acme.settings for part in ("-o", item)]
    for arguments in (
        ("--json", "dev", "check", "acme.py", *given),
        ("dev", "--json", "check", "acme.py", *given),
        ("dev", "check", "acme.py", *given, "--json"),
    ):
        assert run(*arguments).json["ok"], arguments


def test_check_shows_the_account_the_streams_and_what_to_type_next(dev: Run, acme: Any) -> None:
    done = dev("check")
    assert done.code == 0
    assert is_for_people(done)
    assert "account_id  acct_1" in done.out
    assert re.search(r"200 +\d+ ms +\d+ +GET /v1/account", done.out)
    assert re.search(r"movement +charge +600 s +7 d +v1 +Movement", done.out)
    assert "next: autobook dev fetch acme.py:AcmePay -o api_key=env:ACME_KEY" in done.err
    acme.account["live"] = True
    assert "warning: check says live=True" in dev("check").out
    acme.faults = [(401, {}, CANARY)]
    refused = dev("check")
    assert refused.code == 1
    assert "AuthFailed" in refused.out
    assert "fix: give it credentials" in refused.out


def test_fetch_shows_the_trace_the_rows_and_the_cursor_page_after_page(dev: Run, acme: Any) -> None:
    acme.faults = [(500, {}, "{}"), (429, {"retry-after": "0"}, "{}")]
    first = dev("fetch")
    assert first.code == 0
    assert is_for_people(first)
    assert [line.split()[0] for line in first.lines[2:7]] == ["500", "said", "wait", "429", "said"]
    assert "GET /v1/movements was answered with 429" in first.out
    assert re.search(r"ch_0 +1750000000 +2025-06-15 15:00 +created_at=", first.out)
    assert "cursor before: the start" in first.out
    assert "  + token: ch_1" in first.out
    assert "2 rows; there is more" in first.out
    second = dev("fetch", "--pages", 5)
    assert "page 2 of movement" in second.out
    assert "  ~ token: ch_1 → ch_3" in second.out
    assert "  - token: ch_3" in second.out
    assert "next: autobook dev translate" in second.err
    assert "page 1 of" in dev("fetch", "--reset").out
    assert '"amount": 1000' in dev("fetch", "--cursor", "start", "--full").out


def test_fetch_as_json_is_one_document(dev: Run) -> None:
    done = dev("fetch", "--pages", 2, "--json")
    assert (done.code, done.err) == (0, "")
    assert [len(page["rows"]) for page in done.json["pages"]] == [2, 2]
    assert done.json["pages"][0]["rows"][0]["data"]["id"] == "ch_0"


def test_a_connector_that_fails_ends_with_1_and_its_own_lines(dev: Run, connector: Path) -> None:
    text = connector.read_text().replace('row["updated"], row,', 'row["upd"], row,')
    connector.write_text(text)
    done = dev("fetch")
    assert done.code == 1
    assert "KeyError" in done.out
    assert "in wrap: return api.Envelope(" in done.out
    assert "autobook_core" not in done.out
    assert "mend the connector at the last line shown" in done.out


def test_translate_shows_records_refusals_and_what_they_would_post(dev: Run, acme: Any) -> None:
    acme.rows[1]["amount"] = "12.50"
    dev("fetch", "--raw", "rows.json")
    for source in ((), ("--file", "rows.json")):
        done = dev("translate", *source, settings=False)
        assert done.code == 1
        assert is_for_people(done)
        assert re.search(r"1 +charge +ch_0 +2025-06-15 15:00 +10\.00 DKK +succeeded", done.out)
        assert "set aside  row 2" in done.out
        assert "Expected `int`, got `str`" in done.out
    posted = dev("translate", "--post", "--as-of", "2025-06-30", settings=False)
    assert "what they would post, by the chart and rules of a new Danish company" in posted.out
    assert "non_integer_amount" in posted.out
    assert "records: 1 pending, 1 quarantined" in posted.out
    found = dev("translate", "--post", "--json", settings=False).json
    assert [len(row["records"]) for row in found["rows"]] == [1, 0]
    assert found["posted"]["entries"] == []


def test_replay_ends_with_1_where_code_changed_what_rows_mean(dev: Run, connector: Path) -> None:
    dev("fetch", "--pages", 9)
    same = dev("replay", settings=False)
    assert (same.code, same.out) == (0, "✓ the rows fetched here: 5 same\n")
    connector.write_text(connector.read_text().replace("amount=raw.amount", "amount=-raw.amount"))
    changed = dev("replay", settings=False)
    assert changed.code == 1
    assert is_for_people(changed)
    assert "✗ the rows fetched here: 5 changed" in changed.out
    assert "~ [0].amount: 1000 → -1000" in changed.out
    assert dev("replay", "--json", settings=False).json["changed"] == 5


def test_replay_reads_the_rows_of_a_book(dev: Run, run: Run, acme: Any, connector: Path) -> None:
    assert run("init", "book", "--quiet").code == 0
    plugins = Path("book/plugins")
    plugins.mkdir()
    spec = "api.ConnectorSpec('acmepay', 'A', AcmePay)"
    hook = f"\n\n@api.hookimpl\ndef autobook_connectors():\n    return [{spec}]\n"
    (plugins / "acme.py").write_text(connector.read_text() + hook)
    given = [part for item in acme.settings for part in ("-o", item)]
    assert run("connect", "acmepay", "--name", "shop", *given, "--book", "book").code == 0
    assert run("sync", "--book", "book", "--as-of", "2025-06-30", "--quiet").code in (0, 1)
    own = run("dev", "replay", "--connection", "shop", "--book", "book")
    assert (own.code, own.out) == (0, "✓ the latest rows of shop in the book: 5 same\n")
    connector.write_text(connector.read_text().replace('"succeeded"', '"pending"'))
    other = dev("replay", "--connection", "shop", "--book", "book", "--limit", 3, "--json", settings=False)
    assert (other.code, other.json["rows"], other.json["changed"]) == (1, 3, 3)


def test_record_writes_golden_files_and_says_what_was_replaced(dev: Run, acme: Any) -> None:
    acme.rows[0] |= {"customer": {"email": "ida@firma.dk"}, "description": "by Ida"}
    done = dev("record", "--pages", 3)
    assert done.code == 0
    assert is_for_people(done)
    golden = Path("tests/golden")
    assert sorted(path.name for path in golden.iterdir()) == [
        "movement.sandbox.raw.json",
        "movement.sandbox.records.json",
    ]
    assert re.search(r"customer\.email +e-mail +1", done.out)
    assert "read them before you keep the file: description" in " ".join(done.out.split())
    assert dev("translate", "--file", golden / "movement.sandbox.raw.json", settings=False).code == 0
    again = dev("record", "--json")
    assert again.code == 2
    assert json.loads(again.err)["file"].endswith("movement.sandbox.raw.json")


MISTAKES = {
    "check stripee": "did you mean 'stripe'?",
    "check nowhere.py": "nowhere.py: there is no such file",
    "check acme.py:Acme": "acme.py: it has no Acme",
    "check acme.py -o api_key=env:ACME_KEY": "option 'api_base' is missing",
    "check acme.py -o api_key=rk_live_clear -o api_base=http://127.0.0.1": "clear text",
    "check acme.py -o api_key=env:NOWHERE_1 -o api_base=http://127.0.0.1": "NOWHERE_1 is not set",
    "check acme.py -o api_key=env:ACME_KEY -o api_base=http://acme.example": "without encryption",
    "fetch acme.py --cursor [] -o api_key=env:ACME_KEY": "neither the word start nor a JSON object",
    "fetch acme.py --pages 0": "--pages",
    "fetch acme.py --start soon": "is no day",
    "translate acme.py": "nothing was fetched",
    "translate acme.py --file rows.json": "rows.json: cannot be read",
    "translate acme.py --file acme.py": "it is no JSON list of rows",
    "replay": "there is nothing to replay",
    "check stripe --book nowhere": "there is no book in nowhere",
    "chek stripe": "did you mean 'check'?",
}


@pytest.mark.parametrize(("command", "message"), MISTAKES.items(), ids=MISTAKES)
def test_a_mistake_ends_with_2_one_sentence_and_what_to_do(
    command: str, message: str, acme: Any, connector: Path, run: Run
) -> None:
    done = run("dev", *command.split())
    assert done.code == 2
    assert done.out == ""
    error, fix = done.err.splitlines()
    assert error.startswith("error: ")
    assert message in error
    assert fix.startswith("  fix: ")
    assert "rk_live_clear" not in done.err
    assert acme.asked == []
