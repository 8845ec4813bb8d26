"""Raw pages: what the sources said, kept as evidence and as the queue of translation.

A page is packed and compressed as one; its rows keep their exact bytes.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
import zstandard

from autobook_core.store.database import Database
from autobook_core.store.rows import PageRow, RawRow, WaitingPage

#: zstd level: 3 gives an eighth of the size at the cost of about 3 microseconds a row.
LEVEL = 3

#: Rows of pages just landed that stay unpacked for their translation, which mostly follows at once.
FRESH_ROWS = 20_000

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[RawRow])


class Pages:
    """Lands pages and gives them back."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._compressor = zstandard.ZstdCompressor(level=LEVEL)
        self._decompressor = zstandard.ZstdDecompressor()
        self._cache: dict[int, PageRow] = {}
        self._fresh: dict[int, PageRow] = {}
        self._fresh_rows = 0

    def land(
        self,
        *,
        connection: int,
        stream: str,
        rank: int,
        span: tuple[int, int],
        origin: str,
        received_at: int,
        rows: Sequence[RawRow],
    ) -> int:
        """Keep a page of new rows and return its id. Call it inside ``writing()``.

        ``span`` is the time its rows cover (first and last): pages of one time are translated in one
        commit, so that parents and children meet; ``rank`` puts parents first among them.
        """
        page = int(self._db.call("page_last")) + 1
        self._db.call(
            "page_add",
            id=page,
            connection=connection,
            stream=stream,
            rank=rank,
            born=span[0],
            last=span[1],
            origin=origin,
            received_at=received_at,
            row_count=len(rows),
            raw_bytes=sum(len(row.data) for row in rows),
            body=self._compressor.compress(_encoder.encode(rows)),
        )
        if self._fresh_rows < FRESH_ROWS:
            self._fresh[page] = PageRow(page, connection, stream, origin, received_at, list(rows))
            self._fresh_rows += len(rows)
        return page

    def waiting(self, most: int) -> list[WaitingPage]:
        """Return pages not yet translated, oldest rows first."""
        return [WaitingPage(*row) for row in self._db.rows("pages_waiting", most=most)]

    def get(self, page: int) -> PageRow:
        """Return one page.

        Raises:
            KeyError: there is no such page.
        """
        fresh = self._fresh.pop(page, None)
        if fresh is not None:
            self._fresh_rows -= len(fresh.rows)
            return fresh
        for row in self._db.rows("page_get", id=page):
            return self._page(row)
        raise KeyError(page)

    def raw(self, page: int, position: int) -> RawRow:
        """Return one raw row."""
        return self.recent(page).rows[position]

    def recent(self, page: int) -> PageRow:
        """Return one page; the last few stay unpacked for the neighbours' sake."""
        found = self._cache.get(page)
        if found is None:
            if len(self._cache) >= 16:
                self._cache.pop(next(iter(self._cache)))
            found = self._cache[page] = self.get(page)
        return found

    def forget(self) -> None:
        """Trust nothing kept in memory: a transaction was taken back."""
        self._fresh.clear()
        self._cache.clear()
        self._fresh_rows = 0

    def done(self, page: int) -> None:
        """Mark a page as translated. Call it inside ``writing()``."""
        self._db.call("page_done", id=page)

    def totals(self) -> tuple[int, int, int]:
        """Return pages, rows and raw bytes kept."""
        for pages, rows, size in self._db.rows("page_totals"):
            return int(pages), int(rows), int(size)
        return 0, 0, 0

    def _page(self, row: tuple[Any, ...]) -> PageRow:
        number, connection, stream, origin, received_at, body = row
        rows = _decoder.decode(self._decompressor.decompress(bytes(body)))
        return PageRow(number, connection, stream, origin, received_at, rows)
