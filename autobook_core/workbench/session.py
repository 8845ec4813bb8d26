"""What one call leaves for the next: where each stream stands, and the rows that came with what they meant.

It lies in ``.autobook-dev`` in the current folder, readable by its owner only, and is never part of a book.
"""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from autobook_core.errors import ConfigurationError

FOLDER = ".autobook-dev"
#: Rows of one stream that are kept; of more, the latest.
MOST_ROWS = 10_000


class Position(msgspec.Struct):
    """Where one stream stands: the cursor after its last page, and how many pages came so far."""

    cursor: dict[str, Any]
    cursor_version: int = 1
    pages: int = 0
    has_more: bool = True


class KeptRow(msgspec.Struct):
    """One row as it came, without secrets, and what it meant then in the golden form."""

    id: str
    version: str | int
    created: int
    deleted: bool
    data: msgspec.Raw
    meaning: Any


class _State(msgspec.Struct):
    streams: dict[str, Position] = {}


class Session:
    """The memory of one connector's try-outs."""

    def __init__(self, folder: Path, name: str) -> None:
        """Remember under a name; nothing is read or written yet.

        Args:
            folder: where ``.autobook-dev`` lies or will lie.
            name: of the connection or connector.
        """
        self._top = folder / FOLDER
        self._folder = self._top / name

    def position(self, stream: str) -> Position | None:
        """Return where a stream stands, or None at its beginning.

        Raises:
            ConfigurationError: the file cannot be read.
        """
        return self._state().streams.get(stream)

    def move(self, stream: str, position: Position) -> None:
        """Remember where a stream stands."""
        state = self._state()
        state.streams[stream] = position
        self._write(self._folder / "state.json", msgspec.json.format(msgspec.json.encode(state)))

    def rows(self, stream: str) -> list[KeptRow]:
        """Return the rows of a stream that came so far, each as it came last.

        Raises:
            ConfigurationError: the file cannot be read.
        """
        found: list[KeptRow] = self._read(self._rows_file(stream), list[KeptRow], [])
        return found

    def keep_rows(self, stream: str, rows: Iterable[KeptRow]) -> None:
        """Keep rows; one that came before is replaced."""
        kept = {row.id or bytes(row.data): row for row in [*self.rows(stream), *rows]}
        lines = b",\n".join(msgspec.json.encode(row) for row in list(kept.values())[-MOST_ROWS:])
        self._write(self._rows_file(stream), b"[\n" + lines + b"\n]\n")

    def reset(self) -> None:
        """Forget everything."""
        if self._folder.is_dir():
            shutil.rmtree(self._folder)

    def _rows_file(self, stream: str) -> Path:
        return self._folder / f"{stream.replace('/', '-')}.rows.json"

    def _state(self) -> _State:
        found: _State = self._read(self._folder / "state.json", _State, _State(streams={}))
        return found

    def _read(self, path: Path, type: Any, nothing: Any) -> Any:
        if not path.exists():
            return nothing
        try:
            return msgspec.json.decode(path.read_bytes(), type=type)
        except msgspec.MsgspecError as error:
            raise ConfigurationError(
                f"it is not what was written there: {error}", file=str(path), fix="delete it, or use --reset"
            ) from None

    def folder_for_tokens(self) -> Path:
        """Return where rotated refresh tokens of this session go: a folder that no repository takes in."""
        self._make_top()
        return self._top

    def _make_top(self) -> None:
        self._top.mkdir(mode=0o700, parents=True, exist_ok=True)
        ignore = self._top / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")

    def _write(self, path: Path, content: bytes) -> None:
        self._make_top()
        path.parent.mkdir(mode=0o700, exist_ok=True)
        fresh = path.with_suffix(".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
        fresh.replace(path)
