"""What was found: one line for each goal, as a table for people and as JSON for the record."""

import json
import os
import platform
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal


@dataclass(slots=True)
class Result:
    """One goal and what was measured for it.

    Attributes:
        goal: its number, such as ``G1``.
        what: in words, with the size it was measured at.
        must: the figure we hold ourselves to; None where the figure is only shown.
        stretch: the figure we would like.
        better: which side of the figure is the good one.
        value: what was measured; None when it could not be.
        note: what a reader has to know, or why nothing was measured.
        detail: the figures behind it, in CPU seconds and MiB.
    """

    goal: str
    what: str
    must: float | None
    stretch: float | None
    better: Literal["higher", "lower"]
    value: float | None
    unit: str = ""
    note: str = ""
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        """Return in one word or two how it went."""
        if self.value is None:
            return "not measured"
        if self.must is None:
            return "shown"
        if self.stretch is not None and self._reaches(self.stretch):
            return "met, and the stretch"
        return "met" if self._reaches(self.must) else "NOT MET"

    def _reaches(self, mark: float) -> bool:
        assert self.value is not None
        return self.value >= mark if self.better == "higher" else self.value <= mark

    def cells(self) -> tuple[str, ...]:
        """Return what stands in the table's columns."""
        sign = ">= " if self.better == "higher" else "<= "
        marks = (
            "" if mark is None else f"{sign}{shown(mark)}{self.unit}" for mark in (self.must, self.stretch)
        )
        value = "-" if self.value is None else f"{shown(self.value)}{self.unit}"
        return (self.goal, self.what, *marks, value, self.verdict)


#: Where the table stands in the document that shows it.
_BEGIN, _END = "<!-- figures: python -m benchmarks --record -->", "<!-- end of figures -->"

_HEAD = ("goal", "what", "must", "stretch", "measured", "verdict")


def shown(figure: float) -> str:
    """Return a figure with three digits that mean something."""
    if figure >= 100:
        return f"{figure:.0f}"
    return f"{figure:.3g}" if abs(figure) >= 0.001 or figure == 0 else f"{figure:.1e}"


def table(results: Sequence[Result]) -> str:
    """Return the results as a table that is also Markdown, and the notes below it."""
    rows = [_HEAD, *(result.cells() for result in results)]
    widths = [max(len(row[n]) for row in rows) for n in range(len(_HEAD))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    notes = [f"- {result.goal}: {result.note}" for result in results if result.note]
    return "\n".join([*lines, *(["", *notes] if notes else [])])


def summary(results: Sequence[Result]) -> str:
    """Say in plain sentences what is met, what is not and by how much, and what was not measured."""
    lines = []
    for verdict, words in (("NOT MET", "Not met"), ("not measured", "Not measured"), ("met", "Met")):
        chosen = [result for result in results if result.verdict.partition(",")[0] == verdict]
        if chosen:
            lines += [f"{words}:", "", *(f"- {_sentence(result)}" for result in chosen), ""]
    return "\n".join(lines).rstrip()


def _sentence(result: Result) -> str:
    *_, must, _, value, _ = result.cells()
    figure = "" if result.value is None else f": {value} ({must} wanted)"
    return f"{result.goal}, {result.what}{figure}"


def record(path: Path, results: Sequence[Result], peers: dict[str, str]) -> None:
    """Put the table into a document, between its marks.

    Raises:
        ValueError: the document has no such marks.
    """
    before, begin, rest = path.read_text().partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not (begin and end):
        msg = f"{path} lacks the marks {_BEGIN} and {_END}"
        raise ValueError(msg)
    here = machine()
    with_peers = ", ".join(f"{name} {version.removeprefix(name).strip()}" for name, version in peers.items())
    about = (
        f"Measured on {here['cores']} cores ({here['processor']}, {here['system']}), Python {here['python']}, "
        f"SQLite {here['sqlite']}; peers: {with_peers}."
    )
    path.write_text(f"{before}{begin}\n{about}\n\n{table(results)}\n\n{summary(results)}\n{end}{after}")


def machine() -> dict[str, Any]:
    """Describe this machine in general terms: what a reader needs to judge the figures by."""
    return {
        "system": platform.system(),
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "load_average": os.getloadavg()[0],
    }


def write_json(path: Path, results: Sequence[Result], samples: dict[str, Any], peers: dict[str, str]) -> None:
    """Write everything that was found, for comparing one run with another."""
    path.parent.mkdir(parents=True, exist_ok=True)
    found = {
        "machine": machine(),
        "peers": peers,
        "results": [{**asdict(result), "verdict": result.verdict} for result in results],
        "samples": samples,
    }
    path.write_text(json.dumps(found, indent=1) + "\n")
