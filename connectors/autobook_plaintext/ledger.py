"""One journal on disk in one format: a file per month, a file of declarations, and a main file over them.

They are written in the order declarations, month, main, each whole or not at all. An entry counts
as written once the main file includes its month, so a crash between two files leaves a journal that
every program still reads, and an entry that is simply not there yet.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from autobook_plaintext.canonical import Damaged
from autobook_plaintext.files import make_folder, read_or_empty, replace_file
from autobook_plaintext.values import encode


@dataclass(frozen=True, slots=True)
class Item:
    """An entry to write: its key, canonical body, and the key of what it corrects."""

    key: str
    body: Mapping[str, Any]
    replaces: str | None = None

    @property
    def month(self) -> str:
        return str(self.body["date"])[:7]


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry in a file: its month and its body, None where it cannot be read back."""

    month: str
    body: dict[str, Any] | None


class Ledger:
    """The journal of one format under a folder."""

    def __init__(self, folder: Path, form: ModuleType) -> None:
        self.folder: Path = folder / str(form.NAME)
        self._form = form

    def months(self) -> list[str]:
        """Return the months that have a file, in order."""
        extension = self._form.EXTENSION
        return sorted(path.stem for path in self.folder.glob(f"[0-9][0-9][0-9][0-9]-[0-9][0-9].{extension}"))

    def included(self) -> list[str]:
        """Return the months that the main file includes."""
        return list(self._form.INCLUDED.findall(read_or_empty(self._path("main"))))

    def find(self, keys: Iterable[str], months: Sequence[str]) -> dict[str, list[Stored]]:
        """Return the entries with these keys in the files of these months, read from disk."""
        wanted = {encode(key).encode("utf-8"): key for key in keys}
        found: dict[str, list[Stored]] = {}
        for month in months:
            try:
                content = self._path(month).read_bytes()
            except FileNotFoundError:
                continue
            if wanted.keys().isdisjoint(self._form.KEY_LINE.findall(content)):
                continue
            for text in _blocks(content.decode("utf-8", "replace")):
                key = self._form.key_of(text)
                if key is not None and encode(key).encode("utf-8") in wanted:
                    found.setdefault(key, []).append(Stored(month, self._parsed(text)))
        return found

    def _parsed(self, text: str) -> dict[str, Any] | None:
        try:
            body: dict[str, Any] = self._form.parse(text)
        except Damaged:
            return None
        return body

    def declare(self, items: Iterable[Item]) -> None:
        """Make sure that all accounts, currencies and tags of the entries are declared.

        Raises:
            OSError: nothing was changed.
        """
        before = read_or_empty(self._path("accounts"))
        known = {line for line in before.split("\n") if line and not line.startswith(";")}
        wanted = known | self._form.declarations(item.body for item in items)
        if wanted != known:
            replace_file(self._path("accounts"), "\n".join(["; Written by Autobook.", *sorted(wanted), ""]))

    def write(self, month: str, items: Sequence[Item]) -> None:
        """Write entries into the file of a month, with all that belongs to it; without any, only repair that.

        Raises:
            OSError, UnicodeDecodeError: the entries are not in the journal.
        """
        make_folder(self.folder)
        if items:
            self.declare(items)
            self._merge(month, items)
        self.include()

    def _merge(self, month: str, items: Sequence[Item]) -> None:
        path = self._path(month)
        texts = _blocks(read_or_empty(path))
        header = self._form.HEADER
        if texts and not self._is_entry(texts[0]):
            header = texts.pop(0)
        texts += [self._form.block(item.key, item.body, item.replaces) for item in items]
        replace_file(path, "\n\n".join([header, *self._ordered(texts)]) + "\n")

    def include(self) -> None:
        """Make the main file include every month there is.

        Raises:
            OSError: nothing was changed.
        """
        declared = read_or_empty(self._path("accounts")).split("\n")
        text = self._form.main_file(self.months(), declared)
        if text != read_or_empty(self._path("main")):
            replace_file(self._path("main"), text)

    def _is_entry(self, text: str) -> bool:
        return self._form.key_of(text) is not None

    def _ordered(self, texts: list[str]) -> list[str]:
        placed: list[tuple[tuple[str, str, int], str]] = []
        place = ("", "", 0)
        for text in texts:
            # A person's own lines stay behind the entry they were written after.
            with suppress(Damaged):
                place = self._form.order(text)
            placed.append((place, text))
        return [text for _, text in sorted(placed, key=lambda pair: pair[0])]

    def _path(self, stem: str) -> Path:
        return self.folder / f"{stem}.{self._form.EXTENSION}"


def _blocks(content: str) -> list[str]:
    return [text.strip("\n") for text in content.split("\n\n") if text.strip()]
