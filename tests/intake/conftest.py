"""A fresh SQLite book with one connection, and small builders of rows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autobook_core.connector import Envelope
from autobook_core.intake.landing import Landed, land, raw_row
from autobook_core.store.opening import open_store
from autobook_core.store.rows import RawRow
from autobook_core.store.store import Store


class Intake:
    """Lands rows of one stream."""

    def __init__(self, store: Store) -> None:
        self.store = store
        with store.writing():
            self.connection = store.connections.get("acme", "acme").id

    def row(
        self, id: str = "a", content: str = "1", version: Any = "", created: int = 1_740_000_000, **more: Any
    ) -> RawRow:
        data = f'{{"id": "{id}", "content": {content}}}'.encode()
        return raw_row(Envelope(id, version=version, data=data, created=created), **more)

    def land(self, *rows: RawRow, **more: Any) -> Landed:
        with self.store.writing():
            return land(
                self.store, connection=self.connection, stream="invoice", rank=more.pop("rank", 9), rows=rows,
                received_at=1, **more,
            )  # fmt: skip

    def waiting(self) -> list[RawRow]:
        """Every row that waits to be read, in order of landing."""
        pages = sorted(page.id for page in self.store.pages.waiting(100))
        return [row for page in pages for row in self.store.pages.get(page).rows]


@pytest.fixture
def intake(tmp_path: Path) -> Iterator[Any]:
    """Lands rows in a fresh book."""
    store = open_store(None, folder=tmp_path)
    yield Intake(store)
    store.close()
