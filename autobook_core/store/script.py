"""Cuts a schema file into statements, so that all of it can run in one transaction."""

import sqlite3
from pathlib import Path

from autobook_core.store.database import SQL


def statements(engine: str, file: Path | None = None) -> list[str]:
    """Return the statements of an engine's ``schema.sql``, or of another file, each without its neighbours.

    A PostgreSQL function's body stands between ``$$``; a SQLite trigger ends with ``END;``.
    """
    text = (file or SQL / engine / "schema.sql").read_text()
    found: list[str] = []
    begun = ""
    for line in text.splitlines(keepends=True):
        begun += line
        if not line.rstrip().endswith(";"):
            continue
        whole = sqlite3.complete_statement(begun) if engine == "sqlite" else begun.count("$$") % 2 == 0
        if whole:
            found.append(begun.strip())
            begun = ""
    return found
