"""Reading rows in a worker: a page is one call; a row that ends the process is set aside alone."""

from collections.abc import Iterator, Sequence
from itertools import islice

from autobook_core.domain.records import Record
from autobook_core.errors import ConnectorBug
from autobook_core.host.process import Died
from autobook_core.host.service import Raw
from autobook_core.host.standins import SourceStandIn
from autobook_core.host.values import from_read
from autobook_core.intake.translation import Refusal, Translator
from autobook_core.store.rows import RawRow

#: Rows, and bytes of them, that are read with one call.
_ROWS = 1_000
_BYTES = 8 * 1024 * 1024


class WorkerTranslator(Translator):
    """Reads the rows of a source that lives in a worker process."""

    def __init__(self, source: SourceStandIn) -> None:
        super().__init__(source)
        self._stand_in = source

    def page(self, stream: str, rows: Sequence[RawRow]) -> Sequence[list[Record] | Refusal]:
        """Return the records of each row of a page, or why there are none."""
        if stream not in self.streams:
            return super().page(stream, rows)
        found: dict[int, list[Record] | Refusal] = {}
        sent = [place for place, row in enumerate(rows) if not row.refused]
        for place, row in enumerate(rows):
            if row.refused:
                found[place] = super().records(stream, row)
        for some in _portions(sent, rows):
            found |= zip(some, self._read(stream, [rows[place] for place in some]), strict=True)
        return [found[place] for place in range(len(rows))]

    def records(self, stream: str, row: RawRow) -> list[Record] | Refusal:
        """Return the records of one raw row, or why there are none."""
        return self.page(stream, [row])[0]

    def _read(self, stream: str, rows: list[RawRow]) -> Sequence[list[Record] | Refusal]:
        asked = [Raw(row.id, row.data, row.deleted) for row in rows]
        try:
            read = from_read(self._stand_in.worker(None).call("read", stream, asked))
        except Died as error:
            if len(rows) == 1:
                return [Refusal("connector_bug", str(error))]
            # One of them ends the process: alone, it is known which.
            return [self._read(stream, [row])[0] for row in rows]
        except ConnectorBug as error:
            return [Refusal("connector_bug", str(error))] * len(rows)
        if len(read) != len(rows):
            return [Refusal("connector_bug", "the connector lost rows of the page")] * len(rows)
        return read


def _portions(places: list[int], rows: Sequence[RawRow]) -> Iterator[list[int]]:
    waiting = iter(places)
    while some := list(islice(waiting, _ROWS)):
        part: list[int] = []
        size = 0
        for place in some:
            if part and size + len(rows[place].data) > _BYTES:
                yield part
                part, size = [], 0
            part.append(place)
            size += len(rows[place].data)
        yield part
