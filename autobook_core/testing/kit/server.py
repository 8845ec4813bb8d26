"""The other side as a transport below the connector: it answers, and fails where a case says so."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec

from autobook_core.clock import ManualClock
from autobook_core.testing.kit.crashes import Points, Stopped
from autobook_core.testing.kit.fake import FakeApi
from autobook_core.testing.kit.world import World

#: Requests of one run after which somebody is going round in circles.
MOST_REQUESTS = 400

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
    """Answers from the fake and the kit's rows; requests are numbered from 1."""

    def __init__(self, api: FakeApi, world: World, clock: ManualClock, points: Points) -> None:
        self._api = api
        self._world = world
        self._clock = clock
        self._points = points
        self.calls: list[Call] = []
        self.answers: list[bytes] = []
        self.most = MOST_REQUESTS
        self._plans: list[_Plan] = []
        self._moments: dict[int, Callable[[], Any]] = {}
        self._rewrites: dict[int, Rewrite] = {}

    def fail(self, fault: Fault, first: int, last: int | None = None) -> None:
        """Let requests fail, counted from the next one (1); without a last one, just that one."""
        done = len(self.calls)
        self._plans.append(_Plan(fault, done + first, done + (first if last is None else last)))

    def fail_all(self, fault: Fault, first: int = 1) -> None:
        """Let everything fail from the n-th request on, until :meth:`recover`."""
        self.fail(fault, first, 1_000_000)

    def recover(self) -> None:
        """Let nothing fail any more."""
        self._plans.clear()

    def when(self, request: int, happens: Callable[[], Any]) -> None:
        """Let something happen just before the n-th request from now is answered."""
        self._moments[len(self.calls) + request] = happens

    def rewrite(self, request: int, change: Rewrite) -> None:
        """Change the JSON of the answer to the n-th request from now."""
        self._rewrites[len(self.calls) + request] = change

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        self.calls.append(Call(self._clock.monotonic(), request.url.path))
        number = len(self.calls)
        if number > self.most:
            raise Stopped(f"the connector asked more than {self.most} times")
        self._points.hit("request")
        if number in self._moments:
            self._moments.pop(number)()
        for plan in self._plans:
            if plan.first <= number <= plan.last:
                return plan.fault(self, request)
        response = self.answer(request)
        if number in self._rewrites:
            body = self._rewrites.pop(number)(msgspec.json.decode(response.content))
            response = httpx.Response(response.status_code, json=body)
        self.answers.append(response.content)
        self._points.hit("answer")
        return response

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Return what the other side says when nothing is wrong."""
        response = self._api.respond(request, self._world.listed())
        response.read()
        return response
