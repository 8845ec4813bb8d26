"""Packing: what the store keeps of a record, so that later records can find what they need.

The packed form is the record itself in MessagePack, without the lines of an invoice (those stay
in the raw row) and with the week of the parent it names.
"""

import hashlib
from typing import Any

import msgspec

from autobook_core.domain.records import KINDS, CreditNote, Invoice, Record
from autobook_core.store.rows import Row

_encoder = msgspec.msgpack.Encoder()
_encode = _encoder.encode

#: Rows that hold a record of another kind than their own.
LINK_OF = {"payment_link": "invoice_payment"}

#: The week of a parent that is not known yet.
UNKNOWN_WEEK = -1


class Event(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True, gc=False):
    """What happened to a sale after it was invoiced, or to a customer's credit.

    Attributes:
        created: the instant it happened.
        movement: id of the balance transaction that moved the money, for a refund.
        record: id of the record that says so.
        week: the week that record is kept under.
        amount: what it gave back, base minor units.
        kind: which of the events it is.
        entry: the entry that books it now; 0 for none, or for one that only the record's row names.
    """

    created: int
    movement: str
    record: str
    week: int
    amount: int
    kind: str = "refund"
    entry: int = 0


class Leg(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Which invoice line a revenue or deferral leg comes from, and its account if that is another."""

    line: str
    account: str | None = None


class Claim(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What became of the receivable of an invoice that was voided or written off.

    Attributes:
        moved: (ISO day, minor units, debit positive) of all that moved the receivable after the sale.
        lost: (ISO day, entry) of the write-off and what brought it back.
        outstanding: what is lost of it now, base minor units.
    """

    moved: tuple[tuple[str, int], ...] = ()
    lost: tuple[tuple[str, int], ...] = ()
    outstanding: int = 0


class Packed(msgspec.Struct, array_like=True, omit_defaults=True, gc=False):
    """A record as stored: the record, the week of its parent, and what happened to it since."""

    record: Any
    parent_week: int = UNKNOWN_WEEK
    events: tuple[Event, ...] = ()
    legs: tuple[Leg, ...] = ()
    claim: Claim | None = None


_decoders: dict[str, msgspec.msgpack.Decoder[Any]] = {
    kind: msgspec.msgpack.Decoder(
        msgspec.defstruct(
            f"Packed_{kind}",
            [
                ("record", cls),
                ("parent_week", int, UNKNOWN_WEEK),
                ("events", tuple[Event, ...], ()),
                ("legs", tuple[Leg, ...], ()),
                ("claim", Claim | None, None),
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
        return _encode(Packed(record, packed.parent_week, packed.events, packed.legs, packed.claim))
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


def essence_of(record: Record) -> Any:
    """Return what the books depend on in a record that is posted; equal is the same to them.

    An invoice that was open and is paid or voided has the same figures; one with another total is another.
    """
    if isinstance(record, Invoice):
        lines = [(line.id, line.net, line.tax, line.period_start, line.period_end) for line in record.lines]
        return (
            record.currency, record.effective_at, record.total, record.tax, record.customer_country, lines,
        )  # fmt: skip
    if isinstance(record, CreditNote):
        credited = [(line.invoice_line, line.net, line.tax) for line in record.lines]
        return (
            record.invoice, record.currency, record.effective_at, record.total, record.tax,
            record.customer_balance, credited,
        )  # fmt: skip
    # How a payment, a refund or a payout ends is booked by a movement of its own, not by its status.
    return tuple(getattr(record, name, None) for name in _MONEY)
