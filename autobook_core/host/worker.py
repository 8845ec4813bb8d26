"""The process a stranger's connector runs in: takes one call at a time, until the core is gone."""

import os
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from autobook_core import passage
from autobook_core.host import limits as bounds
from autobook_core.host.guard import Guard, closed_paths
from autobook_core.host.limits import Limits
from autobook_core.host.service import ONE_BY_ONE, Service
from autobook_core.host.signature import taken_by
from autobook_core.host.surroundings import Place, WorkerClock, surroundings
from autobook_core.host.values import as_raised
from autobook_core.host.wire import (
    Call,
    Go,
    Item,
    Refused,
    Said,
    ToCore,
    Token,
    Value,
    Waiting,
    framed,
    packed,
    requests,
)
from autobook_core.http.client import HttpClient
from autobook_core.http.wire import LONGEST_ANSWER_SECONDS
from autobook_core.intake.context import RunContext
from autobook_core.intake.kept_tokens import KeptToken
from autobook_core.logs import Redactor

#: How often a worker looks whether the core is still there, in seconds.
_LOOK_SECONDS = 1.0


class Worker:
    """Serves calls that come over a socket."""

    def __init__(self, channel: socket.socket, limits: Limits) -> None:
        self._channel = channel
        self._limits = limits
        self._lock = threading.Lock()
        self._incoming = requests(channel)
        self._clock = WorkerClock(self._wait)
        self._redactor = Redactor()
        self._cancelled = False
        self._service = Service(self._surround)

    def serve(self) -> None:
        """Answer calls until there is nobody to ask."""
        signal.signal(signal.SIGTERM, self._cancel)
        passage.on_entry(lambda: self._wait(LONGEST_ANSWER_SECONDS))
        for message in self._incoming:
            if isinstance(message, Call):
                self._clock.set(message.now)
                bounds.allow_processor_time(self._limits)
                self._answer(message)

    def _cancel(self, *_: Any) -> None:
        self._cancelled = True

    def _surround(self, connector: Any, place: Place) -> RunContext:
        context, self._redactor = surroundings(
            connector,
            place,
            self._clock,
            said=lambda level, text, fields: self._tell(Said(level, text, fields)),
            save_token=self._keep_token,
            cancelled=lambda: self._cancelled,
        )
        if isinstance(context.http, HttpClient):
            self._redactor = context.http.redactor
        Guard(closed_paths(Path(place.home)), lambda what: self._tell(Refused(what))).install()
        return context

    def _answer(self, call: Call) -> None:
        try:
            given = getattr(self._service, call.method)(*taken_by(call.method).decode(call.values))
            if call.method in ONE_BY_ONE:
                self._one_by_one(given)
                given = None
            self._tell(Value(packed(given)))
        except BaseException as error:  # noqa: BLE001 - a stranger's code may raise anything, even SystemExit
            self._failed(error)

    def _one_by_one(self, given: Iterator[Any]) -> None:
        for item in given:
            self._tell(Item(packed(item)))
            self._await_go()

    def _failed(self, error: BaseException) -> None:
        told = as_raised(error, _where(error))
        clean = msgspec.structs.replace(
            told, message=self._redactor(told.message), fix=self._redactor(told.fix)
        )
        self._tell(clean)

    def _await_go(self) -> None:
        if not isinstance(next(self._incoming, None), Go):
            os._exit(0)  # the core is gone, or has lost interest: what it kept is on its disk

    def _keep_token(self, token: str) -> None:
        """Give a rotated token to the core; it is used once it is kept."""
        self._redactor.add(token)
        self._tell(Token(KeptToken(self._service.descent, token)))
        self._await_go()

    def _wait(self, seconds: float) -> None:
        self._tell(Waiting(seconds))

    def _tell(self, message: ToCore) -> None:
        with self._lock, suppress(BrokenPipeError):
            self._channel.sendall(framed(message))


def _where(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""


def _leave_with(parent: int) -> None:
    """End this process soon after the one that began it."""
    while os.getppid() == parent:
        time.sleep(_LOOK_SECONDS)
    os._exit(0)


def main() -> None:
    """Run a worker: the socket's number, the limits and the core's process id come as arguments."""
    number, limits, parent = int(sys.argv[1]), msgspec.json.decode(sys.argv[2], type=Limits), int(sys.argv[3])
    bounds.apply(limits)
    threading.Thread(target=_leave_with, args=(parent,), daemon=True).start()
    channel = socket.socket(fileno=number)
    Worker(channel, limits).serve()
    os._exit(0)
