"""Ages and instants in words: relative in lists, absolute with their zone in details."""

from datetime import datetime

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def span(seconds: int) -> str:
    """Return a duration in its two largest units: ``40s``, ``12m``, ``3h 04m``, ``1d 06h``."""
    seconds = max(0, seconds)
    if seconds < _MINUTE:
        return f"{seconds}s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE}m"
    if seconds < _DAY:
        return f"{seconds // _HOUR}h {seconds % _HOUR // _MINUTE:02d}m"
    return f"{seconds // _DAY}d {seconds % _DAY // _HOUR:02d}h"


def seconds_of(iso: str) -> int:
    """Return an instant (ISO 8601 with its zone) in seconds UTC."""
    return int(datetime.fromisoformat(iso).timestamp())


def since(iso: str | None, now: int) -> str:
    """Return how long ago an instant was; nothing where there was none."""
    return "" if iso is None else f"{span(now - seconds_of(iso))} ago"


def until(iso: str | None, now: int) -> str:
    """Return when the next try comes; nothing where none is planned."""
    if iso is None:
        return ""
    left = seconds_of(iso) - now
    return f"next try in {span(left)}" if left > 0 else "next try is due"
