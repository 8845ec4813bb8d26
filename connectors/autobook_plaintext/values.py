"""Values in comments and metadata: readable where they are plain, and exact in every case.

What a journal's grammar could take for its own (quotes, colons, commas, line ends, control and
direction signs) is written as ``%`` and two hexadecimal digits per byte. So no text of a customer
can end a comment, begin a posting or name a tag.
"""

import json
import re
import unicodedata
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote_to_bytes

_PLAIN = re.compile(r"[\w\-./+@#&()'!?*$€£~][\w\-./+@#&()'!?*$€£~=]*(?: [\w\-./+@#&()'!?*$€£~=]+)*")
_UNSAFE = re.compile(r"[^\w\-./+@#&()'!?*$€£~=]")
_SPACES = re.compile(r"\s+")
_TIDY = re.compile(r"[ -~]*")


def encode(value: object) -> str:
    """Return any JSON value as one word of a comment; texts stay readable."""
    if isinstance(value, str):
        if not value or _PLAIN.fullmatch(value):
            return value
        return _escape(value, spaces=False)
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    return "=" + _escape(text, spaces=True)


def decode(text: str) -> Any:
    """Return what was encoded.

    Raises:
        ValueError: it is nothing that :func:`encode` writes.
    """
    if text.startswith("="):
        return json.loads(_unescape(text[1:]))
    return _unescape(text)


def encode_list(values: Sequence[object]) -> str:
    """Return texts with spaces between them, anything else as JSON."""
    if values and all(isinstance(value, str) and value for value in values):
        return " ".join(_escape(str(value), spaces=True) for value in values)
    return encode(list(values))


def decode_list(text: str) -> Any:
    """Return what was encoded by :func:`encode_list`.

    Raises:
        ValueError: it is nothing of that kind.
    """
    if text.startswith("="):
        return decode(text)
    return [_unescape(word) for word in text.split(" ")]


def tidy(text: str) -> str:
    """Return a text for the eye: one line, single spaces, no control or direction signs, no ``;`` or ``|``."""
    if not _TIDY.fullmatch(text):
        text = "".join(" " if unicodedata.category(sign) in _BLANKS else sign for sign in text)
    text = text.replace(";", ",").replace("|", "/")
    return _SPACES.sub(" ", text).strip()


#: Control, format, surrogate, private and unassigned signs, and every kind of space.
_BLANKS = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"})


def _escape(text: str, *, spaces: bool) -> str:
    def bytes_of(match: re.Match[str]) -> str:
        sign = match.group()
        inner = 0 < match.start() < len(text) - 1 and text[match.start() - 1] != " "
        if sign == " " and not spaces and inner:
            return sign
        return "".join(f"%{byte:02X}" for byte in sign.encode("utf-8", "surrogatepass"))

    escaped = _UNSAFE.sub(bytes_of, text)
    return f"%3D{escaped[1:]}" if escaped.startswith("=") else escaped


def _unescape(text: str) -> str:
    return unquote_to_bytes(text).decode("utf-8", "surrogatepass") if "%" in text else text
