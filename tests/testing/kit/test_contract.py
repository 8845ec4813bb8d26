"""The kit as an author uses it: a class of a few lines, for a source and for a sink."""

import json
from pathlib import Path
from typing import ClassVar

import pytest

from autobook_core.testing import SINK_CASES, SOURCE_CASES, SinkContract, SourceContract
from tests.testing.kit.acmebooks import AcmeBooks, AcmeBooksWithKeys, FakeAcmeBooks
from tests.testing.kit.acmepay import AcmePay
from tests.testing.kit.acmepay_fake import FakeAcmePay
from tests.testing.kit.acmepay_hooks import FakeHookedAcmePay, HookedAcmePay

GOLDEN = Path(__file__).parent / "golden"


class TestAcmePay(SourceContract):
    source, config, api = AcmePay, {"api_key": "canary-4711-key"}, FakeAcmePay
    exempt: ClassVar[dict[str, str]] = {
        "balance": "AcmePay tells no balance",
        "golden-translate": "the example has no kept rows",
    }


class TestHookedAcmePay(SourceContract):
    source, config, api = HookedAcmePay, {"api_key": "canary-4711-key"}, FakeHookedAcmePay
    golden = GOLDEN


class TestAcmeBooks(SinkContract):
    sink, config, api = AcmeBooks, {"token": "canary-4711-key"}, FakeAcmeBooks


class TestAcmeBooksWithKeys(SinkContract):
    sink, config, api = AcmeBooksWithKeys, {"token": "canary-4711-key"}, FakeAcmeBooks


SUITE = """
from pathlib import Path
from autobook_core.testing import SinkContract
from tests.testing.kit.acmebooks import FakeAcmeBooks
from tests.testing.kit.acmebooks_mutants import SaysAccepted

class TestBroken(SinkContract):
    sink, config, api = SaysAccepted, {"token": "canary-4711-key"}, FakeAcmeBooks
    exempt = {"sink-canary": "it is only an example"}
    report_to = Path(__file__).with_name("report.json")
"""


def test_a_broken_connector_fails_its_suite_and_its_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "test_broken.py").write_text(SUITE)
    status = pytest.main(
        ["-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), "-c", "/dev/null", str(tmp_path)]
    )
    shown = capsys.readouterr().out
    assert status == pytest.ExitCode.TESTS_FAILED
    assert "a refused entry is conflict, not rejected" in shown
    told = json.loads((tmp_path / "report.json").read_text())
    assert (told["connector"], told["tier"]) == ("TestBroken", "none")
    assert told["exemptions"] == {"sink-canary": "it is only an example"}
    assert len(told["cases"]) == len(SINK_CASES)


@pytest.mark.parametrize("case", [*SOURCE_CASES, *SINK_CASES], ids=lambda case: case.id)
def test_every_case_says_what_it_checks_and_which_bug_it_comes_from(case: object) -> None:
    assert getattr(case, "checks", "").endswith((".", ":")), case
    assert len(getattr(case, "bug", "")) > 20


def test_case_ids_are_unique() -> None:
    ids = [case.id for case in SOURCE_CASES] + [case.id for case in SINK_CASES]
    assert len(ids) == len(set(ids))
