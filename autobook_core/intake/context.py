"""What a connector's methods are given during one run."""

import logging
from collections.abc import Callable
from pathlib import Path

from autobook_core.clock import Clock
from autobook_core.connector import Context, Http


class RunContext(Context):
    """The surroundings of one connection during one run."""

    def __init__(
        self,
        *,
        http: Http,
        log: logging.Logger,
        connection_id: str,
        start: int,
        home: Path,
        clock: Clock,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        self.http = http
        self.log = log
        self.connection_id = connection_id
        self.start = start
        self.home = home
        self._clock = clock
        self._cancelled = cancelled

    def now(self) -> int:
        """Return the current instant in seconds UTC."""
        return self._clock.now()

    def cancelled(self) -> bool:
        """Tell whether the run should stop as soon as it can."""
        return self._cancelled()
