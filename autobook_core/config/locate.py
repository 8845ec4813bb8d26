"""Line numbers of keys in a TOML text that is known to be well-formed.

The standard parser gives values without places. This scanner reads the same grammar for the
places only: it never judges a text, it follows one that the parser has accepted.
"""

import re
from contextlib import suppress

#: Keys from the root, with the index of an element of an array.
Path = tuple[str | int, ...]

_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}#\n]+")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""(?:""(?!")|"(?!"))?'
    r"|'''(?:[^']|'(?!''))*'''(?:''(?!')|'(?!'))?"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r"}


class Lines:
    """Where each key of a text stands."""

    def __init__(self, lines: dict[Path, int]) -> None:
        self.lines = lines

    def line(self, path: Path) -> int:
        """Return the line of a key, counted from 1; of its nearest table if the key is not there."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def locate(text: str) -> Lines:
    """Return the lines of every key, table and array element of a well-formed TOML text."""
    scanner = _Scanner(text)
    # What lies deeper than the interpreter can follow has the line of the last key above it.
    with suppress(RecursionError):
        scanner.document()
    return Lines(scanner.lines)


class _Scanner:
    """Reads a text from top to bottom; ``at`` is the next character."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Path, int] = {}
        self.arrays: dict[Path, int] = {}
        self._counted = 0
        self._line = 1

    def document(self) -> None:
        """Record every key; stop where the text is not understood."""
        table: Path = ()
        while self._skip():
            before = self.at
            if self._peek("["):
                table = self._header()
            else:
                self._pair(table)
            if self.at == before:
                return

    def _line_at(self, at: int) -> int:
        self._line += self.text.count("\n", self._counted, at)
        self._counted = at
        return self._line

    def _note(self, path: Path, line: int) -> None:
        self.lines.setdefault(path, line)

    def _peek(self, mark: str) -> bool:
        return self.text.startswith(mark, self.at)

    def _take(self, mark: str) -> bool:
        if not self._peek(mark):
            return False
        self.at += len(mark)
        return True

    def _match(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            return ""
        self.at = found.end()
        return found.group()

    def _skip(self) -> bool:
        self._match(_SPACE)
        return self.at < len(self.text)

    def _header(self) -> Path:
        """Read ``[table]`` or ``[[array]]``; return the path its keys belong under."""
        line = self._line_at(self.at)
        repeated = self._take("[[")
        if not repeated:
            self._take("[")
        *parents, last = self._key()
        self._take("]]" if repeated else "]")
        path: Path = ()
        for part in parents:
            path = self._latest((*path, part), line)
        path = (*path, last)
        if not repeated:
            return self._latest(path, line)
        self._note(path, line)
        self.arrays[path] = self.arrays.get(path, -1) + 1
        path = (*path, self.arrays[path])
        self._note(path, line)
        return path

    def _latest(self, path: Path, line: int) -> Path:
        self._note(path, line)
        return (*path, self.arrays[path]) if path in self.arrays else path

    def _pair(self, table: Path) -> None:
        self._skip()
        line = self._line_at(self.at)
        path = table
        for part in self._key():
            path = (*path, part)
            self._note(path, line)
        if self._take("="):
            self._value(path)

    def _key(self) -> list[str]:
        parts = []
        while True:
            self._skip()
            quoted = self._match(_STRING)
            parts.append(_unquote(quoted) if quoted else self._match(_BARE))
            self._skip()
            if not self._take("."):
                return parts

    def _value(self, path: Path) -> None:
        self._skip()
        if self._take("["):
            self._elements(path)
        elif self._take("{"):
            self._pairs(path)
        elif not self._match(_STRING):
            self._match(_SCALAR)

    def _elements(self, path: Path) -> None:
        index = 0
        while self._skip() and not self._take("]"):
            before = self.at
            self._note((*path, index), self._line_at(self.at))
            self._value((*path, index))
            index += 1
            self._skip()
            self._take(",")
            if self.at == before:
                return

    def _pairs(self, path: Path) -> None:
        while self._skip() and not self._take("}"):
            before = self.at
            self._pair(path)
            self._skip()
            self._take(",")
            if self.at == before:
                return


def _unquote(quoted: str) -> str:
    if quoted.startswith("'"):
        return quoted[1:-1]
    return _ESCAPE.sub(_unescape, quoted[1:-1])


def _unescape(match: re.Match[str]) -> str:
    short, long, letter = match.groups()
    return chr(int(short or long, 16)) if short or long else _ESCAPES.get(letter, letter)
