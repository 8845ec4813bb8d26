"""A whole sink of a made-up format, one JSON file an entry, and its fake."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from autobook_core.connector import Context, Delivery, Health, Receipt, Remote, Sink, option

Json = dict[str, Any]


@dataclass(frozen=True)
class Config:
    folder: str = option("Folder of the entries, seen from the book's folder", default="entries")


class AcmeFolder(Sink):
    """Writes beside, makes durable, and puts in place: a file is there whole or not at all."""

    Config: ClassVar[type] = Config
    idempotent = True
    batch = 4

    def check(self, ctx: Context) -> Health:
        try:
            self.put(self.folder(ctx) / ".check", "well")
        except OSError as error:
            return Health(ok=False, message=str(error))
        (self.folder(ctx) / ".check").unlink()
        return Health(ok=True, account_id=self.config.folder)

    def deliver(self, ctx: Context, items: Sequence[Delivery]) -> Iterator[Receipt]:
        for item in items:
            path = self.folder(ctx) / self.name(item.key, item.body)
            try:
                self.put(path, json.dumps({"key": item.key, "entry": item.body}))
            except OSError as error:
                yield self.failed(item.key, str(error))
            else:
                yield Receipt(item.key, "accepted", remote_id=path.name)

    def failed(self, key: str, why: str) -> Receipt:
        return Receipt(key, "retry", why=why)

    def folder(self, ctx: Context) -> Path:
        return ctx.home / str(self.config.folder)

    def name(self, key: str, body: Mapping[str, Any]) -> str:
        return hashlib.sha256(key.encode()).hexdigest()[:16] + ".json"

    def put(self, path: Path, text: str) -> None:
        if not path.parent.exists():
            path.parent.mkdir()
            self.sync_folder(path.parent.parent)
        beside = path.with_suffix(".tmp")
        with beside.open("w") as file:
            file.write(text)
            file.flush()
            self.sync(file.fileno())
        beside.replace(path)
        self.sync_folder(path.parent)

    def sync(self, number: int) -> None:
        os.fsync(number)

    def sync_folder(self, folder: Path) -> None:
        number = os.open(folder, os.O_RDONLY)
        os.fsync(number)
        os.close(number)

    def find(self, ctx: Context, keys: Sequence[str]) -> Mapping[str, list[Remote]]:
        found: dict[str, list[Remote]] = {}
        for path in sorted(self.folder(ctx).glob("*.json")):
            held = json.loads(path.read_text())
            if held["key"] in keys:
                found.setdefault(held["key"], []).append(Remote(path.name, held["entry"]))
        return found


class FakeFolder:
    def documents(self, home: Path) -> Sequence[tuple[str, Json]]:
        held = [json.loads(path.read_text()) for path in sorted((home / "entries").glob("*.json"))]
        return [(item["key"], {"entry": item["entry"]}) for item in held]
