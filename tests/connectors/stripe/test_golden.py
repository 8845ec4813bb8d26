"""The examples in ``golden/``, which the kit holds to the field: what they cover, and how two of them compare."""

import json
from pathlib import Path
from typing import Any

import msgspec

from autobook_stripe.config import Config
from autobook_stripe.source import StripeSource

GOLDEN = Path(__file__).parent / "golden"
SOURCE = StripeSource(Config(api_key="rk_golden"))


def invoice(name: str) -> dict[str, Any]:
    stream = next(stream for stream in SOURCE.streams if stream.name == "invoice")
    (row,) = json.loads((GOLDEN / f"invoice.{name}.raw.json").read_text(encoding="utf-8"))
    (record,) = SOURCE.translate(stream, row)
    fields = msgspec.structs.asdict(record)
    return fields | {"lines": [msgspec.structs.asdict(line) for line in fields["lines"]]}


def test_every_stream_has_an_example() -> None:
    streams = {stream.name for stream in SOURCE.streams}
    assert {path.name.partition(".")[0] for path in GOLDEN.glob("*.raw.json")} == streams


def test_both_shapes_of_one_invoice_say_the_same_but_for_what_the_newer_one_leaves_to_other_records() -> None:
    older, newer = invoice("monthly-card"), invoice("modern")
    (old_line,), (new_line,) = older.pop("lines"), newer.pop("lines")
    assert older == newer
    left_out = {"tax_country", "tax_milli", "tax_rate", "interval", "interval_known", "nickname"}
    added = {"metadata", "proration"}
    differing = {name for name in old_line if old_line[name] != new_line[name]}
    assert differing == left_out | added
    assert new_line["tax_rate"] == "txr_dk"
    assert new_line["interval_known"] is False
