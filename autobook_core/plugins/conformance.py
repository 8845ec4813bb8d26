"""The report that a connector's package carries, and what follows from it for the code that is installed.

``conformance.json`` lies in the top package of a connector and is written by ``pytest --autobook-report``. It says
how each case ended and which code that was said of; the tier is computed here. Nothing of the connector is imported.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import msgspec

from autobook_core.plugins.registry import Connector
from autobook_core.plugins.tiers import Evidence, Standing, standing

FILE = "conformance.json"
FORMAT = 1
#: A report has a few kilobytes a connector; what is longer than this is none.
_LONGEST = 1_000_000


class CaseResult(msgspec.Struct, frozen=True):
    """How one case ended, and why; the detail of an exempt one is its reason."""

    id: str
    group: str
    outcome: str
    detail: str = ""


class Section(msgspec.Struct, frozen=True):
    """What the kit found about one connector type.

    Attributes:
        kit: the version of the kit.
        day: of the run, UTC.
        source: digest of the package's code at that time, see :func:`source_digest`.
        cases: how each case ended, by id.
        live: day of the last green run against the live service, UTC.
        maintainers: people who look after it.
    """

    kit: str
    day: date = msgspec.field(name="date")
    source: str
    cases: tuple[CaseResult, ...]
    live: date | None = None
    maintainers: int = 1

    @property
    def exemptions(self) -> dict[str, str]:
        """Return the reason of each exemption by the case it is for."""
        return {case.id: case.detail for case in self.cases if case.outcome == "exempt"}


class Report(msgspec.Struct, frozen=True):
    """A report file: connectors by type."""

    connectors: dict[str, Section]
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class Conformance:
    """What can be said today about an installed connector.

    Attributes:
        standing: its tier and what the next one waits for.
        reason: why there is no tier, where that is not for the results; empty otherwise.
        day: of the report, UTC.
        kit: the version of the kit it was written by.
        exemptions: the reason of each by case.
    """

    standing: Standing = field(default_factory=lambda: Standing("none"))
    reason: str = ""
    day: date | None = None
    kit: str = ""
    exemptions: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return the tier, and why there is none."""
        return f"{self.standing.tier}: {self.reason}" if self.reason else self.standing.tier


def conformance_of(connector: Connector, today: date) -> Conformance:
    """Return what the report in a connector's package says of the code that is installed.

    Args:
        connector: as it was announced; it is not imported.
        today: the day on which this is asked, UTC.
    """
    load = connector.spec.load
    folder = package_folder(load if isinstance(load, str) else load.__module__)
    if folder is None:
        return Conformance(reason="it is not a package, so there is no place for a report")
    try:
        report = read_report(folder)
        section = None if report is None else report.connectors.get(connector.spec.type)
        if section is None:
            return Conformance(reason="it has no report of the conformance kit")
        return judged(section, frozenset(connector.spec.roles), source_digest(folder), today)
    except (OSError, ValueError) as error:
        return Conformance(reason=f"its report cannot be read: {error}")


def judged(section: Section, roles: frozenset[str], digest: str, today: date) -> Conformance:
    """Return what one section says of code with this digest."""
    known = Conformance(day=section.day, kit=section.kit, exemptions=section.exemptions)
    if section.source != digest:
        return Conformance(reason="the report is of other code", day=known.day, kit=known.kit)
    evidence = Evidence(section.live, section.maintainers)
    found = standing(section.cases, roles=roles, evidence=evidence, today=today)
    return Conformance(found, "", known.day, known.kit, known.exemptions)


def package_folder(target: str) -> Path | None:
    """Return the folder of the top package of a module, without importing any; None where it is not a folder.

    Args:
        target: a module, or ``module:Class``.
    """
    try:
        spec = find_spec(target.partition(":")[0].partition(".")[0])
    except (ImportError, ValueError):
        return None
    places = None if spec is None else spec.submodule_search_locations
    first = next(iter(places), None) if places is not None else None
    return None if first is None else Path(first)


def read_report(folder: Path) -> Report | None:
    """Return the report in a package's folder, or None where there is none.

    Raises:
        OSError: it cannot be read.
        ValueError: it is not a report that this version understands.
    """
    path = folder / FILE
    try:
        with path.open("rb") as file:
            content = file.read(_LONGEST + 1)
    except FileNotFoundError:
        return None
    if len(content) > _LONGEST:
        raise ValueError(f"{FILE} has more than {_LONGEST} bytes")
    report = msgspec.json.decode(content, type=Report)
    if report.format != FORMAT:
        raise ValueError(f"{FILE} has the format {report.format}; this version of Autobook reads {FORMAT}")
    return report


def source_digest(folder: Path) -> str:
    """Return the digest of a package's Python files: their places and contents, however lines end."""
    digest = hashlib.sha256()
    files = ((path.relative_to(folder).as_posix(), path) for path in folder.rglob("*.py") if path.is_file())
    for name, path in sorted(files):
        content = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return f"sha256:{digest.hexdigest()}"
