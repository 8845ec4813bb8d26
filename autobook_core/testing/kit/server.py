"""The other side as a transport below the connector: it answers, and fails where a case says so."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec

from autobook_core.clock import ManualClock
from autobook_core.testing.kit.crashes import Points, Stopped
from autobook_core.testing.kit.fake import FakeHttp
from autobook_core.testing.kit.world import World

#: Requests of one run after which somebody is going round in circles.
MOST_REQUESTS = 400
#: The same for the streams beside the kit's own.
MOST_ASIDE = 4_000

_FOR_EVER = 1_000_000

Fault = Callable[["Server", httpx.Request], httpx.Response]
Rewrite = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Call:
    """One request that reached the other side, at an instant of the bench's own time in seconds."""

    at: float
    path: str


@dataclass(slots=True)
class _Plan:
    fault: Fault
    first: int
    last: int


class Server(httpx.BaseTransport):
    """Answers from the fake and the kit's rows; requests are numbered from 1.

    Only the stream that the kit's rows come by is counted, and fails alone; a failure of everything fails the
    others too. What is changed in answers, and what happens meanwhile, goes by the pages of rows.

    Attributes:
        calls: the requests of the kit's stream.
        answers: the pages of rows that were answered.
        documents: names of documents that were told; an API tells none.
        failed: how many requests of the kit's stream have failed.
        token_url: where the client gets access tokens; what it asks there is its own, always well and not counted.
    """

    documents: tuple[str, ...] = ()

    def __init__(self, api: FakeHttp, world: World, clock: ManualClock, points: Points) -> None:
        self._api = api
        self._world = world
        self._clock = clock
        self._points = points
        self.calls: list[Call] = []
        self.answers: list[bytes] = []
        self._lists: Callable[[httpx.Request], bool] = getattr(api, "lists", lambda request: True)
        self._asked = 0
        self.most = MOST_REQUESTS
        self.failed = 0
        self.token_url = ""
        self._plans: list[_Plan] = []
        self._moments: dict[int, Callable[[], Any]] = {}
        self._rewrites: dict[int, Rewrite] = {}

    def fail(self, fault: Fault, first: int, last: int | None = None) -> None:
        """Let requests fail, counted from the next one (1); without a last one, just that one."""
        done = len(self.calls)
        self._plans.append(_Plan(fault, done + first, done + (first if last is None else last)))

    def fail_all(self, fault: Fault, first: int = 1) -> None:
        """Let everything fail from the n-th request on, until :meth:`recover`."""
        self.fail(fault, first, _FOR_EVER)

    def recover(self) -> None:
        """Let nothing fail any more."""
        self._plans.clear()

    def when(self, request: int, happens: Callable[[], Any]) -> None:
        """Let something happen just before the n-th request for a page from now is answered."""
        self._moments[len(self.answers) + request] = happens

    def rewrite(self, request: int, change: Rewrite) -> None:
        """Change the JSON of the n-th page from now."""
        self._rewrites[len(self.answers) + request] = change

    def tell(self) -> None:
        """Do nothing: an API tells what it is asked."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        if self.token_url and request.url == self.token_url:
            return httpx.Response(200, json={"access_token": "kit-4711-access", "expires_in": 86_400})
        if self._points.aside:
            return self._answer_aside(request)
        self.calls.append(Call(self._clock.monotonic(), request.url.path))
        number = len(self.calls)
        if number > self.most:
            raise Stopped(f"the connector asked more than {self.most} times")
        self._points.hit("request")
        page = len(self.answers) + 1 if self._lists(request) else 0
        if page in self._moments:
            self._moments.pop(page)()
        for plan in self._plans:
            if plan.first <= number <= plan.last:
                self.failed += 1
                return plan.fault(self, request)
        response = self.answer(request)
        if page in self._rewrites:
            body = self._rewrites.pop(page)(msgspec.json.decode(response.content))
            response = httpx.Response(response.status_code, json=body)
        if page:
            self.answers.append(response.content)
        self._points.hit("answer")
        return response

    def _answer_aside(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of a stream beside the kit's own."""
        self._asked += 1
        if self._asked > MOST_ASIDE:
            raise Stopped(f"the connector asked more than {MOST_ASIDE} times for other streams")
        for plan in self._plans:
            if plan.last == _FOR_EVER and plan.first <= len(self.calls) + 1:
                return plan.fault(self, request)
        return self.answer(request)

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Return what the other side says when nothing is wrong."""
        response = self._api.respond(request, self._world.listed())
        response.read()
        return response
