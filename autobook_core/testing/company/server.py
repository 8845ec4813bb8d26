"""The simulated processor on a loopback port: keep-alive HTTP, rate limit, planted faults, and a movable "now"."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections import Counter, deque
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, cast

import msgspec

from .api import Answer, Api
from .facts import Company
from .faults import Fault

__all__ = ["Server", "serve"]

API_KEY = "sk_test_sim"
RESTRICTED_KEY = "rk_test_sim"
WEBHOOK_SECRET = "whsec_simulated"
_HTML = b"<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"


class Server:
    """A running simulated processor; use it as a context manager or call ``close``.

    ``url`` is where it listens, ``until`` its horizon (None: the end of time), ``faults`` the faults still planted and
    ``requests`` how often each method and path was asked for.
    """

    def __init__(
        self, api: Api, *, api_key: str, webhook_secret: str, rate_limit: int | None, port: int
    ) -> None:
        """Bind to the loopback interface and start answering in threads."""
        self.api = api
        self.api_key = api_key
        self.webhook_secret = webhook_secret
        self.faults: list[Fault] = []
        self.requests: Counter[str] = Counter()
        self.rate_limit = rate_limit
        self.closing = threading.Event()
        self._recent: deque[int] = deque()
        self._lock = threading.Lock()
        self._http = _Listener(("127.0.0.1", port), _Handler)
        self._http.owner = self
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def until(self) -> int | None:
        """The horizon: objects created after it are not served yet."""
        return self.api.until

    @until.setter
    def until(self, instant: int | None) -> None:
        self.api.until = instant

    def warm(self, *kinds: str, modern: bool = False, expand: Iterable[str] = ()) -> None:
        """Render all objects of some kinds beforehand, so that serving them only joins bytes."""
        catalogue = self.api.catalogue
        until = (1 << 62) if self.until is None else self.until
        for kind in kinds:
            for row in catalogue.rows[kind]:
                catalogue.body(kind, row, until, modern=modern, expand=tuple(expand))

    def limited(self) -> bool:
        """Count a request and tell whether it exceeds the rate limit."""
        if self.rate_limit is None:
            return False
        with self._lock:
            now = time.monotonic_ns()
            while self._recent and self._recent[0] <= now - 1_000_000_000:
                self._recent.popleft()
            if len(self._recent) >= self.rate_limit:
                return True
            self._recent.append(now)
            return False

    def planted(self, method: str, target: str) -> Fault | None:
        """Return the fault that hits a request, using it up by one, and count the request."""
        with self._lock:
            self.requests[f"{method} {target.partition('?')[0]}"] += 1
            for fault in self.faults:
                if fault.applies(method, target):
                    fault.times -= 1
                    return fault
        return None

    def close(self) -> None:
        """Stop listening; answers under way are cut off."""
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def __enter__(self) -> Server:
        """Return the server itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()


def serve(
    company: Company,
    *,
    api_key: str = API_KEY,
    restricted_key: str = RESTRICTED_KEY,
    webhook_secret: str = WEBHOOK_SECRET,
    api_version: str = "2024-06-20",
    until: int | None = None,
    rate_limit: int | None = None,
    faults: Iterable[Fault] = (),
    tax_rate_ids: bool = False,
    port: int = 0,
) -> Server:
    """Start serving a company and return the running server.

    Args:
        company: The facts to serve.
        api_key: The secret key that is accepted.
        restricted_key: A second key that is accepted.
        webhook_secret: The secret that signs webhooks, for those who ask.
        api_version: The shape for callers that send no ``Stripe-Version``.
        until: The first horizon, in seconds since 1970.
        rate_limit: Requests a second before 429 is answered.
        faults: What goes wrong, first match first.
        tax_rate_ids: Whether invoice lines of the older shape name their tax rate by id, as the processor's own
            answers do, instead of showing it.
        port: The port, 0 for any free one.
    """
    keys = frozenset((api_key, restricted_key))
    api = Api(company, keys, api_version, tax_rate_ids=tax_rate_ids)
    api.until = until
    server = Server(api, api_key=api_key, webhook_secret=webhook_secret, rate_limit=rate_limit, port=port)
    server.faults.extend(faults)
    return server


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    owner: Server

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: callers that hang up are part of the simulation."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server_version = "nginx"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer a read."""
        self._handle("GET")

    def do_POST(self) -> None:
        """Answer a write."""
        self._handle("POST")

    def do_DELETE(self) -> None:
        """Answer a deletion, which nothing here allows."""
        self._handle("DELETE")

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""

    def _handle(self, method: str) -> None:
        owner = cast("_Listener", self.server).owner
        if owner.closing.is_set():
            self.close_connection = True
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.startswith("/_sim/"):
            self._send(_steer(owner, self.path, body))
            return
        fault = owner.planted(method, self.path)
        if fault and fault.after and fault.kind != "truncate":
            owner.api.answer(method, self.path, _lower(self.headers), body)
        if fault and fault.kind != "truncate":
            self._fail(owner, fault)
            return
        if owner.limited():
            error = {
                "message": "Request rate limit exceeded.",
                "type": "invalid_request_error",
                "code": "rate_limit",
            }
            self._send(Answer(429, msgspec.json.encode({"error": error}), {"Retry-After": "1"}))
            return
        answer = owner.api.answer(method, self.path, _lower(self.headers), body)
        self._send(answer, cut=fault is not None)

    def _fail(self, owner: Server, fault: Fault) -> None:
        headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
        if fault.kind == "status":
            kind = "api_error" if fault.status >= 500 else "invalid_request_error"
            error = {"error": {"message": "An unknown error occurred", "type": kind}}
            self._send(Answer(fault.status, msgspec.json.encode(error), headers))
        elif fault.kind == "html":
            self._send(Answer(fault.status, _HTML, {"Content-Type": "text/html", **headers}))
        else:
            if fault.kind == "timeout":
                owner.closing.wait(fault.delay_ms / 1000)
            else:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._hang_up()

    def _hang_up(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.rfile.close()
            self.wfile.close()
        self.connection.close()

    def _send(self, answer: Answer, *, cut: bool = False) -> None:
        headers = {
            "Content-Type": "application/json",
            "Content-Length": str(len(answer.body)),
            "Request-Id": "req_simulated",
            **answer.headers,
        }
        phrase = self.responses.get(answer.status, ("",))[0]
        lines = [
            f"HTTP/1.1 {answer.status} {phrase}",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        body = answer.body[: len(answer.body) // 2] if cut else answer.body
        self.wfile.write(head + body)
        if cut:
            self.wfile.flush()
            self._hang_up()


def _lower(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _steer(owner: Server, path: str, body: bytes) -> Answer:
    """Answer the simulation's own endpoints: faults, horizon and counts, for tests in another process."""
    try:
        wish = msgspec.json.decode(body or b"{}")
        if path == "/_sim/until":
            owner.until = wish["until"]
        elif path == "/_sim/faults":
            faults = [Fault(**one) for one in (wish if isinstance(wish, list) else [wish])]
            owner.faults[:] = faults
        elif path != "/_sim/state":
            return Answer(404, b'{"error":"unknown"}')
    except (msgspec.DecodeError, KeyError, TypeError) as error:
        return Answer(400, msgspec.json.encode({"error": str(error)}))
    return Answer(200, msgspec.json.encode({"until": owner.until, "requests": dict(owner.requests)}))
