"""Keeping secrets out of everything that is shown or written: by value, and by the name they go by."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from autobook_core.logs import Redactor

HIDDEN = "***"
_SECRET = re.compile(
    r"(?:^|[_-])(?:pass(?:word|wd|phrase)?|secret|token|api[_-]?key|apikey|access[_-]?key|signature|assertion"
    r"|credentials?|authorization|auth|cookie|otp|private[_-]?key)$",
    re.IGNORECASE,
)
#: Tokens that say where one is, not who one is.
_POSITION = re.compile(r"page|next|cursor|continu|sync|start|after|before", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
#: Characters of a body that is no JSON and no form.
_MOST_TEXT = 500


def names_a_secret(name: str) -> bool:
    """Tell whether a header, a parameter or a field of this name holds a secret."""
    words = _CAMEL.sub("_", name)
    return bool(_SECRET.search(words)) and not _POSITION.search(words)


def hide_values(value: Any, redactor: Redactor) -> Any:
    """Return a JSON-able value with every known secret in its texts replaced; numbers stay as they are."""
    match value:
        case str():
            return redactor(value)
        case dict():
            return {redactor(str(key)): hide_values(item, redactor) for key, item in value.items()}
        case list() | tuple():
            return [hide_values(item, redactor) for item in value]
        case _:
            return value


def hide_named(value: Any) -> Any:
    """Return a JSON-able value with the fields that hold secrets by their names replaced."""
    match value:
        case Mapping():
            return {
                str(key): HIDDEN if names_a_secret(str(key)) and item else hide_named(item)
                for key, item in value.items()
            }
        case list() | tuple():
            return [hide_named(item) for item in value]
        case _:
            return value


def shown_pairs(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Return names and values, as of a query or of headers, with those that hold secrets replaced."""
    return [[name, HIDDEN if names_a_secret(name) and value else value] for name, value in pairs]


def shown_body(content: bytes, content_type: str) -> Any:
    """Return what a request said, without secrets: JSON, the pairs of a form, or a text; None for nothing."""
    if not content:
        return None
    text = content.decode("utf-8", "replace")
    if "json" in content_type:
        try:
            return hide_named(msgspec.json.decode(content))
        except msgspec.DecodeError:
            return text[:_MOST_TEXT]
    if "form-urlencoded" in content_type:
        return dict(shown_pairs(parse_qsl(text, keep_blank_values=True)))
    return text[:_MOST_TEXT]
