"""The site builds without a warning, and nothing that a user or an author can meet is missing from it."""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from sphinx.util.inventory import InventoryFile

import autobook_core.connector
import autobook_core.errors
import autobook_core.testing
from autobook_core.logs import EVENTS
from autobook_core.plugins.checks import HOOKS
from generated_book import every_key
from generated_commands import every_command
from generated_kit import every_case
from generated_settings import every_setting
from generated_text import target

ROOT = Path(__file__).resolve().parents[2]
#: Names that an author imports from the contract, and that stand with the errors and the hooks.
HOMES = (
    "autobook_core.connector",
    "autobook_core.testing",
    "autobook_core.errors",
    "autobook_core.hookspecs",
)


def exported() -> Iterable[str]:
    yield from autobook_core.connector.__all__
    yield from autobook_core.testing.__all__
    yield from autobook_core.errors.__all__
    yield from HOOKS


def generated() -> Iterable[str]:
    yield from every_setting()
    yield from every_key()
    yield from every_case()
    yield from (target("event", event.name) for event in EVENTS)
    yield from (target("command", path) for path, _, _ in every_command())


def test_the_site_builds_without_a_warning_and_everything_is_in_it(
    tmp_path: Path, subtests: pytest.Subtests
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-n", "-d", tmp_path / "trees", "-b", "html",
         ROOT / "docs", tmp_path / "site"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    assert done.returncode == 0
    with (tmp_path / "site/objects.inv").open("rb") as stream:
        inventory = InventoryFile.load(stream, "", lambda base, name: name)
    names = {name for kind, found in inventory.items() if kind.startswith("py:") for name in found}
    anchors = inventory["std:label"]
    for name in exported():
        with subtests.test(name=name):
            assert any(f"{home}.{name}" in names for home in HOMES)
    for place in generated():
        with subtests.test(place=place):
            assert place in anchors


@pytest.mark.parametrize("page", sorted(ROOT.glob("docs/**/*.md")), ids=lambda page: page.stem)
def test_a_page_names_no_place_to_download_from(page: Path) -> None:
    text = page.read_text("utf-8")
    assert [
        word for word in ("pypi.org", f"{ROOT}/", "files.pythonhosted", "index-url") if word in text
    ] == []


@pytest.mark.parametrize("page", sorted(ROOT.glob("docs/connectors/*.md")), ids=lambda page: page.stem)
def test_a_how_to_page_quotes_code_that_is_run(page: Path) -> None:
    blocks = [line for line in page.read_text("utf-8").splitlines() if line.startswith("```python")]
    assert blocks == [], (
        "code on these pages comes from docs/connectors/howto, a tutorial's file or a doctest"
    )
