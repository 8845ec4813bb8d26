"""What a person reads after a run of contracts: each connector's tier, what the next waits for, what was written."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import msgspec

from autobook_core.plugins.conformance import CaseResult, Section, source_digest
from autobook_core.plugins.tiers import Evidence, standing
from autobook_core.testing.kit.report import Found, Told, gathered, known_report, write_report

_WORDS = {"not_applicable": "not applicable"}
_REPORT = "pytest --autobook-report"


def summed_up(told: Iterable[tuple[str, object]], *, today: date, write: bool, root: Path) -> list[str]:
    """Return the lines of the summary, and write the reports if they are wanted.

    Args:
        told: what tests told, by contract.
        today: the day of the run, UTC.
        write: whether reports are written.
        root: the folder that paths are shown from.
    """
    said: list[str] = []
    for found in gathered((contract, msgspec.convert(item, Told)) for contract, item in told):
        known = known_report(found.folder)
        before = known.connectors.get(found.type) if known else None
        section = found.section(before, today)
        said += _golden(found) + _offline(found, section if write else before, today) + _live(found)
        if write:
            said += _written(found, section, root)
    return said


def counts(cases: Sequence[CaseResult]) -> str:
    """Return how many cases ended how, as in ``58 passed, 2 exempt``."""
    by_outcome = Counter(case.outcome for case in cases)
    order = ("passed", "failed", "exempt", "not_applicable")
    return ", ".join(f"{by_outcome[name]} {_WORDS.get(name, name)}" for name in order if by_outcome[name])


def _offline(found: Found, section: Section | None, today: date) -> list[str]:
    if not found.told:
        return []
    what = f"{counts(found.cases)} ({_seconds(found.told)})"
    if found.not_run:
        return [f"{found.title}: {what}; {found.not_run} were not run, so there is no tier"]
    sink = any(case.group == "delivery" for case in found.cases)
    evidence = Evidence(section.live if section else None, found.maintainers)
    roles = found.roles or ("sink" if sink else "source",)
    reached = standing(found.cases, roles=roles, evidence=evidence, today=today)
    return [
        f"{found.title}: {reached.tier}: {what}",
        *(f"  for {reached.next}: {words}" for words in reached.missing),
    ]


def _live(found: Found) -> list[str]:
    if not found.live:
        return []
    cases = found.live_cases
    verdict = "green" if found.live_green else "not green"
    left_out = f"; {found.live_not_run} were not run" if found.live_not_run else ""
    return [
        f"{found.title}, live: {verdict}: {counts(cases)}{left_out} ({_seconds(found.live)})",
        *(f"  {case.id} showed nothing: {case.detail}" for case in cases if case.outcome == "not_applicable"),
    ]


def _golden(found: Found) -> list[str]:
    written = [item for told in found.told.values() for result in told for item in result.golden]
    changed = [f"golden: {name} was written anew; read the difference" for name, new in written if new]
    same = len(written) - len(changed)
    return changed + ([f"golden: {same} of {found.title} say the same as before"] if same else [])


def _written(found: Found, section: Section | None, root: Path) -> list[str]:
    why = _why_not(found, section)
    if why or section is None or found.folder is None:
        return [f"  no report was written: {why}"]
    try:
        path = write_report(found.folder, {found.type: section})
    except OSError as error:
        return [f"  no report was written: {error}"]
    shown = path.relative_to(root) if path.is_relative_to(root) else path
    said = [f"  written: {shown}"]
    if section.source != source_digest(found.folder):
        said.append(f"  the rest of it is of other code: {_REPORT}")
    return said


def _why_not(found: Found, section: Section | None) -> str:
    if not found.type:
        return f"no installed plugin announces the class {found.title} (pip install -e . of its package)"
    if found.folder is None:
        return "the connector is not a package, so there is no place for a report"
    if found.told and found.not_run:
        return f"{found.not_run} of its promises were not run"
    if found.live and found.live_not_run and not found.told:
        return f"{found.live_not_run} of its live promises were not run"
    return "" if section else f"there is none yet in which a live run could be noted; {_REPORT} first"


def _seconds(told: dict[str, list[Told]]) -> str:
    total = sum(item.milliseconds for results in told.values() for item in results)
    return f"{total // 1000}.{total % 1000 // 100} s"
