"""Let a book forget how far it has read: ``forget_cursors BOOK``. What it knows stays."""

import sqlite3
import sys
from pathlib import Path


def main(folder: Path) -> None:
    """Drop every cursor."""
    with sqlite3.connect(folder / "books.db") as database:
        database.execute("DELETE FROM cursor")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
