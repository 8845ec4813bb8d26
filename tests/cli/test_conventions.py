"""What holds for every command: help, the shared options, errors, streams, signals."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer

from autobook_core.cli.app import app

from .conftest import Done, Run, outside

GROUP = typer.main.get_command(app)
COMMANDS = sorted(GROUP.commands)  # type: ignore[attr-defined]
EXPECTED = {
    "init", "demo", "dev", "connectors", "connect", "connections", "check", "sync", "import", "journal", "records",
    "exceptions", "matches", "balances", "report", "dump", "verify", "status", "tui", "deliver", "deliveries", "new",
}  # fmt: skip


def test_every_command_there_is_works() -> None:
    assert set(COMMANDS) == EXPECTED


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_with_an_example(name: str, run: Run) -> None:
    done = run(name, "--help")
    assert done.code == 0
    assert done.lines[0].startswith(f"Usage: autobook {name}")
    assert re.search(r"\n\n  [A-Z][^\n]+\.\n", done.out), "one sentence says what it does"
    examples = done.out.partition("\nExamples:\n")[2].splitlines()
    assert examples
    assert all(line.startswith("  autobook ") for line in examples)
    assert max(map(len, done.lines)) <= 100
    for option in ("--book", "--json", "--quiet", "--no-color", "--help"):
        assert option in done.out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_parameter_has_a_help_text(name: str) -> None:
    command = GROUP.commands[name]  # type: ignore[attr-defined]
    assert [item.name for item in command.params if not item.help] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_shows_each_summary_whole(name: str, run: Run) -> None:
    listed = next(line for line in run("--help").lines if line.startswith(f"  {name} "))
    assert listed.endswith(".")
    assert not listed.endswith("..")


def test_examples_use_options_that_exist() -> None:
    for name in COMMANDS:
        command = GROUP.commands[name]  # type: ignore[attr-defined]
        known = {text for item in command.params for text in item.opts} | {"--book"}
        for option in re.findall(r"(?<=\s)--?[a-z][a-z-]*", command.epilog):
            assert option in known, f"{name}: {option}"


def test_the_book_may_be_named_before_or_after_the_command_or_by_the_environment(filled: Path) -> None:
    wanted = outside("--book", filled, "balances", "--json")
    assert wanted.code == 0
    assert outside("--json", "balances", "--book", filled) == wanted
    assert outside("balances", "--json", env={"AUTOBOOK_BOOK": str(filled)}) == wanted
    assert outside("balances", "--json", cwd=filled) == wanted


def test_without_a_command_the_list_of_commands_is_shown(run: Run) -> None:
    done = run()
    assert done.code == 2
    assert "Commands" in done.out or "Set up:" in done.out


def test_the_version_is_one_line(run: Run) -> None:
    assert run("--version").out == outside("--version").out
    assert re.fullmatch(r"autobook \d+\.\d+\.\d+\n", run("--version").out)


MISTAKES = {
    "staus": "did you mean 'status'?",
    "journal --accout x": "did you mean --account?",
    "report trial-balnce": "did you mean 'trial-balance'?",
    "sync strype": "unknown connection 'strype'",
    "connect strype --name x": "did you mean 'stripe'?",
    "connectors strype": "did you mean 'stripe'?",
    "journal --account receivable": "did you mean 'receivables'?",
    "records --status postd": "did you mean 'posted'?",
    "journal --from 2025-13-01": "is no day; write it as 2025-12-31",
    "report trial-balance --at 2025-01-01 --to 2025-01-01": "--at is a day, --from and --to are a period",
    "report profit-loss --from 2025-02-01 --to 2025-01-01": "lies after",
    "import nowhere.jsonl": "nowhere.jsonl: No such file or directory",
    "import pyproject.toml --connection banc": "there is no connection 'banc'",
    "connect bank": "missing option '--name'",
    "connect stripe --name s -o api_key=rk_live_clear": "clear text",
}


@pytest.mark.parametrize(("command", "message"), MISTAKES.items(), ids=MISTAKES)
def test_a_mistake_ends_with_2_one_sentence_and_what_to_do(
    command: str, message: str, filled: Path, run: Run
) -> None:
    done = run("--book", filled, *command.split())
    assert done.code == 2
    assert done.out == ""
    error, fix = done.err.splitlines()
    assert error.startswith("error: ")
    assert message in error
    assert fix.startswith("  fix: ")
    assert "rk_live_clear" not in done.err


def test_an_error_in_a_file_names_file_and_line(fresh: Path, run: Run) -> None:
    settings = fresh / "autobook.toml"
    settings.write_text(settings.read_text().replace("deferral_method", "deferal_method"))
    line = next(n for n, text in enumerate(settings.read_text().splitlines(), 1) if "deferal" in text)
    done = run("status", "--book", fresh)
    assert done.code == 2
    assert f"error: {settings}:{line}: " in done.err
    assert "did you mean 'deferral_method'?" in done.err
    told = json.loads(run("status", "--book", fresh, "--json").err)
    assert (told["file"], told["line"]) == (str(settings), line)
    assert set(told) == {"error", "fix", "file", "line"}


def test_a_folder_without_a_book_says_how_to_make_one(tmp_path: Path, run: Run) -> None:
    done = run("status", "--book", tmp_path)
    assert done.code == 2
    assert "autobook init" in done.err


def test_wrong_use_is_json_too_when_json_was_asked_for(run: Run) -> None:
    done = run("journal", "--limit", "many", "--json")
    assert (done.code, done.out) == (2, "")
    assert "--limit" in json.loads(done.err)["error"]


def test_quiet_keeps_results_and_drops_remarks(filled: Path, run: Run) -> None:
    loud, quiet = run("status", "--book", filled), run("status", "--book", filled, "--quiet")
    assert loud.out == quiet.out
    assert "next:" in loud.err
    assert quiet.err == ""


def test_a_reader_who_leaves_early_hears_no_complaint(filled: Path) -> None:
    """The list is larger than a pipe holds, so the writer notices."""
    script = (
        "import sys\n"
        "from autobook_core.cli import main\n"
        "from autobook_core.book import Book\n"
        "rows = Book.journal\n"
        "Book.journal = lambda self, **named: [row for _ in range(2000) for row in rows(self, **named)]\n"
        f"sys.exit(main(['journal', '--json', '--book', {str(filled)!r}]))\n"
    )
    writer = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert writer.stdout is not None
    assert writer.stderr is not None
    writer.stdout.readline()
    writer.stdout.close()
    complaint = writer.stderr.read()
    writer.stderr.close()
    assert (writer.wait(30), complaint) == (141, b"")


def test_an_interrupt_ends_with_130_and_says_that_nothing_is_lost(fresh: Path) -> None:
    pipe = fresh.parent / "slow.jsonl"
    os.mkfifo(pipe)
    importing = subprocess.Popen(
        [sys.executable, "-m", "autobook_core", "import", str(pipe), "--book", str(fresh)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with pipe.open("w") as writer:
        writer.write("\n")
        writer.flush()
        time.sleep(0.3)
        importing.send_signal(signal.SIGINT)
        out, err = importing.communicate(timeout=30)
    assert (importing.returncode, out) == (130, "")
    assert "nothing is lost" in err
    assert "Traceback" not in err


def on_a_terminal(*arguments: str, **env: str) -> Done:
    """Run a command whose output is a terminal of 80 columns."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "autobook_core", *arguments],
        stdout=follower, stderr=subprocess.PIPE, text=True, env={**os.environ, **env},
    )  # fmt: skip
    os.close(follower)
    parts: list[bytes] = []
    while True:
        try:
            part = os.read(leader, 65536)
        except OSError:
            break
        if not part:
            break
        parts.append(part)
    os.close(leader)
    _, err = process.communicate(timeout=30)
    return Done(process.returncode, b"".join(parts).decode(), err)


def test_colour_comes_with_a_terminal_and_goes_when_it_is_not_wanted(filled: Path) -> None:
    arguments = ("exceptions", "--book", str(filled))
    colourful = on_a_terminal(*arguments).out
    assert "\x1b[1;31m! ERROR\x1b[0m" in colourful
    assert "\x1b]0;owned" not in colourful
    assert "\\u001b]0;owned" in colourful
    for plain in (
        on_a_terminal(*arguments, NO_COLOR="1").out,
        on_a_terminal(*arguments, "--no-color").out,
        on_a_terminal(*arguments, TERM="dumb").out,
        outside(*arguments).out,
    ):
        assert "\x1b" not in plain
        assert "! ERROR" in plain


@pytest.mark.parametrize("env", [{"LANG": "C"}, {"TERM": "linux"}, {"PYTHONIOENCODING": "ascii"}])
def test_signs_are_ascii_where_the_terminal_shows_no_others(env: dict[str, str], filled: Path) -> None:
    done = outside("report", "trial-balance", "--book", filled, env=env)
    assert done.code == 0
    assert "+ debits equal credits" in done.out
