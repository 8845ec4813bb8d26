"""What the framework hands to a connector's methods: a client, a log, a clock. No database."""

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

if TYPE_CHECKING:
    import httpx


class Options(TypedDict, total=False):
    """What :meth:`Http.get` and :meth:`Http.post` take beside the url; see :meth:`Http.request`."""

    params: Mapping[str, Any] | None
    json: Any
    data: Mapping[str, Any] | None
    headers: Mapping[str, str] | None
    idempotency_key: str | None
    expect_json: bool


class Http(ABC):
    """The one HTTP client a connector uses.

    It retries 408, 429, 5xx, transport errors and answers that should be JSON and are not,
    for GET and for requests that carry an idempotency key, never before ``Retry-After``; a
    wait of more than 60 s raises :class:`~autobook_core.errors.RateLimited` and parks the
    stream; 401 and 403 raise :class:`~autobook_core.errors.AuthFailed`; the declared limits
    are kept; secrets appear in no log line and no exception.
    """

    @abstractmethod
    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        idempotency_key: str | None = None,
        expect_json: bool = True,
    ) -> "httpx.Response":
        """Send one request by the rules above.

        Raises:
            AuthFailed, RateLimited, Unavailable: see above.
            httpx.HTTPStatusError: any other answer of 400 and above.
        """

    def get(self, url: str, **options: Unpack[Options]) -> "httpx.Response":
        """Send a GET request; options as in :meth:`request`."""
        return self.request("GET", url, **options)

    def post(self, url: str, **options: Unpack[Options]) -> "httpx.Response":
        """Send a POST request; options as in :meth:`request`."""
        return self.request("POST", url, **options)

    @abstractmethod
    def reject_if(self, predicate: "Callable[[httpx.Response], str | None]") -> None:
        """Treat a 200 as a failure where the predicate gives a reason (retried like a 5xx)."""


class Context(ABC):
    """The surroundings of one connection during one run.

    Attributes:
        http: the client; see :class:`Http`.
        log: a logger that redacts this connection's secrets.
        connection_id: the connection's name.
        start: the earliest instant (seconds UTC) the books want to know about.
        home: the book's folder, for connectors that read or write files.
    """

    http: Http
    log: logging.Logger
    connection_id: str
    start: int
    home: Path

    @abstractmethod
    def now(self) -> int:
        """Return the current instant in seconds UTC, from the injected clock."""

    @abstractmethod
    def cancelled(self) -> bool:
        """Tell whether the run should stop as soon as it can."""
