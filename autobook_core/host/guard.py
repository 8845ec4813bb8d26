"""Keeps a worker to what was declared: the network through ``ctx.http`` only, no processes, no secrets of others.

An audit hook cannot be taken away once it is there. It is a fence against mistakes: a library that reports
home, a connector with a client of its own, a helper program, a look into the book's other connections.
"""

import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from autobook_core import passage

_NETWORK = frozenset(
    {
        "socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo",
        "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo",
    }
)  # fmt: skip
_PROCESSES = frozenset(
    {
        "subprocess.Popen", "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn",
        "os.startfile", "pty.spawn", "os.kill", "os.killpg",
    }
)  # fmt: skip
#: What a worker finds in its environment; everything else may be somebody's secret.
ENVIRONMENT = (
    "PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "http_proxy",
    "https_proxy", "all_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY",
)  # fmt: skip


class Undeclared(PermissionError):
    """The connector asked for something that it did not declare."""


class Guard:
    """Refuses, from the moment it is installed, what no connector declares."""

    def __init__(self, closed: Iterable[Path], tell: Callable[[str], None]) -> None:
        """Begin.

        Args:
            closed: folders and files that are not to be opened.
            tell: hears of each refusal once.
        """
        self._closed = tuple(os.path.realpath(path) for path in closed)
        self._tell = tell
        self._told: set[str] = set()
        self._busy = False

    def install(self) -> None:
        """Watch this process for as long as it lives."""
        sys.addaudithook(self._hook)

    def _hook(self, event: str, args: tuple[Any, ...]) -> None:
        if event in _NETWORK:
            if not passage.is_open():
                self._refuse(f"the network ({event.partition('.')[2]} {_target(args)}) past ctx.http")
        elif event in {"open", "sqlite3.connect"}:
            if self._closed and isinstance(args[0], str | bytes | os.PathLike):
                self._check_file(args[0])
        elif event in _PROCESSES:
            self._refuse(f"another process ({event})")

    def _check_file(self, name: Any) -> None:
        if self._busy:
            return
        self._busy = True
        try:
            path = os.path.realpath(os.fsdecode(name))
        finally:
            self._busy = False
        if any(path == closed or path.startswith(closed + os.sep) for closed in self._closed):
            self._refuse(f"the file {Path(path).name}, which is not the connector's")

    def _refuse(self, what: str) -> None:
        if what not in self._told and len(self._told) < 20:
            self._told.add(what)
            self._tell(what)
        raise Undeclared(f"refused: {what}")


def _target(args: tuple[Any, ...]) -> str:
    """Return where to, as far as the event says it: an address, or the name of a host."""
    for part in args:
        if isinstance(part, tuple) and part:
            return str(part[0])
        if isinstance(part, str):
            return part
        if isinstance(part, bytes):
            return part.decode("utf-8", "replace")
    return ""


def closed_paths(home: Path) -> list[Path]:
    """Return what of a book's folder holds the secrets of others, or the books themselves."""
    names = ("connections", "secrets", ".secrets", ".env", "autobook.toml")
    books = list(home.glob("*.db*")) if home.is_dir() else []
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    return [*(home / name for name in names), *books, *([Path(credentials)] if credentials else [])]
