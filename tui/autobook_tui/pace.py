"""The pace of reading: often enough to be live, never two readings at once, and slower where a book is large."""

from autobook_core.clock import Clock

EVERY_SECONDS = 2
#: A reading may take at most this part of the time: 1 in so many.
SHARE = 5


class Pace:
    """Says when to read. Whoever gets True reads, and says so when it has ended."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.reading = False
        self._again = False
        self._began = 0.0
        self._next = 0.0

    def tick(self) -> bool:
        """Tell whether it is time to read again."""
        return not self.reading and self.clock.monotonic() >= self._next and self._begin()

    def ask(self) -> bool:
        """Tell whether to read at once; while a reading goes on, one more follows it however many ask."""
        if self.reading:
            self._again = True
            return False
        return self._begin()

    def ended(self) -> bool:
        """Note that the reading ended; tell whether to begin the next at once."""
        now = self.clock.monotonic()
        self.reading = False
        # A tick that comes a moment early must not cost a whole round.
        self._next = max(self._began + EVERY_SECONDS * 0.9, now + (now - self._began) * (SHARE - 1))
        again, self._again = self._again, False
        return again and self._begin()

    def _begin(self) -> bool:
        self.reading = True
        self._began = self.clock.monotonic()
        return True
