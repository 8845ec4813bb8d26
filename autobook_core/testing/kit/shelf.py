"""The documents of the other side of a sink, owned by the kit, and the fake an author supplies."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import httpx

from autobook_core.connector import Sink

Json = dict[str, Any]


class FakeService(Protocol):
    """The other side of a sink, faked: how requests become documents on the shelf, and how they are found."""

    def respond(self, request: httpx.Request, shelf: "Shelf") -> httpx.Response:
        """Answer a request; keep documents with :meth:`Shelf.put`, look them up with :meth:`Shelf.under`."""


class FakeDocuments(Protocol):
    """The other side of a sink that writes files: how a person would read them."""

    def documents(self, home: Path) -> Sequence[tuple[str, Json]]:
        """Return the documents in the files below the book's folder: the key of each, and what it says.

        One that stands there twice is returned twice. Half a document is none.
        """


#: The other side of a sink, faked: a service, or whoever reads the files.
FakeRemote = FakeService | FakeDocuments


@dataclass(frozen=True)
class SinkSubject:
    """What is put to the test: a sink with made-up settings, and the fake it writes to."""

    sink: type[Sink]
    config: Mapping[str, Any]
    api: type[FakeRemote]

    def make_sink(self) -> Sink:
        """Return a new connector, as a new process would."""
        return self.sink(self.sink.Config(**self.config))


@dataclass
class Kept:
    """One document at the other side."""

    key: str
    remote_id: str
    document: Json


@dataclass
class Shelf:
    """What stands at the other side.

    Attributes:
        idempotent: a second document under a known key changes nothing.
        refused: documents that hold one of these amounts (minor units) are refused.
        altered: documents that hold one of these are kept with another amount.
    """

    idempotent: bool
    kept: list[Kept] = field(default_factory=list)
    refused: set[int] = field(default_factory=set)
    altered: set[int] = field(default_factory=set)

    def put(self, key: str, document: Json) -> str | None:
        """Keep a document and return its id there; None: it is refused, and the fake must answer so."""
        if any(holds(document, amount) for amount in self.refused):
            return None
        known = self.under(key)
        if known and self.idempotent:
            return known[0].remote_id
        for amount in self.altered:
            document = _replaced(document, amount)
        made = Kept(key, f"doc_{len(self.kept) + 1}", document)
        self.kept.append(made)
        return made.remote_id

    def under(self, key: str) -> list[Kept]:
        """Return the documents that carry a key."""
        return [item for item in self.kept if item.key == key]

    def holding(self, amount: int) -> list[Kept]:
        """Return the documents that hold an amount (minor units), under whatever key."""
        return [item for item in self.kept if holds(item.document, amount)]


def holds(document: Any, amount: int) -> bool:
    """Tell whether a document holds an amount: in minor units or, as text, in major ones."""
    found = []
    _walk(document, lambda value: found.append(value) if _is(value, amount) else None)
    return bool(found)


def _is(value: Any, amount: int) -> bool:
    if isinstance(value, str):
        return value.lstrip("-") in (str(amount), _major(amount))
    return type(value) is int and abs(value) == amount


def _major(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02}"


def _replaced(document: Any, amount: int) -> Any:
    """Return the document with one minor unit more wherever the amount stands."""
    if isinstance(document, dict):
        return {name: _replaced(value, amount) for name, value in document.items()}
    if isinstance(document, list):
        return [_replaced(value, amount) for value in document]
    if not _is(document, amount):
        return document
    if isinstance(document, str):
        sign = "-" if document.startswith("-") else ""
        return sign + (_major(amount + 1) if "." in document else str(amount + 1))
    return document + 1 if document > 0 else document - 1


def _walk(document: Any, visit: Callable[[Any], object]) -> None:
    if isinstance(document, dict):
        document = list(document.values())
    if isinstance(document, list):
        for value in document:
            _walk(value, visit)
    else:
        visit(document)
