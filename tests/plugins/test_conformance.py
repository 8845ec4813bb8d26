"""A report counts for the code it was written of, is read without importing anything, and is never trusted."""

import sys
from datetime import date
from pathlib import Path

import msgspec
import pytest

from autobook_core.connector import ConnectorSpec
from autobook_core.plugins.conformance import (
    FILE,
    CaseResult,
    Report,
    Section,
    conformance_of,
    package_folder,
    read_report,
    source_digest,
)
from autobook_core.plugins.registry import Connector

DAY = date(2025, 6, 1)
CASES = (
    CaseResult("poison", "delivery", "passed"),
    CaseResult("find", "delivery", "exempt", "it cannot look anything up"),
)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The code of a sink, which cannot be imported without being caught at it."""
    folder = tmp_path / "shelf_acme"
    (folder / "inner").mkdir(parents=True)
    (folder / "__init__.py").write_text("raise RuntimeError('it was imported')\n")
    (folder / "inner" / "sink.py").write_text("class Acme: ...\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    return folder


def connector(load: str = "shelf_acme.inner.sink:Acme") -> Connector:
    return Connector(ConnectorSpec("acme", "Acme", load, roles=frozenset({"sink"})), "acme:acme", "1.0")


def write(package: Path, **changes: object) -> None:
    section = Section("0.1.0", DAY, source_digest(package), CASES, live=None, maintainers=1)
    report = Report({"acme": msgspec.structs.replace(section, **changes)})
    (package / FILE).write_bytes(msgspec.json.encode(report))


def test_a_report_gives_the_tier_the_day_and_the_exemptions(package: Path) -> None:
    write(package)
    found = conformance_of(connector(), DAY)
    assert (found.standing.tier, found.reason, found.day, found.kit) == ("silver", "", DAY, "0.1.0")
    assert found.exemptions == {"find": "it cannot look anything up"}
    assert "shelf_acme" not in sys.modules


@pytest.mark.parametrize("change", ["change", "more", "less", "move"])
def test_a_report_of_other_code_gives_no_tier(package: Path, change: str) -> None:
    write(package)
    code = package / "inner" / "sink.py"
    if change == "change":
        code.write_text("class Acme: pass\n")
    elif change == "more":
        (package / "helper.py").write_text("")
    elif change == "less":
        code.unlink()
    else:
        code.rename(package / "sink.py")
    found = conformance_of(connector(), DAY)
    assert (found.standing.tier, found.reason) == ("none", "the report is of other code")


def test_line_endings_caches_and_other_files_do_not_make_other_code(package: Path) -> None:
    write(package)
    code = package / "inner" / "sink.py"
    code.write_bytes(code.read_bytes().replace(b"\n", b"\r\n"))
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "sink.pyc").write_bytes(b"\0")
    (package / "py.typed").write_text("")
    assert conformance_of(connector(), DAY).standing.tier == "silver"


def test_the_tier_is_computed_and_what_a_file_claims_beside_is_not_read(package: Path) -> None:
    write(package, cases=(CaseResult("poison", "delivery", "failed"),))
    content = msgspec.json.decode((package / FILE).read_bytes())
    content["connectors"]["acme"]["tier"] = "gold"
    (package / FILE).write_bytes(msgspec.json.encode(content))
    assert conformance_of(connector(), DAY).standing.tier == "none"


def test_old_live_evidence_is_no_evidence(package: Path) -> None:
    write(package, live=DAY, maintainers=2)
    assert conformance_of(connector(), date(2025, 6, 30)).standing.tier == "gold"
    assert conformance_of(connector(), date(2025, 7, 30)).standing.tier == "silver"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "it has no report of the conformance kit"),
        (b'{"connectors": {}}', "it has no report of the conformance kit"),
        (b"{", "its report cannot be read: Input data was truncated"),
        (b'{"connectors": {"acme": 1}}', "its report cannot be read: Expected `object`"),
        (b'{"connectors": {}, "format": 2}', "conformance.json has the format 2"),
        (b" " * 1_000_001, "conformance.json has more than 1000000 bytes"),
    ],
)
def test_a_report_that_says_nothing_is_told_with_the_reason(
    package: Path, content: bytes | None, reason: str
) -> None:
    if content is not None:
        (package / FILE).write_bytes(content)
    found = conformance_of(connector(), DAY)
    assert found.standing.tier == "none"
    assert reason in found.reason


def test_a_module_that_is_no_package_has_no_place_for_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shelf_single.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    for target in ("shelf_single:Acme", "shelf_absent.sink:Acme"):
        assert package_folder(target) is None
        assert "no place for a report" in conformance_of(connector(target), DAY).reason


def test_a_class_that_is_announced_itself_is_found_by_its_module(package: Path) -> None:
    write(package)
    made = type("Acme", (), {"__module__": "shelf_acme.inner.sink"})
    spec = ConnectorSpec("acme", "Acme", made, roles=frozenset({"sink"}))
    assert conformance_of(Connector(spec, "acme:acme", "1.0"), DAY).standing.tier == "silver"


def test_no_report_is_none_and_not_an_error(tmp_path: Path) -> None:
    assert read_report(tmp_path) is None
