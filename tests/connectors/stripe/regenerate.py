"""Write the golden records anew: python tests/connectors/stripe/regenerate.py, then read the difference."""

import json
from pathlib import Path
from typing import Any

import msgspec

from autobook_core.connector import Record
from autobook_stripe.config import Config
from autobook_stripe.source import StripeSource

GOLDEN = Path(__file__).with_name("golden")


def told(value: Any) -> Any:
    """Return a record, or a part of one, with the names of its fields."""
    if isinstance(value, msgspec.Struct):
        kind = {"kind": value.kind} if isinstance(value, Record) else {}
        return kind | {name: told(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, tuple):
        return [told(part) for part in value]
    return value


def records_of(raw: Path) -> list[Any]:
    """Return what the connector makes of an example; its name begins with the stream."""
    source = StripeSource(Config(api_key="sk_test_golden"))
    stream = next(one for one in source.streams if one.name == raw.name.partition(".")[0])
    return [told(record) for record in source.translate(stream, raw.read_bytes())]


def expected_of(raw: Path) -> Path:
    return raw.with_name(raw.name.replace(".raw.json", ".records.json"))


if __name__ == "__main__":
    for path in sorted(GOLDEN.glob("*.raw.json")):
        text = json.dumps(records_of(path), indent=1, ensure_ascii=False)
        expected_of(path).write_text(text + "\n", encoding="utf-8")
