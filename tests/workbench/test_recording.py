import json
from pathlib import Path
from typing import Any

import pytest

from autobook_core.errors import AuthFailed, ConfigurationError
from autobook_core.intake.golden_form import golden_records
from autobook_core.workbench.bench import Workbench
from autobook_core.workbench.opening import reader
from tests.workbench.acme_server import Acme, movement

from .conftest import MakeBench, change


def record(bench: Workbench, folder: Path, **options: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "pages": 2,
        "to": folder,
        "name": "sandbox",
        "production": False,
        "replace": False,
    } | options
    return bench.record("movement", **given)


def test_the_golden_files_hold_rows_in_disguise_and_the_records_they_give(
    acme: Acme, bench: Workbench, tmp_path: Path
) -> None:
    acme.rows[1] |= {"customer": {"name": "Ida Juhl"}}
    acme.rows[2]["amount"] = "12.50"
    found = record(bench, tmp_path / "golden")
    raw, records = sorted((tmp_path / "golden").iterdir())
    assert [str(raw), str(records)] == found["files"]
    assert (raw.name, records.name) == ("movement.sandbox.raw.json", "movement.sandbox.records.json")
    rows, kept = json.loads(raw.read_bytes()), json.loads(records.read_bytes())
    assert [row["id"] for row in rows] == ["ch_0", "ch_1", "ch_2", "ch_3"]
    assert "Ida" not in raw.read_text()
    assert kept == golden_records(reader(bench.subject), "movement", raw.read_bytes())
    assert kept[2] == {"refused": "non_integer_amount"}
    assert (found["rows"], found["records"], found["refused"]) == (4, 3, 1)
    assert found["replaced"] == [{"path": "customer.name", "kind": "name", "count": 1}]
    assert len(raw.read_text().splitlines()) == len(rows) + 2


def test_production_credentials_are_refused_unless_that_is_meant(
    acme: Acme, bench: Workbench, tmp_path: Path
) -> None:
    acme.account["live"] = True
    with pytest.raises(ConfigurationError, match="production credentials"):
        record(bench, tmp_path / "golden")
    assert acme.asked == ["/v1/account"]
    assert not (tmp_path / "golden").exists()
    assert record(bench, tmp_path / "golden", production=True)["rows"] == 4


def test_credentials_that_do_not_work_are_refused_before_anything_is_asked(
    on_bench: MakeBench, connector: Path, tmp_path: Path, acme: Acme
) -> None:
    change(connector, "api.Health(ok=True", "api.Health(ok=False, message='no reader'")
    with pytest.raises(AuthFailed, match="no reader"):
        record(on_bench(), tmp_path / "golden")
    acme.faults = [(401, {}, "{}")]
    found = record(on_bench(), tmp_path / "golden")
    assert (found["files"], found["error"]["type"]) == ([], "AuthFailed")


def test_a_golden_file_that_is_there_is_replaced_only_when_that_is_meant(
    acme: Acme, bench: Workbench, tmp_path: Path
) -> None:
    record(bench, tmp_path)
    asked = len(acme.asked)
    with pytest.raises(ConfigurationError, match="golden file already") as refused:
        record(bench, tmp_path)
    assert refused.value.file.endswith("movement.sandbox.raw.json")
    assert len(acme.asked) == asked
    assert record(bench, tmp_path, replace=True, pages=1)["rows"] == 2
    assert record(bench, tmp_path, name="two")["rows"] == 4
    with pytest.raises(ConfigurationError, match="is no name of a golden file"):
        record(bench, tmp_path, name="../escape")


def test_a_failed_page_writes_nothing(acme: Acme, bench: Workbench, tmp_path: Path) -> None:
    acme.faults = [(200, {}, json.dumps(acme.account)), (404, {}, "{}")]
    found = record(bench, tmp_path / "golden")
    assert found["error"]["type"] == "HTTPStatusError"
    assert not (tmp_path / "golden").exists()


def test_it_warns_where_the_disguise_changes_what_a_row_means(
    acme: Acme, on_bench: MakeBench, connector: Path, tmp_path: Path
) -> None:
    acme.rows[0] = movement(0, email="known@acme.example")
    change(
        connector, "    void: bool = False", '    void: bool = False\n    email: str = "known@acme.example"'
    )
    change(
        connector,
        "        born, state",
        '        if raw.email != "known@acme.example":\n'
        '            raise api.Malformed(raw.id, "nobody knows")\n'
        "        born, state",
    )
    found = record(on_bench(), tmp_path / "golden")
    (warning,) = found["warnings"]
    assert warning.startswith("1 of the rows mean something else in disguise (the first is number 1)")
