"""Asking plugins what they announce in a copy of this process: what one does to it ends with it.

Where this process has one thread, it is copied (a few milliseconds, everything is imported already). Where it
has more, or the system copies badly, one helper is started and copies itself.
"""

import os
import select
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
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
_LENGTH = struct.Struct("<I")
_FIX = "report it to its authors; leave it out with AUTOBOOK_PLUGINS until then"


def announcements(
    candidates: Sequence[Candidate], limits: Limits, seconds: float = SECONDS
) -> list[Announced]:
    """Return what each plugin announces, or why it is left out."""
    if not candidates:
        return []
    if sys.platform == "linux" and threading.active_count() == 1:
        return _asked(candidates, limits, seconds)
    return _helped(candidates, limits, seconds)


def _asked(candidates: Sequence[Candidate], limits: Limits, seconds: float) -> list[Announced]:
    """Ask all of them in one copy; who does not answer well there is asked again in a copy of its own.

    So twenty good plugins cost one copy, and what a bad one does to its copy is held against nobody else.
    """
    found: list[Announced] = []
    while len(found) < len(candidates):
        together = _copied(candidates[len(found) :], limits, seconds)
        for candidate, told in zip(candidates[len(found) :], together, strict=False):
            found.append(told if not told.reason else _alone(candidate, limits, seconds))
        if len(found) < len(candidates):
            found.append(_alone(candidates[len(found)], limits, seconds))
    return found


def _alone(candidate: Candidate, limits: Limits, seconds: float) -> Announced:
    began = time.monotonic()
    told = _copied([candidate], limits, seconds)
    if told:
        return told[0]
    if time.monotonic() - began >= seconds:
        return Announced(reason=f"its import did not end within {seconds:g} s", fix=_FIX)
    return Announced(reason="its import ended the process", fix=_FIX)


def _copied(candidates: Sequence[Candidate], limits: Limits, seconds: float) -> list[Announced]:
    """Ask plugins in a copy of this process; return the answers until it ended or fell silent."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        _in_the_copy(write, candidates, limits)
    os.close(write)
    try:
        return list(_heard(read, seconds, len(candidates)))
    finally:
        os.close(read)
        if _still_there(child):
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def _still_there(child: int) -> bool:
    """Tell whether a child has not ended by itself; one that has is taken note of."""
    for _ in range(20):
        pid, _status = os.waitpid(child, os.WNOHANG)
        if pid:
            return False
        time.sleep(0.001)
    return True


def _in_the_copy(write: int, candidates: Sequence[Candidate], limits: Limits) -> None:
    """Ask one after the other, tell each answer as it comes, and be gone without undoing anything."""
    try:
        signal.alarm(0)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):  # what a plugin prints belongs on no screen and in no JSON
            os.dup2(nowhere, number)
        for name in set(os.environ) - set(ENVIRONMENT):
            del os.environ[name]
        apply(limits)
        Guard((), lambda _what: None).install()
        for candidate in candidates:
            allow_processor_time(limits)
            told = msgspec.msgpack.encode(inspected(candidate))
            view = memoryview(_LENGTH.pack(len(told)) + told)
            while view:
                view = view[os.write(write, view) :]
    except BaseException:  # noqa: BLE001 - nothing may come out of the copy but what was written
        os._exit(1)
    os._exit(0)


def _heard(read: int, seconds: float, most: int) -> Iterator[Announced]:
    """Give the answers that are written, until the other end closes, makes no sense or takes too long for one."""
    held = bytearray()
    for _ in range(most):
        until = time.monotonic() + seconds
        while (told := _first(held)) is None:
            ready, _, _ = select.select([read], [], [], max(0.0, until - time.monotonic()))
            piece = os.read(read, 65_536) if ready else b""
            if not piece or len(held) > _LARGEST:
                return
            held += piece
        yield told


def _first(held: bytearray) -> Announced | None:
    """Take the first whole answer out of what was read."""
    if len(held) < _LENGTH.size:
        return None
    end = _LENGTH.size + _LENGTH.unpack_from(held)[0]
    if len(held) < end:
        return None
    told = bytes(held[_LENGTH.size : end])
    del held[:end]
    try:
        return msgspec.msgpack.decode(told, type=Announced)
    except msgspec.MsgspecError as error:
        return Announced(reason=f"what it announces makes no sense: {error}", fix=_FIX)


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
            timeout=2 * seconds * len(candidates) + SECONDS,
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
    candidates = [Candidate(item.plugin, "", frozenset(), item.load, item) for item in origins]
    told = _asked(candidates, limits, seconds)
    sys.stdout.buffer.write(msgspec.msgpack.encode(told))
    sys.stdout.buffer.flush()
