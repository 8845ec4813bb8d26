"""A watched folder: which files are there, which were read, and where in a long one we are.

The cursor remembers each file by name, size, times and content. A look at the folder without news
reads no file; a copy under another name brings nothing; a file that changed is read again, and its
rows are known by their ids.
"""

import atexit
import hashlib
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from autobook_core.connector import Envelope

#: Names that are never a bank's file: hidden ones, profiles, downloads that are still running.
_IGNORED = (".toml", ".part", ".tmp", ".crdownload", ".filepart")


@dataclass(frozen=True, slots=True)
class Found:
    """A file in the folder; ``signature`` changes whenever its content may have."""

    path: Path
    signature: str

    @property
    def name(self) -> str:
        return self.path.name

    def open(self) -> BinaryIO:
        """Open the file for reading bytes."""
        return self.path.open("rb")

    def content_digest(self) -> str:
        """Return a digest of the whole content."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:24]


def scan(folder: Path) -> list[Found]:
    """Return the plain files of a folder in name order; links are not followed."""
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.name.lower().endswith(_IGNORED):
                continue
            if entry.is_file(follow_symlinks=False):
                status = entry.stat(follow_symlinks=False)
                signature = f"{status.st_size}-{status.st_mtime_ns}-{status.st_ctime_ns}"
                found.append(Found(Path(entry.path), signature))
    return sorted(found, key=lambda file: file.name)


@dataclass
class Progress:
    """What one stream has read of a folder.

    Attributes:
        files: by name: signature, content digest, and 1 if the file was refused.
        part: the file being read in parts, and how many of its rows are done.
    """

    files: dict[str, list[Any]] = field(default_factory=dict)
    part: dict[str, Any] | None = None

    @classmethod
    def of(cls, cursor: dict[str, Any] | None, listed: list[Found]) -> "Progress":
        """Read a cursor; files that are gone are forgotten, which bounds it by the folder."""
        cursor = cursor or {}
        names = {file.name for file in listed}
        files = {name: seen for name, seen in (cursor.get("files") or {}).items() if name in names}
        return cls(files, cursor.get("part"))

    def cursor(self) -> dict[str, Any]:
        """Return the JSON-able form."""
        return {"files": self.files} | ({"part": self.part} if self.part else {})

    def unread(self, listed: list[Found]) -> list[Found]:
        """Return the files that are new or changed."""
        return [file for file in listed if self.files.get(file.name, [""])[0] != file.signature]

    def was_refused(self, name: str) -> bool:
        """Tell whether the last reading of this file refused it."""
        return bool(self.files.get(name, ["", "", 0])[2])

    def knows_content(self, digest: str) -> bool:
        """Tell whether a file with this content was read, under whatever name."""
        return any(seen[1] == digest and not seen[2] for seen in self.files.values())

    def rows_done(self, file: Found) -> int:
        """Return how many rows of a file were handed on already; 0 if it changed since."""
        part = self.part or {}
        same = part.get("name") == file.name and part.get("signature") == file.signature
        return int(part.get("row", 0)) if same else 0


class OpenReaders:
    """Readers of long files, kept between two pages so that a file is not read again for each.

    Only speed depends on it: a reader that is not here is made anew and wound forward.
    """

    def __init__(self, limit: int = 4) -> None:
        self._limit = limit
        self._kept: dict[tuple[str, ...], Iterator[Envelope]] = {}
        self._lock = threading.Lock()
        # While the interpreter ends, a reader could no longer close its file in order.
        atexit.register(self.clear)

    def clear(self) -> None:
        """Let all readers go, and their files with them."""
        with self._lock:
            self._kept.clear()

    def take(self, key: tuple[str, ...]) -> Iterator[Envelope] | None:
        """Return the reader that stands at this place and forget it; None if there is none."""
        with self._lock:
            return self._kept.pop(key, None)

    def keep(self, key: tuple[str, ...], reader: Iterator[Envelope]) -> None:
        """Keep a reader for the page that comes next; the oldest is let go beyond the limit."""
        with self._lock:
            self._kept[key] = reader
            while len(self._kept) > self._limit:
                self._kept.pop(next(iter(self._kept)))
