"""AcmePay's sandbox as a real server on loopback, and the ways in which a real service differs from its fake."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

import httpx

from autobook_core.connector import Context, Health, Limit, option
from tests.testing.kit import acmepay
from tests.testing.kit.acmepay import AcmePay
from tests.testing.kit.acmepay_fake import FakeAcmePay, Json

BIRTH = 1_750_000_000
#: Rows that make three pages: two of one instant at an edge, two within a page.
BIRTHS = (0, 61, 122, 183, 183, 244, 244, 366, 427, 488)


@dataclass(frozen=True)
class Config(acmepay.Config):
    url: str = option("Where AcmePay is", default="https://api.acmepay.example")


class LiveAcmePay(AcmePay):
    """AcmePay at any address, telling sandboxes from live accounts."""

    Config = Config
    limits = (Limit(calls=1_000),)

    @property
    def base_url(self) -> str:
        url: str = self.config.url
        return url

    def check(self, ctx: Context) -> Health:
        account = ctx.http.get("/v1/account").json()
        return Health(ok=True, account_id=account["id"], live=account.get("live", False))


class Service(FakeAcmePay):
    """The sandbox: rows, and answers as the fake gives them."""

    live = False
    fake: type[FakeAcmePay] = FakeAcmePay

    def __init__(self) -> None:
        self.asked = count(1)
        self.rows = [self.make_record(i, BIRTH + born) for i, born in enumerate(BIRTHS)]

    def answer(self, request: httpx.Request) -> Json:
        """Return the JSON of an answer."""
        if request.url.path == "/v1/account":
            return {"id": "acct_1", "live": self.live}
        if request.method == "POST":
            return self.change(self.rows[2])
        found: Json = self.respond(request, self.listed()).json()
        return found

    def listed(self) -> list[Json]:
        """Return the rows as they are listed."""
        return sorted(self.rows, key=lambda row: (row["updated"], row["id"]))

    def change(self, row: Json) -> Json:
        """Change a row, as somebody who works in the sandbox does."""
        row |= {"amount": row["amount"] + 1, "updated": max(one["updated"] for one in self.rows) + 60}
        return {"id": row["id"]}


class Production(Service):
    live = True


class Empty(Service):
    def listed(self) -> list[Json]:
        return []


class OnePage(Service):
    def listed(self) -> list[Json]:
        return super().listed()[:3]


class ExclusiveFilter(Service):
    def respond(self, request: httpx.Request, rows: Any) -> httpx.Response:
        since = int(request.url.params["since"])
        return super().respond(request, [row for row in rows if row["updated"] > since])


class FilterByHour(Service):
    def respond(self, request: httpx.Request, rows: Any) -> httpx.Response:
        since = int(request.url.params["since"])
        request.url = request.url.copy_set_param("since", str(since - since % 3_600))
        return super().respond(request, rows)


class LosesTheEdge(Service):
    """Page tokens point one row too far."""

    def respond(self, request: httpx.Request, rows: Any) -> httpx.Response:
        after, ids = request.url.params.get("after"), [row["id"] for row in rows]
        if after and ids.index(after) + 1 < len(ids) - 1:
            request.url = request.url.copy_set_param("after", ids[ids.index(after) + 1])
        return super().respond(request, rows)


class SharedId(Service):
    def listed(self) -> list[Json]:
        rows = super().listed()
        return [*rows[:6], rows[6] | {"id": rows[5]["id"], "updated": rows[5]["updated"]}, *rows[7:]]


class NoIds(Service):
    def listed(self) -> list[Json]:
        rows = super().listed()
        return [*rows[:-1], rows[-1] | {"id": ""}]


class MissingField(Service):
    def listed(self) -> list[Json]:
        return [{name: value for name, value in row.items() if name != "amount"} for row in super().listed()]


class FakeWithNote(FakeAcmePay):
    def make_record(self, i: int, at: int, **changes: Any) -> Json:
        return {**super().make_record(i, at, **changes), "note": ""}


class NoNotes(Service):
    """The documentation shows a field, so the fake has it, and no row does."""

    fake = FakeWithNote


class TiesInAnyOrder(Service):
    """Rows of one instant stand the other way round from the second reading on."""

    begun = 0

    def respond(self, request: httpx.Request, rows: Any) -> httpx.Response:
        self.begun += not request.url.params.get("after")
        if self.begun > 1:
            rows[5], rows[6] = rows[6], rows[5]
        return super().respond(request, rows)


class TiesAcrossTheEdge(Service):
    """Rows of one instant change places between the first page and the second."""

    def respond(self, request: httpx.Request, rows: Any) -> httpx.Response:
        if request.url.params.get("after"):
            rows[3], rows[4] = rows[4], rows[3]
        return super().respond(request, rows)


class TokensOfOnce(Service):
    """A page token that is used again gives the page after it."""

    def __init__(self) -> None:
        super().__init__()
        self.used: set[str] = set()

    def respond(self, request: httpx.Request, rows: Any) -> httpx.Response:
        token, ids = str(request.url.query), [row["id"] for row in rows]
        if request.url.params.get("after") and token in self.used:
            later = ids[min(len(ids) - 1, ids.index(request.url.params["after"]) + 2)]
            request.url = request.url.copy_set_param("after", later)
        self.used.add(token)
        return super().respond(request, rows)


class ChangesWithoutVersion(Service):
    """A field changes on its own, under the same version."""

    def listed(self) -> list[Json]:
        return [row | {"seen": next(self.asked)} for row in super().listed()]


class ForgetsTheVersion(Service):
    """What is changed by hand keeps the version it had."""

    def change(self, row: Json) -> Json:
        return {**super().change(row), "updated": row.update(updated=BIRTHS[2] + BIRTH)}


class ListsByBirth(Service):
    """The filter follows births: a change never comes."""

    def respond(self, request: httpx.Request, rows: Any) -> httpx.Response:
        since = int(request.url.params["since"])
        born = [row for row in rows if acmepay.instant(row["created_at"]) >= since]
        request.url = request.url.copy_set_param("since", "0")
        return super().respond(request, born)


@contextmanager
def served(service: Service) -> Iterator[str]:
    """Give the address of a service that answers on loopback."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one packet

        def do_GET(self) -> None:
            request = httpx.Request(self.command, f"http://acme{self.path}")
            body = httpx.Response(200, json=service.answer(request)).content
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.do_GET()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
