"""G7, G8, and G9 over HTTP: syncing from a server, again with no news, with 1 % more, and with its place lost.

The server is a process of its own and is not counted. Only the processor's side is served, no bank.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from benchmarks.measuring import ProgramFailed, Usage, median_cpu, program, run
from benchmarks.results import Result
from benchmarks.session import LAST_DAY, TAIL_DAY, Session, connection, size_name

_KEY = "AUTOBOOK_BENCHMARK_KEY"


class _Server:
    """The simulated processor in a process of its own."""

    def __init__(self, told: dict[str, str]) -> None:
        self.url = told["url"]
        self.key = told["api_key"]

    def tell(self, path: str, **wish: Any) -> Any:
        request = Request(f"{self.url}/_sim/{path}", data=json.dumps(wish).encode(), method="POST")
        with urlopen(request, timeout=60) as answer:
            return json.load(answer)

    @property
    def requests(self) -> int:
        """How often it was asked for anything so far."""
        return sum(self.tell("state")["requests"].values())


@contextmanager
def _serving(charges: int) -> Iterator[_Server]:
    command = [sys.executable, "-m", "autobook_core.testing.company", "--workload", str(charges), "--warm"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield _Server(json.loads(process.stdout.readline()))
        finally:
            process.stdin.close()


def measure(session: Session) -> Iterator[Result]:
    """Give the results of every goal about syncing that was asked for."""
    if not session.wants("G7", "G8", "G9"):
        return
    size = session.peer_size
    session.say(f"syncing {size_name(size)} charges over HTTP")
    with _serving(size) as server:
        yield from _Syncs(session, size, server).measure()


class _Syncs:
    """The syncs of one book of one size."""

    def __init__(self, session: Session, size: int, server: _Server) -> None:
        self.session, self.size, self.server = session, size, server
        given = connection("stripe", "stripe", api_base=server.url, api_key=f"env:{_KEY}")
        self.book, _ = session.new_book(f"sync-{size}", given)
        self.pages: dict[str, int] = {}

    def measure(self) -> Iterator[Result]:
        """Sync once, then in the three other ways."""
        first = self._sync("first")
        known = [self._sync("no news") for _ in range(3)]
        if self.session.wants("G7"):
            yield from self._nothing_new(first, known)
        if self.session.wants("G9"):
            yield self._lost_place(first)
        if self.session.wants("G8"):
            yield from self._tail(first, known)

    def _sync(self, name: str, book: Path | None = None, day: date = LAST_DAY) -> Usage:
        before = self.server.requests
        usage, said = self.session.told(book or self.book, "sync", as_of=day, env={_KEY: self.server.key})
        if (said["posted"] > 0) != (name in ("first", "1 % more")):
            raise ProgramFailed(f"the sync {name!r} did not do what it is measured for: {said}")
        self.pages[name] = self.server.requests - before - 1
        self.session.keep(f"sync, {name}, {size_name(self.size)}", [usage])
        return usage

    def _nothing_new(self, first: Usage, known: list[Usage]) -> list[Result]:
        cpu = median_cpu(known)
        detail = {"first_cpu": first.cpu, "again_cpu": cpu, "first_requests": self.pages["first"],
                  "again_requests": self.pages["no news"], "first_rss_mb": first.rss_mb}  # fmt: skip
        name = size_name(self.size)
        found = [
            Result("G7", f"sync with no news over the first sync, {name} charges over HTTP", 0.08, 0.04, "lower",
                   cpu / first.cpu, "x", detail=detail)
        ]  # fmt: skip
        imported = self.session.samples.get(f"import {name}")
        if imported:
            import_cpu = imported[0]["cpu"]
            found.append(
                Result("G7", f"sync with no news over the import of the same {name} charges", 0.08, 0.04,
                       "lower", cpu / import_cpu, "x", detail={"import_cpu": import_cpu, "again_cpu": cpu})
            )  # fmt: skip
        return found

    def _lost_place(self, first: Usage) -> Result:
        copy = self._copy()
        run(program("forget_cursors", copy))
        again = self._sync("place lost", copy)
        what = f"everything read again over HTTP over the first sync, {size_name(self.size)} charges"
        detail = {"first_cpu": first.cpu, "again_cpu": again.cpu, "requests": self.pages["place lost"]}
        return Result("G9", what, 0.6, 0.45, "lower", again.cpu / first.cpu, "x", detail=detail)

    def _tail(self, first: Usage, known: list[Usage]) -> list[Result]:
        until = datetime.combine(TAIL_DAY, time(23, 59, 59), UTC)
        status = median_cpu([self.session.autobook(self.book, "status") for _ in range(3)])
        self.server.tell("until", until=int(until.timestamp()))
        runs = [self._sync("1 % more", self._copy(), TAIL_DAY) for _ in range(3)]
        cpu, hundredth = median_cpu(runs), first.cpu / 100
        name = size_name(self.size)
        detail = {"first_cpu": first.cpu, "tail_cpu": cpu, "status_cpu": status, "no_news_cpu": median_cpu(known),
                  "requests": self.pages["1 % more"]}  # fmt: skip
        what = f"1 % more after {name} charges: CPU beyond"
        end = "over a hundredth of the first sync"
        return [
            Result("G8", f"{what} start-up (`status`) {end}", 2.0, 1.3, "lower", (cpu - status) / hundredth, "x",
                   detail=detail),
            Result("G8", f"{what} a sync with no news {end}", None, None, "lower",
                   (cpu - median_cpu(known)) / hundredth, "x"),
        ]  # fmt: skip

    def _copy(self) -> Path:
        copy = self.book.with_name(f"{self.book.name}-copy")
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.book, copy)
        return copy
