"""A book in one schema of a PostgreSQL database: as durable as SQLite's FULL, one writer.

Rows go in by COPY or as arrays, which costs a fraction of single statements.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any, LiteralString

import psycopg
from psycopg import errors, sql
from psycopg.adapt import Loader
from psycopg.pq import TransactionStatus

from autobook_core.errors import ConfigurationError, StoreError
from autobook_core.store.bulk_text import arrays, block, rounds, without_nul
from autobook_core.store.database import NOTHING_WRITTEN, Database, Values, chunks

#: The oldest version that is tested and supported by its makers for years to come.
OLDEST = 150_000
#: Milliseconds to wait for another process that writes.
WAIT_MS = 10_000
#: Seconds to wait for the server to answer at all.
CONNECT_SECONDS = 10
#: Rows of a block on its way in, and of a batch on its way out.
BLOCK_ROWS = 10_000
BATCH_ROWS = 2_000

#: Without these a power cut loses commits that were already reported.
DURABLE = {"synchronous_commit": "on", "fsync": "on", "full_page_writes": "on"}

#: Which values of a row name what it writes: a row that comes twice is written twice, in turn.
KEYS: dict[str, tuple[int, ...]] = {
    "replace_record": (0, 1, 2, 3),
    "advance_record": (1, 2, 3, 4),
    "add_balance_month": (0, 1),
    "add_balance_day": (0, 1),
    "add_record_count": (0, 1, 2),
    "insert_waiting": (0, 1, 2, 3, 4, 5),
    "set_schedule_due": (1,),
    "pull_schedule_due": (1,),
    "insert_exception": (0, 1, 2, 4),
    "resolve_exception": (2, 3, 4, 5),
    "put_delivery": (0, 1),
    "insert_account": (0,),
}

#: What a broken key means for the books, in the words of the triggers.
MEANINGS = {
    "entry_pkey": "broken_chain: an entry carries the hash of the entry before",
    "entry_number": "number_gap: entries are numbered without gaps per series and fiscal year",
}

#: Parameters that are JSON lists of texts, where NUL has a spelling that ``json`` refuses too.
JSON_LISTS = {"ids", "keys"}

_JSON_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
_SCHEMA = re.compile(r"(?!pg_)[a-z_][a-z0-9_]{0,62}")


class _WholeNumber(Loader):
    """Sums of whole numbers come as ``numeric``; no column of the book has fractions."""

    def load(self, data: Any) -> int:
        return int(bytes(data))


class PostgresDatabase(Database):
    """One connection to one schema."""

    engine = "postgres"
    driver = "psycopg"
    errors = (psycopg.Error, UnicodeEncodeError)

    def __init__(self, url: str, *, schema: str = "public", read_only: bool = False) -> None:
        """Connect, and make the schema where there is none.

        Raises:
            ConfigurationError: the schema's name is none.
            StoreError: there is no server, it is too old, or not set to be durable.
        """
        super().__init__()
        if not _SCHEMA.fullmatch(schema):
            msg = f"[store] schema {schema!r} is no name of a schema"
            raise ConfigurationError(msg, fix="use up to 63 of a-z, 0-9 and _, not beginning with pg_")
        self.schema = schema
        self._lock = int.from_bytes(hashlib.sha256(f"autobook {schema}".encode()).digest()[:8], signed=True)
        self._streams = count(1)
        with self.translated():
            self._connection = psycopg.connect(
                url,
                autocommit=True,
                connect_timeout=CONNECT_SECONDS,
                client_encoding="utf8",
                application_name="autobook",
            )
        try:
            with self.translated():
                self._prepare(read_only=read_only)
        except BaseException:
            self._connection.close()
            raise

    def _prepare(self, *, read_only: bool) -> None:
        self._connection.adapters.register_loader("numeric", _WholeNumber)
        if self._connection.info.server_version < OLDEST:
            msg = f"PostgreSQL {self._connection.info.server_version // 10_000} is too old"
            raise StoreError(msg, fix="use PostgreSQL 15 or newer")
        for name, value in {
            "synchronous_commit": DURABLE["synchronous_commit"],
            "lock_timeout": str(WAIT_MS),
            # Temporary tables come last, so that none can stand in for one of the book's.
            "search_path": f"{self.schema}, pg_temp",
        }.items():
            self._connection.execute("SELECT set_config(%s, %s, false)", (name, value))
        for name, wanted in {**DURABLE, "server_encoding": "UTF8"}.items():
            found = self._value("SELECT current_setting(%s)", name)
            if found != wanted:
                msg = f"PostgreSQL runs with {name}={found}; {wanted} is needed"
                raise StoreError(msg, fix=f"set {name} = {wanted} on the server")
        if read_only:
            self._connection.execute("SET default_transaction_read_only = on")
        elif self._value("SELECT to_regnamespace(%s)", self.schema) is None:
            create = sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(self.schema))
            with self.writing():
                self._connection.execute(create)

    def _value(self, query: LiteralString, *values: Any) -> Any:
        row = self._connection.execute(query, values).fetchone()
        return None if row is None else row[0]

    def refusal(self, error: Exception) -> StoreError:
        """Return what an error of the driver means, without the server's address or anybody's data."""
        if isinstance(error, UnicodeEncodeError):
            return StoreError(f"the store refused: {error}")
        diagnosis = getattr(error, "diag", None)
        # The details would quote the row: names and account numbers of people.
        said = getattr(diagnosis, "message_primary", None) or str(error)
        if isinstance(error, psycopg.IntegrityError | psycopg.DataError):
            broken = getattr(diagnosis, "constraint_name", None) or ""
            return StoreError(f"the store refused: {MEANINGS.get(broken, said)}")
        fix = ""
        if isinstance(error, errors.LockNotAvailable):
            fix = "another process is writing to this book; wait for it to end"
        elif isinstance(error, psycopg.OperationalError):
            fix = "check that the server runs, then try again: nothing of this commit was reported as done"
        return StoreError(f"PostgreSQL schema {self.schema}: {said}", fix=fix)

    @property
    def raw(self) -> psycopg.Connection[Any]:
        """Return the driver's connection."""
        return self._connection

    def about(self) -> tuple[str, str | None]:
        """Return the engine with its version; there is no known defect to warn of."""
        return f"PostgreSQL {self._connection.info.server_version // 10_000}", None

    def revision(self) -> str | None:
        """Return the schema's revision, or None for an empty schema."""
        with self.translated():
            if self._value("SELECT to_regclass(%s)", f"{self.schema}.alembic_version") is None:
                return None
            version = self._value("SELECT version_num FROM alembic_version")
        return None if version is None else str(version)

    def call(self, name: str, /, **values: Any) -> Any:
        """Run a named query; what comes back depends on its operator in the file."""
        return super().call(name, **_held(values))

    def rows(self, name: str, /, **values: Any) -> Iterator[tuple[Any, ...]]:
        """Run a named query of many rows and give them as tuples."""
        return super().rows(name, **_held(values))

    def begin(self) -> None:
        """Begin, and wait until this is the book's only writer."""
        self._refused = False
        try:
            with self.translated():
                self._connection.execute(f"BEGIN; SELECT pg_advisory_xact_lock({self._lock})")
        except StoreError:
            self.rollback()
            raise

    def commit(self) -> None:
        """Write the commit record and wait for the disk."""
        if self._refused:
            self.rollback()
            raise StoreError(NOTHING_WRITTEN)
        try:
            with self.translated():
                status = self._connection.execute("COMMIT").statusmessage
        except StoreError:
            self.rollback()
            raise
        if status != "COMMIT":
            raise StoreError(NOTHING_WRITTEN)

    def rollback(self) -> None:
        """Take back everything since ``begin``; where the connection is gone, the server does."""
        if self._connection.closed or self._connection.info.transaction_status == TransactionStatus.IDLE:
            return
        with self.translated():
            self._connection.execute("ROLLBACK")

    def bulk(self, name: str, rows: Sequence[Values]) -> None:
        """Copy the rows in, or hand all of them to one statement as arrays.

        Raises:
            StoreError: the database refused a row; nothing of the transaction stays.
        """
        if not rows:
            return
        query = self.sql(name)
        with self.translated():
            if self._connection.info.transaction_status == TransactionStatus.IDLE:
                raise StoreError(f"{name} stands outside of writing()")
            if query.startswith("COPY"):
                self._copy(query, rows)
                return
            # A plan that looks for rows while the table is small must not outlive that.
            prepare = None if query.startswith("INSERT") else False
            for turn in rounds(rows, KEYS[name]) if name in KEYS else [rows]:
                for part in chunks(turn, BLOCK_ROWS):
                    self._connection.execute(query, arrays(part), prepare=prepare)

    def _copy(self, query: str, rows: Sequence[Values]) -> None:
        with self._connection.cursor() as cursor, cursor.copy(query) as copy:
            for part in chunks(rows, BLOCK_ROWS):
                copy.write(block(part))

    def stream(self, name: str, /, **values: Any) -> Iterator[tuple[Any, ...]]:
        """Give the rows of a query in batches; the cursor outlives commits meanwhile."""
        with self.translated():
            cursor = self._connection.cursor(name=f"stream_{next(self._streams)}", withhold=True)
            with cursor:
                cursor.itersize = BATCH_ROWS
                cursor.execute(self.sql(name), _held(values))
                yield from cursor

    def close(self) -> None:
        """End the connection."""
        self._connection.close()


def _held(values: dict[str, Any]) -> dict[str, Any]:
    held = {name: without_nul(value) if isinstance(value, str) else value for name, value in values.items()}
    for name in JSON_LISTS & held.keys():
        held[name] = _JSON_NUL.sub(r"\1\\ufffd", held[name])
    return held
