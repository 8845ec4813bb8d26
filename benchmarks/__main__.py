"""``python -m benchmarks [--large] [--quick] [--only G1,G7] [--size 10k]``: measure, print a table, write JSON."""

import argparse
import shlex
import shutil
import sys
from pathlib import Path

from benchmarks import floors, importing, peers, reporting, starting, syncing
from benchmarks.measuring import ProgramFailed
from benchmarks.results import Result, machine, record, table, write_json
from benchmarks.session import Session

_PARTS = (starting, importing, floors, syncing, reporting)
_ORDER = ("G1", "G2", "G4", "G5", "G6", "G7", "G8", "G9", "G10", "G10b", "G11", "G17")
_DOCUMENT = Path("docs/performance.md")
_UNITS = {"k": 1_000, "M": 1_000_000}


def _size(text: str) -> int:
    """Read 10k, 1M or 2500."""
    return int(text[:-1]) * _UNITS[text[-1]] if text[-1] in _UNITS else int(text)


def _goals(text: str) -> frozenset[str]:
    goals = frozenset(text.split(","))
    if unknown := goals - set(_ORDER):
        raise argparse.ArgumentTypeError(f"{', '.join(sorted(unknown))}: goals are {', '.join(_ORDER)}")
    return goals


def _session(arguments: list[str] | None) -> Session:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--large", action="store_true", help="also a million charges and five million lines")
    parser.add_argument(
        "--quick", action="store_true", help="one round of a small size: is it still in one piece?"
    )
    parser.add_argument("--only", type=_goals, default=frozenset(), metavar="G1,G7", help="only these goals")
    parser.add_argument(
        "--size", type=_size, action="append", metavar="10k", help="only this size (may be repeated)"
    )
    parser.add_argument(
        "--folder", type=Path, default=Path("build/bench"), help="where files and books are kept"
    )
    parser.add_argument("--record", action="store_true", help="put the table into docs/performance.md")
    parser.add_argument(
        "--autobook", metavar="COMMAND", help="measure this command, such as another installation's"
    )
    given = parser.parse_args(arguments)
    if given.record and (given.only or given.size or given.quick):
        parser.error("--record is for a whole run")
    usual = [2_000] if given.quick else [10_000, 100_000, *([1_000_000] if given.large else [])]
    session = Session(given.folder, sorted(given.size or usual), given.large, given.quick, given.only)
    session.record = given.record
    if given.autobook:
        session.command = shlex.split(given.autobook)
    return session


def main(arguments: list[str] | None = None) -> int:
    """Measure; return 1 where something could not be run, never because of a figure."""
    session = _session(arguments)
    session.compile()
    found: list[Result] = []
    failures: list[str] = []
    for part in _PARTS:
        try:
            # A list takes what a generator gave before it failed.
            found.extend(part.measure(session))
        except ProgramFailed as error:
            failures.append(f"{part.__name__}: {error}")
            session.say(failures[-1])
    found.sort(key=lambda result: _ORDER.index(result.goal))
    here = machine()
    text = table(found)
    print(
        f"{here['cores']} cores, Python {here['python']}, SQLite {here['sqlite']}, load {here['load_average']:.1f}\n"
    )
    print(text)
    where = session.folder.parent / "bench.json"
    write_json(where, found, session.samples, peers.versions())
    where.with_suffix(".md").write_text(text + "\n")
    if session.record and not failures:
        record(_DOCUMENT, found, peers.versions())
    shutil.rmtree(session.books, ignore_errors=True)
    for failure in failures:
        print(f"\nCould not be measured: {failure}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
