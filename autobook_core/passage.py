"""The one way out: marks, for this thread, that the client of a connection is asking the other side.

A worker process refuses every connection that is opened outside of it, and tells the core that it waits.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_here = threading.local()
_told: list[Callable[[], None]] = []


def is_open() -> bool:
    """Tell whether this thread is within a request of a connection's client."""
    return bool(getattr(_here, "open", False))


def on_entry(tell: Callable[[], None]) -> None:
    """Have a function called before every request of this process."""
    _told.append(tell)


@contextmanager
def passage() -> Iterator[None]:
    """Let this thread use the network meanwhile."""
    for tell in _told:
        tell()
    before = is_open()
    _here.open = True
    try:
        yield
    finally:
        _here.open = before
