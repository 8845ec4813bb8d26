"""Alerts: what a person should know, kept until it was told and is over."""

from pathlib import Path

from alembic import op

from autobook_core.store.script import statements

SQL_OF_CHANGES = Path(__file__).parent.parent / "sql"

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the table of alerts."""
    connection = op.get_bind()
    engine = "sqlite" if connection.dialect.name == "sqlite" else "postgres"
    for statement in statements(engine, SQL_OF_CHANGES / f"0002_{engine}.sql"):
        connection.exec_driver_sql(statement)
