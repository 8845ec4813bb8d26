"""The rows of the other side, owned by the kit: it inserts, changes, ties, deletes, spoils and delays them."""

import hashlib
from collections.abc import Callable
from typing import Any

from autobook_core.clock import Clock
from autobook_core.testing.kit.fake import Fact, FakeRows, Json

#: Where the books begin, and the birth of the first row.
START = 1_750_000_000
#: Seconds between two rows at least.
STEP = 60
#: Rows that may have been born when the clock of a bench begins.
PAST = 100


def oldest_first(fact: Fact) -> tuple[int, int]:
    """Order a listing as most APIs do that filter by change."""
    return fact.updated, fact.i


def newest_first(fact: Fact) -> tuple[int, int]:
    """Order a listing as most APIs do that people browse."""
    return -fact.updated, -fact.i


def shuffled(fact: Fact) -> bytes:
    """Order a listing by nothing anybody can use, the same way every time."""
    return hashlib.sha256(str(fact.i).encode()).digest()


class World:
    """What is true at the other side."""

    def __init__(self, api: FakeRows, clock: Clock, *, step: int = STEP) -> None:
        """Begin with nothing; rows are born ``step`` seconds apart, so that no lookback spans a page."""
        self.step = step
        self._api = api
        self._clock = clock
        self.facts: dict[int, Fact] = {}
        self.order: Callable[[Fact], Any] = oldest_first
        #: Whether the other side ever takes a row back.
        self.withdraws: bool = getattr(api, "withdraws", True)

    def insert(self, count: int = 1, *, at: int | None = None, visible_from: int = 0) -> list[Fact]:
        """Add rows, a step apart after the latest; with ``at``, all at that very instant."""
        made = []
        for _ in range(count):
            born = self.high() + self.step if at is None and self.facts else at or START
            fact = Fact(len(self.facts), born, visible_from=visible_from)
            self.facts[fact.i] = fact
            made.append(fact)
        return made

    def high(self) -> int:
        """Return the latest instant at which anything changed."""
        return max((fact.updated for fact in self.facts.values()), default=START)

    def change(self, i: int, **changes: Any) -> None:
        """Change a row after everything that happened before; nobody takes a row back who never does."""
        if not self.withdraws:
            changes.pop("deleted", None)
        self.facts[i].changes |= {"updated": self.high() + self.step, **changes}

    def spoil(self, i: int, value: Callable[[int], Any]) -> None:
        """Put something else where the amounts of a row are."""
        fact = self.facts[i]
        one, other = (self._api.make_record(i, fact.at, amount=amount) for amount in (1_111, 2_222))
        fact.instead = {
            name: _spoilt(one[name], other[name], value) for name in one if one[name] != other[name]
        }

    def row(self, fact: Fact) -> Json:
        """Return a row as the other side tells it now."""
        return self._api.make_record(fact.i, fact.at, **fact.changes) | fact.instead

    def listed(self) -> list[Json]:
        """Return the rows that can be seen now, in the order of the listing."""
        now = self._clock.now()
        seen = [fact for fact in self.facts.values() if fact.visible_from <= now]
        return [self.row(fact) for fact in sorted(seen, key=self._place)]

    def _place(self, fact: Fact) -> Any:
        """Return where a row stands in the listing; a list by birth knows of no change."""
        still = getattr(self._api, "by_birth", False)
        return self.order(Fact(fact.i, fact.at) if still else fact)

    def truth(self) -> dict[str, tuple[Json, bool]]:
        """Return each row by its id, and whether it is gone."""
        return {
            self.id_of(self.row(fact)): (self.row(fact), bool(fact.changes.get("deleted")))
            for fact in self.facts.values()
        }

    def id_of(self, row: Json) -> str:
        """Return the id of a row."""
        named = getattr(self._api, "id_of", None)
        return str(named(row) if named is not None else row["id"])


def _spoilt(one: Any, other: Any, value: Callable[[int], Any]) -> Any:
    """Return a field with something else in the place of every amount, however deep it stands."""
    if isinstance(one, dict) and isinstance(other, dict):
        return {
            name: part if part == other.get(name) else _spoilt(part, other.get(name), value)
            for name, part in one.items()
        }
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [
            part if part == twin else _spoilt(part, twin, value)
            for part, twin in zip(one, other, strict=True)
        ]
    if isinstance(one, int):
        return value(one)
    # An amount written as text that is no whole number of minor units has one digit more.
    return f"{one}5" if isinstance(one, str) and isinstance(value(0), float) else value(0)
