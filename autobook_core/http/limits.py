"""How often one connection may ask: its declared limits, and the pauses the other side asked for.

In any ``per`` seconds at most ``calls`` requests start. A bucket that refills while it is drained would
let almost twice as many through in its first period, so the starts of the last ``calls`` requests are
remembered instead. All threads of a connection share one object.
"""

import threading
from collections import deque
from collections.abc import Sequence
from fnmatch import fnmatchcase
from math import ceil

from autobook_core.clock import Clock
from autobook_core.connector.values import Limit
from autobook_core.errors import RateLimited
from autobook_core.http.retry import MAX_WAIT_SECONDS

#: Rounding may end a sleep a hair early; sleeping this much instead of nothing always makes progress.
_SHORTEST_SLEEP_SECONDS = 0.001


class RequestLimits:
    """Lets requests through no faster than declared."""

    def __init__(self, limits: Sequence[Limit], clock: Clock) -> None:
        """Start with nothing used.

        Raises:
            ValueError: a limit allows nothing or has no period.
        """
        for limit in limits:
            if limit.calls < 1 or limit.per <= 0:
                raise ValueError(f"a limit needs at least one call and a period: {limit}")
        self._clock = clock
        self._lock = threading.Lock()
        self._starts = [(limit, deque[float](maxlen=limit.calls)) for limit in limits]
        self._holds: dict[str, float] = {}

    def wait_for_turn(self, path: str) -> None:
        """Return when a request to this path may start; it then counts as started.

        Raises:
            RateLimited: that would take longer than a thread may sleep.
        """
        if not self._starts and not self._holds:
            return
        while (wait := self._take(path)) > 0:
            if wait > MAX_WAIT_SECONDS:
                seconds = ceil(wait)
                raise RateLimited(f"{path} may be asked again in {seconds} s", retry_after_seconds=seconds)
            self._clock.sleep(max(wait, _SHORTEST_SLEEP_SECONDS))

    def hold(self, path: str, seconds: float) -> None:
        """Let nothing through to this path for so many seconds: the other side asked for it."""
        with self._lock:
            now = self._clock.monotonic()
            self._holds = {held: until for held, until in self._holds.items() if until > now}
            self._holds[path] = max(now + seconds, self._holds.get(path, now))

    def _take(self, path: str) -> float:
        """Return the seconds still to wait, or 0 when the turn is taken."""
        with self._lock:
            now = self._clock.monotonic()
            matching = [(limit, starts) for limit, starts in self._starts if fnmatchcase(path, limit.match)]
            free = [starts[0] + limit.per for limit, starts in matching if len(starts) == limit.calls]
            ready = max([self._holds.get(path, now), *free])
            if ready > now:
                return ready - now
            for _, starts in matching:
                starts.append(now)
            return 0.0
