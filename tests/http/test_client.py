from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
import respx

from autobook_core.clock import ManualClock
from autobook_core.connector.values import Limit
from autobook_core.errors import AuthFailed, CursorExpired, RateLimited, Unavailable
from autobook_core.http import HttpClient

Opener = Callable[..., HttpClient]


def answering(
    *answers: httpx.Response | Exception,
) -> tuple[Callable[[httpx.Request], httpx.Response], list[Any]]:
    """Return a handler that gives these answers in turn (the last one for ever) and the requests it saw."""
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        answer = answers[min(len(seen), len(answers) - 1)]
        seen.append(request)
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    return handler, seen


def ok() -> httpx.Response:
    return httpx.Response(200, json={"ok": True})


def test_a_request_starts_at_the_base_and_says_what_it_accepts(opened: Opener) -> None:
    with respx.mock(using="httpx") as api:
        route = api.get("https://api.example.com/v1/rows", params={"limit": "100"}).respond(json={"data": []})
        body = opened().get("/v1/rows", params={"limit": 100}).json()
    assert body == {"data": []}
    sent = route.calls.last.request
    assert sent.headers["accept"] == "application/json"
    assert sent.headers["user-agent"].startswith("autobook/")


def test_login_and_own_headers_are_sent(opened: Opener) -> None:
    handler, seen = answering(ok())
    opened(handler, auth=httpx.BasicAuth("key", "")).post("/x", data={"a": "1"}, headers={"X-Version": "7"})
    assert seen[0].headers["authorization"].startswith("Basic ")
    assert seen[0].headers["x-version"] == "7"
    assert seen[0].content == b"a=1"


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
def test_a_read_is_repeated_after_an_answer_that_passes(opened: Opener, status: int) -> None:
    handler, seen = answering(httpx.Response(status), ok())
    assert opened(handler).get("/x").status_code == 200
    assert len(seen) == 2


@pytest.mark.parametrize(
    "error",
    [httpx.ConnectTimeout("t"), httpx.ReadTimeout("t"), httpx.ReadError("r"), httpx.RemoteProtocolError("p")],
)
def test_a_read_is_repeated_after_a_fault_on_the_way(opened: Opener, error: Exception) -> None:
    handler, seen = answering(error, ok())
    assert opened(handler).get("/x").status_code == 200
    assert len(seen) == 2


@pytest.mark.parametrize("body", [b"<html>busy</html>", b'{"data": [1, 2', b""])
def test_a_good_status_without_whole_json_is_repeated(opened: Opener, body: bytes) -> None:
    handler, seen = answering(httpx.Response(200, content=body), ok())
    assert opened(handler).get("/x").json() == {"ok": True}
    assert len(seen) == 2


def test_what_is_not_expected_to_be_json_may_be_anything(opened: Opener) -> None:
    handler, seen = answering(httpx.Response(200, content=b"a;b\n1;2\n"))
    assert opened(handler).get("/x", expect_json=False).text == "a;b\n1;2\n"
    assert len(seen) == 1


@pytest.mark.parametrize("status", [201, 204, 304])
def test_an_answer_without_a_body_need_not_be_json(opened: Opener, status: int) -> None:
    handler, _ = answering(httpx.Response(status))
    assert opened(handler).get("/x").status_code == status


@pytest.mark.parametrize(
    "answer", [httpx.Response(500), httpx.ReadTimeout("t"), httpx.Response(200, content=b"<")]
)
def test_a_write_without_a_key_is_sent_once(opened: Opener, answer: httpx.Response | Exception) -> None:
    handler, seen = answering(answer)
    with pytest.raises(Unavailable):
        opened(handler).post("/x", json={"a": 1})
    assert len(seen) == 1


def test_a_write_with_a_key_is_repeated_under_the_same_key(opened: Opener) -> None:
    handler, seen = answering(httpx.ReadTimeout("t"), httpx.Response(500), ok())
    opened(handler).post("/x", json={"a": 1}, idempotency_key="entry-7")
    assert [request.headers["idempotency-key"] for request in seen] == ["entry-7"] * 3
    assert {request.content for request in seen} == {b'{"a":1}'}


def test_attempts_are_bounded_and_waits_grow_with_jitter(opened: Opener, clock: ManualClock) -> None:
    handler, seen = answering(httpx.Response(503))
    with pytest.raises(Unavailable, match="GET /x was answered with 503"):
        opened(handler).get("/x")
    assert len(seen) == 5
    assert len(clock.slept) == 4
    assert all(wait <= most for wait, most in zip(clock.slept, [0.5, 1, 2, 4], strict=True))
    assert len(set(clock.slept)) == 4


def test_the_same_draw_gives_the_same_waits(opened: Opener, clock: ManualClock) -> None:
    waits = []
    for _ in range(2):
        handler, _ = answering(httpx.Response(503))
        with pytest.raises(Unavailable):
            opened(handler).get("/x")
        waits.append(tuple(clock.slept))
        clock.slept.clear()
    assert waits[0] == waits[1]


@pytest.mark.parametrize("status", [429, 503])
def test_not_one_second_before_retry_after(opened: Opener, clock: ManualClock, status: int) -> None:
    times: list[float] = []

    def handler(request: httpx.Request) -> httpx.Response:
        times.append(clock.monotonic())
        return httpx.Response(status, headers={"Retry-After": "17"}) if len(times) == 1 else ok()

    opened(handler).get("/x")
    assert times[1] - times[0] >= 17


def test_retry_after_may_be_a_date(opened: Opener, clock: ManualClock) -> None:
    date = format_datetime(datetime.fromtimestamp(clock.now() + 40, UTC), usegmt=True)
    handler, _ = answering(httpx.Response(429, headers={"Retry-After": date}), ok())
    opened(handler).get("/x")
    assert clock.monotonic() >= 40


def test_a_wait_of_over_a_minute_parks_without_sleeping(opened: Opener, clock: ManualClock) -> None:
    handler, seen = answering(httpx.Response(429, headers={"Retry-After": "3600"}))
    client = opened(handler)
    with pytest.raises(RateLimited) as caught:
        client.get("/x")
    assert caught.value.retry_after_seconds == 3600
    assert (len(seen), clock.slept) == (1, [])


def test_a_parked_path_is_not_asked_again_before_its_time(opened: Opener, clock: ManualClock) -> None:
    handler, seen = answering(httpx.Response(429, headers={"Retry-After": "3600"}), ok())
    client = opened(handler)
    with pytest.raises(RateLimited):
        client.get("/x")
    clock.move(3000)
    with pytest.raises(RateLimited) as caught:
        client.get("/x")
    assert (caught.value.retry_after_seconds, len(seen)) == (600, 1)
    clock.move(600)
    assert client.get("/x").status_code == 200


def test_a_server_that_is_away_for_an_hour_is_unavailable_for_an_hour(opened: Opener) -> None:
    handler, _ = answering(httpx.Response(503, headers={"Retry-After": "3600"}))
    with pytest.raises(Unavailable) as caught:
        opened(handler).get("/x")
    assert caught.value.retry_after_seconds == 3600


@pytest.mark.parametrize("status", [401, 403])
def test_refused_credentials_are_not_tried_again(opened: Opener, status: int) -> None:
    handler, seen = answering(httpx.Response(status))
    with pytest.raises(AuthFailed, match=str(status)):
        opened(handler).get("/x")
    assert len(seen) == 1


def test_any_other_refusal_is_httpx_s_own_error_with_the_answer(opened: Opener) -> None:
    handler, seen = answering(httpx.Response(404, json={"error": {"code": "resource_missing"}}))
    with pytest.raises(httpx.HTTPStatusError, match="GET /v1/x was answered with 404 Not Found") as caught:
        opened(handler).get("/v1/x")
    assert caught.value.response.json()["error"]["code"] == "resource_missing"
    assert len(seen) == 1


def test_declared_limits_are_kept_by_retries_too(opened: Opener, clock: ManualClock) -> None:
    handler, seen = answering(httpx.Response(500), httpx.Response(500), ok())
    client = opened(handler, limits=[Limit(1, per=10.0)])
    client.get("/x")
    client.get("/y")
    assert len(seen) == 4
    assert clock.monotonic() >= 30


def test_a_redirect_on_the_same_host_is_followed(opened: Opener) -> None:
    handler, seen = answering(httpx.Response(302, headers={"Location": "/v2/x?a=1"}), ok())
    assert opened(handler, auth=httpx.BasicAuth("k", "")).get("/x").status_code == 200
    assert str(seen[1].url) == "https://api.example.com/v2/x?a=1"
    assert "authorization" in seen[1].headers


@pytest.mark.parametrize(
    "location",
    [
        "https://evil.example/x",
        "//evil.example/x",
        "http://api.example.com/x",
        "https://api.example.com:444/",
    ],
)
def test_a_redirect_to_another_host_is_not_followed(opened: Opener, location: str) -> None:
    handler, seen = answering(httpx.Response(302, headers={"Location": location}))
    with pytest.raises(Unavailable, match="refused to follow a redirect to"):
        opened(handler).get("/x")
    assert len(seen) == 1


def test_redirects_in_a_circle_end(opened: Opener) -> None:
    handler, seen = answering(httpx.Response(302, headers={"Location": "/x"}))
    with pytest.raises(httpx.HTTPStatusError):
        opened(handler).get("/x")
    assert len(seen) == 6


def test_a_write_follows_no_redirect(opened: Opener) -> None:
    handler, seen = answering(httpx.Response(307, headers={"Location": "/y"}))
    with pytest.raises(httpx.HTTPStatusError):
        opened(handler).post("/x", json={}, idempotency_key="k")
    assert len(seen) == 1


def test_a_200_that_the_connector_rejects_is_repeated(opened: Opener) -> None:
    handler, seen = answering(httpx.Response(200, json={"error": "busy"}), ok())
    client = opened(handler)
    client.reject_if(lambda answer: answer.json().get("error"))
    assert client.get("/x").json() == {"ok": True}
    assert len(seen) == 2


def test_a_200_that_stays_rejected_ends_with_the_connector_s_reason(opened: Opener) -> None:
    handler, _ = answering(httpx.Response(200, json={"error": "partial page"}))
    client = opened(handler)
    client.reject_if(lambda answer: answer.json().get("error"))
    with pytest.raises(Unavailable, match="partial page"):
        client.get("/x")


def test_a_predicate_may_raise_what_happens_next(opened: Opener) -> None:
    handler, seen = answering(ok())

    def expired(answer: httpx.Response) -> str | None:
        raise CursorExpired("page token")

    client = opened(handler)
    client.reject_if(expired)
    with pytest.raises(CursorExpired):
        client.get("/x")
    assert len(seen) == 1


def test_a_predicate_given_anew_with_every_page_is_asked_once_an_answer(opened: Opener) -> None:
    handler, _ = answering(ok())
    client = opened(handler)
    asked: list[httpx.Response] = []

    def fetch() -> None:
        def busy(answer: httpx.Response) -> str | None:
            asked.append(answer)
            return None

        client.reject_if(busy)

    for _ in range(100):
        fetch()
    client.get("/x")
    assert len(asked) == 1


def test_a_client_counts_what_it_does(opened: Opener) -> None:
    handler, _ = answering(httpx.Response(500), ok())
    client = opened(handler)
    client.get("/x")
    client.get("/x")
    assert (client.statistics.requests, client.statistics.retries) == (3, 1)
    assert client.statistics.bytes == 2 * len(ok().content)


def test_connecting_may_take_ten_seconds_and_reading_thirty(opened: Opener) -> None:
    handler, seen = answering(ok())
    opened(handler).get("/x")
    timeouts = seen[0].extensions["timeout"]
    assert (timeouts["connect"], timeouts["read"]) == (10.0, 30.0)


def test_a_closed_client_sends_nothing(opened: Opener) -> None:
    handler, seen = answering(ok())
    client = opened(handler)
    client.close()
    with pytest.raises(RuntimeError, match="closed"):
        client.get("/x")
    assert seen == []
