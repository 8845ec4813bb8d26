"""One HTTP/1.1 exchange over an open connection: the request as bytes, the answer read back strictly.

Only what a client needs that reads whole answers. An answer that is cut short or could be read in two
ways is refused: a page that lost its end must never pass for a page.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader

import httpx

#: One answer may take this long altogether, however steadily it drips, in seconds.
LONGEST_ANSWER_SECONDS = 300
#: More than this in one answer is not a page, in bytes.
LARGEST_BODY_BYTES = 256 * 1024 * 1024
_LONGEST_LINE_BYTES = 65_536
_MOST_HEADERS = 256
_MOST_INTERIM_ANSWERS = 10
_PIECE_BYTES = 256 * 1024

_STATUS_LINE = re.compile(rb"HTTP/1\.([01]) ([1-5][0-9][0-9])(?: [^\r\n]*)?\r?\n")
_NAME = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_UNSENDABLE = re.compile(rb"[\r\n\0]")
_TARGET = re.compile(rb"[\x21-\x7e]+")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,12})[ \t]*(?:;[^\r\n]*)?\r?\n")

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; ``reusable`` tells whether its connection may carry another request."""

    status: int
    headers: Headers
    body: bytes
    reusable: bool


def request_bytes(request: httpx.Request) -> bytes:
    """Return what is sent for a request.

    Raises:
        httpx.LocalProtocolError: a part of it would be read as something else.
    """
    method, target, headers = (
        request.method.encode("ascii", "replace"),
        request.url.raw_path,
        request.headers.raw,
    )
    if not _NAME.fullmatch(method) or not _TARGET.fullmatch(target):
        raise httpx.LocalProtocolError("the method or the path holds characters that cannot be sent")
    lines = [method + b" " + target + b" HTTP/1.1"]
    for name, value in headers:
        if not _NAME.fullmatch(name) or _UNSENDABLE.search(value):
            raise httpx.LocalProtocolError(f"the header {name!r} holds characters that cannot be sent")
        lines.append(name + b": " + value)
    if b"transfer-encoding" in {name.lower() for name, _ in headers}:
        raise httpx.LocalProtocolError("a request is sent whole, not in chunks")
    return b"\r\n".join([*lines, b"", request.read()])


def read_answer(reader: BufferedReader, method: str) -> Answer:
    """Read the answer to a request of that method.

    Raises:
        httpx.RemoteProtocolError: it is cut short, garbled, ambiguous or too large.
        httpx.ReadTimeout: it takes too long altogether.
        OSError: the connection failed.
    """
    minor, status, headers = _final_head(reader)
    fields: dict[bytes, list[bytes]] = {}
    for name, value in headers:
        fields.setdefault(name.lower(), []).append(value)
    closes = minor == b"0" or b"close" in b",".join(fields.get(b"connection", [])).lower()
    deadline = time.monotonic() + LONGEST_ANSWER_SECONDS
    if method == "HEAD" or status in {204, 304}:
        return Answer(status, headers, b"", reusable=not closes)
    if b"transfer-encoding" in fields:
        if [value.lower() for value in fields[b"transfer-encoding"]] != [
            b"chunked"
        ] or b"content-length" in fields:
            raise httpx.RemoteProtocolError("the answer says in more than one way where it ends")
        return Answer(status, headers, _chunks(reader, deadline), reusable=not closes)
    if b"content-length" in fields:
        body = _exactly(reader, _length(fields[b"content-length"]), deadline)
        return Answer(status, headers, body, reusable=not closes)
    return Answer(status, headers, b"".join(_until_closed(reader, deadline)), reusable=False)


def _final_head(reader: BufferedReader) -> tuple[bytes, int, Headers]:
    """Read status and headers, passing over interim answers such as 103 Early Hints."""
    for _ in range(_MOST_INTERIM_ANSWERS):
        line = reader.readline(_LONGEST_LINE_BYTES)
        if not line:
            raise httpx.RemoteProtocolError("the server closed the connection without an answer")
        found = _STATUS_LINE.fullmatch(line)
        if found is None:
            raise httpx.RemoteProtocolError("the answer does not begin as one")
        headers = _headers(reader)
        status = int(found[2])
        if status >= 200:
            return found[1], status, headers
    raise httpx.RemoteProtocolError("only interim answers")


def _headers(reader: BufferedReader) -> Headers:
    headers: Headers = []
    while (line := reader.readline(_LONGEST_LINE_BYTES)) not in {b"\r\n", b"\n"}:
        if not line.endswith(b"\n") or len(headers) >= _MOST_HEADERS:
            raise httpx.RemoteProtocolError("the headers of the answer do not end")
        name, colon, value = line.partition(b":")
        if not colon or not _NAME.fullmatch(name):
            raise httpx.RemoteProtocolError("the answer has a line among its headers that is none")
        headers.append((name, value.strip(b" \t\r\n")))
    return headers


def _length(values: list[bytes]) -> int:
    lengths = {part.strip() for value in values for part in value.split(b",")}
    text = lengths.pop()
    if lengths or not text.isdigit() or len(text) > 15:
        raise httpx.RemoteProtocolError("the length of the answer is unclear")
    return int(text)


def _exactly(reader: BufferedReader, length: int, deadline: float) -> bytes:
    _check_size(length)
    pieces, missing = [], length
    while missing:
        piece = reader.read1(min(missing, _PIECE_BYTES))
        if not piece:
            raise httpx.RemoteProtocolError(f"the answer ended {missing} bytes early")
        pieces.append(piece)
        missing -= len(piece)
        _check_time(deadline)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _chunks(reader: BufferedReader, deadline: float) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while True:
        found = _CHUNK_SIZE.fullmatch(reader.readline(_LONGEST_LINE_BYTES))
        if found is None:
            raise httpx.RemoteProtocolError("the answer ended within its chunks")
        length = int(found[1], 16)
        if length == 0:
            _headers(reader)  # trailers, which nobody asked for
            return b"".join(pieces)
        size += length
        _check_size(size)
        pieces.append(_exactly(reader, length, deadline))
        if reader.readline(3) not in {b"\r\n", b"\n"}:
            raise httpx.RemoteProtocolError("a chunk of the answer is longer than it says")


def _until_closed(reader: BufferedReader, deadline: float) -> Iterator[bytes]:
    size = 0
    while piece := reader.read1(_PIECE_BYTES):
        size += len(piece)
        _check_size(size)
        _check_time(deadline)
        yield piece


def _check_size(size: int) -> None:
    if size > LARGEST_BODY_BYTES:
        raise httpx.RemoteProtocolError(f"the answer is larger than {LARGEST_BODY_BYTES} bytes")


def _check_time(deadline: float) -> None:
    if time.monotonic() > deadline:
        raise httpx.ReadTimeout(f"the answer took more than {LONGEST_ANSWER_SECONDS} s")
