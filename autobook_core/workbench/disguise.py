"""The disguise of recorded rows: personal data and secrets become made-up values, the same for the same.

Ids, amounts, dates, currencies and countries stay, so that what a row means stays. Names are found by their
fields; once known they are replaced wherever they are written, also in the middle of a text.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from autobook_core.workbench.made_up import made_up
from autobook_core.workbench.personal import found_in, is_free_text, is_id, is_kept, kind_by_name

#: A known value shorter than this is not looked for inside other texts: it would be found everywhere.
_SHORTEST = 4
#: What is replaced even in an id, by the same value wherever that id is written.
_EVEN_IN_IDS = frozenset({"e-mail", "iban"})

Path = tuple[str, ...]


class Disguise:
    """Replaces the personal data of the rows of one file."""

    def __init__(self, stream: str) -> None:
        self._stream = stream
        self._known: dict[str, tuple[str, str]] = {}
        self._used: Counter[str] = Counter()
        self._inside: re.Pattern[str] | None = None
        self._replaced: Counter[tuple[str, str]] = Counter()
        self._texts: Counter[str] = Counter()

    def rows(self, rows: Sequence[Any]) -> list[Any]:
        """Return the rows in disguise."""
        for row in rows:
            for path, value in _texts_of(row, (self._stream,)):
                self._learn(path, value)
        long = sorted((value for value in self._known if len(value) >= _SHORTEST), key=len, reverse=True)
        if long:
            self._inside = re.compile("|".join(rf"(?<!\w){re.escape(value)}(?!\w)" for value in long))
        return [self._dressed(row, (self._stream,)) for row in rows]

    @property
    def replaced(self) -> list[dict[str, Any]]:
        """Return what was replaced: the place in the rows, the kind of data, how often. Never the data."""
        return [
            {"path": path, "kind": kind, "count": count}
            for (path, kind), count in sorted(self._replaced.items())
        ]

    @property
    def texts(self) -> list[dict[str, Any]]:
        """Return where free texts were kept, which may name people nobody could recognise, and how many."""
        return [{"path": path, "count": count} for path, count in sorted(self._texts.items())]

    def _learn(self, path: Path, value: str) -> None:
        kind = kind_by_name(path)
        if kind is not None and value.strip():
            self._remember(kind, value)
            return
        if is_kept(path):
            return
        for found, part in found_in(value, digits=not is_id(path)):
            self._remember(found, part)

    def _remember(self, kind: str, value: str) -> None:
        if value not in self._known:
            self._used[kind] += 1
            self._known[value] = kind, made_up(kind, self._used[kind], value)

    def _dressed(self, value: Any, path: Path) -> Any:
        match value:
            case dict():
                return {key: self._dressed(item, (*path, key)) for key, item in value.items()}
            case list():
                return [self._dressed(item, path) for item in value]
            case str():
                return self._text(value, path)
            case bool() | None:
                return value
            case _:
                return self._number(value, path)

    def _text(self, value: str, path: Path) -> str:
        if kind_by_name(path) is not None and value in self._known:
            return self._put(value, path)
        if value and is_free_text(path):
            self._texts[_shown(path)] += 1
        if self._inside is None or is_kept(path):
            return value
        return self._inside.sub(lambda found: self._inner(found.group(), path), value)

    def _inner(self, part: str, path: Path) -> str:
        """Return what stands for a known value inside another text."""
        if is_id(path) and self._known[part][0] not in _EVEN_IN_IDS:
            return part
        return self._put(part, path)

    def _number(self, value: Any, path: Path) -> Any:
        """Return a number; only one whose field says that it is personal, a phone or an account, is replaced."""
        kind = kind_by_name(path)
        if kind is None or not isinstance(value, int):
            return value
        self._remember(kind, str(value))
        made = self._put(str(value), path)
        return int("9" + made[1:]) if made.isdigit() else made

    def _put(self, value: str, path: Path) -> str:
        kind, made = self._known[value]
        self._replaced[_shown(path), kind] += 1
        return made


def _texts_of(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    match value:
        case dict():
            for key, item in value.items():
                yield from _texts_of(item, (*path, key))
        case list():
            for item in value:
                yield from _texts_of(item, path)
        case str():
            yield path, value


def _shown(path: Path) -> str:
    return ".".join(path[1:]) or "the row"
