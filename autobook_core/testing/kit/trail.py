"""Where a connector has been: what it was asked and brought, so that a lost row can be told with its cause."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from autobook_core.connector import Page
from autobook_core.testing.kit.fake import Fact, Json

#: Characters of a cursor that are shown.
_SHOWN = 160
#: A number from here on may be an instant in seconds; a thousand times as much, in milliseconds.
_INSTANTS = range(1_000_000_000, 10_000_000_000)

Cursor = Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Visit:
    """One call of fetch: the cursor it was given, and the page it gave."""

    before: Cursor
    page: Page

    @property
    def ids(self) -> list[str]:
        """Return the ids of the rows it brought."""
        return [item.id for item in self.page.items]


class Trail:
    """Tells how a row came to be missing or old."""

    def __init__(
        self,
        visits: Sequence[Visit],
        answers: Sequence[bytes],
        facts: Mapping[str, Fact],
        rows: Mapping[str, Json],
    ) -> None:
        """Read the trail of a bench.

        Args:
            visits: the calls of fetch, in order.
            answers: what the other side answered, in order.
            facts: what is true at the other side, by id.
            rows: the same rows as it tells them now.
        """
        self._visits = visits
        self._answers = answers
        self._facts = facts
        self._rows = rows

    def of_lost(self, name: str) -> str:
        """Say why a row of the other side is not in the books."""
        fact = self._facts[name]
        told = f"{name} is of {_when(fact.updated)}. "
        if not self._visits:
            return told + "fetch never gave a page."
        brought = [n for n, visit in enumerate(self._visits) if name in visit.ids]
        if brought:
            return told + self._not_kept(name, brought[0])
        if any(f'"{name}"'.encode() in answer for answer in self._answers):
            return told + self._left_out()
        return f"{told}No answer held it. {self._passed_over(fact)}"

    def of_old(self, name: str) -> str:
        """Say why a row is not as the other side tells it now."""
        fact = self._facts[name]
        if fact.updated == fact.at:
            return ""
        told = f" It was born at {_when(fact.at)} and changed at {_when(fact.updated)}. "
        bringing = [visit for visit in self._visits if name in visit.ids]
        if len(bringing) < 2:
            if any(_holds(_read_json(answer), self._rows[name]) for answer in self._answers):
                return told + self._left_out()
            return (
                f"{told}It was brought once, and no answer held its change. {self._told(len(self._visits) - 1)} "
                "A cursor that follows births, or a filter by creation, never sees a change."
            )
        versions = [str(item.version) for visit in bringing for item in visit.page.items if item.id == name]
        return (
            f"{told}It was brought {len(bringing)} times, with the versions {', '.join(versions[-4:])}: "
            "a version must grow with every change, and an older one never replaces a newer."
        )

    def _left_out(self) -> str:
        """Explain a row that was told and brought by no page."""
        other = next((one for visit in self._visits for one in visit.ids if one not in self._facts), None)
        if other is not None:
            return (
                f"A page brought {other!r} in its place: the id of an envelope is the row's own, and stays."
            )
        return (
            "The other side told of it, but no page of fetch holds it: fetch leaves out rows that it was given. Is a "
            "bound exclusive, a page cut, a row that changed taken for known, or rows kept for a later call?"
        )

    def _not_kept(self, name: str, number: int) -> str:
        """Explain a row that was on a page which was never stored."""
        visit = self._visits[number]
        again = [n for n in range(number + 1, len(self._visits)) if self._visits[n].before == visit.before]
        if again:
            return (
                f"Page {number + 1} held it and was never stored. Asked again with the very same cursor "
                f"{_shown(visit.before)}, fetch gave another page: it keeps its place elsewhere than in the cursor, "
                "so the place moved on before the rows were stored."
            )
        return f"Page {number + 1} held it, and it was not stored, although the run went on after that page."

    def _passed_over(self, fact: Fact) -> str:
        """Explain a row that was never told: which page moved the place past it."""
        number = next(
            (n for n, visit in enumerate(self._visits) if self._latest([visit]) > fact.updated),
            len(self._visits) - 1,
        )
        visit = self._visits[number]
        return f"{self._told(number)} {self._moved_past(fact, number, visit)}"

    def _moved_past(self, fact: Fact, number: int, visit: Visit) -> str:
        high = self._latest(self._visits)
        ahead = [mark for mark in _instants(visit.page.cursor) if mark > high]
        if ahead:
            return (
                f"The cursor holds {_when(max(ahead))}, and nothing that was read is later than {_when(high)}: a mark "
                "is the latest row that was read, by the field that is filtered by; not the clock, not another field, "
                "and never rounded up."
            )
        if self._latest([visit]) <= fact.updated:
            return self._ended_before(fact, visit)
        if fact.visible_from or self._appeared_after(number, fact):
            return (
                "It appeared after later rows had been read; only an overlap by the lookback, or reading afresh from "
                f"the cursor None, finds it. {self._told(len(self._visits) - 1)}"
            )
        began = _instants(visit.before)
        if began and min(began) > fact.updated:
            return (
                "That question began after it, and the one before had ended before it: windows that only meet leave a "
                "gap. Bounds are inclusive and overlap."
            )
        if visit.page.has_more:
            return "The mark moved on before the window was drained; rows of before were still to come."
        return "The next question began after it: are bounds inclusive, and do they overlap by the lookback?"

    def _ended_before(self, fact: Fact, last: Visit) -> str:
        """Explain a row that is as late as all that was read, or later."""
        if fact.updated == self._latest(self._visits):
            return (
                "Rows of that very instant had been read before: bounds are inclusive (>=), for several rows share an "
                "instant."
            )
        if not last.page.items:
            return "It was empty and said that there is no more: was an error taken for an empty page?"
        return (
            "It said that there is no more (has_more=False), while the other side had: is the token of the next page "
            "read from where it stands?"
        )

    def _told(self, number: int) -> str:
        visit = self._visits[number]
        ids = visit.ids
        rows = f"brought {ids[0]} to {ids[-1]}" if ids else "brought nothing"
        return (
            f"Page {number + 1} was asked with the cursor {_shown(visit.before)}, {rows}, and left the cursor "
            f"{_shown(visit.page.cursor)}."
        )

    def _appeared_after(self, number: int, fact: Fact) -> bool:
        """Tell whether a row came into being after the window that moved past it."""
        end = next((n for n in range(number, len(self._visits)) if not self._visits[n].page.has_more), number)
        known = (self._facts.get(name) for visit in self._visits[: end + 1] for name in visit.ids)
        return fact.i > max((one.i for one in known if one is not None), default=fact.i)

    def _latest(self, visits: Sequence[Visit]) -> int:
        """Return the latest instant among the rows that were brought."""
        found = (self._facts.get(name) for visit in visits for name in visit.ids)
        return max((fact.updated for fact in found if fact is not None), default=0)


def _read_json(answer: bytes) -> Any:
    try:
        return json.loads(answer)
    except ValueError:
        return None


def _holds(value: Any, row: Json) -> bool:
    """Tell whether a row stands anywhere in an answer, as it is."""
    if value == row:
        return True
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_holds(part, row) for part in parts)


def _shown(cursor: Cursor) -> str:
    text = "None" if cursor is None else json.dumps(dict(cursor), default=str)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."


def _when(instant: int) -> str:
    return f"{instant} ({datetime.fromtimestamp(instant, UTC):%Y-%m-%dT%H:%M:%SZ})"


def _instants(value: Any) -> list[int]:
    """Return every instant in a cursor, in seconds, whether it is a number or an ISO text."""
    if isinstance(value, Mapping):
        return [found for part in value.values() for found in _instants(part)]
    if isinstance(value, str):
        value = _read(value)
    if type(value) is not int:
        return []
    return [value] if value in _INSTANTS else [value // 1_000] if value // 1_000 in _INSTANTS else []


def _read(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return int(text) if text.isdigit() else 0
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(moment.timestamp() // 1)
