"""A whole connector of a made-up bank that puts JSON documents into a folder, and its fake."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import msgspec

from autobook_core.connector import (
    Charge,
    Context,
    Envelope,
    Health,
    Page,
    Record,
    Source,
    Stream,
    option,
)

Json = dict[str, Any]


@dataclass(frozen=True)
class Config:
    folder: str = option("Folder with the documents, seen from the book's folder", default="files/acme")


class Row(msgspec.Struct):
    id: str
    at: int
    amount: int


class AcmeFiles(Source):
    """Reads one document a page; the cursor remembers each by name and content."""

    Config: ClassVar[type] = Config
    streams: ClassVar[Sequence[Stream]] = (
        Stream("notice"),
        Stream("payment", after=("notice",), shape=Row, kind="charge"),
    )

    def check(self, ctx: Context) -> Health:
        return Health(ok=True, account_id=self.config.folder)

    def fetch(self, ctx: Context, stream: Stream, cursor: Json | None) -> Page:
        if stream.name == "notice":
            return Page((), {}, has_more=False)
        seen: Json = dict((cursor or {}).get("seen", {}))
        known = set(seen.values())
        for path in self.listed(ctx):
            content = path.read_bytes()
            mark = self.mark(path, content)
            if self.is_read(seen.get(path.name), mark):
                continue
            seen[path.name] = mark
            items = self.again() if mark in known else self.rows(path.name, content)
            return Page(tuple(items), {"seen": seen}, has_more=True)
        return Page((), {"seen": seen}, has_more=False)

    def is_read(self, before: str | None, mark: str) -> bool:
        return before == mark

    def again(self) -> Iterable[Envelope]:
        return ()

    def listed(self, ctx: Context) -> list[Path]:
        folder = ctx.home / self.config.folder
        return sorted(path for path in folder.glob("*") if path.suffix.lower() == ".json")

    def mark(self, path: Path, content: bytes) -> str:
        return hashlib.sha256(content).hexdigest()[:16]

    def rows(self, name: str, content: bytes) -> Iterable[Envelope]:
        try:
            return self.read(content)
        except ValueError as error:
            return [self.unreadable(name, str(error))]

    def read(self, content: bytes) -> list[Envelope]:
        return [self.wrap(row) for row in json.loads(content.decode("utf-8-sig"))]

    def read_file(self, name: str, content: bytes) -> Iterable[tuple[str, Envelope]]:
        return [("payment", row) for row in self.rows(name, content)]

    def wrap(self, row: Json) -> Envelope:
        return Envelope(row["id"], data=row, created=row["at"])

    def unreadable(self, name: str, why: str) -> Envelope:
        return Envelope(f"file:{name}", data={"id": f"file:{name}", "why": why})

    def translate(self, stream: Stream, raw: Row) -> Iterable[Record]:
        yield Charge(id=raw.id, created=raw.at, amount=raw.amount, currency="EUR", status="succeeded")


class FakeAcmeFiles:
    page_size = 4
    stream = "payment"
    withdraws = False

    def make_record(self, i: int, at: int, **changes: Any) -> Json:
        return {"id": f"pay_{i:04}", "at": at, "amount": changes.get("amount", 1_000 + i)}

    def __init__(self) -> None:
        self.told = 0

    def files(self, rows: Sequence[Json]) -> Mapping[str, bytes]:
        documents = {}
        for first in range(0, len(rows), self.page_size):
            self.told += 1
            part = rows[first : first + self.page_size]
            documents[f"files/acme/{self.told:04}.json"] = json.dumps(part).encode()
        return documents
