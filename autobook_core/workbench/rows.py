"""Rows to translate: from a file, or as they were fetched into the session."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from autobook_core.connector import Envelope, Source, Stream
from autobook_core.domain.records import Record
from autobook_core.errors import ConfigurationError, SourceError
from autobook_core.intake.golden_form import golden, row_of, stream_of
from autobook_core.intake.landing import raw_row
from autobook_core.intake.translation import Refusal, Translator
from autobook_core.store.rows import RawRow
from autobook_core.workbench.session import KeptRow, Session


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One row with its stream and, where it was fetched, as the session kept it."""

    stream: str
    raw: RawRow
    kept: KeptRow | None = None


def chosen_stream(source: type[Source], name: str | None) -> Stream:
    """Return a stream by its name; without one, the first.

    Raises:
        ConfigurationError: there is no such stream, or none at all.
    """
    names = [stream.name for stream in source.streams]
    for stream in source.streams:
        if name is None or stream.name == name:
            return stream
    raise ConfigurationError(
        f"{source.__name__} has no stream {name!r}" if name else f"{source.__name__} has no stream",
        fix=f"streams are: {', '.join(names) or 'none'}",
    )


def rows_of_file(path: Path, source: Source, stream: str | None) -> list[SampleRow]:
    """Return the rows of a JSON list, as ``--raw`` and golden files hold them.

    Args:
        path: the file.
        source: reads their ids, where it can.
        stream: theirs; None goes by the file's name, or takes the first.

    Raises:
        ConfigurationError: it cannot be read, or is no list of rows.
    """
    names = [known.name for known in source.streams]
    chosen = chosen_stream(type(source), stream or stream_of(path, names))
    try:
        rows = msgspec.json.decode(path.read_bytes(), type=list[msgspec.Raw])
    except OSError as error:
        raise ConfigurationError(
            f"cannot be read: {error.strerror}", file=str(path), fix="name a file that is there"
        ) from None
    except msgspec.MsgspecError as error:
        raise ConfigurationError(
            f"it is no JSON list of rows: {error}",
            file=str(path),
            fix="write it with autobook dev fetch --raw",
        ) from None
    translator = Translator(source)
    return [SampleRow(chosen.name, _row(translator, chosen, bytes(row))) for row in rows]


def rows_of_session(session: Session, source: type[Source], stream: str | None) -> list[SampleRow]:
    """Return the rows that were fetched, of one stream or of all in their order.

    Raises:
        ConfigurationError: there is no such stream, or nothing was fetched.
    """
    streams = [chosen_stream(source, stream)] if stream else source.streams
    found = [
        SampleRow(known.name, _fetched(row), row) for known in streams for row in session.rows(known.name)
    ]
    if not found:
        raise ConfigurationError(
            "nothing was fetched into this folder", fix="run autobook dev fetch here first, or name --file"
        )
    return found


def meanings(translator: Translator, rows: Sequence[SampleRow]) -> Iterator[list[Record] | Refusal]:
    """Give what each row means now."""
    for row in rows:
        yield translator.records(row.stream, row.raw)


def told(row: SampleRow, found: list[Record] | Refusal, number: int) -> dict[str, Any]:
    """Return one row and what it means as JSON-able values."""
    head = {"number": number, "stream": row.stream, "id": row.raw.id}
    if isinstance(found, Refusal):
        return {**head, "records": [], "refused": found.code, "detail": found.detail, "traceback": []}
    return {**head, "records": golden(found), "refused": "", "detail": "", "traceback": []}


def raised_by(translator: Translator, row: SampleRow) -> Exception | None:
    """Return what translating a row raises when nobody catches it."""
    stream = translator.streams[row.stream]
    try:
        list(translator.source.translate(stream, msgspec.json.decode(row.raw.data, type=stream.shape)))
    except Exception as error:  # noqa: BLE001 - a stranger's code may raise anything
        return error
    return None


def _fetched(row: KeptRow) -> RawRow:
    return raw_row(Envelope(row.id, row.version, bytes(row.data), row.created, row.deleted))


def _row(translator: Translator, stream: Stream, data: bytes) -> RawRow:
    """Return a row of a file under the id and birth of its first record: the file holds no envelopes."""
    found = translator.records(stream.name, row_of(data))
    if not isinstance(found, Refusal):
        return raw_row(Envelope(found[0].id, data=data, created=found[0].created))
    try:
        return raw_row(translator.source.envelope(stream, data))
    except (SourceError, ValueError, TypeError):
        return raw_row(Envelope("", data=data))
