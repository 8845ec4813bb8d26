"""The list of connectors says how much each was shown to keep; one connector is shown with what it is exempt from."""

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import pytest

from autobook_core.plugins.conformance import FILE, CaseResult, Report, Section, source_digest

from .conftest import Run

HOOK = """
from autobook_core.connector import ConnectorSpec, hookimpl

@hookimpl
def autobook_connectors():
    return [ConnectorSpec("tiered", "Tiered", "autobook_tiered.sink:Tiered", roles={"sink"}, summary="Writes.")]
"""
CODE = """
from dataclasses import dataclass
from autobook_core.connector import Sink

class Tiered(Sink):
    @dataclass(frozen=True)
    class Config: ...
    def check(self, ctx): ...
    def deliver(self, ctx, items): ...
    def find(self, ctx, keys): ...
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An installed package with a sink and a report of it."""
    folder, info = tmp_path / "autobook_tiered", tmp_path / "autobook_tiered-1.0.dist-info"
    folder.mkdir()
    info.mkdir()
    (folder / "__init__.py").write_text(HOOK)
    (folder / "sink.py").write_text(CODE)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: autobook-tiered\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[autobook]\ntiered = autobook_tiered\n")
    cases = (
        CaseResult("find", "delivery", "exempt", "it cannot \x1b[31mlook up"),
        CaseResult("poison", "delivery", "passed"),
    )
    report = Report({"tiered": Section("0.1.0", date(2025, 6, 1), source_digest(folder), cases)})
    (folder / FILE).write_bytes(msgspec.json.encode(report))
    monkeypatch.syspath_prepend(str(tmp_path))
    yield folder
    for name in [name for name in sys.modules if name.startswith("autobook_tiered")]:
        del sys.modules[name]


def test_the_list_has_the_tier_of_each_and_imports_none(package: Path, run: Run) -> None:
    listed = run("connectors")
    assert listed.lines[0].split()[:4] == ["TYPE", "ROLE", "TIER", "TITLE"]
    (line,) = [line.split() for line in listed.lines if line.startswith("tiered")]
    assert line[:4] == ["tiered", "sink", "silver", "Tiered"]
    assert "autobook_tiered.sink" not in sys.modules


def test_one_connector_is_shown_with_its_exemptions_and_what_the_next_tier_waits_for(
    package: Path, run: Run
) -> None:
    told = " ".join(run("connectors", "tiered").out.split())
    assert "tier silver (report of 2025-06-01, kit 0.1.0)" in told
    assert "for gold: a green run against the live service in the last 30 days" in told
    assert "exempt from find: it cannot \\u001b[31mlook up" in told


def test_json_says_the_same(package: Path, run: Run) -> None:
    (one,) = run("connectors", "tiered", "--json").json["connectors"]
    assert (one["tier"], one["tier_reason"], one["next_tier"]) == ("silver", "", "gold")
    assert (one["report_date"], one["kit_version"], len(one["missing"])) == ("2025-06-01", "0.1.0", 2)
    assert one["exemptions"] == {"find": "it cannot \x1b[31mlook up"}


def test_a_report_of_other_code_is_no_tier_and_says_so(package: Path, run: Run) -> None:
    (package / "sink.py").write_text(CODE + "\n# one line more\n")
    assert "tier none: the report is of other code (report of 2025-06-01, kit 0.1.0)" in " ".join(
        run("connectors", "tiered").out.split()
    )
    listed = {item["type"]: item for item in run("connectors", "--json").json["connectors"]}
    assert (listed["tiered"]["tier"], listed["tiered"]["exemptions"]) == ("none", {})
