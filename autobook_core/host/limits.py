"""What a worker may use: time in silence, processor time, memory, files."""

import resource
import sys
from contextlib import suppress

from msgspec import Struct

_MIB = 1024 * 1024


class Limits(Struct, frozen=True, kw_only=True):
    """The limits of one worker process.

    Attributes:
        quiet_seconds: how long a call may go on without a sign of life. Waiting for the other side in
            ``ctx.http`` is one; a loop, a sleep or a lock is none.
        call_seconds: how long one call may take altogether.
        cpu_seconds: processor time of one call.
        start_seconds: until the process is up and the connector imported.
        memory_bytes: of data; an allocation beyond it fails.
        files: open at the same time.
        file_bytes: size of a file it writes.
        answer_bytes: size of one answer.
        restarts: how often a worker that ended is begun anew within one run.
    """

    quiet_seconds: float = 60
    call_seconds: float = 1_800
    cpu_seconds: int = 120
    start_seconds: float = 30
    memory_bytes: int = 1_024 * _MIB
    files: int = 256
    file_bytes: int = 1_024 * _MIB
    answer_bytes: int = 64 * _MIB
    restarts: int = 3


def apply(limits: Limits) -> None:
    """Bind this process to the limits of memory and files; time is bound call by call."""
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_NOFILE, limits.files)
    _lower(resource.RLIMIT_FSIZE, limits.file_bytes)
    if sys.platform == "linux":  # elsewhere the limit is not kept, or kept for address space that is not used
        _lower(resource.RLIMIT_DATA, limits.memory_bytes)


def allow_processor_time(limits: Limits) -> None:
    """Give the next call its processor time; a process that uses more is ended by the system."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime) + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = spent + limits.cpu_seconds
    with suppress(ValueError, OSError):
        resource.setrlimit(
            resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard)
        )


def _lower(what: int, most: int) -> None:
    """Set both limits; one that is lower already stays."""
    _, hard = resource.getrlimit(what)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    with suppress(ValueError, OSError):
        resource.setrlimit(what, (most, most))
