"""Rows as a block of PostgreSQL's COPY text format, built column by column.

A column is looked at once as a whole, so that what needs no care costs next to nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from autobook_core.errors import StoreError
from autobook_core.store.database import Values

NULL = "\\N"

#: PostgreSQL takes no NUL in a text: it becomes the sign for what cannot be shown.
REPLACEMENT = "\ufffd"

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": REPLACEMENT})
_SPECIAL = tuple(map(chr, _ESCAPES))


def block(rows: Sequence[Values]) -> bytes:
    """Return rows of equal length as COPY text.

    Raises:
        StoreError: a value is of a type that no column holds, or no text.
    """
    columns = [_column(column) for column in zip(*rows, strict=True)]
    text = "\n".join(map("\t".join, zip(*columns, strict=True))) + "\n"
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise StoreError(f"the store refused: {error}") from error


def rounds(rows: Sequence[Values], key: tuple[int, ...]) -> Iterator[Sequence[Values]]:
    """Cut rows into rounds in which no key stands twice, keeping their order.

    One statement may write a row only once; what comes again comes in the next round, so
    that the outcome is that of writing row after row.
    """
    keys = [tuple(row[n] for n in key) for row in rows]
    if len(set(keys)) == len(keys):
        yield rows
        return
    seen: dict[tuple[Any, ...], int] = {}
    found: list[list[Values]] = []
    for name, row in zip(keys, rows, strict=True):
        turn = seen[name] = seen.get(name, -1) + 1
        if turn == len(found):
            found.append([])
        found[turn].append(row)
    yield from found


def without_nul(text: str) -> str:
    """Return a text as PostgreSQL can hold it."""
    return text.replace("\0", REPLACEMENT)


def _column(values: tuple[Any, ...]) -> Iterable[str]:
    types = set(map(type, values))
    if types == {int}:
        return map(str, values)
    if types == {str}:
        return _texts(values)
    if types == {bytes}:
        return ["\\\\x" + value.hex() for value in values]
    if types == {type(None)}:
        return (NULL,) * len(values)
    if types == {str, type(None)} and not _needs_care("".join(filter(None, values))):
        return [NULL if value is None else value for value in values]
    return map(_field, values)


def _texts(values: tuple[str, ...]) -> Iterable[str]:
    if not _needs_care("".join(values)):
        return values
    return [value.translate(_ESCAPES) for value in values]


def _needs_care(text: str) -> bool:
    return any(sign in text for sign in _SPECIAL)


def _field(value: object) -> str:
    if value is None:
        return NULL
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, bytes | bytearray | memoryview):
        return "\\\\x" + bytes(value).hex()
    raise StoreError(f"the store refused: {type(value).__name__} is no type of a column")
