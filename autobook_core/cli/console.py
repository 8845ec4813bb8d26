"""The console of one command: where it writes, in what form, and which book it is about."""

import json
import os
import re
import shlex
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from autobook_core.cli.looks import Looks, looks_of
from autobook_core.cli.table import Column, Row, table
from autobook_core.cli.text import clean

if TYPE_CHECKING:
    from autobook_core.book import Book

BOOK_VARIABLE = "AUTOBOOK_BOOK"
_ENCODE = json.JSONEncoder(ensure_ascii=False).encode
#: What JSON may hold as it is and a terminal would obey or could not show.
_UNSAFE = re.compile(r"[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Shared:
    """The options that every command takes, before or after its name."""

    book: Path | None = None
    json: bool = False
    quiet: bool = False
    no_color: bool = False

    def __or__(self, other: "Shared") -> "Shared":
        """Return these options over those of the other."""
        return Shared(
            self.book or other.book,
            self.json or other.json,
            self.quiet or other.quiet,
            self.no_color or other.no_color,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """Writes results to ``out`` and everything else to ``err``.

    Attributes:
        folder: the book's.
        named: the book was named with --book, so commands to type next name it too.
        json: results are JSON and nothing else.
    """

    folder: Path
    named: bool
    json: bool
    quiet: bool
    out: TextIO = field(repr=False)
    err: TextIO = field(repr=False)
    looks: Looks
    error_looks: Looks
    room: int | None

    # Writing for people.

    def line(self, text: str = "") -> None:
        """Write one line of the result."""
        self.out.write(f"{text}\n")

    def table(self, columns: Iterable[Column], rows: Iterable[Row]) -> None:
        """Write a table."""
        for line in table(list(columns), rows, room=self.room, looks=self.looks):
            self.line(line)

    def wrapped(self, text: object, indent: str) -> None:
        """Write a text from outside over as many lines as it needs."""
        cleaned = clean(text)
        room = max(self.room or 0, 40) if self.room else len(cleaned) + len(indent) + 1
        for line in textwrap.wrap(cleaned, room, initial_indent=indent, subsequent_indent=" " * len(indent)):
            self.line(line)

    def note(self, text: str) -> None:
        """Write a remark to standard error, unless only results are wanted."""
        if not (self.quiet or self.json):
            self.out.flush()
            self.err.write(f"{text}\n")

    def next(self, *commands: str) -> None:
        """Say what to type next."""
        for at, command in enumerate(commands):
            self.note(f"{'next: ' if not at else '      '}{self.command(command)}")

    def command(self, command: str) -> str:
        """Return a command of Autobook for this book, ready to be typed."""
        book = f" --book {shlex.quote(str(self.folder))}" if self.named else ""
        return f"autobook {command}{book}"

    # Writing for programs.

    def document(self, value: Any) -> None:
        """Write one JSON document."""
        self.line(self._safe(json.dumps(value, ensure_ascii=False, indent=2)))

    def rows(self, rows: Iterable[Any]) -> None:
        """Write a JSON list, one element a line, while it comes in."""
        self.out.write("[")
        self._elements(rows)
        self.line("]")

    def parts(self, parts: Iterable[tuple[str, Any]]) -> None:
        """Write one JSON object whose values may be lists that are still coming in."""
        for at, (key, value) in enumerate(parts):
            self.out.write(f"{',' if at else '{'}\n{_ENCODE(key)}: ")
            if isinstance(value, dict):
                self.out.write(self._safe(_ENCODE(value)))
            else:
                self.out.write("[")
                self._elements(value)
                self.out.write("]")
        self.line("\n}")

    def _elements(self, rows: Iterable[Any]) -> None:
        mark = "\n"
        for row in rows:
            self.out.write(mark + self._safe(_ENCODE(row)))
            mark = ",\n"
        if mark != "\n":
            self.out.write("\n")

    @staticmethod
    def _safe(text: str) -> str:
        if text.isascii():
            return text.replace("\x7f", "\\u007f")
        return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)

    # The book.

    def at(self, folder: Path) -> "Console":
        """Return the console for another book."""
        return replace(self, folder=folder, named=True)

    @contextmanager
    def book(self) -> Iterator["Book"]:
        """Open the book; long work shows its progress on a terminal."""
        from autobook_core.book import Book
        from autobook_core.cli.progress import meter

        with (
            meter(self.err, shown=self.shows_progress()) as progress,
            Book(self.folder, progress=progress) as book,
        ):
            yield book

    def shows_progress(self) -> bool:
        """Tell whether anybody sees progress."""
        return self.err.isatty() and not (self.quiet or self.json)


def make_console(shared: Shared, env: Mapping[str, str] | None = None) -> Console:
    """Return the console for some options, the environment and this process's streams."""
    env = os.environ if env is None else env
    out, err = sys.stdout, sys.stderr
    room: int | None = None
    if out.isatty() or env.get("COLUMNS", "").isdigit():
        room = max(shutil.get_terminal_size((80, 24)).columns, 40)
    return Console(
        folder=shared.book or Path(env.get(BOOK_VARIABLE) or "."),
        named=shared.book is not None,
        json=shared.json,
        quiet=shared.quiet,
        out=out,
        err=err,
        looks=looks_of(out, env, no_color=shared.no_color),
        error_looks=looks_of(err, env, no_color=shared.no_color),
        room=room,
    )
