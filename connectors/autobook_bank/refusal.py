"""What cannot be read is a row too: kept, with its reason and the beginning of its bytes, never dropped.

A refused file comes as one row; a refused statement as its rows, each marked. ``translate`` finds
the mark and sets the row aside, so that a person sees it and nothing of it is booked.
"""

import base64
from collections.abc import Callable
from typing import Any, BinaryIO

import msgspec

from autobook_core.connector import Envelope, Malformed, Record
from autobook_core.domain.records import Other

#: How much of a refused file is kept beside the reason, in bytes.
KEPT_BYTES = 65_536

Opener = Callable[[], BinaryIO]


class FileRefused(Exception):
    """A whole file cannot be read; ``code`` is stable, ``why`` is for a person."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code
        self.why = why


def encode(row: dict[str, Any]) -> bytes:
    """Return a raw row as JSON bytes, the same for the same row."""
    return msgspec.json.encode(row)


def file_id(name: str) -> str:
    """Return the id of the row that speaks of a file as a whole."""
    return f"file:{name}"


def refused_file(name: str, open_file: Opener, refusal: FileRefused) -> Envelope:
    """Return the one row that stands for a file nobody could read."""
    try:
        with open_file() as file:
            head = file.read(KEPT_BYTES)
    except OSError:
        head = b""
    row = {
        "File": name,
        "Refused": {"code": refusal.code, "why": refusal.why},
        "Content": base64.b64encode(head).decode("ascii"),
    }
    return Envelope(file_id(name), data=encode(row))


def mended_file(name: str) -> Envelope:
    """Return the row that takes back an earlier refusal: the file can be read now."""
    return Envelope(file_id(name), data=encode({"File": name, "Refused": None}))


def file_record(raw: dict[str, Any]) -> Record:
    """Say what a row about a whole file means.

    Raises:
        Malformed: the file was refused.
    """
    identity = file_id(str(raw.get("File")))
    raise_refusal(identity, raw)
    return Other(id=identity, what="bank_file", facts={"read": True})


def raise_refusal(identity: str, raw: dict[str, Any]) -> None:
    """Raise what the reader found wrong with the file or statement a row comes from, if anything.

    Raises:
        Malformed: with the code and reason the reader noted.
    """
    refused = raw.get("Refused")
    if refused is None:
        return
    if not isinstance(refused, dict):
        raise Malformed(identity, "the mark of a refused row cannot be read")
    raise Malformed(identity, str(refused.get("why")), code=str(refused.get("code")))
