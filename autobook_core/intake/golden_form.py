"""The golden form: raw rows and what they mean, as JSON that people read, keep and compare.

``STREAM.NAME.raw.json`` holds a list of rows, ``STREAM.NAME.records.json`` beside it one element for each
row: its records, or why there are none. Each element stands on a line of its own, so that a difference
shows which row changed.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from autobook_core.connector import Source
from autobook_core.domain.records import Record
from autobook_core.intake.translation import Refusal, Translator
from autobook_core.store.rows import RawRow

RAW, RECORDS = ".raw.json", ".records.json"


def golden_records(source: Source, stream: str, raw: bytes) -> list[object]:
    """Return what the rows of a golden file mean, one element for each row.

    Args:
        source: the connector.
        stream: the stream the rows belong to.
        raw: a JSON list of rows.
    """
    translator = Translator(source)
    rows = msgspec.json.decode(raw, type=list[msgspec.Raw])
    return [golden(translator.records(stream, row_of(bytes(row)))) for row in rows]


def row_of(data: bytes, *, id: str = "golden", created: int = 0) -> RawRow:
    """Return a row of which only the bytes matter."""
    return RawRow(id, "", created, False, b"", data)


def golden(found: list[Record] | Refusal) -> object:
    """Return the records of one row as JSON values, each with its kind, or the code of the refusal."""
    if isinstance(found, Refusal):
        return {"refused": found.code}
    said = [{"kind": record.kind, **_said(record)} for record in found]
    plain: object = msgspec.json.decode(msgspec.json.encode(said))
    return plain


def _said(struct: Any) -> dict[str, Any]:
    """Return what a record says: its fields by name, without those that say nothing.

    What is left to its default stays out, so that a field a later version adds changes no golden file.
    """
    said: dict[str, Any] = {}
    for field in msgspec.structs.fields(struct):
        value = getattr(struct, field.name)
        if field.required or value != _default(field):
            said[field.name] = _plain(value)
    return said


def _default(field: msgspec.structs.FieldInfo) -> Any:
    made = field.default_factory
    return field.default if made is msgspec.NODEFAULT else made()


def _plain(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return _said(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def golden_bytes(elements: Iterable[Any]) -> bytes:
    """Return a golden file: a JSON list with one element a line."""
    lines = ",\n  ".join(msgspec.json.encode(element).decode() for element in elements)
    return f"[\n  {lines}\n]\n".encode() if lines else b"[]\n"


def stream_of(path: Path, streams: Sequence[str]) -> str | None:
    """Return the stream that a golden file is named after, the longest where several fit, or None."""
    stem = path.name.removesuffix(RAW)
    fitting = [name for name in streams if stem == name or stem.startswith(f"{name}.")]
    return max(fitting, key=len, default=None)
