"""The plugin of pytest, run as an author runs it: on a package of a connector, in processes of its own."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autobook_core.plugins.conformance import FILE, source_digest
from autobook_core.testing import SINK_CASES
from tests.testing.kit.packaged import Packaged, acmebooks
from tests.testing.kit.test_surface import loaded_after


def test_a_run_tells_the_tier_and_what_the_next_one_waits_for(tmp_path: Path) -> None:
    done = acmebooks(tmp_path).pytest()
    assert done.returncode == pytest.ExitCode.OK, done.stdout
    assert re.search(r"^AcmeBooks: silver: \d+ passed.* \(\d+\.\d s\)$", done.stdout, re.MULTILINE)
    assert "for gold: 2 maintainers in the package's metadata; it names 1" in done.stdout
    assert not (tmp_path / "site" / "autobook_acmebooks" / FILE).exists()


def test_the_report_is_the_same_from_one_process_and_from_several(tmp_path: Path) -> None:
    package = acmebooks(tmp_path, people="Ada <ada@acme.test>, Bo <bo@acme.test>")
    alone = package.pytest("--autobook-report")
    assert "written: site/autobook_acmebooks/conformance.json" in alone.stdout
    written = (package.code / FILE).read_bytes()
    section = package.report.connectors["acmebooks"]
    assert [case.id for case in section.cases] == sorted(case.id for case in SINK_CASES)
    assert {case.outcome for case in section.cases} <= {"passed", "not_applicable"}
    assert (section.source, section.live, section.maintainers) == (source_digest(package.code), None, 2)
    assert 0 <= (datetime.now(UTC).date() - section.day).days <= 1
    spread = package.pytest("--autobook-report", "-n", "2")
    assert "AcmeBooks: silver: " in spread.stdout
    assert (package.code / FILE).read_bytes() == written


def test_a_broken_connector_fails_its_suite_and_its_report(tmp_path: Path) -> None:
    package = acmebooks(
        tmp_path, broken="SaysAccepted", more='exempt = {"sink-canary": "it is only an example"}'
    )
    done = package.pytest("--autobook-report")
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert "a refused entry is conflict, not rejected" in done.stdout
    assert "SaysAccepted: none: " in done.stdout
    assert "for bronze: this promise is broken: poison" in done.stdout
    section = package.report.connectors["acmebooks"]
    assert section.exemptions == {"sink-canary": "it is only an example"}
    assert [case.id for case in section.cases if case.outcome == "failed"] == ["poison"]


def test_half_a_run_gives_no_tier_and_leaves_the_report_alone(tmp_path: Path) -> None:
    package = acmebooks(tmp_path)
    done = package.pytest("--autobook-report", "-k", "poison or find")
    (left_out,) = re.findall(r" s\); (\d+) were not run, so there is no tier", done.stdout)
    assert 0 < int(left_out) < len(SINK_CASES)
    assert f"no report was written: {left_out} of its promises were not run" in done.stdout
    assert not (package.code / FILE).exists()


SUITE = """
import pytest

def test_offline(): pass

@pytest.mark.live
def test_live(): pass
"""


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), "1 passed, 1 deselected"),
        (("-m", "not other"), "1 passed, 1 deselected"),
        (("-m", "live"), "1 passed, 1 deselected"),
        (("-m", "live or not live"), "2 passed"),
    ],
)
def test_live_tests_are_left_out_unless_they_are_asked_for(
    tmp_path: Path, options: tuple[str, ...], expected: str
) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_both.py").write_text(SUITE)
    done = Packaged(tmp_path, "").pytest(*options, "-rA", "-W", "error")
    assert expected in done.stdout
    assert ("PASSED tests/test_both.py::test_offline" in done.stdout) == (options != ("-m", "live"))


def test_a_report_without_a_contract_is_missed(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_both.py").write_text(SUITE)
    done = Packaged(tmp_path, "").pytest("--autobook-report")
    assert "no report was written: no contract was run" in done.stdout


def test_the_plugin_loads_nothing_of_the_kit() -> None:
    loaded = [name for name in loaded_after("import autobook_core.testing.plugin") if "autobook" in name]
    assert loaded == [
        "autobook_core.testing",
        *(f"autobook_core.testing.{name}" for name in ("kit", "kit.names", "plugin")),
    ]
