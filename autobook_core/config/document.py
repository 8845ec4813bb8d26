"""One TOML file of a book: its values, and errors that say where and what to write instead."""

import re
import tomllib
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from autobook_core.config import locate
from autobook_core.errors import ConfigurationError

_AT_LINE = re.compile(r" ?\(at line ([0-9]+), column ([0-9]+)\)$")
_PASSWORD = re.compile(r"(://[^/@\s:]*:)[^@\s]*@")
_AT_END = re.compile(r" ?\(at end of document\)$")


class Document:
    """A file's text and values. Numbers with a point are decimals, never floats."""

    def __init__(self, name: str, text: str) -> None:
        """Parse a text that is called ``name`` in errors.

        Raises:
            ConfigurationError: the text is not TOML.
        """
        self.name = name
        self.text = text
        try:
            self.data: dict[str, Any] = tomllib.loads(text, parse_float=Decimal)
        except tomllib.TOMLDecodeError as error:
            raise self._syntax_error(str(error)) from None
        except (RecursionError, ValueError) as error:
            raise ConfigurationError(f"this is not TOML: {error}", file=name) from None

    @classmethod
    def read(cls, path: Path) -> "Document":
        """Read and parse a file.

        Raises:
            ConfigurationError: it is missing, unreadable or not TOML.
        """
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ConfigurationError(
                f"byte {error.start} is not UTF-8", file=str(path), fix="save the file as UTF-8"
            ) from None
        except OSError as error:
            raise ConfigurationError(
                f"cannot be read: {error.strerror}", file=str(path), fix="check the path and its permissions"
            ) from None
        return cls(str(path), text)

    def _syntax_error(self, message: str) -> ConfigurationError:
        line = self.text.rstrip().count("\n") + 1
        what = _AT_END.sub(" at the end of the file", message)
        if found := _AT_LINE.search(message):
            line, what = int(found.group(1)), f"{message[: found.start()]} (column {found.group(2)})"
        return ConfigurationError(
            f"this is not TOML: {what}",
            file=self.name,
            line=line,
            fix='correct that line; text stands in quotes: key = "value"',
        )

    @cached_property
    def _lines(self) -> locate.Lines:
        return locate.locate(self.text)

    def error(self, path: locate.Path, message: str, fix: str = "") -> ConfigurationError:
        """Return the error about the key at ``path``, with its line."""
        return ConfigurationError(message, file=self.name, line=self._lines.line(path), fix=fix)

    def line(self, path: locate.Path) -> int:
        """Return the line of the key at ``path``, counted from 1."""
        return self._lines.line(path)

    def table(self, key: str) -> dict[str, Any]:
        """Return the table ``[key]``, empty where the file has none.

        Raises:
            ConfigurationError: the key is there and is no table.
        """
        value = self.data.get(key, {})
        if not isinstance(value, dict):
            raise self.error(
                (key,), f"{key} is {shown(value)}, not a table", f"write [{key}] on its own line"
            )
        return value

    def tables(self, key: str) -> list[dict[str, Any]]:
        """Return the tables ``[[key]]``, in order.

        Raises:
            ConfigurationError: the key is there and is no array of tables.
        """
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.error(
                (key,), f"{key} is not a list of tables", f"write [[{key}]] on its own line before each"
            )
        return value

    def refuse_unknown(self, table: dict[str, Any], known: Iterable[str], path: locate.Path = ()) -> None:
        """Raise for the first key that is not known, with its nearest known name."""
        names = list(known)
        for key in table:
            if key not in names:
                raise self.error(
                    (*path, key), unknown(key, names, where(path)), f"known here: {listed(names)}"
                )


def where(path: locate.Path) -> str:
    """Return how a person finds the table: ``[policy]``, ``[[rule]] 2``."""
    if not path:
        return "the file"
    keys = ".".join(part for part in path if isinstance(part, str))
    indexes = [part for part in path if isinstance(part, int)]
    return f"[[{keys}]] {indexes[0] + 1}" if indexes and len(path) == 2 else f"[{keys}]"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known name most like the word, if any is like it."""
    from difflib import get_close_matches

    by_lower = {name.lower(): name for name in known}
    found = get_close_matches(word.lower(), by_lower, 1, 0.6)
    return by_lower[found[0]] if found else None


def unknown(word: str, known: Iterable[str], place: str, *, kind: str = "key") -> str:
    """Return the sentence that refuses a name: what is unknown, where, and what was perhaps meant."""
    guess = nearest(word, known)
    return f"unknown {kind} {word!r} in {place}" + (f"; did you mean {guess!r}?" if guess else "")


def listed(names: Iterable[str]) -> str:
    """Return the names as a person reads them aloud."""
    return ", ".join(names)


def shown(value: Any) -> str:
    """Return a value as it stands in TOML, shortened, without passwords; tables and lists by their kind."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            text = _PASSWORD.sub(r"\1***@", value)
            return f'"{text}"' if len(text) <= 60 else f'"{text[:57]}..."'
        case Decimal():
            return str(value).lower().replace("infinity", "inf")
        case date():
            return value.isoformat()
        case dict():
            return "a table"
        case list():
            return "a list"
    return str(value)
