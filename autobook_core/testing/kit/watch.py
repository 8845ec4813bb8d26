"""Watching a pure function: which clocks, chances and settings of the machine does it ask?"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

#: C functions that ask the machine, by module or class and name.
_ASKING = frozenset(
    {
        ("time", "time"), ("time", "time_ns"), ("time", "localtime"), ("time", "gmtime"), ("time", "monotonic"),
        ("time", "perf_counter"), ("time", "sleep"), ("time", "strftime"), ("time", "ctime"), ("time", "mktime"),
        ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"),
        ("posix", "urandom"), ("Random", "random"), ("Random", "getrandbits"), ("SystemRandom", "random"),
        ("_io", "open"), ("io", "open"), ("socket", "connect"), ("_locale", "setlocale"), ("_locale", "localeconv"),
    }
)  # fmt: skip


@contextmanager
def asked_of_the_machine() -> Iterator[list[str]]:
    """Give a list that fills with every forbidden call made in this thread meanwhile."""
    asked: list[str] = []

    def watch(frame: FrameType, event: str, arg: Any) -> None:
        del frame
        if event != "c_call":
            return
        owner = getattr(arg, "__self__", None)
        home = arg.__module__ if owner is None or isinstance(owner, type(sys)) else _class_of(owner)
        if (home, arg.__name__) in _ASKING:
            asked.append(f"{home}.{arg.__name__}")

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        yield asked
    finally:
        sys.setprofile(before)


def _class_of(owner: object) -> str:
    return owner.__name__ if isinstance(owner, type) else type(owner).__name__


@contextmanager
def time_zone(name: str) -> Iterator[None]:
    """Let this process stand in another time zone meanwhile."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = name
    time.tzset()
    try:
        yield
    finally:
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before
        time.tzset()
