"""The trace: every request a connector makes, every wait, every line it writes to its log, in order."""

import io
import logging
from typing import Any

import httpx
from msgspec import Struct, to_builtins

from autobook_core.clock import Clock
from autobook_core.logs import Redactor
from autobook_core.workbench.hiding import hide_values, shown_body, shown_pairs

#: Headers that every request has and that say nothing of the connector.
_USUAL = frozenset({"host", "user-agent", "accept", "accept-encoding", "connection", "content-length"})
_DECLARED = "the declared limit, or a pause the other side asked for"


class Request(Struct, tag="request", tag_field="step"):
    """One request and its answer.

    ``status`` is 0 where no answer came, and ``error`` then says why; ``answer`` is what a refusal said.
    """

    number: int
    method: str
    path: str
    query: list[list[str]]
    headers: list[list[str]]
    body: Any
    status: int = 0
    milliseconds: int = 0
    bytes: int = 0
    error: str = ""
    answer: Any = None


class Wait(Struct, tag="wait", tag_field="step"):
    """A pause before the next request, in milliseconds, and what it is for."""

    milliseconds: int
    reason: str


class Note(Struct, tag="log", tag_field="step"):
    """A line of the log, the connector's own or the client's, or one that the connector printed."""

    level: str
    text: str


class Trace:
    """What happened since it was last taken."""

    def __init__(self) -> None:
        self._steps: list[Request | Wait | Note] = []
        self._requests = 0
        self._reason = ""

    def begin(self, request: httpx.Request) -> Request:
        """Note a request that is about to be sent."""
        self._requests += 1
        made = Request(
            number=self._requests,
            method=request.method,
            path=request.url.path,
            query=shown_pairs(request.url.params.multi_items()),
            headers=shown_pairs(
                (name, value) for name, value in request.headers.items() if name not in _USUAL
            ),
            body=shown_body(request.content, request.headers.get("content-type", "")),
        )
        self._steps.append(made)
        return made

    def waited(self, seconds: float) -> None:
        """Note a pause."""
        self._steps.append(Wait(round(seconds * 1000), self._reason or _DECLARED))
        self._reason = ""

    def logged(self, record: logging.LogRecord) -> None:
        """Note a line of the log; what the trace shows itself only lends its reason."""
        text, fields = record.getMessage(), getattr(record, "fields", None) or {}
        if text == "request.retried":
            self._reason = str(fields.get("reason", ""))
        elif text != "request.answered":
            said = " ".join(f"{name}={value}" for name, value in fields.items())
            self._steps.append(Note(record.levelname.lower(), f"{text} {said}".rstrip()))

    def printed(self, line: str) -> None:
        """Note a line that the connector printed."""
        self._steps.append(Note("print", line))

    def take(self, redactor: Redactor) -> list[dict[str, Any]]:
        """Return the steps since the last time as JSON-able values without secrets, and forget them."""
        steps: list[dict[str, Any]] = hide_values(to_builtins(self._steps), redactor)
        self._steps = []
        return steps


class Printed(io.TextIOBase):
    """Takes what a connector prints, line by line: a result must stay readable for programs."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._begun = ""

    def writable(self) -> bool:
        """Tell that it can be written to."""
        return True

    def write(self, text: str, /) -> int:
        """Note every line that ends here."""
        *lines, self._begun = (self._begun + text).split("\n")
        for line in lines:
            self._trace.printed(line)
        return len(text)


class TracedTransport(httpx.BaseTransport):
    """Sends by another transport and notes each exchange."""

    def __init__(self, inner: httpx.BaseTransport, trace: Trace, clock: Clock) -> None:
        self._inner = inner
        self._trace = trace
        self._clock = clock

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request and read its whole answer."""
        request.read()
        step = self._trace.begin(request)
        began = self._clock.monotonic()
        try:
            response = self._inner.handle_request(request)
            response.read()
        except httpx.HTTPError as error:
            step.error = f"{type(error).__name__}: {error}".rstrip(": ")
            raise
        finally:
            step.milliseconds = round((self._clock.monotonic() - began) * 1000)
        step.status, step.bytes = response.status_code, len(response.content)
        if response.status_code >= 400:
            step.answer = shown_body(response.content, response.headers.get("content-type", ""))
        return response

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()


class TracedClock:
    """A clock whose pauses are noted."""

    def __init__(self, inner: Clock, trace: Trace) -> None:
        self._inner = inner
        self._trace = trace

    def now(self) -> int:
        """Return the current instant in whole seconds UTC."""
        return self._inner.now()

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        return self._inner.monotonic()

    def sleep(self, seconds: float) -> None:
        """Note the pause, then wait."""
        self._trace.waited(seconds)
        self._inner.sleep(seconds)


class TraceHandler(logging.Handler):
    """Sends the lines of a log to a trace."""

    def __init__(self, trace: Trace) -> None:
        super().__init__()
        self._trace = trace

    def emit(self, record: logging.LogRecord) -> None:
        """Note one line."""
        self._trace.logged(record)
