"""What the UI knows: the latest answer for each view, and why there is no newer one. Values and pure steps."""

from dataclasses import dataclass, field, replace

from autobook_core.errors import AutobookError
from autobook_tui.queries import Snapshot, Status

#: Without news for so many seconds, what is shown is old, however well the last reading went.
OLD_AFTER_SECONDS = 30


@dataclass(frozen=True, slots=True)
class State:
    """Answers by view, and the failure (what, what to do) of the latest reading."""

    answers: dict[str, Snapshot] = field(default_factory=dict)
    latest: Snapshot | None = None
    failure: tuple[str, str] | None = None

    @property
    def status(self) -> Status | None:
        """Return the newest glance, whichever view asked for it."""
        return None if self.latest is None else self.latest.status

    def age(self, now: int) -> int | None:
        """Return how many seconds ago the book was last read, or None where it never was."""
        return None if self.latest is None else max(0, now - self.latest.read_at)

    def is_old(self, now: int) -> bool:
        """Tell whether what is shown may no longer be true."""
        age = self.age(now)
        return self.failure is not None or (age is not None and age > OLD_AFTER_SECONDS)


def arrived(state: State, answer: Snapshot) -> State:
    """Return the state after an answer."""
    return State({**state.answers, answer.view: answer}, answer)


def failed(state: State, error: BaseException) -> State:
    """Return the state after a reading that failed: the values stay, with their age."""
    fix = error.fix if isinstance(error, AutobookError) else ""
    return replace(state, failure=(str(error) or type(error).__name__, fix))
