"""What an author writes is right to both type checkers, and what an author gets wrong is refused by both.

The files in ``authors`` are read, not run. Each mistake in them carries a remark for each checker that it is
expected; a remark that nothing asks for is itself a fault, so a mistake that slips through is found.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
AUTHORS = Path(__file__).with_name("authors")

pytestmark = pytest.mark.slow


def run(module: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a checker from the project's root, with this Python as the one that it looks for packages in."""
    pytest.importorskip(module, reason="type checkers come with the dependency group lint")
    here = Path(sys.executable).parent
    env = os.environ | {
        "PATH": f"{here}{os.pathsep}{os.environ.get('PATH', '')}",
        "VIRTUAL_ENV": sys.prefix,
        "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1",
    }
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_mypy_takes_what_is_right_and_refuses_what_is_wrong() -> None:
    result = run("mypy", "--strict", "--warn-unused-ignores", str(AUTHORS.relative_to(ROOT)))
    assert result.returncode == 0, result.stdout + result.stderr


def test_pyright_takes_what_is_right_and_refuses_what_is_wrong() -> None:
    result = run("pyright", "--pythonpath", sys.executable, "--project", str(AUTHORS))
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_mistake_is_expected_of_both_checkers() -> None:
    lines = [line for path in sorted(AUTHORS.glob("*.py")) for line in path.read_text().splitlines()]
    for_mypy = {line for line in lines if re.search(r"# type: ignore\[[\w-]+]", line)}
    for_pyright = {line for line in lines if re.search(r"# pyright: ignore\[\w+", line)}
    assert for_mypy == for_pyright
    assert len(for_mypy) >= 25


@pytest.mark.parametrize("module", ["autobook_core.connector", "autobook_core.hookspecs"])
def test_every_name_of_the_public_surface_has_a_known_type(module: str) -> None:
    result = run("pyright", "--verifytypes", module, "--ignoreexternal", "--outputjson")
    found: dict[str, Any] = json.loads(result.stdout)["typeCompleteness"]
    unknown = [
        f"{symbol['name']}: {told['message']}"
        for symbol in found["symbols"]
        for told in symbol["diagnostics"]
        if symbol["isExported"] and not symbol["isTypeKnown"]
    ]
    assert unknown == []
    assert found["exportedSymbolCounts"]["withKnownType"] > 5
    assert found["completenessScore"] == 1
