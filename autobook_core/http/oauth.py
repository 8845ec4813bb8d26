"""Access tokens from a refresh token, renewed by one thread at a time.

Many providers give a new refresh token with each access token and retire the old one. The new one is
therefore committed before the access token is used: a crash in between costs a request, not the
connection.
"""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

import httpx
import msgspec

from autobook_core.clock import Clock
from autobook_core.connector.source import OAuth2
from autobook_core.errors import AuthFailed, Unavailable
from autobook_core.http.retry import Failure, Verdict, give_up, judge, retry_after_seconds
from autobook_core.logs import Redactor

#: An access token is renewed this long before it ends, in seconds.
_MARGIN_SECONDS = 30
_ERROR_CODE = re.compile(r"[a-z_]{1,40}")


class _Grant(msgspec.Struct):
    access_token: str
    refresh_token: str | None = None
    expires_in: int | None = None


class _Refusal(msgspec.Struct):
    error: Any = None


@dataclass(frozen=True, slots=True, repr=False)
class _Access:
    token: str
    #: By the monotonic clock; None when the other side does not say.
    ends: float | None


class AccessTokens:
    """The current access token of one connection."""

    def __init__(
        self,
        credentials: OAuth2,
        *,
        send: Callable[[httpx.Request], httpx.Response],
        save_refresh_token: Callable[[str], None],
        redactor: Redactor,
        clock: Clock,
        renewed: Callable[[], None],
    ) -> None:
        """Hold the credentials; nothing is asked yet.

        Args:
            credentials: who we are, and the refresh token as last kept.
            send: sends a request once, without credentials of its own.
            save_refresh_token: keeps a rotated refresh token for good before it returns.
            redactor: learns every token before it can appear anywhere.
            clock: measures how long an access token still lasts.
            renewed: is told after each renewal.
        """
        self._credentials = credentials
        self._send = send
        self._save = save_refresh_token
        self._redactor = redactor
        self._clock = clock
        self._renewed = renewed
        self._lock = threading.Lock()
        self._access: _Access | None = None
        self._unsaved: _Grant | None = None
        redactor.add(credentials.client_secret, credentials.refresh_token)

    def current(self) -> str:
        """Return an access token that is valid now, renewing it first where needed.

        Raises:
            AuthFailed: the refresh token was refused.
            RateLimited, Unavailable: the token address does not answer as it should.
        """
        with self._lock:
            access = self._access
            if access is None or (access.ends is not None and self._clock.monotonic() >= access.ends):
                access = self._access = self._renew()
            return access.token

    def refused(self, token: str) -> None:
        """Forget an access token that was refused, unless another thread has renewed it meanwhile."""
        with self._lock:
            if self._access is not None and self._access.token == token:
                self._access = None

    def _renew(self) -> _Access:
        # A grant that could not be kept last time is not asked for again: its refresh token is already
        # the only one that works.
        grant = self._unsaved or self._ask()
        rotated = grant.refresh_token
        if rotated and rotated != self._credentials.refresh_token:
            self._unsaved = grant
            self._save(rotated)
            self._credentials = replace(self._credentials, refresh_token=rotated)
        self._unsaved = None
        self._renewed()
        lasts = grant.expires_in
        ends = None if lasts is None else self._clock.monotonic() + max(0, lasts - _MARGIN_SECONDS)
        return _Access(grant.access_token, ends)

    def _ask(self) -> _Grant:
        # Once only: a second request with a refresh token that was already taken can end the connection.
        outcome = self._answer(self._request())
        if isinstance(outcome, Failure):
            raise give_up(outcome)
        return outcome

    def _request(self) -> httpx.Request:
        known = self._credentials
        login = httpx.BasicAuth(quote(known.client_id, safe=""), quote(known.client_secret, safe=""))
        request = httpx.Request(
            "POST",
            known.token_url,
            data={"grant_type": "refresh_token", "refresh_token": known.refresh_token},
            headers={"Accept": "application/json"},
        )
        return next(login.sync_auth_flow(request))

    def _answer(self, request: httpx.Request) -> _Grant | Failure:
        try:
            response = self._send(request)
        except httpx.RequestError as error:
            return Failure(self._redactor(f"renewing the access token: {type(error).__name__}: {error}"))
        match judge(response.status_code):
            case Verdict.GOOD:
                return self._grant(response)
            case Verdict.UNAUTHORISED | Verdict.REFUSED:
                raise AuthFailed(
                    f"the refresh token was refused ({response.status_code}{_error_code(response.content)})",
                    fix="renew the credentials: connect again to grant access anew",
                )
            case _:
                asked = retry_after_seconds(response.headers.get("retry-after"), self._clock.now())
                reason = f"renewing the access token was answered with {response.status_code}"
                return Failure(reason, response.status_code, asked)

    def _grant(self, response: httpx.Response) -> _Grant:
        try:
            grant = msgspec.json.decode(response.content, type=_Grant, strict=False)
        except msgspec.DecodeError:
            grant = None
        if grant is None or not grant.access_token:
            raise Unavailable("the token address answered without an access token")
        self._redactor.add(grant.access_token, grant.refresh_token or "")
        return grant


def _error_code(body: bytes) -> str:
    try:
        code = msgspec.json.decode(body, type=_Refusal).error
    except msgspec.DecodeError:
        return ""
    return f", {code}" if isinstance(code, str) and _ERROR_CODE.fullmatch(code) else ""
