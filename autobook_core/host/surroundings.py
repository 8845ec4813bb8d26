"""What a connector is handed in a worker: the same client, log and clock as in the core, told across the socket."""

import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from autobook_core.connector import Http
from autobook_core.connector.config import secret_values
from autobook_core.intake.context import RunContext
from autobook_core.logs import Redactor, redacting_logger

Tell = Callable[[Any], None]
LOGGER = "autobook_core.connectors"


class Place(Struct, frozen=True, kw_only=True):
    """Which connection a connector works for.

    Attributes:
        connection_id: its name.
        start: the earliest instant (seconds UTC) the books want to know about.
        home: the book's folder.
    """

    connection_id: str
    start: int
    home: str


class WorkerClock:
    """The core's time of day, this machine's durations, and a word to the core before every wait."""

    def __init__(self, waits: Callable[[float], None]) -> None:
        self._waits = waits
        self._now = int(time.time())
        self._at = time.monotonic()

    def set(self, now: int) -> None:
        """Take over the core's time of day."""
        if now:
            self._now, self._at = now, time.monotonic()

    def now(self) -> int:
        """Return the current instant in whole seconds UTC."""
        return int(self._now + (time.monotonic() - self._at))

    def monotonic(self) -> float:
        """Return seconds from an arbitrary zero."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait, and say so before."""
        self._waits(seconds)
        time.sleep(seconds)


class Telling(logging.Handler):
    """Sends log lines to the core; a line that is too long is cut."""

    def __init__(self, said: Callable[[int, str, dict[str, Any]], None]) -> None:
        super().__init__()
        self._said = said

    def emit(self, record: logging.LogRecord) -> None:
        """Send one line."""
        fields: Mapping[str, Any] = getattr(record, "fields", None) or {}
        shown = {str(name)[:100]: _short(value) for name, value in list(fields.items())[:30]}
        self._said(record.levelno, record.getMessage()[:500], shown)


def _short(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | float) else str(value)[:500]


def surroundings(
    connector: Any,
    place: Place,
    clock: WorkerClock,
    *,
    said: Callable[[int, str, dict[str, Any]], None],
    save_token: Callable[[str], None],
    cancelled: Callable[[], bool],
) -> tuple[RunContext, Redactor]:
    """Return the context of a connection, and what hides its secrets."""
    secrets = secret_values(connector.config)
    redactor = Redactor(secrets)
    log = redacting_logger(LOGGER, redactor)
    log.handlers = [Telling(said)]
    log.propagate = False
    log.setLevel(logging.DEBUG)
    http = _client(connector, secrets, log, clock, save_token)
    return RunContext(
        http=http,
        log=log,
        connection_id=place.connection_id,
        start=place.start,
        home=Path(place.home),
        clock=clock,
        cancelled=cancelled,
    ), redactor


def _client(
    connector: Any,
    secrets: tuple[str, ...],
    log: logging.Logger,
    clock: WorkerClock,
    save_token: Callable[[str], None],
) -> Http:
    from autobook_core.http import open_http

    return open_http(
        base_url=connector.base_url,
        auth=connector.auth(),
        limits=connector.limits,
        secrets=secrets,
        log=log,
        clock=clock,
        save_refresh_token=save_token,
    )
