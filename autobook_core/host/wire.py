"""What the core and a worker say to each other, and the frames it travels in.

A frame is its length (four bytes, little-endian) and one message in MessagePack. One call is under way at a
time. Everything is decoded into the types below, so what a stranger sends is either well formed or refused.
"""

import socket
import struct
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Raw, Struct

from autobook_core.intake.kept_tokens import KeptToken

_LENGTH = struct.Struct("<I")
#: A frame of the core to a worker may hold a file.
LARGEST_REQUEST_BYTES = 1_024 * 1_024 * 1_024


# From the core to a worker.


class Call(Struct, frozen=True, tag="call"):
    """Do something; ``now`` is the core's clock (seconds UTC), for a worker has none that counts."""

    method: str
    values: Raw
    now: int = 0


class Go(Struct, frozen=True, tag="go"):
    """Go on: what you told has been kept."""


# From a worker to the core.


class Value(Struct, frozen=True, tag="value"):
    """A call ended well."""

    value: Raw


class Item(Struct, frozen=True, tag="item"):
    """One of several results; the worker waits for :class:`Go` before it works on the next."""

    value: Raw


class Raised(Struct, frozen=True, tag="raised"):
    """A call ended with an error: the name of one of :mod:`autobook_core.errors`, and what it holds."""

    error: str
    message: str
    fix: str = ""
    facts: dict[str, Any] = {}
    worn: bool = False
    """The process should not be used any further."""


class Waiting(Struct, frozen=True, tag="waiting"):
    """A sign of life: it waits for the other side, at most so many seconds."""

    seconds: float


class Token(Struct, frozen=True, tag="token"):
    """A refresh token was rotated; the worker waits for :class:`Go` before it uses the new one."""

    kept: KeptToken


class Said(Struct, frozen=True, tag="said"):
    """A line for the log."""

    level: int
    text: str
    fields: dict[str, Any] = {}


class Refused(Struct, frozen=True, tag="refused"):
    """The connector asked for something it did not declare, and did not get it."""

    what: str


ToWorker = Call | Go
ToCore = Value | Item | Raised | Waiting | Token | Said | Refused

_to_worker = msgspec.msgpack.Decoder(ToWorker)
_to_core = msgspec.msgpack.Decoder(ToCore)
_encoder = msgspec.msgpack.Encoder()


class Ended(Exception):
    """The other end is gone, or says something that is no message."""


def framed(message: ToWorker | ToCore) -> bytes:
    """Return a message as a frame."""
    body = _encoder.encode(message)
    return _LENGTH.pack(len(body)) + body


def packed(value: Any) -> Raw:
    """Return a value as it travels inside a message."""
    return Raw(_encoder.encode(value))


def requests(channel: socket.socket) -> Iterator[ToWorker]:
    """Yield what the core says, until it is gone; blocks."""
    while True:
        head = _exactly(channel, _LENGTH.size)
        if head is None:
            return
        body = _exactly(channel, _LENGTH.unpack(head)[0])
        if body is None:
            return
        yield _to_worker.decode(body)


def _exactly(channel: socket.socket, length: int) -> bytes | None:
    pieces = bytearray()
    while len(pieces) < length:
        piece = channel.recv(min(length - len(pieces), 1_048_576))
        if not piece:
            return None
        pieces += piece
    return bytes(pieces)


class Inbox:
    """Takes what a worker sends in whatever pieces it comes, and gives whole messages."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._held = bytearray()

    def take(self, piece: bytes) -> None:
        """Add what has come."""
        self._held += piece

    def next(self) -> ToCore | None:
        """Return the next whole message, or None where there is none yet.

        Raises:
            Ended: it is larger than may be, or no message.
        """
        if len(self._held) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack_from(self._held)
        if length > self._most:
            raise Ended(f"it gave an answer of {length} bytes; {self._most} are allowed")
        end = _LENGTH.size + length
        if len(self._held) < end:
            return None
        body = bytes(self._held[_LENGTH.size : end])
        del self._held[:end]
        try:
            message: ToCore = _to_core.decode(body)
        except msgspec.MsgspecError as error:
            raise Ended(f"it sent something that is no message: {error}") from None
        return message
