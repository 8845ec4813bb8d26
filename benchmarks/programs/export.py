"""Write a book's journal as hledger reads it: ``export BOOK`` delivers all of it to its own sink."""

import json
import sys
from pathlib import Path

from autobook_core.book import Book


def main(folder: Path) -> list[dict[str, object]]:
    """Deliver and return how it went."""
    with Book(folder) as book:
        return book.deliver()


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))
