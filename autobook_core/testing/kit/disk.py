"""The disk below a sink of files: the process may die between any two steps, space may run out, power may fail.

What a power cut takes is what nobody made durable: the bytes of a file that were written since its last
``fsync``, and names (created, renamed, folders too) whose own folder was not synced since.
"""

import builtins
import errno
import io
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from autobook_core.testing.kit.crashes import Crash, Points

WRITE, RENAME, RENAMED = "file write", "file rename", "file renamed"


@dataclass(frozen=True, slots=True)
class _Named:
    """A name that came to be or to mean something else: undone by putting back what it meant."""

    path: Path
    before: bytes | None
    folder: bool = False


class Disk:
    """Watches what is written below a folder.

    Attributes:
        full: there is no space left.
    """

    def __init__(self, home: Path, points: Points) -> None:
        self.home = home.resolve()
        self.full = False
        self._points = points
        self._open: Any = io.open
        self._fsync, self._replace, self._rename, self._mkdir = os.fsync, os.replace, os.rename, os.mkdir
        #: What a file held when it was last durable, by inode.
        self._durable: dict[int, bytes] = {}
        self._names: list[_Named] = []

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Watch this process meanwhile."""
        with (
            patch.object(io, "open", self._opened),
            patch.object(builtins, "open", self._opened),
            patch.object(os, "fsync", self._synced),
            patch.object(os, "replace", self._moving(self._replace)),
            patch.object(os, "rename", self._moving(self._rename)),
            patch.object(os, "mkdir", self._made),
        ):
            yield

    def lose_power(self) -> None:
        """Take everything that nobody made durable."""
        for path in self.files():
            kept = self._durable.get(path.stat().st_ino)
            if kept is not None:
                path.write_bytes(kept)
        for name in reversed(self._names):
            if name.folder:
                shutil.rmtree(name.path, ignore_errors=True)
            elif name.before is not None and name.path.parent.exists():
                name.path.write_bytes(name.before)
            else:
                name.path.unlink(missing_ok=True)
        self._durable.clear()
        self._names.clear()

    def files(self) -> list[Path]:
        """Return every file there is."""
        return sorted(path for path in self.home.rglob("*") if path.is_file())

    def alter(self, amount: int) -> bool:
        """Make an amount (minor units) a unit larger wherever it stands, as a person might; tell whether it did."""
        found = False
        for path in self.files():
            content = path.read_bytes()
            for spelt in (_whole, _point, _comma):
                content = content.replace(spelt(amount), spelt(amount + 1))
            if content != path.read_bytes():
                found = True
                path.write_bytes(content)
        return found

    def clear(self) -> None:
        """Take every file away."""
        for path in self.files():
            path.unlink()

    # What a sink calls.

    def _opened(self, file: Any, mode: str = "r", *args: Any, **options: Any) -> Any:
        path = self._below(file) if set(mode) & set("wax+") else None
        if path is None:
            return self._open(file, mode, *args, **options)
        before = path.read_bytes() if path.exists() else None
        inner = self._open(file, mode, *args, **options)
        inode = os.fstat(inner.fileno()).st_ino
        if before is None:
            self._names.append(_Named(path, None))
            self._durable[inode] = b""
        else:
            self._durable.setdefault(inode, before)
        return _File(inner, self._writing)

    def _writing(self, write: Callable[[Any], int], data: Any) -> int:
        """Write, or half of it, where the process dies or the disk is full."""
        try:
            self._points.hit(WRITE)
        except Crash:
            write(data[: len(data) // 2])
            raise
        if self.full:
            write(data[: len(data) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(data)

    def _synced(self, descriptor: Any) -> None:
        number = descriptor if isinstance(descriptor, int) else descriptor.fileno()
        self._fsync(number)
        found = os.fstat(number)
        self._durable.pop(found.st_ino, None)
        if stat.S_ISDIR(found.st_mode):
            self._names = [
                name
                for name in self._names
                if not name.path.parent.exists() or name.path.parent.stat().st_ino != found.st_ino
            ]

    def _moving(self, move: Callable[..., None]) -> Callable[..., None]:
        def moved(source: Any, target: Any, **options: Any) -> None:
            path = self._below(target)
            if path is None:
                move(source, target, **options)
                return
            self._points.hit(RENAME)
            before = path.read_bytes() if path.exists() else None
            if before is not None:
                self._durable.pop(path.stat().st_ino, None)
            move(source, target, **options)
            self._names.append(_Named(path, before))
            self._points.hit(RENAMED)

        return moved

    def _made(self, folder: Any, *args: Any, **options: Any) -> None:
        self._mkdir(folder, *args, **options)
        path = self._below(folder)
        if path is not None:
            self._names.append(_Named(path, None, folder=True))

    def _below(self, file: Any) -> Path | None:
        """Return where a file lies, if that is below the watched folder."""
        if isinstance(file, int):
            try:
                file = Path(f"/proc/self/fd/{file}").readlink()
            except OSError:
                return None
        path = Path(os.fsdecode(file))
        path = path.parent.resolve() / path.name
        return path if path.is_relative_to(self.home) else None


class _File:
    """A file open for writing whose every write is a step of its own."""

    def __init__(self, inner: Any, writing: Callable[[Callable[[Any], int], Any], int]) -> None:
        self._inner = inner
        self._writing = writing

    def write(self, data: Any) -> int:
        """Write, as far as the disk lets us."""
        return self._writing(self._inner.write, data)

    def writelines(self, lines: Any) -> None:
        """Write one after the other."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def __enter__(self) -> "_File":
        self._inner.__enter__()
        return self

    def __exit__(self, *error: object) -> Any:
        return self._inner.__exit__(*error)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._inner)


def _whole(amount: int) -> bytes:
    return b"%d" % amount


def _point(amount: int) -> bytes:
    return b"%d.%02d" % divmod(amount, 100)


def _comma(amount: int) -> bytes:
    return b"%d,%02d" % divmod(amount, 100)
