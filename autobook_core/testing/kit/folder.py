"""The other side of a connector that reads files: it puts documents into the book's folder."""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn

import httpx
import msgspec

from autobook_core.clock import Clock
from autobook_core.testing.kit.case import NotApplicable
from autobook_core.testing.kit.crashes import Points
from autobook_core.testing.kit.fake import FakeFiles, Json
from autobook_core.testing.kit.server import Call, Fault, Rewrite
from autobook_core.testing.kit.world import World

NO_TRANSPORT = "it reads files; there is no transport"


class Folder(httpx.BaseTransport):
    """Tells each row once, and again when it has changed, in documents that stay as they are.

    Attributes:
        documents: names of the documents that were told.
        home: the book's folder.
    """

    def __init__(self, api: FakeFiles, world: World, clock: Clock, points: Points, home: Path) -> None:
        self._api = api
        self._world = world
        self._clock = clock
        self._points = points
        self.home = home
        self._told: dict[str, bytes] = {}
        self._moments: dict[int, Callable[[], Any]] = {}
        self._pages = 0
        self._places: dict[str, None] = {}
        self.documents: tuple[str, ...] = ()
        self.calls: list[Call] = []
        self.answers: list[bytes] = []
        self.most = 0
        self.failed = 0
        beside: Callable[[], Mapping[str, bytes]] = getattr(api, "beside", dict)
        for name, content in beside().items():
            self._write(home / name, content)

    # What happens.

    def tell(self) -> None:
        """Put documents with everything new into the folder."""
        self.put(self.render(self.news()))

    def news(self) -> list[Json]:
        """Return the rows that no document tells as they are now; they count as told from here on."""
        rows = []
        for row in self._world.listed():
            name, text = self._world.id_of(row), msgspec.json.encode(row)
            if self._told.get(name) != text:
                self._told[name] = text
                rows.append(row)
        return rows

    def render(self, rows: Sequence[Json]) -> dict[str, bytes]:
        """Return documents that tell these rows, by path; nothing is written."""
        return dict(self._api.files(rows))

    def put(self, documents: Mapping[str, bytes], *, over: bool = False) -> None:
        """Write documents; with ``over`` in the place of what has their names, else beside it."""
        for name, content in documents.items():
            path = self.home / name
            place = path if over else _free(path, content)
            self._places[place.relative_to(self.home).as_posix()] = None
            self._write(place, content)
        self.documents = tuple(PurePosixPath(name).name for name in self._places)

    def contents(self) -> dict[str, bytes]:
        """Return the documents that lie in the folder, by path."""
        return {name: (self.home / name).read_bytes() for name in self._places if (self.home / name).exists()}

    def clear(self) -> None:
        """Take every document away."""
        for name in self.contents():
            (self.home / name).unlink()

    def _write(self, path: Path, content: bytes) -> None:
        if path.exists() and path.read_bytes() == content:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        # The clock of the bench, so that a second writing is later than the first on any machine.
        at = self._clock.now()
        os.utime(path, (at, at))

    def fetching(self) -> None:
        """Let happen what was to happen before this page, and tell of it."""
        self._pages += 1
        if self._pages in self._moments:
            self._moments.pop(self._pages)()
            self.tell()

    def when(self, request: int, happens: Callable[[], Any]) -> None:
        """Let something happen just before the n-th page from now is fetched."""
        self._moments[self._pages + request] = happens

    def recover(self) -> None:
        """Do nothing: nothing fails."""

    # What does not exist without a transport.

    def fail(self, fault: Fault, first: int, last: int | None = None) -> NoReturn:
        """Leave the case out."""
        del fault, first, last
        raise NotApplicable(NO_TRANSPORT)

    def fail_all(self, fault: Fault, first: int = 1) -> NoReturn:
        """Leave the case out."""
        del fault, first
        raise NotApplicable(NO_TRANSPORT)

    def rewrite(self, request: int, change: Rewrite) -> NoReturn:
        """Leave the case out."""
        del request, change
        raise NotApplicable(NO_TRANSPORT)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Refuse: whoever reads files asks nobody."""
        raise httpx.UnsupportedProtocol("a connector whose fake has files() asks no network", request=request)


def _free(path: Path, content: bytes) -> Path:
    """Return the path, with a number where another document has the name."""
    found, number = path, 1
    while found.exists() and found.read_bytes() != content:
        number += 1
        found = path.with_name(f"{PurePosixPath(path.name).stem}-{number}{path.suffix}")
    return found
