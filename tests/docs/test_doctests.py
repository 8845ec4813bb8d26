"""What docstrings and pages show at a Python prompt is what Python answers."""

import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import autobook_core.connector

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"^```\{doctest\}\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MODULES = ["autobook_core.domain.money"] + [
    f"autobook_core.connector.{found.name}"
    for found in pkgutil.iter_modules(autobook_core.connector.__path__)
]
PAGES = [page for page in sorted(ROOT.glob("docs/**/*.md")) if _BLOCK.search(page.read_text("utf-8"))]


@pytest.mark.parametrize("name", MODULES)
def test_a_module_answers_as_its_docstrings_show(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_python_answers_as_a_page_shows(page: Path) -> None:
    text = "\n".join(_BLOCK.findall(page.read_text("utf-8")))
    runner = doctest.DocTestRunner()
    runner.run(doctest.DocTestParser().get_doctest(text, {}, page.stem, str(page), 0))
    assert runner.summarize().attempted > 0
    assert runner.summarize().failed == 0


def test_docstrings_of_the_contract_show_how_they_are_used() -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    shown = {
        test.name for name in MODULES for test in finder.find(importlib.import_module(name)) if test.examples
    }
    wanted = ("Watermark", "stable_ids", "Money", "option", "secret")
    missing = [name for name in wanted if not any(found.rpartition(".")[2] == name for found in shown)]
    assert missing == []
