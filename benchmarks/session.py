"""One run of the benchmarks: what was asked for, the files it works on, and books to measure with."""

import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.measuring import ProgramFailed, Usage, program, run

#: The workload's last day and that of its tail: "today" for every import and sync, whatever the day is.
LAST_DAY = date(2025, 12, 31)
TAIL_DAY = LAST_DAY + timedelta(days=7)

#: The largest size at which peers are run; beyond it hledger alone would take some 14 GB.
PEERS_UP_TO = 100_000

_PACKAGES = ("autobook_core", "autobook_bank", "autobook_plaintext", "autobook_stripe", "benchmarks")


@dataclass
class Session:
    """What was asked for and where things lie."""

    folder: Path
    sizes: list[int]
    large: bool = False
    quick: bool = False
    only: frozenset[str] = frozenset()
    record: bool = False
    command: Sequence[str] = (sys.executable, "-m", "autobook_core")
    samples: dict[str, Any] = field(default_factory=dict)

    def wants(self, *goals: str) -> bool:
        """Tell whether any of these goals was asked for."""
        return not self.only or bool(self.only.intersection(goals))

    def rounds(self, size: int) -> int:
        """Return how often everybody runs at a size: more often where it is cheap."""
        if self.quick or size > PEERS_UP_TO:
            return 1
        return 3 if size <= 20_000 else 2

    @property
    def peer_size(self) -> int:
        """Return the largest size at which peers are run."""
        return max((size for size in self.sizes if size <= PEERS_UP_TO), default=min(self.sizes))

    @property
    def books(self) -> Path:
        """Where books are made; emptied at the end."""
        return self.folder / "books"

    def compile(self) -> None:
        """Compile our modules, as an installation does: no run is to pay for it."""
        specs = [find_spec(name) for name in _PACKAGES]
        folders = [place for spec in specs if spec for place in spec.submodule_search_locations or ()]
        run([sys.executable, "-m", "compileall", "-q", *folders])

    # Files.

    def envelopes(self, size: int) -> Path:
        """Return the file of envelopes of a size, written once."""
        return self._file(size, "envelopes", "jsonl")

    def flat(self, size: int) -> Path:
        """Return the flat table of the same charges for peers, written once."""
        return self._file(size, "flat", "csv")

    def tail(self, size: int) -> Path:
        """Return the envelopes of the next 1 %."""
        return self._file(size, "tail", "jsonl")

    def _file(self, size: int, what: str, ending: str) -> Path:
        path = self.folder / f"{what}-{size}.{ending}"
        if not path.exists():
            self.say(f"writing {path.name}")
            path.parent.mkdir(parents=True, exist_ok=True)
            run(program("generate", what, size, path))
        return path

    # Books.

    def new_book(self, name: str, *connections: str) -> tuple[Path, Usage]:
        """Make an empty book with its schema and return it with what making it took.

        Args:
            name: of its folder; one that is there is removed first.
            connections: JSON objects with ``name``, ``type`` and ``options``.
        """
        folder = self.books / name
        shutil.rmtree(folder, ignore_errors=True)
        return folder, run(program("prepare", folder, *connections))

    def autobook(
        self, book: Path, *words: object, as_of: date | None = None, env: Mapping[str, str] | None = None
    ) -> Usage:
        """Run one command of the product on a book and return what it took.

        Exit code 1, "something needs a person", is a fine end: the workload has dirty bank references.
        """
        day = [] if as_of is None else ["--as-of", as_of.isoformat()]
        return run([*self.command, *map(str, words), *day, "--book", book], env=env, accept=(0, 1))

    def told(
        self, book: Path, *words: object, as_of: date, env: Mapping[str, str] | None = None
    ) -> tuple[Usage, dict[str, Any]]:
        """Run a command that acts and return what it took and what it says it did.

        Raises:
            ProgramFailed: it said nothing, or a connection failed: a figure of that would be a lie.
        """
        usage = self.autobook(book, *words, "--json", as_of=as_of, env=env)
        try:
            said: dict[str, Any] = json.loads(usage.output)
        except ValueError as error:
            raise ProgramFailed(f"autobook {' '.join(map(str, words))} gave no JSON") from error
        if failed := [one for one in said.get("connections", ()) if one["outcome"] != "ok"]:
            raise ProgramFailed(f"autobook {' '.join(map(str, words))}: {failed}")
        return usage, said

    def imported(self, size: int, name: str = "import") -> tuple[Path, Usage]:
        """Import a workload into a fresh book; only the import itself is in what it took."""
        book, _ = self.new_book(f"{name}-{size}")
        usage, said = self.told(book, "import", self.envelopes(size), as_of=LAST_DAY)
        if said["problems"] or said["new"] != said["lines"] or said["posted"] < size:
            raise ProgramFailed(f"the import of {size} charges did not do its work: {said}")
        return book, usage

    def finished(self, size: int) -> Path:
        """Return a book of that size that is imported already, or import one."""
        book = self.books / f"import-{size}"
        return book if (book / "books.db").exists() else self.imported(size)[0]

    # Telling.

    def keep(self, name: str, usages: Sequence[Usage]) -> None:
        """Keep the single figures for the record."""
        kept = self.samples.setdefault(name, [])
        kept += [{"cpu": usage.cpu, "rss_mb": usage.rss_mb} for usage in usages]

    def say(self, text: str) -> None:
        """Tell on the terminal what is going on."""
        print(text, file=sys.stderr, flush=True)


def connection(name: str, type: str, **options: str) -> str:
    """Return a connection as :meth:`Session.new_book` takes it."""
    return json.dumps({"name": name, "type": type, "options": options})


def size_name(size: int) -> str:
    """Return 100000 as ``100k`` and 1000000 as ``1M``."""
    if size % 1_000_000 == 0:
        return f"{size // 1_000_000}M"
    return f"{size // 1000}k" if size % 1000 == 0 else str(size)
