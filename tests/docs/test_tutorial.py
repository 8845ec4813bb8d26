"""The tutorial works as printed, and the example project is what comes out of it."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.docs.walkthrough import Command, File, Shell, answers, make_environment, steps

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/connectors/tutorial.md"
EXAMPLE = ROOT / "examples/autobook-acmepay"
REPORT = "autobook_acmepay/conformance.json"
#: What runs leave behind.
LEFT = ("__pycache__", ".hypothesis", ".pytest_cache", ".ruff_cache", ".mypy_cache")


def walk(folder: Path) -> Path:
    """Do what the page says in a folder; return the project a reader has at its end."""
    made = make_environment(folder / "environment")
    (folder / "work").mkdir()
    shell = Shell(folder / "work", made)
    for step in steps(PAGE.read_text("utf-8")):
        if isinstance(step, File):
            place = shell.folder / step.name
            assert place.parent.is_dir(), f"the page writes {step.name} into a folder that is not there"
            place.write_text(step.text, "utf-8")
        else:
            run(shell, step)
    return shell.folder


def run(shell: Shell, step: Command) -> None:
    status, printed = shell.run(step.typed)
    assert answers(step.shown, printed), f"$ {step.typed}\n{printed}"
    expected = 1 if " failed" in step.shown or "set aside" in step.shown else 0
    assert status == expected, f"$ {step.typed}\n{printed}"


@pytest.mark.slow
def test_the_tutorial_works_as_printed_and_ends_in_the_bronze_example(tmp_path: Path) -> None:
    project = walk(tmp_path)
    (last,) = (step for step in commands() if step.typed == "pytest --autobook-report")
    assert "AcmePay: bronze: " in last.shown
    if os.environ.get("AUTOBOOK_GOLDEN") == "write":
        shutil.rmtree(EXAMPLE, ignore_errors=True)
        shutil.copytree(project, EXAMPLE, ignore=shutil.ignore_patterns(*LEFT))
    made, kept = tree(project), tree(EXAMPLE)
    assert made.keys() == kept.keys()
    different = [name for name in made if made[name] != kept[name]]
    assert different == [], "AUTOBOOK_GOLDEN=write pytest tests/docs/test_tutorial.py writes the example anew"


def commands() -> list[Command]:
    return [step for step in steps(PAGE.read_text("utf-8")) if isinstance(step, Command)]


def tree(folder: Path) -> dict[str, Any]:
    """Return every file of a project; of the report what does not change from run to run."""
    files = {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()}
    found: dict[str, Any] = {
        str(name): path.read_bytes() for name, path in files.items() if not set(LEFT) & set(name.parts)
    }
    if REPORT in found:
        found[REPORT] = lasting(json.loads(found[REPORT]))
    return found


def lasting(value: Any) -> Any:
    """Leave out when the kit ran, which one, and what it checked: a new case changes no example."""
    if isinstance(value, dict):
        passing = ("date", "kit", "cases")
        return {name: lasting(item) for name, item in value.items() if name not in passing}
    return [lasting(item) for item in value] if isinstance(value, list) else value


def test_the_source_is_short_and_leaves_to_the_engine_what_is_the_engines() -> None:
    text = (EXAMPLE / "autobook_acmepay/source.py").read_text("utf-8")
    assert len(text.splitlines()) <= 60
    for word in ("sleep", "retry", "Retry-After", "429", "commit", "refresh", "max(", "min(", "except"):
        assert word not in text


def test_the_page_shows_the_files_of_the_example() -> None:
    """Cheap, and it points at the file: the slow test above would find it too."""
    shown = [step for step in steps(PAGE.read_text("utf-8")) if isinstance(step, File)]
    assert len(shown) == 6
    for file in shown:
        assert (EXAMPLE / file.name).read_text("utf-8") == file.text, file.name


def test_every_command_of_the_page_is_found() -> None:
    page = PAGE.read_text("utf-8")
    assert len(commands()) == sum(line.startswith("$ ") for line in page.splitlines()) > 8
