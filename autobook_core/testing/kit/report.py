"""What a run of the kit found about a connector, and the report of it in the connector's own package."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from autobook_core import __version__
from autobook_core.plugins.conformance import FILE, CaseResult, Report, Section, read_report, source_digest

#: Which of two results of one case stands in the report: the first of these.
_WEIGHT = ("failed", "exempt", "passed", "not_applicable")


class Told(msgspec.Struct, frozen=True):
    """What one test tells of one case; it travels between processes as JSON-able values.

    Attributes:
        type, title, roles, folder, maintainers: see :class:`~autobook_core.testing.kit.announced.Announced`.
        live: whether it was tried against the live service.
        of: how many cases the contract has.
        id, group, outcome, detail: how the case ended.
        milliseconds: how long it took.
        golden: golden files that were written, each with whether it changed.
    """

    type: str
    title: str
    roles: tuple[str, ...]
    folder: str
    maintainers: int
    live: bool
    of: int
    id: str
    group: str
    outcome: str
    detail: str
    milliseconds: int
    golden: tuple[tuple[str, bool], ...] = ()


@dataclass
class Found:
    """All that was told of one connector, by one contract or several.

    Attributes:
        told: every result of a case, by contract; those of live contracts apart.
    """

    title: str
    type: str = ""
    roles: tuple[str, ...] = ()
    folder: Path | None = None
    maintainers: int = 1
    told: dict[str, list[Told]] = field(default_factory=dict)
    live: dict[str, list[Told]] = field(default_factory=dict)

    @property
    def cases(self) -> tuple[CaseResult, ...]:
        """Return how each offline case ended, by id; where several contracts tried one, the worst."""
        return merged(result for results in self.told.values() for result in results)

    @property
    def live_cases(self) -> tuple[CaseResult, ...]:
        """Return how each live case ended, by id."""
        return merged(result for results in self.live.values() for result in results)

    @property
    def not_run(self) -> int:
        """Return how many offline cases of its contracts were left out."""
        return _left_out(self.told)

    @property
    def live_not_run(self) -> int:
        """Return how many live cases of its contracts were left out."""
        return _left_out(self.live)

    @property
    def live_green(self) -> bool:
        """Tell whether every live case was tried, and kept or exempt."""
        return not self.live_not_run and all(case.outcome in ("passed", "exempt") for case in self.live_cases)

    def section(self, before: Section | None, today: date) -> Section | None:
        """Return the section of its report after this run, or None where there is nothing to say of its code yet.

        Args:
            before: the section as it was.
            today: the day of the run, UTC.
        """
        if self.folder is None:
            return None
        section = before
        if self.told and not self.not_run:
            section = Section(
                __version__, today, source_digest(self.folder), self.cases, before.live if before else None,
                self.maintainers,
            )  # fmt: skip
        if section is not None and self.live and not self.live_not_run:
            section = msgspec.structs.replace(section, live=today if self.live_green else None)
        return section


def gathered(told: Iterable[tuple[str, Told]]) -> list[Found]:
    """Return what was told by contract, put together by connector, in the order of titles."""
    found: dict[tuple[str, str], Found] = {}
    for contract, item in told:
        key = (item.type, item.title)
        if key not in found:
            folder = Path(item.folder) if item.folder else None
            found[key] = Found(item.title, item.type, item.roles, folder, item.maintainers)
        of = found[key].live if item.live else found[key].told
        of.setdefault(contract, []).append(item)
    return sorted(found.values(), key=lambda one: (one.title, one.type))


def merged(told: Iterable[Told]) -> tuple[CaseResult, ...]:
    """Return each case once, by id: the one that counts most where it was tried several times."""
    kept: dict[str, Told] = {}
    for item in told:
        known = kept.get(item.id)
        if known is None or _WEIGHT.index(item.outcome) < _WEIGHT.index(known.outcome):
            kept[item.id] = item
    return tuple(
        CaseResult(item.id, item.group, item.outcome, item.detail) for _, item in sorted(kept.items())
    )


def write_report(folder: Path, sections: dict[str, Section]) -> Path:
    """Write sections into the report of a package, beside those of its other connectors.

    Returns:
        The file.

    Raises:
        OSError: it cannot be written.
    """
    path = folder / FILE
    known = known_report(folder)
    connectors = dict(sorted({**(known.connectors if known else {}), **sections}.items()))
    content: Any = msgspec.to_builtins(Report(connectors))
    path.write_bytes(msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n")
    return path


def known_report(folder: Path | None) -> Report | None:
    """Return the report as it lies in a package; one that cannot be read will be written anew."""
    try:
        return None if folder is None else read_report(folder)
    except (OSError, ValueError):
        return None


def _left_out(told: dict[str, list[Told]]) -> int:
    return sum(max(0, results[0].of - len({item.id for item in results})) for results in told.values())
