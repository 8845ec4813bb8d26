"""What an author supplies: how the other side's rows look, and how it filters and pages them. No more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import httpx

from autobook_core.connector import Source

Json = dict[str, Any]


class FakeRows(Protocol):
    """The rows of the other side, however they are told. The kit owns them and decides what goes wrong.

    A fake may also have, and the kit then checks more, or no more than there is:

    * ``stream``: the stream by which these rows come, where the connector has others (the first when left out);
    * ``tells``: the streams of which the fake tells rows; runs leave the others out, for speed (none when left out);
    * ``late_seconds``: how late rows of this API may become visible (300 when left out; 0: never);
    * ``withdraws = False``: a row that was told once is never taken back;
    * ``id_of(row) -> str``: the row's id, where that is not ``row["id"]``.
    """

    #: Rows in a page or document at most; keep it small (3 to 10), so that few rows make several pages.
    page_size: int

    def make_record(self, i: int, at: int, **changes: Any) -> Json:
        """Return the raw row number ``i``, born at an instant (seconds UTC), as JSON-able values.

        Args:
            i: makes the id; the same number is the same row.
            at: when it was born.
            changes: any of ``updated`` (instant of the last change, ``at`` when left out), ``amount``
                (whole minor units) and ``deleted`` (true: voided or gone); a fake whose rows have a currency
                may also take ``currency`` (ISO 4217, upper case; ``amount`` is in its minor units).
        """


class FakeHttp(FakeRows, Protocol):
    """The other side of a connector that asks an API: about fifteen lines.

    It may also have:

    * ``lists(request) -> bool``: whether a request asks for a page of the rows (all do when left out);
    * ``by_birth = True``: lists are ordered by birth, and a change moves no row (by change when left out);
    * ``expired(request) -> httpx.Response``: the answer to a page token that is no longer known;
    * ``without_mark(row) -> row``: a row as the API tells it now and then, without the field a cursor goes by;
    * ``delivery(row, *, id, at) -> WebhookRequest``: a signed webhook that tells of a row;
    * ``unknown_delivery(*, id, at) -> WebhookRequest``: a signed one of a type nobody knows;
    * ``webhook_secrets``: of the settings, the signing secrets that are live at once, the new one first; then
      ``delivery`` also takes ``secret``, to sign with.
    """

    def respond(self, request: httpx.Request, rows: Sequence[Json]) -> httpx.Response:
        """Answer a request from these rows.

        Filter and page as the API does, but keep the order of ``rows``: it is the order in which
        the server lists them, and the kit varies it.
        """


class FakeFiles(FakeRows, Protocol):
    """The other side of a connector that reads files: it puts documents into the book's folder.

    Rows are what the connector keeps of them. A row of the connector's about a whole document, as when it cannot
    be read, is known by the document's file name in its id.

    It may also have ``beside() -> Mapping[str, bytes]``: what else must lie in the book's folder, as a profile.
    """

    def files(self, rows: Sequence[Json]) -> Mapping[str, bytes]:
        """Return documents that tell these rows, by path seen from the book's folder.

        The kit asks for each row once, and again when it has changed. A name that is taken by another
        document is made a new one; a document that is the same is not written again.
        """


#: The other side, faked: an API or a folder of files.
FakeApi = FakeHttp | FakeFiles


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
