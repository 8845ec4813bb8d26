"""What the connector makes of each example, to the field."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent
EXAMPLES = sorted((HERE / "golden").glob("*.raw.json"))


@pytest.fixture(scope="module")
def regenerate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("stripe_regenerate", HERE / "regenerate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("raw", EXAMPLES, ids=lambda path: path.name.removesuffix(".raw.json"))
def test_an_example_says_in_records_what_it_said_before(raw: Path, regenerate: ModuleType) -> None:
    expected = json.loads(regenerate.expected_of(raw).read_text(encoding="utf-8"))
    assert regenerate.records_of(raw) == expected


def test_every_stream_has_an_example(regenerate: ModuleType) -> None:
    streams = {stream.name for stream in regenerate.StripeSource.streams}
    assert {path.name.partition(".")[0] for path in EXAMPLES} == streams


def test_both_shapes_of_one_invoice_say_the_same_but_for_what_the_newer_one_leaves_to_other_records(
    regenerate: ModuleType,
) -> None:
    (older,) = regenerate.records_of(HERE / "golden" / "invoice.monthly-card.raw.json")
    (newer,) = regenerate.records_of(HERE / "golden" / "invoice.modern.raw.json")
    (old_line,), (new_line,) = older.pop("lines"), newer.pop("lines")
    assert older == newer
    left_out = {"tax_country", "tax_milli", "tax_rate", "interval", "interval_known", "nickname"}
    added = {"metadata", "proration"}
    differing = {name for name in old_line if old_line[name] != new_line[name]}
    assert differing == left_out | added
    assert new_line["tax_rate"] == "txr_dk"
    assert new_line["interval_known"] is False
