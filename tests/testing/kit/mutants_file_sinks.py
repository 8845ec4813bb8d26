"""Broken writers of files, each with one mistake of its own, and the cases that must tell it from the good one."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from autobook_core.connector import Context, Delivery, Health, Receipt, Remote
from autobook_core.testing import SinkSubject, run_sink_cases
from tests.testing.kit.acmefolder import AcmeFolder, FakeFolder


class WritesInPlace(AcmeFolder):
    """The first half of a file may be all that is there."""

    def put(self, path: Path, text: str) -> None:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)


class NotesItFirst(AcmeFolder):
    """An index says that a document is there before it is, and look-ups believe the index."""

    def put(self, path: Path, text: str) -> None:
        if path.suffix == ".json":
            super().put(path.with_suffix(".note"), text)
        super().put(path, text)

    def find(self, ctx: Context, keys: Sequence[str]) -> Mapping[str, list[Remote]]:
        notes = [(path.stem, json.loads(path.read_text())) for path in self.folder(ctx).glob("*.note")]
        return {
            held["key"]: [Remote(f"{stem}.json", held["entry"])]
            for stem, held in notes
            if held["key"] in keys
        }


class NewNameEachTime(AcmeFolder):
    """A second attempt writes a second file, and look-ups know only what was noted afterwards."""

    def deliver(self, ctx: Context, items: Sequence[Delivery]) -> Iterator[Receipt]:
        for item in items:
            folder = self.folder(ctx)
            number = len(list(folder.glob("*.json"))) if folder.exists() else 0
            path = folder / f"{number:04}.json"
            try:
                self.put(path, json.dumps({"key": item.key, "entry": item.body}))
                self.put(path.with_suffix(".note"), item.key)
            except OSError as error:
                yield self.failed(item.key, str(error))
            else:
                yield Receipt(item.key, "accepted", remote_id=path.name)

    def find(self, ctx: Context, keys: Sequence[str]) -> Mapping[str, list[Remote]]:
        noted = {path.stem for path in self.folder(ctx).glob("*.note")}
        found = super().find(ctx, keys)
        return {key: [item for item in there if item.remote_id[:4] in noted] for key, there in found.items()}


class NeverSyncsFiles(AcmeFolder):
    """A file is in place before its bytes are on the disk."""

    def sync(self, number: int) -> None:
        del number


class NeverSyncsFolders(AcmeFolder):
    """The bytes are on the disk, and their name is not."""

    def sync_folder(self, folder: Path) -> None:
        del folder


class TakesFullForWritten(AcmeFolder):
    """Nobody looks whether there was space."""

    def failed(self, key: str, why: str) -> Receipt:
        return Receipt(key, "accepted", remote_id=self.name(key, {}))


class ChecksNothing(AcmeFolder):
    """All is well where nothing can be written."""

    def check(self, ctx: Context) -> Health:
        return Health(ok=True, account_id="entries")


class NamesFilesByText(AcmeFolder):
    """A customer's text chooses where the file lies."""

    def name(self, key: str, body: Mapping[str, Any]) -> str:
        return f"{body['text']} {super().name(key, body)}"


class AnswersFromMemory(AcmeFolder):
    """What was sent is remembered, and look-ups do not read the files."""

    sent: dict[str, Remote] = {}  # noqa: RUF012 - shared by mistake

    def deliver(self, ctx: Context, items: Sequence[Delivery]) -> Iterator[Receipt]:
        for item in items:
            self.sent[item.key] = Remote(self.name(item.key, item.body), item.body)
        return super().deliver(ctx, items)

    def find(self, ctx: Context, keys: Sequence[str]) -> Mapping[str, list[Remote]]:
        return {key: [self.sent[key]] for key in keys if key in self.sent}


FILE_SINK_KILLERS: dict[type[AcmeFolder], str] = {
    WritesInPlace: "crash-in-write power-cut",
    NotesItFirst: "crash-before-rename",
    NewNameEachTime: "crash-after-rename",
    NeverSyncsFiles: "power-cut",
    NeverSyncsFolders: "power-cut",
    TakesFullForWritten: "disk-full",
    ChecksNothing: "disk-full",
    NamesFilesByText: "poison-text",
    AnswersFromMemory: "find altered",
}


def killed_cases() -> set[str]:
    """Return every case that a broken writer of files needs."""
    return {name for names in FILE_SINK_KILLERS.values() for name in names.split()}


def whole_matrix() -> dict[str, list[str]]:
    """Return the cases that each broken writer of files fails, among all of them."""
    return {
        mutant.__name__: [
            result.id
            for result in run_sink_cases(SinkSubject(mutant, {}, FakeFolder))
            if result.outcome == "failed"
        ]
        for mutant in FILE_SINK_KILLERS
    }
