"""Time as an argument: who needs the time of day, a duration or a pause is handed a clock.

``now`` answers questions about the world (a date in a header, the age of an item) and may jump when
somebody sets the machine's clock; ``monotonic`` never does, so every duration is measured with it.
"""

import time
from typing import Protocol


class Clock(Protocol):
    """What code may ask about time."""

    def now(self) -> int:
        """Return the current instant in whole seconds UTC, rounded down."""

    def monotonic(self) -> float:
        """Return seconds from an arbitrary zero that never run backwards."""

    def sleep(self, seconds: float) -> None:
        """Wait at least so many seconds. A clock that can be interrupted raises from here."""


class SystemClock:
    """The clock of this machine."""

    def now(self) -> int:
        """Return the current instant in whole seconds UTC, rounded down."""
        return int(time.time())

    def monotonic(self) -> float:
        """Return seconds from an arbitrary zero that never run backwards."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait at least so many seconds."""
        time.sleep(seconds)


class ManualClock:
    """A clock that stands still until it is moved, for tests and simulations. Sleeping moves it at once.

    Attributes:
        slept: every wait that was asked for, in seconds.
    """

    def __init__(self, now: int = 1_750_000_000) -> None:
        """Start at an instant in seconds UTC."""
        self._start = now
        self._passed = 0.0
        self.slept: list[float] = []

    def now(self) -> int:
        """Return the current instant in whole seconds UTC, rounded down."""
        return int(self._start + self._passed)

    def monotonic(self) -> float:
        """Return the seconds that have passed since the start."""
        return self._passed

    def sleep(self, seconds: float) -> None:
        """Move the clock by so many seconds and remember that it was asked to."""
        self.slept.append(seconds)
        self.move(seconds)

    def move(self, seconds: float) -> None:
        """Let so many seconds pass."""
        self._passed += seconds
