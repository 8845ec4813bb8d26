"""The other side of a sink of files: documents are what the files say, whoever wrote them."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

import httpx

from autobook_core.testing.kit.case import NotApplicable
from autobook_core.testing.kit.shelf import FakeDocuments, Json, Kept, holds

NO_REQUESTS = "it writes files; there is no request"


class Paper:
    """What stands in the files, read anew each time. Files refuse nothing; they are altered where they lie."""

    def __init__(self, api: FakeDocuments, home: Path, look_up: Callable[[str], list[Kept]]) -> None:
        """Read files below a folder; ``look_up`` asks the sink what stands under a key."""
        self._api = api
        self._home = home
        self._look_up = look_up
        #: Amounts that somebody alters before the sink reads its documents back.
        self.altered: set[int] = set()

    @property
    def kept(self) -> Sequence[Kept]:
        """Return the documents in the files."""
        return tuple(Kept(key, "", document) for key, document in self._api.documents(self._home))

    @property
    def refused(self) -> set[int]:
        """Return which amounts are refused: none."""
        return set()

    @refused.setter
    def refused(self, amounts: set[int]) -> None:
        raise NotApplicable("it writes files; nobody is there to refuse a document")

    def under(self, key: str) -> list[Kept]:
        """Return what the sink finds under a key, with the names it gives."""
        return self._look_up(key)

    def holding(self, amount: int) -> list[Kept]:
        """Return the documents that hold an amount (minor units), under whatever key."""
        return [item for item in self.kept if holds(item.document, amount)]

    def put(self, key: str, document: Json) -> NoReturn:
        """Leave the case out: only the sink writes files."""
        raise NotApplicable(NO_REQUESTS)


class Nobody(httpx.BaseTransport):
    """The transport of a sink that asks nobody."""

    def __init__(self) -> None:
        self.calls: list[httpx.Request] = []

    def fail(self, fault: object, request: int) -> NoReturn:
        """Leave the case out."""
        del fault, request
        raise NotApplicable(NO_REQUESTS)

    def fail_all(self, fault: object) -> None:
        """Leave the case out, unless it is about the end of all trouble."""
        if fault is not None:
            raise NotApplicable(NO_REQUESTS)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Refuse: whoever writes files asks nobody."""
        raise httpx.UnsupportedProtocol("a sink whose fake has documents() asks no network", request=request)
