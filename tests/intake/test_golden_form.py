from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from autobook_core.connector import Charge, Context, Customer, Health, Malformed, Page, Record, Source, Stream
from autobook_core.intake.golden_form import golden_bytes, golden_records, stream_of


@dataclass(frozen=True)
class NoConfig:
    """Nothing to set."""


class Shop(Source):
    Config = NoConfig
    streams = (Stream("sale"),)

    def check(self, ctx: Context) -> Health:
        return Health(ok=True)

    def fetch(self, ctx: Context, stream: Stream, cursor: dict[str, Any] | None) -> Page:
        return Page((), {}, has_more=False)

    def translate(self, stream: Stream, raw: Any) -> Iterable[Record]:
        if "amount" not in raw:
            raise Malformed(raw["id"], "no amount", code="missing_required_field")
        yield Charge(id=raw["id"], created=5, amount=raw["amount"], currency="DKK", status="succeeded")
        yield Customer(id="c", created=5, aliases=("x", "y"))


def test_each_row_gives_its_records_with_their_kinds_or_the_code_of_the_refusal() -> None:
    found: Any = golden_records(Shop(NoConfig()), "sale", b'[{"id": "a", "amount": 7}, {"id": "b"}]')
    assert [(record["kind"], record["id"]) for record in found[0]] == [("charge", "a"), ("customer", "c")]
    assert found[0][0]["amount"] == 7
    assert found[0][1]["aliases"] == ["x", "y"]
    assert found[1] == {"refused": "missing_required_field"}


def test_a_golden_file_has_one_element_a_line() -> None:
    assert golden_bytes([]) == b"[]\n"
    assert golden_bytes([{"id": "a"}, [1, "æ"]]) == '[\n  {"id":"a"},\n  [1,"æ"]\n]\n'.encode()


NAMES = {
    "sale.raw.json": "sale", "sale.sandbox.raw.json": "sale", "sale.void.x.raw.json": "sale.void",
    "sales.raw.json": None, "rows.json": None,
}  # fmt: skip


@pytest.mark.parametrize(("name", "stream"), NAMES.items(), ids=NAMES)
def test_a_golden_file_is_named_after_its_stream(name: str, stream: str | None) -> None:
    assert stream_of(Path("golden") / name, ["sale", "sale.void"]) == stream
