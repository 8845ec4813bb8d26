"""Progress on a terminal: how much was read, fetched, booked and delivered, and how fast."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from autobook_core.cli.text import number

Progress = Callable[[str, int], None]


def _silent(_phase: str, _rows: int) -> None:
    """Tell nobody."""


@contextmanager
def meter(stream: TextIO, *, shown: bool) -> Iterator[Progress]:
    """Give the function that is told of progress; its lines disappear when the work is done.

    Args:
        stream: a terminal.
        shown: whether anything is shown at all.
    """
    if not shown:
        yield _silent
        return
    bars = _Bars(stream)
    try:
        yield bars
    finally:
        bars.stop()


class _Bars:
    """One line for each phase; nothing is loaded or drawn before the first."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._progress: Any = None
        self._lines: dict[str, Any] = {}
        self._counts: dict[str, int] = {}

    def __call__(self, phase: str, rows: int) -> None:
        """Count some rows more of a phase."""
        if self._progress is None:
            self._start()
        if phase not in self._lines:
            self._lines[phase] = self._progress.add_task(phase, total=None, count="", rate="")
            self._counts[phase] = 0
        self._counts[phase] += rows
        task = self._lines[phase]
        speed = self._progress.tasks[task].speed
        self._progress.update(
            task,
            advance=rows,
            count=number(self._counts[phase]),
            rate=f"{number(int(speed))}/s" if speed else "",
        )

    def _start(self) -> None:
        from rich.console import Console
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description:<10}"),
            TextColumn("{task.fields[count]:>12}"),
            TextColumn("{task.fields[rate]:>12}"),
            TimeElapsedColumn(),
            console=Console(file=self._stream),
            transient=True,
            refresh_per_second=5,
        )
        self._progress.start()

    def stop(self) -> None:
        """Take the lines away."""
        if self._progress is not None:
            self._progress.stop()
