"""What a process costs: CPU of it and everything it waited for, its highest memory, and how to compare two."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: Characters of a failed program's last words that are shown.
_LAST_WORDS = 600
_SLOWING = frozenset({"PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PYTHONDEVMODE", "PYTHONTRACEMALLOC"})


class ProgramFailed(Exception):
    """A program that was to be measured ended with an error."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What one run took.

    Attributes:
        cpu: seconds, user and system, of the process and its children.
        rss_mb: highest resident memory of any one of its processes, in MiB.
        output: what it wrote to its standard output, where that was kept.
    """

    cpu: float
    rss_mb: float
    output: str = ""

    def __add__(self, other: "Usage") -> "Usage":
        """Return what both took, one after the other."""
        return Usage(self.cpu + other.cpu, max(self.rss_mb, other.rss_mb))


def run(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    output: Path | None = None,
    accept: Sequence[int] = (0,),
) -> Usage:
    """Run a program to its end and return what it took.

    Args:
        command: the program and its arguments.
        env: variables on top of the environment.
        output: where its standard output goes; kept in memory when left out.
        accept: exit codes that count as done.

    Raises:
        ProgramFailed: it could not be started, or ended with another exit code.
    """
    words = [str(word) for word in command]
    with tempfile.TemporaryFile() as errors, _sink(output) as told:
        try:
            process = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=errors,
                env={**_environment(), **(env or {})},
            )
        except OSError as error:
            raise ProgramFailed(f"{words[0]}: {error.strerror}") from error
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = code = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        words_last = errors.read().decode(errors="replace")
        if code not in accept or "Traceback (most recent call last)" in words_last:
            raise ProgramFailed(f"{' '.join(words)}: exit code {code}\n{words_last[-_LAST_WORDS:]}")
        kept = "" if output else _read(told)
    return Usage(usage.ru_utime + usage.ru_stime, _mebibytes(usage.ru_maxrss), kept)


def _environment() -> dict[str, str]:
    """Return the environment without what would make Python compile its modules anew in every process."""
    return {name: value for name, value in os.environ.items() if name not in _SLOWING}


def _sink(path: Path | None) -> Any:
    return tempfile.TemporaryFile() if path is None else path.open("wb")


def _read(file: Any) -> str:
    file.seek(0)
    text: bytes = file.read()
    return text.decode(errors="replace")


def _mebibytes(maximum: int) -> float:
    """Return the kernel's figure in MiB: Linux counts KiB, macOS bytes."""
    return maximum / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def program(name: str, *arguments: object) -> list[str]:
    """Return the command of one of our own measuring programs."""
    return [sys.executable, "-m", f"benchmarks.programs.{name}", *map(str, arguments)]


def ask(name: str, *arguments: object) -> Any:
    """Run one of our own programs and return the JSON it prints last."""
    return json.loads(run(program(name, *arguments)).output.splitlines()[-1])


Entrant = Callable[[], Usage]


def contest(entrants: Mapping[str, Entrant], rounds: int) -> dict[str, list[Usage]]:
    """Let everybody run once a round, in turn (A B C A B C), so that all meet the same weather."""
    found: dict[str, list[Usage]] = {name: [] for name in entrants}
    for _ in range(rounds):
        for name, entrant in entrants.items():
            found[name].append(entrant())
    return found


def median_cpu(usages: Sequence[Usage]) -> float:
    """Return the median of CPU seconds."""
    return statistics.median(usage.cpu for usage in usages)


def median_rss(usages: Sequence[Usage]) -> float:
    """Return the median of peak memory in MiB."""
    return statistics.median(usage.rss_mb for usage in usages)


def ratio(over: Sequence[Usage], under: Sequence[Usage]) -> float:
    """Return the median over the rounds of one's CPU divided by the other's in the same round."""
    return statistics.median(a.cpu / b.cpu for a, b in zip(over, under, strict=True))
