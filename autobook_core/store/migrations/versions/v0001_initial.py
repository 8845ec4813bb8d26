"""A fresh book: the files ``schema.sql`` of each engine, which hold every later change too.

A book that is there already is brought up to date by the later changes, which add files of their own; a test
compares the two ways.
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
