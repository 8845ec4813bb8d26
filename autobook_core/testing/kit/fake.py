"""What an author supplies: how the other side's rows look, and how it filters and pages them. No more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import httpx

from autobook_core.connector import Source

Json = dict[str, Any]


class FakeApi(Protocol):
    """The other side, faked: about fifteen lines. The kit owns the rows and decides what goes wrong.

    A fake may also have, and the kit then checks more:

    * ``late_seconds``: how late rows of this API may become visible (300 when left out; 0: never);
    * ``id_of(row) -> str``: the row's id, where that is not ``row["id"]``;
    * ``expired(request) -> httpx.Response``: the answer to a page token that is no longer known;
    * ``delivery(row, *, id, at) -> WebhookRequest``: a signed webhook that tells of a row;
    * ``unknown_delivery(*, id, at) -> WebhookRequest``: a signed one of a type nobody knows.
    """

    #: Rows in a page at most; keep it small (3 to 10), so that few rows make several pages.
    page_size: int

    def make_record(self, i: int, at: int, **changes: Any) -> Json:
        """Return the raw row number ``i``, born at an instant (seconds UTC), as JSON-able values.

        Args:
            i: makes the id; the same number is the same row.
            at: when it was born.
            changes: any of ``updated`` (instant of the last change, ``at`` when left out), ``amount``
                (whole minor units) and ``deleted`` (true: voided or gone).
        """

    def respond(self, request: httpx.Request, rows: Sequence[Json]) -> httpx.Response:
        """Answer a request from these rows.

        Filter and page as the API does, but keep the order of ``rows``: it is the order in which
        the server lists them, and the kit varies it.
        """


@dataclass(frozen=True)
class Subject:
    """What is put to the test: a source with made-up settings, and the fake it talks to.

    Attributes:
        source: the connector's class.
        config: its settings; secrets should be long and unmistakable, for they are searched for.
        api: makes the fake.
        golden: a folder of ``NAME.raw.json`` beside ``NAME.records.json``, if there is one.
    """

    source: type[Source]
    config: Mapping[str, Any]
    api: type[FakeApi]
    golden: Path | None = None

    def make_source(self) -> Source:
        """Return a new connector, as a new process would."""
        return self.source(self.source.Config(**self.config))


@dataclass
class Fact:
    """One row of the other side and what became of it.

    Attributes:
        i, at: its number and birth.
        changes: what :meth:`FakeApi.make_record` is told beside them.
        visible_from: it is listed from this instant on.
        instead: fields that are not what they should be.
    """

    i: int
    at: int
    changes: Json = field(default_factory=dict)
    visible_from: int = 0
    instead: Json = field(default_factory=dict)

    @property
    def updated(self) -> int:
        """Return the instant of the last change."""
        changed: int = self.changes.get("updated", self.at)
        return changed
