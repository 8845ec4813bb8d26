"""A small real book, made by the commands themselves, and two ways to run a command: in this process and outside."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from autobook_core.cli import main

EXAMPLES = Path(__file__).parents[1] / "examples"


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


Run = Callable[..., Done]


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AUTOBOOK_BOOK", "AUTOBOOK_LOG", "AUTOBOOK_PLUGINS", "NO_COLOR", "LC_ALL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process."""

    def command(*arguments: object) -> Done:
        capsys.readouterr()
        code = main([str(item) for item in arguments])
        written = capsys.readouterr()
        return Done(code, written.out, written.err)

    return command


def outside(*arguments: object, env: dict[str, str] | None = None, cwd: Path | None = None) -> Done:
    """Run a command as a process of its own."""
    result = subprocess.run(
        [sys.executable, "-m", "autobook_core", *map(str, arguments)],
        capture_output=True, text=True, check=False, cwd=cwd, env={**os.environ, **(env or {})}, timeout=60,
    )  # fmt: skip
    return Done(result.returncode, result.stdout, result.stderr)


def example(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return found


def write_lines(path: Path, records: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def hostile_line() -> dict[str, Any]:
    """A bank line nothing matches, whose texts try to take over the terminal."""
    line: dict[str, Any] = json.loads(json.dumps(example("bank-transfer")["records"][1]))
    line["data"]["AcctSvcrRef"] = line["data"]["NtryRef"] = "EVIL\x1b]0;owned\x07\u202e1"
    line["data"]["NtryDtls"]["RmtInf"] = {"Ustrd": ["\x1b[2Jpay me\u009b31m"], "CdtrRefInf": None}
    line["data"]["Amt"]["value"] = "4321.09"
    return line


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book with an invoice, its payment, its payout and the bank's line, and a line nobody can explain.

    Tests that write make a book of their own.
    """
    folder = tmp_path_factory.mktemp("filled") / "book"
    assert main(["init", str(folder), "--company", "Acme ApS", "--quiet"]) == 0
    sample = example("payout-and-bank-line")
    lines = write_lines(folder.parent / "in.jsonl", [*sample["records"], hostile_line()])
    assert main(["import", str(lines), "--as-of", "2025-05-31", "--book", str(folder), "--quiet"]) == 0
    return folder


@pytest.fixture
def fresh(tmp_path: Path, run: Run) -> Path:
    """A book in which nothing is."""
    folder = tmp_path / "book"
    assert run("init", folder).code == 0
    return folder
