"""The engine below the store: what SQLite and PostgreSQL do each in their own way.

Queries are named and stand in ``.sql`` files: those in ``sql/shared`` serve both engines,
one of the same name in ``sql/sqlite`` or ``sql/postgres`` replaces it for that engine.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import aiosql
from aiosql.queries import Queries

from autobook_core.errors import StoreError

SQL = Path(__file__).parent / "sql"

Values = Sequence[Any]

NOTHING_WRITTEN = "nothing was written: an earlier write of this transaction was refused"


@cache
def _load(folder: str, driver: str) -> Queries:
    text = "\n\n".join(
        path.read_text() for path in sorted((SQL / folder).glob("*.sql")) if path.name != "schema.sql"
    )
    queries: Queries = aiosql.from_str(text, driver, mandatory_parameters=False)
    return queries


class Database(ABC):
    """One open connection to one book's database. Used from one thread at a time."""

    #: Folder of the engine's own queries, and aiosql's name of the driver.
    engine: str
    driver: str

    #: What the driver raises; translated once, here.
    errors: tuple[type[Exception], ...]

    def __init__(self) -> None:
        self._own = _load(self.engine, self.driver)
        self._shared = _load("shared", self.driver)
        self._sql: dict[str, str] = {}
        self._functions: dict[str, Any] = {}
        self._refused = False

    def sql(self, name: str) -> str:
        """Return the text of a named query, with the driver's own placeholders."""
        text = self._sql.get(name)
        if text is None:
            text = self._sql[name] = self._function(name).sql
        return text

    def _function(self, name: str) -> Any:
        found = self._functions.get(name)
        if found is None:
            own = name in self._own.available_queries
            found = self._functions[name] = getattr(self._own if own else self._shared, name)
        return found

    def call(self, name: str, /, **values: Any) -> Any:
        """Run a named query; what comes back depends on its operator in the file.

        Raises:
            StoreError: the database refused or cannot be used.
        """
        with self.translated():
            return self._function(name)(self.raw, **values)

    def rows(self, name: str, /, **values: Any) -> Iterator[tuple[Any, ...]]:
        """Run a named query of many rows and give them as tuples."""
        with self.translated():
            yield from self._function(name)(self.raw, **values)

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turn the driver's errors into ours, with the cause kept; after one nothing is committed."""
        try:
            yield
        except StoreError:
            self._refused = True
            raise
        except self.errors as error:
            self._refused = True
            raise self.refusal(error) from error

    @abstractmethod
    def refusal(self, error: Exception) -> StoreError:
        """Return what an error of the driver means."""

    @property
    @abstractmethod
    def raw(self) -> Any:
        """Return the driver's connection, for aiosql."""

    @abstractmethod
    def about(self) -> tuple[str, str | None]:
        """Return the engine with its version, and a warning where that version has a known defect."""

    @abstractmethod
    def revision(self) -> str | None:
        """Return the schema's revision, or None for an empty database."""

    @abstractmethod
    def begin(self) -> None:
        """Begin a transaction that may write; waits for the one writer there can be."""

    @abstractmethod
    def commit(self) -> None:
        """Make it durable. When this returns, it is on disk."""

    @abstractmethod
    def rollback(self) -> None:
        """Take back everything since ``begin``."""

    @abstractmethod
    def bulk(self, name: str, rows: Sequence[Values]) -> None:
        """Run a named write for each row, the fastest way the engine knows."""

    @abstractmethod
    def stream(self, name: str, /, **values: Any) -> Iterator[tuple[Any, ...]]:
        """Run a named query and give its rows without holding them all."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the database."""

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold a writing transaction: committed at the end, taken back on any error."""
        self.begin()
        try:
            yield
        except BaseException:
            self.rollback()
            raise
        self.commit()


def chunks(rows: Sequence[Values], size: int) -> Iterable[Sequence[Values]]:
    """Cut a sequence into parts of at most ``size``."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
