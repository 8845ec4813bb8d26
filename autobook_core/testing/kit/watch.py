"""Watching a pure function: which clocks, chances and settings of the machine does it ask?"""

import gc
import locale
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any
from unittest.mock import patch

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


#: Places where people write 1,5 for one and a half; the first that the machine has is used.
_COMMA_PLACES = tuple(
    f"{place}.{encoding}"
    for place in ("da_DK", "de_DE", "fr_FR", "nl_NL", "sv_SE", "pt_BR")
    for encoding in ("UTF-8", "utf8")
)
_COMMA: dict[str, Any] = {
    "decimal_point": ",",
    "thousands_sep": ".",
    "grouping": [3, 3, 0],
    "mon_decimal_point": ",",
}


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

    before, collecting = sys.getprofile(), gc.isenabled()
    # A collection calls whoever listens to it, in this thread: test tools that take the time.
    gc.disable()
    sys.setprofile(watch)
    try:
        yield asked
    finally:
        sys.setprofile(before)
        if collecting:
            gc.enable()


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


@contextmanager
def comma_locale() -> Iterator[str]:
    """Let this process write decimals with a comma meanwhile; give the name of the locale.

    Where the machine has no such locale, :func:`locale.localeconv` alone says so, which is what Python's own
    functions of :mod:`locale` go by; the name is then empty.
    """
    before = locale.setlocale(locale.LC_ALL)
    try:
        name = next((place for place in _COMMA_PLACES if _stands_in(place)), "")
        if name:
            yield name
        else:
            plain = dict(locale.localeconv())
            with patch.object(locale, "localeconv", lambda: plain | _COMMA):
                yield ""
    finally:
        locale.setlocale(locale.LC_ALL, before)


def _stands_in(place: str) -> bool:
    try:
        locale.setlocale(locale.LC_ALL, place)
    except locale.Error:
        return False
    return locale.localeconv()["decimal_point"] == ","
