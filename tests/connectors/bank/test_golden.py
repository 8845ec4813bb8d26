"""What every sample of other parties means, row by row, as kept in ``golden/``.

Run this file as a program to write the golden files anew, and read the difference before keeping it.
"""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from autobook_bank.source import BankFiles, Config
from autobook_core.connector import Malformed

HERE = Path(__file__).parent
SAMPLES = sorted([*(HERE / "files" / "camt").iterdir(), *(HERE / "files" / "csv").iterdir()])


def outcome(sample: Path) -> list[dict[str, Any]]:
    """Return every row of a sample with what it means, or why it was set aside."""
    profile = HERE / "files" / "profiles" / f"{sample.stem}.toml"
    source = BankFiles(Config(profile=str(profile) if sample.parent.name == "csv" else ""))
    streams = {stream.name: stream for stream in source.streams}
    rows = []
    for name, envelope in source.read_file(sample.name, sample.read_bytes()):
        row: dict[str, Any] = {"stream": name, "id": envelope.id, "created": envelope.created}
        row["raw"] = json.loads(bytes(envelope.data))  # type: ignore[arg-type]
        row["raw"].pop("Content", None)
        try:
            row["records"] = [
                {"kind": record.kind} | msgspec.to_builtins(msgspec.structs.asdict(record))
                for record in source.translate(streams[name], row["raw"])
            ]
        except Malformed as error:
            row["set_aside"] = {"id": error.id, "code": error.code, "why": error.why}
        rows.append(row)
    return rows


def golden(sample: Path) -> Path:
    return HERE / "golden" / f"{sample.name}.json"


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_a_sample_means_what_its_golden_file_says(sample: Path) -> None:
    assert json.loads(json.dumps(outcome(sample))) == json.loads(golden(sample).read_text(encoding="utf-8"))


def test_there_is_a_golden_file_for_each_sample_and_no_other() -> None:
    assert {golden(sample).name for sample in SAMPLES} == {path.name for path in (HERE / "golden").iterdir()}


if __name__ == "__main__":
    for path in SAMPLES:
        text = json.dumps(outcome(path), ensure_ascii=False, indent=1, sort_keys=True)
        golden(path).write_text(text + "\n", encoding="utf-8")
