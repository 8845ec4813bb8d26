"""Listing connectors costs what listing costs: nothing that a connector needs is loaded for it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SHOPS = 20
#: What a connector's own module does when it is imported: it leaves a mark, and fails for want of its dependency.
HEAVY = """
from pathlib import Path
Path(__file__).with_suffix(".imported").touch()
import heavy_sdk_of_{name}
"""
HOOK = """
from autobook_core.connector import ConnectorSpec, hookimpl

@hookimpl
def autobook_connectors():
    return [ConnectorSpec({name!r}, {title!r}, "autobook_{name}.source:Source", summary="What {title} sold")]
"""
#: Runs the command, and says after it which modules of the made-up packages the process has loaded.
PROGRAM = """
import sys
from autobook_core.cli import main
code = main(["connectors", "--json"])
print(*sorted(sys.modules), file=sys.stderr)
sys.exit(code)
"""


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with twenty installed distributions, each with a connector whose dependency is absent."""
    folder = tmp_path_factory.mktemp("site")
    for number in range(SHOPS):
        name = f"shop{number:02}"
        package, info = folder / f"autobook_{name}", folder / f"autobook_{name}-1.{number}.dist-info"
        package.mkdir()
        info.mkdir()
        (package / "__init__.py").write_text(HOOK.format(name=name, title=f"Shop {number}"))
        (package / "source.py").write_text(HEAVY.format(name=name))
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: autobook-{name}\nVersion: 1.{number}\n")
        (info / "entry_points.txt").write_text(f"[autobook]\n{name} = autobook_{name}\n")
    return folder


def child(shelf: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a Python that has the distributions on its path."""
    env = os.environ | {"PYTHONPATH": str(shelf), "AUTOBOOK_PLUGINS": ""}
    return subprocess.run([sys.executable, *arguments], env=env, capture_output=True, text=True, check=False)


def test_listing_asks_twenty_packages_and_imports_nothing_they_depend_on(shelf: Path) -> None:
    result = child(shelf, "-c", PROGRAM)
    assert result.returncode == 0, result.stderr
    listed = {item["type"]: item for item in json.loads(result.stdout)["connectors"]}
    assert {name for name in listed if name.startswith("shop")} == {f"shop{n:02}" for n in range(SHOPS)}
    assert listed["shop07"]["title"] == "Shop 7"
    assert listed["shop07"]["plugin"] == "autobook-shop07:shop07"
    assert listed["shop07"]["version"] == "1.7"
    assert list(shelf.rglob("*.imported")) == []


def test_asking_for_one_connector_imports_that_one_only_and_names_what_it_lacks(shelf: Path) -> None:
    result = child(shelf, "-m", "autobook_core", "connectors", "shop07", "--json")
    try:
        assert result.returncode == 2, result.stdout
        assert "heavy_sdk_of_shop07" in result.stdout + result.stderr
        assert [path.parent.name for path in shelf.rglob("*.imported")] == ["autobook_shop07"]
    finally:
        for path in shelf.rglob("*.imported"):
            path.unlink()


def test_no_connector_and_nothing_of_the_engine_is_loaded_for_a_list(shelf: Path) -> None:
    loaded = set(child(shelf, "-c", PROGRAM).stderr.split())
    assert "autobook_stripe" in loaded
    assert [name for name in loaded if "shop" in name] == [], "strangers are asked in a copy of the process"
    ours = (
        "autobook_stripe.",
        "autobook_bank.",
        "autobook_plaintext.",
        "autobook_core.store",
        "autobook_core.intake",
    )
    assert [name for name in loaded if name.startswith(ours)] == []
    assert (
        loaded
        & {"alembic", "babel", "httpx", "lxml", "pydantic", "schwifty", "sqlalchemy", "sqlite3", "textual"}
        == set()
    )
