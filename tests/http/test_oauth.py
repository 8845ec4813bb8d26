import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from autobook_core.clock import ManualClock
from autobook_core.connector.source import OAuth2
from autobook_core.errors import AuthFailed, BadConfig, RateLimited, StoreError, Unavailable
from autobook_core.http import HttpClient

Opener = Callable[..., HttpClient]

CREDENTIALS = OAuth2("https://login.example.com/token", "client", "client-secret", "refresh-0")


@dataclass
class Provider:
    """An API whose login rotates refresh tokens and takes each of them once."""

    lifetime_seconds: int | None = 1800
    rotations: int = 0
    refusals: list[httpx.Response] = field(default_factory=list)
    trail: list[str] = field(default_factory=list)
    refused_once: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        with self.lock:
            return self._token(request) if request.url.host == "login.example.com" else self._row(request)

    def _token(self, request: httpx.Request) -> httpx.Response:
        given = parse_qs(request.content.decode())["refresh_token"][0]
        self.trail.append(f"asked with {given}")
        if self.refusals:
            return self.refusals.pop(0)
        if given != f"refresh-{self.rotations}":
            return httpx.Response(400, json={"error": "invalid_grant"})
        self.rotations += 1
        body: dict[str, Any] = {
            "access_token": f"access-{self.rotations}",
            "refresh_token": f"refresh-{self.rotations}",
        }
        if self.lifetime_seconds is not None:
            body["expires_in"] = self.lifetime_seconds
        return httpx.Response(200, json=body)

    def _row(self, request: httpx.Request) -> httpx.Response:
        if self.refused_once:
            self.refused_once = False
            self.trail.append(f"refused access-{self.rotations}")
            return httpx.Response(401)
        if request.headers.get("authorization") != f"Bearer access-{self.rotations}":
            return httpx.Response(401)
        self.trail.append(f"used access-{self.rotations}")
        return httpx.Response(200, json={})

    def save(self, token: str) -> None:
        self.trail.append(f"saved {token}")


def test_the_rotated_refresh_token_is_kept_before_the_access_token_is_used(opened: Opener) -> None:
    api = Provider()
    opened(api, auth=CREDENTIALS, save_refresh_token=api.save).get("/x")
    assert api.trail == ["asked with refresh-0", "saved refresh-1", "used access-1"]


def test_an_access_token_is_used_until_shortly_before_its_end(opened: Opener, clock: ManualClock) -> None:
    api = Provider(lifetime_seconds=100)
    client = opened(api, auth=CREDENTIALS, save_refresh_token=api.save)
    client.get("/x")
    clock.move(69)
    client.get("/x")
    assert api.rotations == 1
    clock.move(2)
    client.get("/x")
    assert api.rotations == 2


def test_a_refused_access_token_is_renewed_once_and_the_request_repeated(opened: Opener) -> None:
    api = Provider(lifetime_seconds=None)
    client = opened(api, auth=CREDENTIALS, save_refresh_token=api.save)
    client.get("/x")
    with api.lock:
        api.trail.clear()
        api.refused_once = True
    client.post("/x", json={})
    assert api.trail == ["refused access-1", "asked with refresh-1", "saved refresh-2", "used access-2"]


def test_a_token_that_stays_refused_ends_as_refused_credentials(opened: Opener) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.host == "login.example.com":
            return httpx.Response(200, json={"access_token": "access-x"})
        return httpx.Response(401)

    with pytest.raises(AuthFailed):
        opened(handler, auth=CREDENTIALS, save_refresh_token=lambda token: None).get("/x")


def test_many_threads_renew_once(opened: Opener) -> None:
    api = Provider()
    client = opened(api, auth=CREDENTIALS, save_refresh_token=api.save)
    threads = [threading.Thread(target=client.get, args=("/x",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert api.rotations == 1
    assert api.trail.count("used access-1") == 8


def test_a_token_that_cannot_be_kept_is_not_used_and_not_asked_for_twice(opened: Opener) -> None:
    api = Provider()
    failures = [StoreError("disk full")]

    def save(token: str) -> None:
        if failures:
            raise failures.pop()
        api.save(token)

    client = opened(api, auth=CREDENTIALS, save_refresh_token=save)
    with pytest.raises(StoreError):
        client.get("/x")
    assert api.trail == ["asked with refresh-0"]
    client.get("/x")
    assert api.trail == ["asked with refresh-0", "saved refresh-1", "used access-1"]


def test_a_refused_refresh_token_asks_for_new_credentials_with_the_reason(opened: Opener) -> None:
    api = Provider(refusals=[httpx.Response(400, json={"error": "invalid_grant"})])
    with pytest.raises(AuthFailed, match=r"400, invalid_grant"):
        opened(api, auth=CREDENTIALS, save_refresh_token=api.save).get("/x")
    assert api.trail == ["asked with refresh-0"]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (httpx.Response(503), Unavailable),
        (httpx.Response(429, headers={"Retry-After": "90"}), RateLimited),
        (httpx.Response(200, text="<html>"), Unavailable),
        (httpx.Response(200, json={"access_token": ""}), Unavailable),
    ],
)
def test_a_login_that_fails_for_now_is_asked_once_and_later_again(
    opened: Opener, answer: httpx.Response, expected: type[Exception]
) -> None:
    api = Provider(refusals=[answer])
    client = opened(api, auth=CREDENTIALS, save_refresh_token=api.save)
    with pytest.raises(expected):
        client.get("/x")
    assert api.trail == ["asked with refresh-0"]
    assert client.get("/x").status_code == 200


def test_a_login_that_cannot_be_reached_is_unavailable_and_names_no_secret(opened: Opener) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(f"no route for {request.content.decode()}", request=request)

    with pytest.raises(Unavailable, match="renewing the access token: ConnectError") as caught:
        opened(handler, auth=CREDENTIALS, save_refresh_token=lambda token: None).get("/x")
    assert "refresh-0" not in str(caught.value)
    assert caught.value.__context__ is None


def test_a_refusal_without_a_readable_reason_is_still_a_refusal(opened: Opener) -> None:
    api = Provider(refusals=[httpx.Response(403, text="<html>")])
    with pytest.raises(AuthFailed, match=r"refused \(403\)"):
        opened(api, auth=CREDENTIALS, save_refresh_token=api.save).get("/x")


def test_tokens_appear_in_no_message(opened: Opener) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.host == "login.example.com":
            return httpx.Response(
                200, json={"access_token": "access-canary", "refresh_token": "refresh-canary"}
            )
        return httpx.Response(
            400, text=f"bad {request.headers['authorization']} refresh-canary client-secret"
        )

    with pytest.raises(httpx.HTTPStatusError) as caught:
        opened(handler, auth=CREDENTIALS, save_refresh_token=lambda token: None).get("/x")
    assert caught.value.response.text == "bad Bearer *** *** ***"


def test_a_login_without_a_place_to_keep_tokens_is_refused(opened: Opener) -> None:
    with pytest.raises(ValueError, match="save_refresh_token"):
        opened(Provider(), auth=CREDENTIALS)


def test_a_login_must_be_encrypted(opened: Opener) -> None:
    plain = OAuth2("http://login.example.com/token", "client", "client-secret", "refresh-0")
    with pytest.raises(BadConfig) as caught:
        opened(Provider(), auth=plain, save_refresh_token=lambda token: None)
    assert caught.value.field == "token_url"
