"""Errors and records as they cross between a worker and the core."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec import Raw

from autobook_core import errors
from autobook_core.connector import Envelope, Page
from autobook_core.domain.records import KINDS, Record
from autobook_core.host.wire import Raised
from autobook_core.intake.landing import row_json
from autobook_core.intake.translation import Refusal
from autobook_core.logs import printable

#: A row of a page: its records as (kind, fields), or (code, detail) of why there are none.
Read = tuple[list[tuple[str, Raw]], tuple[str, str] | None]

_FACTS: dict[str, tuple[str, ...]] = {
    "BadConfig": ("field",),
    "RateLimited": ("retry_after_seconds",),
    "Unavailable": ("retry_after_seconds",),
    "Malformed": ("id", "why", "code"),
}
#: What a connector may raise for the core to act on; anything else is a bug of its own.
_MEANT = (
    "AuthFailed", "BadConfig", "RateLimited", "Unavailable", "CursorExpired", "Malformed", "NotSupported",
    "ConnectorBug", "PluginError",
)  # fmt: skip
_LONGEST = 2_000
#: Whole numbers from here on do not travel.
_WIDE = 2**63
_encoder = msgspec.msgpack.Encoder()
_decoders = {kind: msgspec.msgpack.Decoder(cls) for kind, cls in KINDS.items()}


def as_raised(error: BaseException, where: str = "") -> Raised:
    """Return an error as it is told to the core; what is none of the contract's becomes a ConnectorBug."""
    worn = isinstance(error, MemoryError)
    for name in _MEANT:
        if type(error).__name__ == name and isinstance(error, errors.AutobookError):
            facts = {fact: getattr(error, fact) for fact in _FACTS.get(name, ())}
            return Raised(name, _line(error), error.fix, facts)
    if isinstance(error, errors.AutobookError):
        return Raised("ConnectorBug", _line(error), error.fix)
    return Raised("ConnectorBug", f"{type(error).__name__}: {_line(error)}{where}", worn=worn)


def _line(error: BaseException) -> str:
    try:
        return printable(" ".join(str(error).split()))[:_LONGEST]
    except Exception:  # noqa: BLE001 - a stranger wrote __str__ too
        return "an error that cannot be shown"


def as_error(raised: Raised) -> errors.AutobookError:
    """Return the error that a worker told, as the core raises it."""
    facts = raised.facts
    match raised.error:
        case "BadConfig":
            return errors.BadConfig(raised.message, field=str(facts.get("field", "")), fix=raised.fix)
        case "RateLimited":
            seconds = _seconds(facts.get("retry_after_seconds"))
            return errors.RateLimited(raised.message, retry_after_seconds=60 if seconds is None else seconds)
        case "Unavailable":
            seconds = _seconds(facts.get("retry_after_seconds"))
            return errors.Unavailable(raised.message, retry_after_seconds=seconds)
        case "Malformed":
            told = {name: str(facts.get(name, "")) for name in _FACTS["Malformed"]}
            return errors.Malformed(told["id"], told["why"], code=told["code"] or "malformed_record")
        case "AuthFailed" | "CursorExpired" | "NotSupported" | "PluginError":
            made: errors.AutobookError = getattr(errors, raised.error)(raised.message, fix=raised.fix)
            return made
        case _:
            return errors.ConnectorBug(raised.message, fix=raised.fix)


def _seconds(value: Any) -> int | None:
    return value if type(value) is int and value >= 0 else None


def envelope_bytes(envelope: Envelope) -> Envelope:
    """Return an envelope whose row is bytes and whose numbers fit the wire, to be stored as it would have been."""
    data, version, created = envelope.data, envelope.version, envelope.created
    if not isinstance(data, bytes):
        data = row_json(data)
    if isinstance(version, int) and abs(version) >= _WIDE:
        version = str(version)
    if type(created) is int and abs(created) >= _WIDE:
        created = 0
    return Envelope(envelope.id, version, data, created, envelope.deleted)


def page_bytes(page: Any) -> Page:
    """Return a page whose rows are bytes.

    Raises:
        ConnectorBug: it is no page, or one of its items is no envelope.
    """
    if type(page) is not Page:
        raise errors.ConnectorBug(f"fetch gave a {type(page).__name__}, not a Page")
    items = []
    for item in page.items:
        if type(item) is not Envelope:
            raise errors.ConnectorBug(f"fetch gave a {type(item).__name__} among its rows, not an Envelope")
        items.append(envelope_bytes(item))
    return Page(tuple(items), dict(page.cursor), page.has_more, page.origin)


def as_read(found: list[Record] | Refusal) -> Read:
    """Return what became of a row, to be sent."""
    if isinstance(found, Refusal):
        return [], (found.code, found.detail)
    try:
        return [(record.kind, Raw(_encoder.encode(record))) for record in found], None
    except (OverflowError, TypeError, ValueError) as error:
        return [], ("malformed_record", f"its record cannot be kept: {error}")


def from_read(rows: Iterable[Read]) -> Sequence[list[Record] | Refusal]:
    """Return what became of rows, as they were sent: records of exactly the types there are."""
    return [_from_read(records, refusal) for records, refusal in rows]


def _from_read(records: list[tuple[str, Raw]], refusal: tuple[str, str] | None) -> list[Record] | Refusal:
    if refusal is not None:
        return Refusal(*refusal)
    found: list[Record] = []
    for kind, data in records:
        decoder = _decoders.get(kind)
        if decoder is None:
            return Refusal("connector_bug", f"translate gave a record of the unknown kind {kind!r}")
        try:
            found.append(decoder.decode(data))
        except msgspec.MsgspecError as error:
            return Refusal("connector_bug", f"translate gave a {kind} with a wrong field: {error}")
    return found
