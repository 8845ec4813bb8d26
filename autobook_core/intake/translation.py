"""Translation: raw rows become records; a row that cannot is set aside, its page goes on.

A connector is a stranger: whatever it raises or returns is caught here and becomes a problem
of that one row.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from autobook_core.connector import Malformed, Source, Stream
from autobook_core.domain.records import KINDS, Record
from autobook_core.intake.landing import FURTHEST, LONGEST_ID, OTHERS
from autobook_core.store.rows import RawRow

_RANKS = {kind: rank for rank, kind in enumerate(KINDS)}

_REFUSED = {
    "duplicate_conflict": "the same event was told before with other content",
    "malformed_id": f"its id is longer than {LONGEST_ID} characters or holds a NUL",
}
_MISSING = re.compile(r"missing required field|Expected `[^`]+`, got `null`")
_AMOUNT = re.compile(
    r"Expected `int[^`]*`, got `(?:str|float|bool)` - at `\$.*?\w*(?:amount|total|fee|net|tax|balance)\w*`$"
)


class Refusal(msgspec.Struct, frozen=True):
    """Why a raw row gave no record."""

    code: str
    detail: str


class Translator:
    """Reads the rows of one source."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.streams: dict[str, Stream] = {stream.name: stream for stream in source.streams}
        self._decoders: dict[str, msgspec.json.Decoder[Any]] = {}

    def rank(self, stream: str) -> int:
        """Return when a stream is read: kinds the core knows come parents first, then the others."""
        if stream in _RANKS:
            return _RANKS[stream]
        return OTHERS + next((n for n, known in enumerate(self.source.streams) if known.name == stream), 0)

    def page(self, stream: str, rows: Sequence[RawRow]) -> Sequence[list[Record] | Refusal]:
        """Return the records of each row of a page, or why there are none."""
        records = self.records
        return [records(stream, row) for row in rows]

    def records(self, stream: str, row: RawRow) -> list[Record] | Refusal:
        """Return the records of one raw row, or why there are none."""
        if row.refused:
            code, _, why = row.refused.partition(": ")
            return Refusal(code, why or _REFUSED.get(code, "it was refused when it came"))
        known = self.streams.get(stream)
        if known is None:
            return Refusal("unknown_record_type", f"the connector knows no records of type {stream!r}")
        decoder = self._decoders.get(stream)
        if decoder is None:
            decoder = self._decoders[stream] = msgspec.json.Decoder(known.shape)
        data = row.data
        if b"\\u0000" in data:  # no store keeps it, and it hides text from people
            data = data.replace(b"\\u0000", b"\\ufffd")
        try:
            return _checked(self.source.translate(known, decoder.decode(data)))
        except Malformed as error:
            return Refusal(error.code, error.why)
        except msgspec.ValidationError as error:
            return Refusal(_code(str(error)), str(error))
        except msgspec.DecodeError as error:
            return Refusal("malformed_record", f"it is no JSON that can be read: {error}")
        except RecursionError:
            return Refusal("malformed_record", "it is nested too deeply")
        except Exception as error:  # noqa: BLE001 - a stranger's code: its fault is this row's fate
            name = type(error).__name__
            return Refusal("connector_bug", f"the connector failed on it: {name}: {error}"[:500])


def _checked(records: Iterable[Any]) -> list[Record] | Refusal:
    found = list(records)
    for record in found:
        if not isinstance(record, Record):
            return Refusal("connector_bug", f"translate gave a {type(record).__name__}, not a record")
        if not -FURTHEST < record.created < FURTHEST:
            return Refusal("implausible_date", f"created {record.created} is no instant of this world")
        if not 0 < len(record.id) <= LONGEST_ID:
            return Refusal(
                "malformed_id", f"its id has {len(record.id)} characters; 1 to {LONGEST_ID} are allowed"
            )
    if not found:
        return Refusal("malformed_record", "the connector made no record of it")
    return found


def _code(message: str) -> str:
    if _AMOUNT.search(message):
        return "non_integer_amount"
    if _MISSING.search(message):
        return "missing_required_field"
    return "malformed_record"
