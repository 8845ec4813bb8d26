"""A connector is a stranger: what it does wrong is the fate of one row."""

from typing import Any, ClassVar

import msgspec
import pytest

from autobook_core.connector import Envelope, Health, Malformed, Page, Source, Stream
from autobook_core.domain.records import Charge, Customer
from autobook_core.intake.landing import OTHERS, raw_row
from autobook_core.intake.translation import Refusal, Translator


class Shape(msgspec.Struct):
    """A row as the source sends it."""

    id: str
    amount: int = 0
    fee: int = 0
    name: str = ""


class Stranger(Source):
    """Does what a row's name says."""

    Config: ClassVar[type] = dict
    streams = (Stream("charge", shape=Shape), Stream("odd"), Stream("other"))

    def check(self, ctx: Any) -> Health:
        return Health(ok=True)

    def fetch(self, ctx: Any, stream: Stream, cursor: Any) -> Page:
        return Page((), {}, has_more=False)

    def translate(self, stream: Stream, raw: Any) -> Any:
        match raw.name:
            case "malformed":
                raise Malformed(raw.id, "no good", code="unknown_currency")
            case "bug":
                raise KeyError("boom")
            case "deep":
                raise RecursionError
            case "nothing":
                return []
            case "text":
                return ["x"]
            case "far":
                return [Customer(id=raw.id, created=10**20)]
            case _:
                return [Charge(id=raw.id, amount=raw.amount, currency="DKK", status="succeeded")]


def read(data: bytes, stream: str = "charge", **fields: Any) -> Any:
    return Translator(Stranger({})).records(stream, raw_row(Envelope("a", data=data), **fields))


def test_a_good_row_gives_its_records() -> None:
    (charge,) = read(b'{"id": "ch_1", "amount": 5}')
    assert (charge.id, charge.amount) == ("ch_1", 5)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"id": "a", "name": "malformed"}', "unknown_currency"),
        (b'{"id": "a", "name": "bug"}', "connector_bug"),
        (b'{"id": "a", "name": "deep"}', "malformed_record"),
        (b'{"id": "a", "name": "nothing"}', "malformed_record"),
        (b'{"id": "a", "name": "text"}', "connector_bug"),
        (b'{"id": "a", "name": "far"}', "implausible_date"),
        (b'{"amount": 5}', "missing_required_field"),
        (b'{"id": null}', "missing_required_field"),
        (b'{"id": "a", "amount": 5.5}', "non_integer_amount"),
        (b'{"id": "a", "fee": "5"}', "non_integer_amount"),
        (b'{"id": 7}', "malformed_record"),
        (b"{", "malformed_record"),
        (b"\xff", "malformed_record"),
    ],
)
def test_a_bad_row_is_refused_with_its_code(data: bytes, code: str) -> None:
    found = read(data)
    assert isinstance(found, Refusal)
    assert found.code == code


def test_what_was_refused_when_it_landed_is_not_read() -> None:
    found = read(b'{"id": "ch_1"}', refused="duplicate_conflict")
    assert isinstance(found, Refusal)
    assert found.code == "duplicate_conflict"


def test_a_stream_the_connector_no_longer_has_is_refused() -> None:
    found = read(b"{}", stream="gone")
    assert isinstance(found, Refusal)
    assert found.code == "unknown_record_type"


def test_parents_are_read_first_and_unknown_kinds_last() -> None:
    translator = Translator(Stranger({}))
    assert translator.rank("invoice") < translator.rank("charge") < translator.rank("odd")
    assert (translator.rank("odd"), translator.rank("gone")) == (OTHERS + 1, OTHERS)
