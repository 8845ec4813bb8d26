"""The first schema: the files ``schema.sql`` of each engine.

Later changes add files of their own; a test compares a migrated book with a fresh one.
"""

from alembic import op

from autobook_core.store.script import statements

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table, index and trigger."""
    connection = op.get_bind()
    engine = "sqlite" if connection.dialect.name == "sqlite" else "postgres"
    for statement in statements(engine):
        connection.exec_driver_sql(statement)
