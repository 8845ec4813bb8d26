"""Opening a book's store, bringing its schema up to date only when it is behind."""

from pathlib import Path

from autobook_core.errors import ConfigurationError, StoreError
from autobook_core.store.database import Database
from autobook_core.store.sqlite import SqliteDatabase
from autobook_core.store.store import Store

#: The newest migration. Opening a book at this revision imports no migration tool.
HEAD = "0002"


def open_store(url: str | None, *, folder: Path, schema: str = "public", read_only: bool = False) -> Store:
    """Open the store of a book.

    Args:
        url: ``postgresql://...``, or None for the SQLite file ``books.db`` in the folder.
        folder: the book's folder.
        schema: the PostgreSQL schema that holds this book.
        read_only: open without the right to write (and without migrating).

    Raises:
        ConfigurationError: the url names an engine there is none for.
        StoreError: the store cannot be opened or was written by a newer Autobook.
    """
    database = _database(url, folder=folder, schema=schema, read_only=read_only)
    try:
        _bring_up_to_date(database, read_only=read_only)
    except BaseException:
        database.close()
        raise
    return Store(database)


def _database(url: str | None, *, folder: Path, schema: str, read_only: bool) -> Database:
    if url is None:
        return SqliteDatabase(folder / "books.db", read_only=read_only)
    if url.startswith(("postgresql://", "postgres://")):
        from autobook_core.store.postgres import PostgresDatabase

        return PostgresDatabase(url, schema=schema, read_only=read_only)
    msg = f"[store] url {url.split(':', 1)[0]!r} is no engine Autobook knows"
    raise ConfigurationError(msg, fix='leave it out for SQLite, or use "postgresql://..."')


def _bring_up_to_date(database: Database, *, read_only: bool) -> None:
    revision = database.revision()
    if revision == HEAD:
        return
    if revision is not None and revision > HEAD:
        msg = f"this book was written by a newer Autobook (schema {revision}, this one knows {HEAD})"
        raise StoreError(msg, fix="upgrade Autobook")
    if read_only:
        msg = f"the book's schema is at {revision or 'nothing'}, {HEAD} is needed"
        raise StoreError(msg, fix="run any writing command once, for example: autobook sync")
    from autobook_core.store.migrations.migrate import upgrade

    upgrade(database)
