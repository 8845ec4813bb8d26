"""What to do after an answer: pure decisions, with time and chance passed in.

A wait is never shorter than the other side asks for, and never longer than a thread may sleep: past
that the stream is parked and its thread goes home.
"""

import re
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from enum import Enum, auto

from autobook_core.errors import RateLimited, Unavailable

MAX_ATTEMPTS = 5
#: The longest a thread sleeps before one request, in seconds.
MAX_WAIT_SECONDS = 60
_FIRST_BACKOFF_SECONDS = 0.5
_LONGEST_BACKOFF_SECONDS = 30.0
_SECONDS = re.compile(r"[0-9]{1,9}")
_SAFE_METHODS = frozenset({"GET", "HEAD"})


class Verdict(Enum):
    """What a status code means for the request."""

    GOOD = auto()
    REDIRECT = auto()
    TEMPORARY = auto()
    UNAUTHORISED = auto()
    REFUSED = auto()


@dataclass(frozen=True, slots=True)
class Failure:
    """An attempt that failed in a way that passes.

    Attributes:
        reason: what happened, for people, without secrets.
        status: the status code; 0 when no answer came.
        retry_after_seconds: how long the other side asks us to stay away, if it says.
    """

    reason: str
    status: int = 0
    retry_after_seconds: int | None = None


def judge(status: int) -> Verdict:
    """Say what a status code means."""
    if status in {408, 429} or status >= 500:
        return Verdict.TEMPORARY
    if status in {401, 403}:
        return Verdict.UNAUTHORISED
    if status in {301, 302, 303, 307, 308}:
        return Verdict.REDIRECT
    return Verdict.REFUSED if status >= 400 else Verdict.GOOD


def may_repeat(method: str, idempotency_key: str | None) -> bool:
    """Tell whether sending the request twice does no more than sending it once."""
    return method in _SAFE_METHODS or bool(idempotency_key)


def retry_after_seconds(header: str | None, now: int) -> int | None:
    """Read a Retry-After header: seconds or a date.

    Args:
        header: its value, if it was sent.
        now: the current instant, in seconds UTC rounded down.

    Returns:
        Whole seconds to wait; None when nothing readable was asked for.
    """
    text = (header or "").strip()
    if _SECONDS.fullmatch(text):
        return int(text)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0, int(until.timestamp()) - now)


def backoff_seconds(attempt: int, draw: float) -> float:
    """Return the wait after the n-th failure: doubling, of which chance takes any part (full jitter).

    Args:
        attempt: 1 after the first failure.
        draw: a number from 0 to 1.
    """
    return draw * min(_LONGEST_BACKOFF_SECONDS, _FIRST_BACKOFF_SECONDS * 2.0 ** (attempt - 1))


def next_wait(failure: Failure, *, attempt: int, repeatable: bool, draw: float) -> float | None:
    """Return the seconds to wait before the next attempt, or None when there is to be none."""
    asked = failure.retry_after_seconds or 0
    if not repeatable or attempt >= MAX_ATTEMPTS or asked > MAX_WAIT_SECONDS:
        return None
    return max(float(asked), backoff_seconds(attempt, draw))


def give_up(failure: Failure) -> RateLimited | Unavailable:
    """Return the error that ends a request which failed for now."""
    if failure.status == 429:
        asked = failure.retry_after_seconds
        return RateLimited(failure.reason, retry_after_seconds=MAX_WAIT_SECONDS if asked is None else asked)
    return Unavailable(failure.reason, retry_after_seconds=failure.retry_after_seconds)
