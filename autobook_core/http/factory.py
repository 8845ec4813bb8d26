"""Puts a client together: what sends, who we are, how often, and what must not be told."""

import logging
from collections.abc import Callable, Sequence
from random import Random
from urllib.request import getproxies

import httpx

from autobook_core import __version__
from autobook_core.clock import Clock
from autobook_core.connector.source import OAuth2
from autobook_core.connector.values import Limit
from autobook_core.http.addresses import Addresses
from autobook_core.http.client import HttpClient
from autobook_core.http.limits import RequestLimits
from autobook_core.http.transport import KeepAliveTransport
from autobook_core.logs import RedactingFilter, Redactor, protect

CONNECT_SECONDS = 10.0
READ_SECONDS = 30.0
#: What httpx and its own transport write their lines to.
_HTTPX_LOGGERS = ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.http2", "httpcore.proxy")


def open_http(
    *,
    base_url: str,
    auth: httpx.Auth | OAuth2 | None,
    limits: Sequence[Limit],
    secrets: Sequence[str],
    log: logging.Logger,
    clock: Clock,
    transport: httpx.BaseTransport | None = None,
    save_refresh_token: Callable[[str], None] | None = None,
    random: Random | None = None,
) -> HttpClient:
    """Return the client of one connection; close it, or use it in a ``with`` statement.

    Args:
        base_url: where relative addresses start, and the only host that is asked; https, or loopback.
        auth: how requests prove who we are.
        limits: how often may be asked.
        secrets: values that appear in no log line and no exception.
        log: where events go.
        clock: measures waits, and reads dates in headers.
        transport: what sends; tests and simulated faults go here. Without one: kept connections of the
            standard library's client, or httpx's own transport where the environment names a proxy.
        save_refresh_token: keeps a rotated refresh token; needed with :class:`OAuth2`.
        random: draws the jitter of waits.

    Raises:
        BadConfig: an address is not one, or not encrypted.
        ValueError: OAuth2 without ``save_refresh_token``, or a limit that allows nothing.
    """
    redactor = Redactor(secrets)
    protect(redactor)
    _redact_httpx_logs()
    addresses = Addresses(base_url)
    waits = RequestLimits(limits, clock)
    if isinstance(auth, OAuth2) and save_refresh_token is None:
        raise ValueError("OAuth2 needs save_refresh_token: a rotated refresh token must be kept before use")
    if transport is None and not {"http", "https", "all"} & getproxies().keys():
        transport = KeepAliveTransport()
    client = httpx.Client(
        transport=transport,
        auth=None if isinstance(auth, OAuth2) else auth,
        timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
        headers={"user-agent": f"autobook/{__version__}"},
        follow_redirects=False,
    )
    opened = HttpClient(
        client=client,
        addresses=addresses,
        limits=waits,
        redactor=redactor,
        log=log,
        clock=clock,
        random=random or Random(),
    )
    if isinstance(auth, OAuth2) and save_refresh_token is not None:
        opened.use_tokens(auth, save_refresh_token)
    return opened


def _redact_httpx_logs() -> None:
    """Httpx writes whole addresses, query and all, to loggers of its own."""
    for name in _HTTPX_LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(item, RedactingFilter) for item in logger.filters):
            logger.addFilter(RedactingFilter())
