"""Opening a connector for one call after another, with the production client and a trace between the two."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass
from typing import Any
from urllib.request import getproxies, proxy_bypass

import httpx

from autobook_core.bookkeeping.implicit import blank_config
from autobook_core.clock import Clock
from autobook_core.config import build_config, resolver
from autobook_core.connector import OAuth2, Sink, Source, secret_values
from autobook_core.http import HttpClient, open_http
from autobook_core.http.transport import KeepAliveTransport
from autobook_core.intake.context import RunContext
from autobook_core.intake.kept_tokens import KeptToken, descent, keep, latest, read_kept, token_file
from autobook_core.logs import RedactingFilter, Redactor, redacting_logger
from autobook_core.workbench.session import Session
from autobook_core.workbench.subject import Subject
from autobook_core.workbench.trace import Printed, Trace, TracedClock, TracedTransport, TraceHandler

LOGGER = "autobook_core.workbench"


@dataclass(frozen=True, slots=True)
class Opened:
    """A connector that is ready to be called."""

    connector: Source | Sink
    context: RunContext
    trace: Trace
    redactor: Redactor


@contextmanager
def opened(subject: Subject, clock: Clock, env: Mapping[str, str], session: Session) -> Iterator[Opened]:
    """Build a connector with its settings and give it a traced client.

    A refresh token that is rotated is kept: the book's where the book looks for it, any other by the session.

    Raises:
        ConfigurationError: a setting is missing or refused, or a secret leads nowhere.
        BadConfig: its address is none, or not encrypted.
    """
    config: Any = build_config(
        subject.connector.Config, subject.options, resolver(subject.home, env), file=subject.file
    )
    connector = subject.connector(config)
    trace = Trace()
    with ExitStack() as closing:
        closing.enter_context(_log_into(trace))
        closing.enter_context(redirect_stdout(Printed(trace)))
        http = closing.enter_context(_client(subject, connector, config, trace, clock, session))
        context = RunContext(
            http=http,
            log=redacting_logger(LOGGER, http.redactor),
            connection_id=subject.name,
            start=subject.start,
            home=subject.home,
            clock=clock,
        )
        yield Opened(connector, context, trace, http.redactor)


def reader(subject: Subject) -> Source:
    """Return a source that can translate: no secret is needed, and none is looked up."""
    found = subject.source
    return found(blank_config(found.Config, subject.options))


def _client(
    subject: Subject, connector: Source | Sink, config: Any, trace: Trace, clock: Clock, session: Session
) -> HttpClient:
    auth, keep_token = connector.auth(), None
    if isinstance(auth, OAuth2):
        auth, keep_token = _with_kept_token(auth, subject, session)
    return open_http(
        base_url=connector.base_url,
        auth=auth,
        limits=connector.limits,
        secrets=secret_values(config),
        log=logging.getLogger(LOGGER),
        clock=TracedClock(clock, trace),
        transport=TracedTransport(_sender(connector.base_url), trace, clock),
        save_refresh_token=keep_token,
    )


def _with_kept_token(
    auth: OAuth2, subject: Subject, session: Session
) -> tuple[OAuth2, Callable[[str], None]]:
    """Return credentials with the refresh token as last rotated, and what keeps the next one."""
    folder = subject.home if subject.in_book else session.folder_for_tokens()
    path, of = token_file(folder, subject.name), descent(auth.refresh_token)
    return latest(auth, read_kept(path)), lambda token: keep(path, KeptToken(of, token))


def _sender(base_url: str) -> httpx.BaseTransport:
    """Return what sends: by the proxy that the environment names for this address, if it names one."""
    proxies, url = getproxies(), httpx.URL(base_url)
    proxy = proxies.get(url.scheme) or proxies.get("all")
    if proxy and not proxy_bypass(url.host):
        return httpx.HTTPTransport(proxy=proxy)
    return KeepAliveTransport()


@contextmanager
def _log_into(trace: Trace) -> Iterator[None]:
    """Send this room's log into the trace, and nowhere else, until the end."""
    logger, handler = logging.getLogger(LOGGER), TraceHandler(trace)
    handler.addFilter(RedactingFilter())
    before = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before[0])
        logger.propagate = before[1]
