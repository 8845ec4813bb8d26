"""Runs Alembic over a connection that is already open, inside one transaction."""

from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import StaticPool

from autobook_core.errors import StoreError
from autobook_core.store.database import Database

FOLDER = Path(__file__).parent
FIRST = "0001"


def script_directory() -> ScriptDirectory:
    """Return the migrations as Alembic sees them."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return ScriptDirectory.from_config(config)


def upgrade(database: Database) -> None:
    """Bring the schema to the newest revision, all of it or nothing.

    Raises:
        StoreError: a step was refused; the schema is as it was.
    """
    script = script_directory()
    dialect = "sqlite" if database.engine == "sqlite" else "postgresql+psycopg"
    engine = create_engine(
        f"{dialect}://", creator=lambda: database.raw, poolclass=StaticPool, pool_reset_on_return=None
    )

    def steps(revision: Any, _context: Any) -> Any:
        if revision:
            return script._upgrade_revs("head", revision)  # noqa: SLF001 - as Alembic's own commands do
        # A fresh book is made whole by the first step; the others are noted as done.
        made = script._upgrade_revs(FIRST, revision)  # noqa: SLF001
        return [*made, *script._stamp_revs("head", FIRST)]  # noqa: SLF001

    # The first connection of an engine is rolled back once the engine has looked around.
    connection = engine.connect()
    database.begin()
    try:
        context = MigrationContext.configure(connection, opts={"fn": steps, "transactional_ddl": True})
        with Operations.context(context):
            context.run_migrations()
        connection.commit()
    except SQLAlchemyError as error:
        database.rollback()
        raise StoreError(f"the schema was left as it was: {error}") from error
    except BaseException:
        database.rollback()
        raise
