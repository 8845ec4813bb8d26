"""Golden files hold a translator to what it said before, say what changed, and are written anew on request."""

import json
from pathlib import Path
from typing import Any

import pytest

from autobook_core.testing.kit.case import Broken
from autobook_core.testing.kit.golden import check_golden, golden_files, write_golden
from tests.testing.kit.acmepay import AcmePay, Config
from tests.testing.kit.packaged import HERE, Packaged, packaged

SOURCE = AcmePay(Config("canary-4711-key"))
ROWS = [
    {"id": "ch_1", "created_at": "2025-06-15T15:06:40Z", "updated": 1, "amount": 1250, "currency": "eur"},
    {"id": "ch_2", "created_at": "2025-06-15T15:06:40Z", "updated": 1, "amount": 99, "currency": "jpy"},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "movement.raw.json").write_text(json.dumps(ROWS))
    return tmp_path


def kept(folder: Path) -> Any:
    return json.loads((folder / "movement.records.json").read_text())


def complaint(folder: Path) -> str:
    (item,) = golden_files(SOURCE, folder)
    with pytest.raises(Broken) as broken:
        check_golden(item)
    return str(broken.value)


def test_what_is_written_is_what_is_found_and_a_second_time_nothing_changes(folder: Path) -> None:
    assert write_golden(SOURCE, folder) == [("movement.records.json", True)]
    for item in golden_files(SOURCE, folder):
        check_golden(item)
    before = (folder / "movement.records.json").read_bytes()
    assert before.count(b"\n") == len(ROWS) + 2
    assert write_golden(SOURCE, folder) == [("movement.records.json", False)]
    assert (folder / "movement.records.json").read_bytes() == before


def test_files_that_mean_the_same_in_another_form_stay_as_they_are(folder: Path) -> None:
    write_golden(SOURCE, folder)
    spaced = json.dumps(kept(folder), indent=4)
    (folder / "movement.records.json").write_text(spaced)
    assert write_golden(SOURCE, folder) == [("movement.records.json", False)]
    assert (folder / "movement.records.json").read_text() == spaced


def test_a_difference_names_the_row_the_record_and_the_field(folder: Path) -> None:
    write_golden(SOURCE, folder)
    records = kept(folder)
    records[1][0]["amount"] = 100
    (folder / "movement.records.json").write_text(json.dumps(records))
    assert complaint(folder).splitlines() == [
        "movement.raw.json, row 2 (ch_2) gives other records than movement.records.json:",
        "  record 1 (charge ch_2):",
        "    amount: kept 100, now 99",
        "If the new ones are right, write them with pytest --autobook-golden and read the difference.",
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda rows: [rows[0], {"refused": "odd"}], "  kept no record: odd\n  now  charge ch_2"),
        (lambda rows: [rows[0], [*rows[1], rows[0][0]]], "  record 2 is gone: {"),
        (lambda rows: [rows[0], []], "  record 1 is new: {"),
        (lambda rows: [rows[0]], "has 2 rows, movement.records.json is of 1"),
        (lambda rows: [[{**rows[0][0], "note": "x"}], rows[1]], '    note: kept "x", now nothing'),
    ],
)  # fmt: skip
def test_rows_and_records_that_come_and_go_are_told(folder: Path, change: Any, expected: str) -> None:
    write_golden(SOURCE, folder)
    (folder / "movement.records.json").write_text(json.dumps(change(kept(folder))))
    assert expected in complaint(folder)


def test_a_missing_file_says_how_to_write_it(folder: Path) -> None:
    assert complaint(folder).startswith(
        "movement.records.json is missing; write it with pytest --autobook-golden"
    )


def test_files_that_are_nobodys_are_refused(tmp_path: Path) -> None:
    (tmp_path / "payout.raw.json").write_text("[]")
    with pytest.raises(
        Broken, match=r"payout.raw.json is named after no stream; .* with a stream of: movement"
    ):
        list(golden_files(SOURCE, tmp_path))
    (tmp_path / "payout.raw.json").rename(tmp_path / "movement.raw.json")
    (tmp_path / "movement.raw.json").write_text("{")
    with pytest.raises(Broken, match=r"movement.raw.json is no JSON list of rows"):
        list(golden_files(SOURCE, tmp_path))


SUITE = """
from pathlib import Path
from autobook_acmepay.fake import FakeAcmePay
from autobook_acmepay.source import AcmePay
from autobook_core.testing import SourceContract

class TestAcmePay(SourceContract):
    source, config, api = AcmePay, {"api_key": "canary-4711-key"}, FakeAcmePay
    golden = Path(__file__).with_name("golden")
"""


def acmepay(folder: Path) -> Packaged:
    code = (HERE / "acmepay.py").read_text()
    made = packaged(folder, type="acmepay", name="AcmePay", module="source", code=code, suite=SUITE)
    (made.code / "fake.py").write_text((HERE / "acmepay_fake.py").read_text())
    (folder / "tests" / "golden").mkdir()
    (folder / "tests" / "golden" / "movement.raw.json").write_text(json.dumps(ROWS))
    return made


def test_pytest_writes_golden_files_by_option_and_by_variable_and_fails_without(tmp_path: Path) -> None:
    package, golden = acmepay(tmp_path), tmp_path / "tests" / "golden"
    only = ("-k", "golden-translate")
    plain = package.pytest(*only)
    assert "movement.records.json is missing" in plain.stdout
    written = package.pytest(*only, "--autobook-golden")
    assert "golden: movement.records.json was written anew; read the difference" in written.stdout
    assert written.returncode == pytest.ExitCode.OK
    assert [row[0]["amount"] for row in kept(golden)] == [1250, 99]
    again = package.pytest(*only, AUTOBOOK_GOLDEN="write")
    assert "golden: 1 of AcmePay say the same as before" in again.stdout
