"""Asking plugins what they announce, each in a process of its own: what one does to its process ends with it.

Where this process has one thread, it is copied (a few milliseconds, everything is imported already). Where it
has more, or the system copies badly, one helper is started and copies itself.
"""

import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

import msgspec

from autobook_core.host.guard import ENVIRONMENT, Guard
from autobook_core.host.limits import Limits, allow_processor_time, apply
from autobook_core.host.starting import command, environment
from autobook_core.plugins.apart import Announced
from autobook_core.plugins.found import Candidate, Origin
from autobook_core.plugins.loader import inspected

#: A plugin module may take so long to import, in seconds.
SECONDS = 10.0
_LARGEST = 4 * 1024 * 1024
_FIX = "report it to its authors; leave it out with AUTOBOOK_PLUGINS until then"


def announcements(
    candidates: Sequence[Candidate], limits: Limits, seconds: float = SECONDS
) -> list[Announced]:
    """Return what each plugin announces, or why it is left out."""
    if not candidates:
        return []
    if sys.platform == "linux" and threading.active_count() == 1:
        return [_copied(candidate, limits, seconds) for candidate in candidates]
    return _helped(candidates, limits, seconds)


def _copied(candidate: Candidate, limits: Limits, seconds: float) -> Announced:
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        _in_the_copy(write, lambda: inspected(candidate), limits)
    os.close(write)
    try:
        told = _heard(read, time.monotonic() + seconds)
    finally:
        os.close(read)
        if _still_there(child):
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    if told is None:
        return Announced(reason=f"its import did not end within {seconds:g} s", fix=_FIX)
    if not told:
        return Announced(reason="its import ended the process", fix=_FIX)
    try:
        return msgspec.msgpack.decode(told, type=Announced)
    except msgspec.MsgspecError as error:
        return Announced(reason=f"what it announces makes no sense: {error}", fix=_FIX)


def _still_there(child: int) -> bool:
    """Tell whether a child has not ended by itself; one that has is taken note of."""
    for _ in range(20):
        pid, _status = os.waitpid(child, os.WNOHANG)
        if pid:
            return False
        time.sleep(0.001)
    return True


def _in_the_copy(write: int, work: Callable[[], Announced], limits: Limits) -> None:
    """Do the work, tell the result, and be gone without undoing anything of the original's."""
    try:
        signal.alarm(0)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):  # what a plugin prints belongs on no screen and in no JSON
            os.dup2(nowhere, number)
        for name in set(os.environ) - set(ENVIRONMENT):
            del os.environ[name]
        apply(limits)
        allow_processor_time(limits)
        Guard((), lambda _what: None).install()
        told = msgspec.msgpack.encode(work())
        view = memoryview(told)
        while view:
            view = view[os.write(write, view) :]
    except BaseException:  # noqa: BLE001 - nothing may come out of the copy but what was written
        os._exit(1)
    os._exit(0)


def _heard(read: int, until: float) -> bytes | None:
    """Return all that is written until the other end closes; None where it does not in time."""
    pieces = bytearray()
    while True:
        left = until - time.monotonic()
        ready, _, _ = select.select([read], [], [], max(0.0, left))
        if not ready or len(pieces) > _LARGEST:
            return None
        piece = os.read(read, 65_536)
        if not piece:
            return bytes(pieces)
        pieces += piece


def _helped(candidates: Sequence[Candidate], limits: Limits, seconds: float) -> list[Announced]:
    """Ask through a helper that has one thread."""
    asked = msgspec.json.encode(([one.origin for one in candidates], limits, seconds))
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and code
            command("autobook_core.host.probing"),
            input=asked,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
            start_new_session=True,
            timeout=seconds * len(candidates) + SECONDS,
            check=True,
        )
        return msgspec.msgpack.decode(done.stdout, type=list[Announced])
    except (subprocess.SubprocessError, OSError, msgspec.MsgspecError) as error:
        reason = f"plugins could not be asked: {type(error).__name__}"
        return [Announced(reason=reason, fix="try again") for _ in candidates]


def main() -> None:
    """Run the helper: origins come on standard input, announcements go to standard output."""
    origins, limits, seconds = msgspec.json.decode(
        sys.stdin.buffer.read(), type=tuple[list[Origin], Limits, float]
    )
    told = [
        _copied(Candidate(item.plugin, "", frozenset(), item.load, item), limits, seconds) for item in origins
    ]
    sys.stdout.buffer.write(msgspec.msgpack.encode(told))
    sys.stdout.buffer.flush()
