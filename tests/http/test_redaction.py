"""A canary is put wherever a credential can be, and then looked for wherever something can be read."""

import logging
import traceback
from collections.abc import Callable
from urllib.parse import quote

import httpx
import pytest

from autobook_core.errors import AuthFailed, Unavailable
from autobook_core.http import HttpClient

Opener = Callable[..., HttpClient]

CANARY = "k4n4ry/+ with=odd&signs"
FORMS = (CANARY, quote(CANARY, safe=""), quote(CANARY), "k4n4ry", "azRuNHJ5")


def everything_about(error: BaseException) -> str:
    """Return all that can be shown of an error and of the errors chained to it."""
    parts = ["".join(traceback.format_exception(error))]
    seen: list[BaseException | None] = [error]
    while (current := seen.pop()) is not None:
        parts += [repr(current), str(current), repr(current.args), repr(vars(current))]
        if isinstance(current, httpx.HTTPStatusError):
            parts += [repr(current.request), str(current.request.url), repr(current.request.headers.raw)]
            parts += [current.response.text, repr(current.response.headers.raw)]
        elif isinstance(current, httpx.RequestError):
            parts += [repr(current.request), str(current.request.url), repr(current.request.headers.raw)]
        seen += [linked for linked in (current.__cause__, current.__context__) if linked is not None] or [
            None
        ]
    return "\n".join(parts)


def echo(status: int) -> Callable[[httpx.Request], httpx.Response]:
    """Answer with everything that was sent, as some error pages do."""

    def handler(request: httpx.Request) -> httpx.Response:
        login = request.headers.get("authorization", "")
        page = f"{request.url} {login} {CANARY}"
        return httpx.Response(status, text=page, headers={"X-Request-Id": login or "none"})

    return handler


def raising(error: type[httpx.RequestError]) -> Callable[[httpx.Request], httpx.Response]:
    def handler(request: httpx.Request) -> httpx.Response:
        raise error(f"could not read {request.url} {request.headers.get('authorization')}", request=request)

    return handler


@pytest.mark.parametrize(
    ("handler", "expected"),
    [
        (echo(400), httpx.HTTPStatusError),
        (echo(404), httpx.HTTPStatusError),
        (echo(401), AuthFailed),
        (echo(500), Unavailable),
        (echo(200), Unavailable),
        (raising(httpx.ReadTimeout), Unavailable),
        (raising(httpx.ConnectError), Unavailable),
    ],
)
def test_no_canary_in_exceptions_and_logs(
    opened: Opener,
    caplog: pytest.LogCaptureFixture,
    handler: Callable[[httpx.Request], httpx.Response],
    expected: type[Exception],
) -> None:
    caplog.set_level(logging.DEBUG)
    client = opened(handler, secrets=[CANARY], auth=httpx.BasicAuth("anna", CANARY))
    with pytest.raises(expected) as caught:
        client.get(f"/v1/{quote(CANARY, safe='')}/rows", params={"api_key": CANARY, "page": 2})
    told = everything_about(caught.value) + caplog.text + repr(client) + repr(client.redactor)
    told += "".join(repr(vars(record)) for record in caplog.records)
    assert "GET" in told
    # The header is hidden as a whole, although no one said that it is a secret.
    assert httpx.BasicAuth("anna", CANARY)._auth_header.partition(" ")[2] not in told
    for form in FORMS:
        assert form not in told


def test_httpx_s_own_log_lines_hide_secrets(opened: Opener, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = opened(lambda request: httpx.Response(200, json={}), secrets=[CANARY])
    client.get("/rows", params={"api_key": CANARY})
    lines = [record.getMessage() for record in caplog.records if record.name == "httpx"]
    assert lines
    assert "api_key=***" in lines[0]
    assert "k4n4ry" not in caplog.text


def test_a_message_of_the_other_side_starts_no_line_of_its_own(opened: Opener) -> None:
    client = opened(lambda request: httpx.Response(200, json={}))
    client.reject_if(lambda answer: "busy\nERROR forged")
    with pytest.raises(Unavailable) as caught:
        client.get("/rows")
    assert "\n" not in str(caught.value)


def test_messages_leave_the_query_out(opened: Opener) -> None:
    with pytest.raises(httpx.HTTPStatusError) as caught:
        opened(echo(404)).get("/customers", params={"email": "anna@example.com"})
    assert "anna" not in str(caught.value)
