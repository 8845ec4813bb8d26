"""Many rows as text for PostgreSQL: a block for COPY, or an array literal per column.

A column is looked at once as a whole, so that what needs no care costs next to nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from autobook_core.errors import StoreError
from autobook_core.store.database import Values

#: PostgreSQL takes no NUL in a text: it becomes the sign for what cannot be shown.
REPLACEMENT = "\ufffd"

_IN_COPY = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": REPLACEMENT})
_IN_ARRAY = str.maketrans({"\\": "\\\\", '"': '\\"', "\0": REPLACEMENT})

_Signs = dict[int, str]


def block(rows: Sequence[Values]) -> str:
    """Return rows of equal length as COPY text.

    Raises:
        StoreError: a value is of a type that no column holds.
    """
    columns = [_words(column, _IN_COPY, "\\N", "") for column in zip(*rows, strict=True)]
    return "\n".join(map("\t".join, zip(*columns, strict=True))) + "\n"


def arrays(rows: Sequence[Values]) -> list[str]:
    """Return rows of equal length as one array literal for each column.

    Raises:
        StoreError: a value is of a type that no column holds.
    """
    columns = (_words(column, _IN_ARRAY, "NULL", '"') for column in zip(*rows, strict=True))
    return ["{" + ",".join(column) + "}" for column in columns]


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


def _words(values: tuple[Any, ...], signs: _Signs, null: str, quote: str) -> Iterable[str]:
    types = set(map(type, values))
    if types == {int}:
        return map(str, values)
    if types == {bytes}:
        return [f"{quote}\\\\x{value.hex()}{quote}" for value in values]
    if types <= {str, type(None)} and not _needs_care("".join(filter(None, values)), signs):
        return [null if value is None else f"{quote}{value}{quote}" for value in values]
    return [_word(value, signs, null, quote) for value in values]


def _needs_care(text: str, signs: _Signs) -> bool:
    return any(chr(sign) in text for sign in signs)


def _word(value: object, signs: _Signs, null: str, quote: str) -> str:
    if value is None:
        return null
    if isinstance(value, str):
        return f"{quote}{value.translate(signs)}{quote}"
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, bytes | bytearray | memoryview):
        return f"{quote}\\\\x{bytes(value).hex()}{quote}"
    raise StoreError(f"the store refused: {type(value).__name__} is no type of a column")
