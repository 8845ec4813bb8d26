"""Fresh books for the kit: made once in a folder, then copied in memory as often as a case needs one."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from autobook_core.config import BookConfig, load_book
from autobook_core.config.create import init_book
from autobook_core.posting.terms import Terms
from autobook_core.store.opening import open_store
from autobook_core.store.sqlite import SqliteDatabase


@cache
def _template() -> tuple[SqliteDatabase, BookConfig]:
    """Return the database of a new book, in memory, and what its files say."""
    with TemporaryDirectory(prefix="autobook-kit-") as name:
        folder = Path(name)
        init_book(folder, company="Acme ApS")
        config = load_book(folder)
        store = open_store(None, folder=folder)
        try:
            with store.writing():
                store.journal.keep_accounts(config.chart.accounts)
            return _copied(store.database.raw), config
        finally:
            store.close()


def _copied(connection: object) -> SqliteDatabase:
    database = SqliteDatabase(":memory:")
    connection.backup(database.raw)  # type: ignore[attr-defined]
    return database


def new_database() -> SqliteDatabase:
    """Return the database of a fresh book, in memory; the caller closes it."""
    return _copied(_template()[0].raw)


def new_terms() -> Terms:
    """Return the terms under which a new book is kept."""
    config = _template()[1]
    return Terms(policy=config.policy, chart=config.chart, rules=config.rules, version=config.rules_digest)
