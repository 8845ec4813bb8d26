"""A small Stripe in memory, and the surroundings a connector runs in."""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from autobook_core.connector import AuthFailed, Context, Envelope, Http, Page, Stream, Unavailable
from autobook_stripe.config import Config
from autobook_stripe.source import StripeSource

Json = dict[str, Any]
NOW = 1_750_000_000


@dataclass
class FakeStripe:
    """Lists of objects by path, newest first, with the refusals that real and would-be Stripes give."""

    lists: dict[str, list[Json]] = field(default_factory=dict)
    objects: dict[str, Json] = field(default_factory=dict)
    #: By path: parameters that are refused with 400.
    unknown: dict[str, set[str]] = field(default_factory=dict)
    #: By path: the status that is always answered.
    broken: dict[str, int] = field(default_factory=dict)
    oldest_first: bool = False
    requests: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        path, asked = request.url.path, request.url.params
        if path in self.broken:
            return self._error(self.broken[path], "no")
        for name in asked:
            if name in self.unknown.get(path, ()):
                return self._error(400, f"Received unknown parameter: {name}", "parameter_unknown", name)
        if path in self.objects:
            return httpx.Response(200, json=self.objects[path])
        if path not in self.lists:
            return self._error(404, f"Unrecognized request URL (GET: {path}).")
        rows = self._rows(path, asked)
        after = asked.get("starting_after")
        if after:
            ids = [row["id"] for row in rows]
            if after not in ids:
                return self._error(400, f"No such object: {after}", "resource_missing", "starting_after")
            rows = rows[ids.index(after) + 1 :]
        limit = int(asked.get("limit", 10))
        body = {"object": "list", "data": rows[:limit], "has_more": len(rows) > limit}
        # Indented, as Stripe's answers are.
        return httpx.Response(200, content=json.dumps(body, indent=2).encode())

    def _rows(self, path: str, asked: httpx.QueryParams) -> list[Json]:
        since, types = int(asked.get("created[gte]", 0)), asked.get_list("types[]")
        rows = [row for row in self.lists[path] if int(row.get("created", since)) >= since]
        rows = [row for row in rows if not types or row.get("type") in types]
        return sorted(rows, key=lambda row: int(row.get("created", 0)), reverse=not self.oldest_first)

    @staticmethod
    def _error(status: int, message: str, code: str = "", param: str = "") -> httpx.Response:
        error = {"message": message, "type": "invalid_request_error", "code": code, "param": param}
        return httpx.Response(status, json={"error": error})

    def paths(self) -> list[str]:
        return [request.url.path for request in self.requests]


class PlainHttp(Http):
    """The client of the framework in its plainest form: the errors of the contract, no retries."""

    def __init__(
        self, source: StripeSource, answer: Callable[[httpx.Request], httpx.Response] | None
    ) -> None:
        transport = httpx.MockTransport(answer) if answer else httpx.HTTPTransport()
        self.client = httpx.Client(base_url=source.base_url, auth=source.auth(), transport=transport)

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
        response = self.client.request(method, url, params=params, headers=headers)
        if response.status_code in {401, 403}:
            raise AuthFailed(response.text)
        if response.status_code >= 500:
            raise Unavailable(response.text)
        return response.raise_for_status()

    def reject_if(self, predicate: Callable[[httpx.Response], str | None]) -> None:
        raise AssertionError("not used")


class PlainContext(Context):
    http: PlainHttp

    def __init__(self, http: PlainHttp, start: int = 0) -> None:
        self.http = http
        self.log = logging.getLogger("autobook.stripe.test")
        self.connection_id = "stripe"
        self.start = start
        self.home = Path()

    def now(self) -> int:
        return NOW

    def cancelled(self) -> bool:
        return False


class Reader:
    """A connection to the fake, or to a server on loopback: reads windows as the engine does."""

    def __init__(self, server: FakeStripe | None, start: int = 0, **options: str) -> None:
        self.source = StripeSource(Config(**{"api_key": "sk_test_1", "payout_members": "no", **options}))
        self.context = PlainContext(PlainHttp(self.source, server), start)

    def stream(self, name: str) -> Stream:
        return next(stream for stream in self.source.streams if stream.name == name)

    def page(self, name: str, cursor: Json | None = None) -> Page:
        # The engine keeps cursors as JSON.
        kept = None if cursor is None else json.loads(json.dumps(cursor))
        return self.source.fetch(self.context, self.stream(name), kept)

    def window(self, name: str, cursor: Json | None = None) -> tuple[list[Envelope], Json]:
        items: list[Envelope] = []
        for _ in range(100):
            page = self.page(name, cursor)
            items += page.items
            cursor = page.cursor
            if not page.has_more:
                return items, cursor
        raise AssertionError("the window never ends")


@pytest.fixture
def server() -> FakeStripe:
    return FakeStripe(lists={"/v1/events": []})


@pytest.fixture
def connect(server: FakeStripe) -> Callable[..., Reader]:
    return lambda start=0, **options: Reader(server, start, **options)


@pytest.fixture
def connect_to() -> Iterator[Callable[..., Reader]]:
    """Connect to a server that listens at ``api_base``."""
    readers: list[Reader] = []

    def connect(**options: str) -> Reader:
        readers.append(Reader(None, 0, **options))
        return readers[-1]

    yield connect
    for reader in readers:
        reader.context.http.client.close()
