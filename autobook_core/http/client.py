"""The client that connectors are handed: see :class:`autobook_core.connector.context.Http` for its rules.

One client serves one connection and may be used by its threads at the same time. What fails for now is
kept as a value and raised as a fresh exception, so that no chained cause carries a request, and with it a
credential, into a log.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random
from types import TracebackType
from typing import TYPE_CHECKING, Any

import httpx
import msgspec

from autobook_core.clock import Clock
from autobook_core.connector.context import Http
from autobook_core.connector.source import OAuth2
from autobook_core.errors import AuthFailed
from autobook_core.http.addresses import Addresses, declared, origin
from autobook_core.http.limits import RequestLimits
from autobook_core.http.refusals import refusal
from autobook_core.http.retry import (
    MAX_WAIT_SECONDS,
    Failure,
    Verdict,
    give_up,
    judge,
    may_repeat,
    next_wait,
    retry_after_seconds,
)
from autobook_core.logs import Redactor, event, printable
from autobook_core.passage import passage

if TYPE_CHECKING:
    from autobook_core.http.oauth import AccessTokens

_MOST_REDIRECTS = 5
_WITHOUT_BODY = frozenset({204, 205, 304})

Predicate = Callable[[httpx.Response], str | None]


@dataclass(frozen=True, slots=True)
class HttpStatistics:
    """What a client has done so far: requests sent, retries among them, bytes of answers as transferred."""

    requests: int = 0
    retries: int = 0
    bytes: int = 0


class HttpClient(Http):
    """Sends the requests of one connection; made by :func:`autobook_core.http.open_http`."""

    def __init__(
        self,
        *,
        client: httpx.Client,
        addresses: Addresses,
        limits: RequestLimits,
        redactor: Redactor,
        log: logging.Logger,
        clock: Clock,
        random: Random,
    ) -> None:
        self._client = client
        self._addresses = addresses
        self._limits = limits
        self._log = log
        self._clock = clock
        self._random = random
        #: By their code: who asks for it in every fetch has one, the latest.
        self._predicates: dict[object, Predicate] = {}
        self._lock = threading.Lock()
        self._statistics = HttpStatistics()
        self._tokens: AccessTokens | None = None
        self._last_login = ""
        #: Hides this connection's secrets, and the tokens it was given since.
        self.redactor = redactor
        client.event_hooks = {"request": [self._learn_login]}

    def use_tokens(self, credentials: OAuth2, save_refresh_token: Callable[[str], None]) -> None:
        """Send an access token with every request, got from these credentials."""
        from autobook_core.http.oauth import AccessTokens

        declared(credentials.token_url, field="token_url")
        self._tokens = AccessTokens(
            credentials,
            send=self._send_bare,
            save_refresh_token=save_refresh_token,
            redactor=self.redactor,
            clock=self._clock,
            renewed=lambda: event(self._log, "credentials.refreshed"),
        )

    @property
    def statistics(self) -> HttpStatistics:
        """What this client has done so far."""
        return self._statistics

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
    ) -> httpx.Response:
        """Send one request by the rules of :class:`~autobook_core.connector.context.Http`.

        Raises:
            AuthFailed: 401 or 403.
            RateLimited, Unavailable: it failed for now, and retrying did not help or must wait too long.
            ConnectorBug: the address is not on the declared host.
            httpx.HTTPStatusError: any other answer of 400 and above, and a redirect that is not followed.
        """
        target = self._addresses.resolve(url, params)
        fields = self._client.headers.copy()
        if expect_json:
            fields["accept"] = "application/json"
        if idempotency_key:
            fields["idempotency-key"] = idempotency_key
        fields.update(headers)
        form = dict(data) if data else None
        request = httpx.Request(method, target, json=json, data=form, headers=fields)
        return self._send_until_settled(
            request, repeatable=may_repeat(request.method, idempotency_key), expect_json=expect_json
        )

    def reject_if(self, predicate: Predicate) -> None:
        """Treat a 200 as a failure where the predicate gives a reason (retried like a 5xx)."""
        self._predicates[getattr(predicate, "__code__", predicate)] = predicate

    def close(self) -> None:
        """Close the connections. A closed client sends nothing."""
        self._client.close()

    def __enter__(self) -> "HttpClient":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<HttpClient of {self._addresses!r}>"

    def _send_until_settled(
        self, request: httpx.Request, *, repeatable: bool, expect_json: bool
    ) -> httpx.Response:
        attempt, redirects, renewed = 1, 0, False
        while True:
            self._limits.wait_for_turn(request.url.path)
            token = self._authorise(request)
            outcome = self._attempt(request, attempt)
            if isinstance(outcome, httpx.Response):
                match judge(outcome.status_code):
                    case Verdict.UNAUTHORISED:
                        if outcome.status_code == 401 and token and self._tokens and not renewed:
                            self._tokens.refused(token)
                            renewed = True
                            continue
                        raise self._unauthorised(outcome)
                    case Verdict.REDIRECT:
                        redirects += 1
                        request = self._followed(outcome, redirects)
                        continue
                    case Verdict.REFUSED:
                        raise refusal(outcome, self.redactor)
                    case Verdict.TEMPORARY:
                        outcome = self._temporary(outcome)
                    case Verdict.GOOD:
                        reason = self._flaw(outcome, expect_json=expect_json)
                        if reason is None:
                            return outcome
                        outcome = Failure(f"{self._told(request)}: {reason}", outcome.status_code)
            self._wait_or_give_up(outcome, request, attempt=attempt, repeatable=repeatable)
            attempt += 1

    def _attempt(self, request: httpx.Request, attempt: int) -> httpx.Response | Failure:
        began = self._clock.monotonic()
        try:
            with passage():
                response = self._client.send(request)
        except httpx.RequestError as error:
            self._count(retry=attempt > 1)
            return Failure(self._clean(f"{self._told(request)}: {type(error).__name__}: {error}"))
        size = response.num_bytes_downloaded or len(response.content)
        self._count(retry=attempt > 1, size=size)
        if self._log.isEnabledFor(logging.DEBUG):
            event(
                self._log,
                "request.answered",
                level=logging.DEBUG,
                method=request.method,
                path=self._clean(request.url.path),
                status=response.status_code,
                attempt=attempt,
                milliseconds=round((self._clock.monotonic() - began) * 1000),
                bytes=size,
            )
        return response

    def _wait_or_give_up(
        self, failure: Failure, request: httpx.Request, *, attempt: int, repeatable: bool
    ) -> None:
        asked = failure.retry_after_seconds or 0
        if asked:
            self._limits.hold(request.url.path, asked)
        wait = next_wait(failure, attempt=attempt, repeatable=repeatable, draw=self._random.random())
        if wait is None:
            if asked > MAX_WAIT_SECONDS:
                event(
                    self._log, "request.parked", level=logging.WARNING, reason=failure.reason, seconds=asked
                )
            raise give_up(failure)
        event(
            self._log,
            "request.retried",
            level=logging.WARNING,
            reason=failure.reason,
            attempt=attempt,
            seconds=round(wait, 3),
        )
        self._clock.sleep(wait)

    def _authorise(self, request: httpx.Request) -> str | None:
        if self._tokens is None:
            return None
        token = self._tokens.current()
        request.headers["authorization"] = f"Bearer {token}"
        return token

    def _temporary(self, response: httpx.Response) -> Failure:
        asked = retry_after_seconds(response.headers.get("retry-after"), self._clock.now())
        reason = f"{self._told(response.request)} was answered with {response.status_code}"
        return Failure(reason, response.status_code, asked)

    def _unauthorised(self, response: httpx.Response) -> AuthFailed:
        what = "were refused" if response.status_code == 401 else "do not allow this"
        return AuthFailed(
            f"{self._told(response.request)} was answered with {response.status_code}: the credentials {what}"
        )

    def _followed(self, response: httpx.Response, redirects: int) -> httpx.Request:
        following = response.next_request
        safe = may_repeat(response.request.method, None)
        if following is None or not safe or redirects > _MOST_REDIRECTS:
            raise refusal(response, self.redactor)
        if not self._addresses.allows(following.url):
            # Not retried at once: a redirect elsewhere is most often a page about maintenance.
            raise give_up(
                Failure(
                    f"{self._told(response.request)}: refused to follow a redirect to {origin(following.url)}"
                )
            )
        return following

    def _flaw(self, response: httpx.Response, *, expect_json: bool) -> str | None:
        """Return why a good status is not a good answer, or None."""
        if expect_json and response.request.method != "HEAD" and not _holds_json(response):
            return f"answered with {response.status_code}, but not with JSON"
        for predicate in self._predicates.values():
            if reason := predicate(response):
                return self._clean(reason)
        return None

    def _send_bare(self, request: httpx.Request) -> httpx.Response:
        self._count()
        with passage():
            return self._client.send(request, auth=None)

    def _learn_login(self, request: httpx.Request) -> None:
        """Hide the header by which an httpx.Auth has just proved who we are."""
        login = request.headers.get("authorization", "")
        if login and login != self._last_login and not login.lower().startswith("digest"):
            self._last_login = login
            self.redactor.add(login.partition(" ")[2] or login)

    def _count(self, *, retry: bool = False, size: int = 0) -> None:
        with self._lock:
            now = self._statistics
            self._statistics = replace(
                now, requests=now.requests + 1, retries=now.retries + retry, bytes=now.bytes + size
            )

    def _told(self, request: httpx.Request) -> str:
        """Name a request in a message: without its query, which may hold personal data."""
        return self._clean(f"{request.method} {request.url.path}")

    def _clean(self, text: str) -> str:
        return printable(self.redactor(text))


def _holds_json(response: httpx.Response) -> bool:
    if response.status_code in _WITHOUT_BODY or (response.status_code != 200 and not response.content):
        return True
    try:
        msgspec.json.decode(response.content, type=msgspec.Raw)
    except msgspec.DecodeError:
        return False
    return True
