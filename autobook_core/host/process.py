"""One worker process as the core sees it: started when it is needed, held to its limits, ended when it is done."""

import logging
import os
import select
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import msgspec

from autobook_core.errors import ConnectorBug
from autobook_core.host.limits import Limits
from autobook_core.host.signature import given_by
from autobook_core.host.starting import command, environment
from autobook_core.host.values import as_error
from autobook_core.host.wire import (
    Call,
    Ended,
    Go,
    Inbox,
    Item,
    Raised,
    Refused,
    Said,
    ToCore,
    Token,
    ToWorker,
    Value,
    Waiting,
    framed,
    packed,
)
from autobook_core.intake.kept_tokens import KeptToken
from autobook_core.logs import event, printable

_log = logging.getLogger("autobook_core.connectors")
_PIECE = 262_144
#: Of what a connector prints, so much is kept, in bytes.
_MOST_PRINTED = 2_000
#: Time to end by itself after it was asked to, in seconds.
_GRACE_SECONDS = 0.5


class Died(ConnectorBug):
    """The process is gone, by itself or by our hand; the message says why."""


class WorkerProcess:
    """A process for one connector of one connection."""

    def __init__(
        self,
        name: str,
        limits: Limits,
        *,
        keep_token: Callable[[KeptToken], None] | None = None,
        refused: Callable[[str], None] | None = None,
    ) -> None:
        """Start nothing yet.

        Args:
            name: whose process it is, for logs.
            limits: what it may use.
            keep_token: keeps a rotated refresh token.
            refused: hears what the connector asked for without having declared it.
        """
        self.name = name
        self._limits = limits
        self._keep_token = keep_token
        self._refused = refused
        self._lock = threading.RLock()
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None
        self._printed = -1
        self._said = bytearray()
        self._inbox = Inbox(limits.answer_bytes)

    @property
    def running(self) -> bool:
        """Whether there is a process."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Begin a process, in the place of the one there may be."""
        self.end()
        ours, theirs = socket.socketpair()
        read, write = os.pipe()
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
                command(
                    "autobook_core.host.worker",
                    str(theirs.fileno()),
                    msgspec.json.encode(self._limits).decode(),
                    str(os.getpid()),
                ),
                stdin=subprocess.DEVNULL,
                stdout=write,
                stderr=write,
                pass_fds=(theirs.fileno(),),
                env=environment(),
                start_new_session=True,  # an interrupt at the terminal is for the core, which then ends it
            )
        except BaseException:
            ours.close()
            os.close(read)
            raise
        finally:
            theirs.close()
            os.close(write)
        os.set_blocking(read, False)
        ours.setblocking(False)
        self._channel, self._printed = ours, read
        self._inbox = Inbox(self._limits.answer_bytes)
        self._said.clear()

    def call(self, method: str, *values: Any, now: int = 0, seconds: float | None = None) -> Any:
        """Call a method and return its result.

        Args:
            method: of :class:`~autobook_core.host.service.Service`.
            values: its arguments.
            now: the core's clock, seconds UTC.
            seconds: how long it may be silent at first; the limit's when left out.

        Raises:
            SourceError: what the connector raised, or :class:`Died`.
        """
        result = None
        for result in self._results(method, values, now, seconds, one_by_one=False):  # noqa: B007
            pass
        return result

    def each(self, method: str, *values: Any, now: int = 0) -> Iterator[Any]:
        """Call a method that gives its results one by one; it goes on when the next is asked for."""
        yield from self._results(method, values, now, None, one_by_one=True)

    def _results(
        self, method: str, values: tuple[Any, ...], now: int, seconds: float | None, *, one_by_one: bool
    ) -> Iterator[Any]:
        with self._lock:
            finished = False
            try:
                self._send(Call(method, packed(values), now))
                for message in self._messages(method, seconds):
                    if isinstance(message, Raised):
                        finished = not message.worn
                        raise as_error(message)
                    if isinstance(message, Item) or not one_by_one:
                        yield self._decoded(method, message)
                    if isinstance(message, Item):
                        self._send(Go())
                finished = True
            finally:
                if not finished:
                    self.end()

    def _decoded(self, method: str, message: Item | Value) -> Any:
        try:
            return given_by(method).decode(message.value)
        except msgspec.MsgspecError as error:
            raise ConnectorBug(f"{method} gave something else than it should: {error}") from None

    def _messages(self, method: str, seconds: float | None) -> Iterator[Item | Value | Raised]:
        """Yield what the worker says about a call until it has ended, and act on what it says beside it."""
        began = time.monotonic()
        limits = self._limits
        quiet_until = began + (limits.quiet_seconds if seconds is None else seconds)
        while True:
            message = self._next(method, min(quiet_until, began + limits.call_seconds), began)
            quiet_until = time.monotonic() + limits.quiet_seconds
            match message:
                case Waiting(seconds=wait):
                    quiet_until += max(0.0, min(wait, limits.call_seconds))
                case Said(level=level, text=text, fields=fields):
                    told = {printable(name): value for name, value in fields.items()}
                    event(_log, "connector.said", level=min(level, logging.ERROR), connection=self.name,
                          text=text, **{f"said_{name}": value for name, value in told.items()})  # fmt: skip
                case Refused(what=what):
                    event(_log, "connector.refused", level=logging.WARNING, connection=self.name, what=what)
                    if self._refused is not None:
                        self._refused(what)
                case Token(kept=kept):
                    if self._keep_token is not None:
                        self._keep_token(kept)
                    self._send(Go())
                case Item() as item:
                    yield item
                    quiet_until = time.monotonic() + limits.quiet_seconds
                case Value() | Raised() as last:
                    yield last
                    return

    def _next(self, method: str, until: float, began: float) -> ToCore:
        channel = self._channel
        if channel is None:
            raise Died(f"{self.name}: there is no process")
        poll = select.poll()
        poll.register(channel, select.POLLIN)
        poll.register(self._printed, select.POLLIN)
        while True:
            try:
                message = self._inbox.next()
            except Ended as error:
                self._kill()
                raise Died(f"the connector broke off in {method}: {error}") from None
            if message is not None:
                return message
            left = until - time.monotonic()
            ready = poll.poll(max(0, int(left * 1000) + 1)) if left > 0 else []
            if not ready:
                self._kill()
                took = time.monotonic() - began
                raise Died(
                    f"the connector gave no sign of life in {method} ({took:.0f} s in all); its process was ended",
                    fix="report it to the authors of the connector; nothing was lost",
                )
            self._receive(channel, {number for number, _ in ready}, poll, method)

    def _receive(self, channel: socket.socket, ready: set[int], poll: "select.poll", method: str) -> None:
        if self._printed in ready and not self._drain():
            poll.unregister(self._printed)
        if channel.fileno() in ready:
            with suppress(BlockingIOError):
                try:
                    piece = channel.recv(_PIECE)
                except ConnectionError:
                    piece = b""
                if not piece:
                    raise Died(
                        f"the connector ended its process in {method}{self._farewell()}",
                        fix="report it to the authors of the connector; nothing was lost",
                    )
                self._inbox.take(piece)

    def _drain(self) -> bool:
        """Take what the connector printed, so that it never waits for a reader; tell whether more may come."""
        with suppress(BlockingIOError):
            piece = os.read(self._printed, _PIECE)
            self._said += piece[: max(0, _MOST_PRINTED - len(self._said))]
            return bool(piece)
        return True

    def _farewell(self) -> str:
        """Say how a process ended, with the last of what it printed."""
        code = None
        if self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                code = self._process.wait(_GRACE_SECONDS)
        self._drain()
        text = " ".join(self._said.decode("utf-8", "replace").split())
        if code is None:
            how = ""
        elif code < 0:
            how = f" ({_signal(-code)})"
        else:
            how = f" (exit code {code})"
        return how + (f": {printable(text[-300:])}" if text else "")

    def _send(self, message: ToWorker) -> None:
        channel = self._channel
        if channel is None:
            raise Died(f"{self.name}: there is no process")
        data = memoryview(framed(message))
        until = time.monotonic() + self._limits.quiet_seconds
        try:
            while data:
                try:
                    data = data[channel.send(data) :]
                except BlockingIOError:
                    _, writable, _ = select.select([], [channel], [], max(0.0, until - time.monotonic()))
                    if not writable:
                        self._kill()
                        raise Died("the connector takes no more calls; its process was ended") from None
                    self._drain()
        except OSError:
            raise Died(f"the connector ended its process{self._farewell()}") from None

    def _kill(self) -> None:
        if self._process is not None and self._process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def end(self) -> None:
        """End the process, if there is one, and tell what it printed."""
        with self._lock:
            process, channel, printed = self._process, self._channel, self._printed
            if process is None:
                return
            self._drain()
            if channel is not None:
                channel.close()
            with suppress(subprocess.TimeoutExpired):
                process.wait(_GRACE_SECONDS)
            self._kill()
            process.wait()
            self._drain()
            os.close(printed)
            self._process, self._channel, self._printed = None, None, -1
            if self._said:
                text = " ".join(self._said.decode("utf-8", "replace").split())
                event(_log, "connector.printed", connection=self.name, text=printable(text[:500]))
                self._said.clear()


def _signal(number: int) -> str:
    names = {
        signal.SIGKILL: "it was killed",
        signal.SIGXCPU: "it used up its processor time",
        signal.SIGSEGV: "it crashed in native code",
        signal.SIGXFSZ: "it wrote a file larger than allowed",
    }
    for known, words in names.items():
        if number == known:
            return words
    return f"signal {number}"
