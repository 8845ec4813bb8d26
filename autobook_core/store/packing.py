"""Packing: what the store keeps of a record, so that later records can find what they need.

The packed form is the record itself in MessagePack, without the lines of an invoice (those stay
in the raw row) and with the week of the parent it names.
"""

import hashlib
from typing import Any

import msgspec

from autobook_core.domain.records import KINDS, Invoice, Record
from autobook_core.store.rows import Row

_encoder = msgspec.msgpack.Encoder()
_encode = _encoder.encode

#: Rows that hold a record of another kind than their own.
LINK_OF = {"payment_link": "invoice_payment"}

#: The week of a parent that is not known yet.
UNKNOWN_WEEK = -1


class Return(msgspec.Struct, frozen=True, array_like=True, gc=False, order=True):
    """What one refund gave back of an invoice; returns are in the order of their movements' time."""

    created: int
    movement: str
    refund: str
    refund_week: int
    amount: int


class Packed(msgspec.Struct, array_like=True, gc=False):
    """A record as stored: the record, the week of its parent, what was given back of it."""

    record: Any
    parent_week: int = UNKNOWN_WEEK
    returns: tuple[Return, ...] = ()


_decoders: dict[str, msgspec.msgpack.Decoder[Any]] = {
    kind: msgspec.msgpack.Decoder(
        msgspec.defstruct(
            f"Packed_{kind}",
            [
                ("record", cls),
                ("parent_week", int, UNKNOWN_WEEK),
                ("returns", tuple[Return, ...], ()),
            ],
            array_like=True,
            gc=False,
        )
    )
    for kind, cls in KINDS.items()
}


def version_of(record: Record) -> bytes:
    """Return the version of a record: the digest of its canonical content."""
    return hashlib.sha256(_encode(record)).digest()[:16]


def pack(packed: Packed) -> bytes:
    """Return the bytes that are stored."""
    record = packed.record
    if type(record) is Invoice and record.lines:
        record = msgspec.structs.replace(record, lines=())
        return _encode((record, packed.parent_week, packed.returns))
    return _encode(packed)


def unpack(kind: str, facts: bytes) -> Packed:
    """Return a record from its stored bytes."""
    return _decoders[kind].decode(facts)  # type: ignore[no-any-return]


def packed_of(row: Row) -> Packed:
    """Return what a row holds, unpacked once."""
    packed: Packed | None = row.packed
    if packed is None:
        packed = row.packed = unpack(LINK_OF.get(row.kind, row.kind), row.facts)
    return packed


_MONEY = (
    "amount", "currency", "fee", "net", "category", "charge", "invoice", "direction", "account",
    "booking_date", "day", "balances",
)  # fmt: skip
#: States in which a record does not mean what it meant when it was booked.
_UNDONE = frozenset({"void", "uncollectible", "failed", "canceled"})


def essence_of(record: Record) -> Any:
    """Return what the books depend on in a record that is posted; equal is the same to them.

    An invoice that was open and is paid is the same to the books; one with another total is not.
    """
    undone = getattr(record, "status", None) in _UNDONE
    if isinstance(record, Invoice):
        lines = [(line.id, line.net, line.tax, line.period_start, line.period_end) for line in record.lines]
        return (
            record.currency, record.effective_at, record.total, record.tax, record.customer_country, lines, undone,
        )  # fmt: skip
    return (*(getattr(record, name, None) for name in _MONEY), undone)
