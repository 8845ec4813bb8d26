"""Golden files: rows that are kept, and the records they must go on giving, field by field."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from autobook_core.connector import Source
from autobook_core.intake.golden_form import RAW, RECORDS, golden_bytes, golden_records, stream_of
from autobook_core.testing.kit.case import Broken, require

#: What a person types to write the files anew.
REWRITE = "pytest --autobook-golden"
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Golden:
    """One pair of golden files: the rows, and what they mean now.

    Attributes:
        raw: the file with the rows.
        records: the file with the records, which may not be there yet.
        rows: the rows.
        found: what each row means now, in the golden form.
    """

    raw: Path
    records: Path
    rows: list[Any]
    found: list[Any]


def golden_files(source: Source, folder: Path | None) -> Iterator[Golden]:
    """Yield the golden files of a folder, by name; nothing where there is none.

    Raises:
        Broken: a file is named after no stream of the connector, or is no list of rows.
    """
    names = [stream.name for stream in source.streams]
    for raw in sorted(folder.glob(f"*{RAW}")) if folder is not None else ():
        stream = stream_of(raw, names)
        if stream is None:
            raise Broken(
                f"{raw.name} is named after no stream; a golden file is STREAM{RAW} or STREAM.NAME{RAW}, "
                f"with a stream of: {', '.join(names)}"
            )
        try:
            content = raw.read_bytes()
            rows = msgspec.json.decode(content, type=list[Any])
        except msgspec.DecodeError as error:
            raise Broken(f"{raw.name} is no JSON list of rows: {error}") from None
        records = raw.with_name(raw.name.removesuffix(RAW) + RECORDS)
        yield Golden(raw, records, rows, golden_records(source, stream, content))


def write_golden(source: Source, folder: Path | None) -> list[tuple[str, bool]]:
    """Write the records of every golden file anew; what means the same stays as it is.

    Returns:
        The names of the files, each with whether it changed.

    Raises:
        Broken: see :func:`golden_files`.
    """
    told = []
    for item in golden_files(source, folder):
        changed = kept_records(item) != item.found
        if changed:
            item.records.write_bytes(golden_bytes(item.found))
        told.append((item.records.name, changed))
    return told


def check_golden(item: Golden) -> None:
    """Hold what rows mean now to what is kept.

    Raises:
        Broken: they differ; the message shows the first record that does, field by field.
    """
    kept = kept_records(item)
    require(
        kept is not None, f"{item.records.name} is missing; write it with {REWRITE}, read it, and keep it"
    )
    assert kept is not None
    for at, (before, now) in enumerate(zip(kept, item.found, strict=False)):
        if before != now:
            name = item.rows[at].get("id", "") if isinstance(item.rows[at], dict) else ""
            where = f"row {at + 1}" + (f" ({name})" if name else "")
            raise Broken(
                f"{item.raw.name}, {where} gives other records than {item.records.name}:\n"
                + "\n".join(f"  {line}" for line in _differences(before, now))
                + f"\nIf the new ones are right, write them with {REWRITE} and read the difference."
            )
    require(
        len(kept) == len(item.found),
        f"{item.raw.name} has {len(item.found)} rows, {item.records.name} is of {len(kept)}; "
        f"write it with {REWRITE}",
    )


def kept_records(item: Golden) -> list[Any] | None:
    """Return what is kept beside the rows, or None where nothing that can be read is."""
    try:
        return msgspec.json.decode(item.records.read_bytes(), type=list[Any])
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def _differences(before: Any, now: Any) -> Iterator[str]:
    """Say what changed between what one row meant and what it means."""
    if not (isinstance(before, list) and isinstance(now, list)):
        yield f"kept {_whole(before)}"
        yield f"now  {_whole(now)}"
        return
    for at in range(max(len(before), len(now))):
        if at >= len(now):
            yield f"record {at + 1} is gone: {_shown(before[at])}"
        elif at >= len(before):
            yield f"record {at + 1} is new: {_shown(now[at])}"
        elif before[at] != now[at]:
            yield f"record {at + 1} ({_title(now[at])}):"
            yield from (f"  {line}" for line in _fields(before[at], now[at]))
            return


def _fields(before: Any, now: Any) -> Iterator[str]:
    if not (isinstance(before, dict) and isinstance(now, dict)):
        yield f"kept {_shown(before)}, now {_shown(now)}"
        return
    for name in [*before, *(name for name in now if name not in before)]:
        was, is_now = before.get(name, _ABSENT), now.get(name, _ABSENT)
        if was != is_now:
            yield f"{name}: kept {_shown(was)}, now {_shown(is_now)}"


def _whole(value: Any) -> str:
    if isinstance(value, dict) and set(value) == {"refused"}:
        return f"no record: {value['refused']}"
    if isinstance(value, list):
        return "; ".join(_title(item) for item in value)
    return _shown(value)


def _title(record: Any) -> str:
    if not isinstance(record, dict):
        return _shown(record)
    return f"{record.get('kind', 'record')} {record.get('id', '')}".strip()


def _shown(value: Any) -> str:
    if value is _ABSENT:
        return "nothing"
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= 300 else text[:300] + "..."
