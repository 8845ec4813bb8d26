"""Make an empty book with its schema: ``prepare FOLDER [CONNECTION...]``, connections as JSON objects."""

import json
import sys
from pathlib import Path

from autobook_core.book import Book
from autobook_core.config import init_book, write_connection


def main(folder: Path, connections: list[str]) -> None:
    """Write the book's files and let it make its database, accounts and all."""
    init_book(folder, company="Nordlys SaaS ApS")
    for text in connections:
        given = json.loads(text)
        write_connection(folder, given["name"], given["type"], given["options"])
    with Book(folder) as book:
        # The desk keeps the chart's accounts when it is made.
        assert book.desk.store is book.store


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
