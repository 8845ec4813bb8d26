"""Broken readers of files, each with one mistake of its own, and the cases that must tell it from the good one."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, ClassVar

from autobook_core.connector import Context, Envelope, Page, Stream, Unavailable
from autobook_core.testing import Subject, run_source_cases
from tests.testing.kit import mutants_file_sinks as sinks
from tests.testing.kit.acmefiles import AcmeFiles, FakeAcmeFiles, Json


class StumblesOverACopy(AcmeFiles):
    """A document that was read under another name stops the run."""

    def again(self) -> Iterable[Envelope]:
        raise Unavailable("this document was read before")


class PassesOverKnownBeginnings(AcmeFiles):
    """A document that begins with a row of an earlier one is taken for that one."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Json | None) -> Page:
        first = list((cursor or {}).get("ids", []))
        page = super().fetch(ctx, stream, cursor)
        items = () if page.items and page.items[0].id in first else page.items
        ids = first + [item.id for item in items]
        return Page(items, {**page.cursor, "ids": ids}, page.has_more)


class NeverLooksAgain(AcmeFiles):
    """A name that was read once is done with."""

    def mark(self, path: Path, content: bytes) -> str:
        return path.name


class JudgesBySize(AcmeFiles):
    """A document of the same length is the same."""

    def mark(self, path: Path, content: bytes) -> str:
        return f"{path.name} {len(content)}"


class NeverForgives(AcmeFiles):
    """A document that could not be read once is never tried again."""

    def mark(self, path: Path, content: bytes) -> str:
        return super().mark(path, content) if self.readable(content) else "unreadable"

    def is_read(self, before: str | None, mark: str) -> bool:
        return before in (mark, "unreadable")

    def readable(self, content: bytes) -> bool:
        try:
            return bool(self.read(content))
        except ValueError:
            return False


class StopsAtRubbish(AcmeFiles):
    """One document nobody can read ends the run."""

    def unreadable(self, name: str, why: str) -> Envelope:
        raise Unavailable(f"{name}: {why}")


class SaysNothingOfRubbish(AcmeFiles):
    """A document nobody can read is passed over without a word."""

    def rows(self, name: str, content: bytes) -> Iterable[Envelope]:
        try:
            return self.read(content)
        except ValueError:
            return ()


class GoneMeansDeleted(AcmeFiles):
    """A document that was tidied away takes its rows with it."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Json | None) -> Page:
        held: dict[str, list[Any]] = dict((cursor or {}).get("held", {}))
        there = {path.name for path in self.listed(ctx)}
        for name in held.keys() - there:
            gone = [Envelope(row["id"], data=row, created=row["at"], deleted=True) for row in held.pop(name)]
            return Page(tuple(gone), {**(cursor or {}), "held": held}, has_more=True)
        page = super().fetch(ctx, stream, cursor)
        fresh = set(page.cursor.get("seen", {})) - held.keys()
        held |= {name: [item.data for item in page.items] for name in fresh}
        return Page(page.items, {**page.cursor, "held": held}, page.has_more)


class PlainUtf8(AcmeFiles):
    """Three bytes at the beginning make a text unreadable."""

    def read(self, content: bytes) -> list[Envelope]:
        return [self.wrap(row) for row in json.loads(content.decode("utf-8"))]


class CapitalsMatter(AcmeFiles):
    """Only small letters are an extension."""

    def listed(self, ctx: Context) -> list[Path]:
        return [path for path in super().listed(ctx) if path.suffix == ".json"]


class EveryStreamBringsAll(AcmeFiles):
    """Rows come by streams that are not theirs."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Json | None) -> Page:
        return super().fetch(ctx, self.streams[1], cursor)


class ChildrenFirst(AcmeFiles):
    """Payments are read before the notices they come after."""

    streams: ClassVar[Sequence[Stream]] = tuple(reversed(AcmeFiles.streams))


class NumbersWhatIsHandedOver(AcmeFiles):
    """A file that a person hands over gets ids of its own."""

    def read_file(self, name: str, content: bytes) -> Iterable[tuple[str, Envelope]]:
        return [
            (stream, Envelope(f"{name}:{row.id}", data=row.data))
            for stream, row in super().read_file(name, content)
        ]


FILE_KILLERS: dict[type[AcmeFiles], str] = {
    StumblesOverACopy: "file-again",
    PassesOverKnownBeginnings: "files-that-overlap file-that-grows",
    NeverLooksAgain: "file-that-grows half-written-file",
    JudgesBySize: "file-that-grows",
    NeverForgives: "half-written-file",
    StopsAtRubbish: "half-written-file unreadable-file",
    SaysNothingOfRubbish: "unreadable-file",
    GoneMeansDeleted: "file-tidied-away",
    PlainUtf8: "byte-order-mark",
    CapitalsMatter: "file-names",
    EveryStreamBringsAll: "clean-run",
    ChildrenFirst: "clean-run streams",
    NumbersWhatIsHandedOver: "file-handed-over",
}


def killed_cases() -> set[str]:
    """Return every case that a broken reader or writer of files needs."""
    return sinks.killed_cases() | {name for names in FILE_KILLERS.values() for name in names.split()}


def whole_matrix() -> dict[str, list[str]]:
    """Return the cases that each broken reader or writer of files fails, among all of them."""
    return sinks.whole_matrix() | {
        mutant.__name__: [
            result.id
            for result in run_source_cases(Subject(mutant, {}, FakeAcmeFiles))
            if result.outcome == "failed"
        ]
        for mutant in FILE_KILLERS
    }
