import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from random import Random
from typing import Any

import httpx
import pytest

from autobook_core.clock import ManualClock
from autobook_core.http import HttpClient, open_http

Opener = Callable[..., HttpClient]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def opened(clock: ManualClock) -> Iterator[Opener]:
    """Open clients of https://api.example.com whose answers come from a handler, and close them afterwards."""
    with ExitStack() as clients:

        def open_one(
            handler: Callable[[httpx.Request], httpx.Response] | None = None, **options: Any
        ) -> HttpClient:
            settings: dict[str, Any] = {
                "base_url": "https://api.example.com",
                "auth": None,
                "limits": (),
                "secrets": (),
                "log": logging.getLogger("tests.http"),
                "clock": clock,
                "random": Random(7),
            }
            if handler is not None:
                settings["transport"] = httpx.MockTransport(handler)
            return clients.enter_context(open_http(**(settings | options)))

        yield open_one
