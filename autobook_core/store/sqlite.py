"""A book in one SQLite file: write-ahead log, synchronous FULL, one writer.

FULL is not a preference: at NORMAL a power cut loses commits that were already reported.
Commits are grouped, which gives the speed back.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from autobook_core.errors import StoreError
from autobook_core.store.database import NOTHING_WRITTEN, Database, Values

#: Milliseconds to wait for another process that writes.
BUSY_MS = 10_000
#: Pages of the write-ahead log before it is folded back into the file.
CHECKPOINT_PAGES = 16_000
#: KiB of page cache.
CACHE_KIB = 49_152
#: Below this version two connections that write at once can corrupt the file (fixed in 3.51.3).
WAL_RESET_FIXED = (3, 51, 3)

_FULL = 2


class SqliteDatabase(Database):
    """One connection to one file."""

    engine = "sqlite"
    driver = "sqlite3"
    errors = (sqlite3.Error, OverflowError, UnicodeEncodeError)

    def __init__(self, path: Path | str, *, read_only: bool = False) -> None:
        """Open the file.

        Raises:
            StoreError: it cannot be opened, or not with the durability promised.
        """
        super().__init__()
        self.path = str(path)
        try:
            self._connection = self._open(read_only=read_only)
        except sqlite3.Error as error:
            msg = f"cannot open {self.path}: {error}"
            raise StoreError(msg, fix="check that the file is a book and the folder is writable") from error

    def _open(self, *, read_only: bool) -> sqlite3.Connection:
        if read_only:
            uri = f"{Path(self.path).resolve().as_uri()}?mode=ro"
            connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
        else:
            connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA recursive_triggers = ON")
        connection.execute("PRAGMA mmap_size = 0")
        if not read_only:
            connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
            mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
            connection.execute("PRAGMA synchronous = FULL")
            level = connection.execute("PRAGMA synchronous").fetchone()[0]
            if (mode not in ("wal", "memory")) or level != _FULL:
                msg = (
                    f"{self.path} runs with journal_mode={mode}, synchronous={level}; WAL and FULL are needed"
                )
                raise StoreError(msg, fix="put the book on a local disk")
        return connection

    @property
    def raw(self) -> sqlite3.Connection:
        """Return the driver's connection."""
        return self._connection

    def about(self) -> tuple[str, str | None]:
        """Return the engine with its version, and a warning where that version has a known defect."""
        return f"SQLite {sqlite3.sqlite_version}", version_warning()

    def revision(self) -> str | None:
        """Return the schema's revision, or None for an empty file."""
        try:
            row = self._connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.OperationalError:
            return None
        except sqlite3.DatabaseError as error:
            msg = f"{self.path} is no book: {error}"
            raise StoreError(msg, fix="restore it from a backup") from error
        return None if row is None else str(row[0])

    def refusal(self, error: Exception) -> StoreError:
        """Return what an error of the driver means."""
        if isinstance(error, sqlite3.IntegrityError | OverflowError | UnicodeEncodeError):
            return StoreError(f"the store refused: {error}")
        return StoreError(f"{self.path}: {error}")

    def begin(self) -> None:
        """Take the write lock at once, so that no reader turns writer half-way."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            msg = f"{self.path}: {error}"
            raise StoreError(
                msg, fix="another process is writing to this book; wait for it to end"
            ) from error
        self._refused = False

    def commit(self) -> None:
        """Write the commit record and wait for the disk."""
        if self._refused:
            self.rollback()
            raise StoreError(NOTHING_WRITTEN)
        try:
            with self.translated():
                self._connection.execute("COMMIT")
        except StoreError:
            self.rollback()
            raise

    def rollback(self) -> None:
        """Take back everything since ``begin``."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def bulk(self, name: str, rows: Sequence[Values]) -> None:
        """Run one prepared statement over all rows.

        Raises:
            StoreError: the database refused a row; nothing of the transaction stays.
        """
        if not rows:
            return
        with self.translated():
            if not self._connection.in_transaction:
                raise StoreError(f"{name} stands outside of writing()")
            self._connection.executemany(self.sql(name), rows)

    def rows(self, name: str, /, **values: Any) -> Iterator[tuple[Any, ...]]:
        """Run a named query through the driver itself: it is asked thousands of times."""
        with self.translated():
            return self._connection.execute(self.sql(name), values)

    def stream(self, name: str, /, **values: Any) -> Iterator[tuple[Any, ...]]:
        """Give the rows of a query as they are read."""
        with self.translated():
            yield from self._connection.execute(self.sql(name), values)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def version_warning() -> str | None:
    """Return a warning where the SQLite library has the known write-ahead log defect."""
    if sqlite3.sqlite_version_info < WAL_RESET_FIXED:
        return (
            f"SQLite {sqlite3.sqlite_version} is older than 3.51.3, which mended a defect in the "
            "write-ahead log when two processes write at once; Autobook writes from one only"
        )
    return None
