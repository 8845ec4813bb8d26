"""For a test of one thing: the context a connector is handed, over whatever answers its requests."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import httpx

from autobook_core.clock import ManualClock
from autobook_core.connector import Context, Sink, Source, secret_values
from autobook_core.http import open_http
from autobook_core.intake.context import RunContext
from autobook_core.logs import redacting_logger
from autobook_core.testing.kit.world import START

_LOGGER = "autobook_core.testing.single"


@contextmanager
def context_for(
    connector: Source | Sink, transport: httpx.BaseTransport, *, start: int = START, now: int = START
) -> Iterator[Context]:
    """Give the context of a connector: the client that production uses, and a clock that stands still.

    Waiting takes no time, so a retry after an hour is over at once. The folder of the context is
    empty, and gone afterwards.

    Args:
        connector: made with its settings.
        transport: what answers, such as ``httpx.MockTransport(router.handler)`` with a router of respx.
        start: the earliest instant the books want to know about, seconds UTC.
        now: the present, seconds UTC.
    """
    clock = ManualClock(now)
    with TemporaryDirectory(prefix="autobook-test-") as home:
        http = open_http(
            base_url=connector.base_url,
            auth=connector.auth(),
            limits=connector.limits,
            secrets=secret_values(connector.config),
            log=logging.getLogger(_LOGGER),
            clock=clock,
            transport=transport,
            save_refresh_token=lambda token: None,
            random=Random(7),
        )
        with http:
            yield RunContext(
                http=http,
                log=redacting_logger(_LOGGER, http.redactor),
                connection_id="test",
                start=start,
                home=Path(home),
                clock=clock,
            )
