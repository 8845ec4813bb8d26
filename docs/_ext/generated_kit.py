"""What the conformance kit checks, each case with the bug it comes from; and the events of the log."""

from collections.abc import Iterator
from typing import Any

from autobook_core.logs import EVENTS
from autobook_core.testing import LIVE_CASES, SINK_CASES, SOURCE_CASES
from generated_text import entry, target

_CASES: dict[str, tuple[Any, ...]] = {"source": SOURCE_CASES, "sink": SINK_CASES, "live": LIVE_CASES}


def kit_cases(role: str) -> list[str]:
    """Return the cases of one role, by group."""
    lines: list[str] = []
    for group in dict.fromkeys(case.group for case in _CASES[role]):
        lines += [f"### {str(group).capitalize()}", ""]
        for case in _CASES[role]:
            if case.group == group:
                bug = f"The bug: {case.bug}."
                lines += entry(target("case", case.id), case.id, "", f"{_whole(case)} *{bug}*")
    return lines


def events() -> list[str]:
    """Return every event of the log with what it says happened."""
    return [
        line for event in EVENTS for line in entry(target("event", event.name), event.name, "", event.meaning)
    ]


def every_case() -> Iterator[str]:
    """Give the target of every case there is, for the test that looks for them."""
    for cases in _CASES.values():
        yield from (target("case", case.id) for case in cases)


def _whole(case: Any) -> str:
    text = " ".join((case.run.__doc__ or case.checks).split())
    return text.partition(" Args: ")[0]
