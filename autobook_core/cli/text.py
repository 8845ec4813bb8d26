"""What a terminal is shown: cleaned, measured and cut to fit.

Texts of banks and customers come from outside. A terminal obeys what it is sent, so nothing from
outside reaches it before :func:`clean`.
"""

import unicodedata
from datetime import UTC, datetime

from autobook_core.domain.money import exponent, format_minor
from autobook_core.logs import printable

#: Between groups of three digits.
_GROUP = " "


def clean(value: object) -> str:
    r"""Return a value as one line of text; what would move the cursor or hide is written as ``\uXXXX``."""
    text = "" if value is None else str(value)
    if text.isascii() and text.isprintable():
        return text
    return printable(" ".join(text.split()))


def width(text: str) -> int:
    """Return how many columns a text takes."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def cut(text: str, columns: int, mark: str) -> str:
    """Return a text that takes at most so many columns; a mark at its end says that more was there."""
    if width(text) <= columns:
        return text
    room = columns - width(mark)
    if room <= 0:
        return mark[: max(0, columns)]
    taken = 0
    for at, character in enumerate(text):
        taken += _columns(character)
        if taken > room:
            return text[:at].rstrip() + mark
    return text


def number(count: int) -> str:
    """Return a count with its digits in groups: ``12 345``."""
    return f"{count:,}".replace(",", _GROUP)


def amount(minor: int, currency: str) -> str:
    """Return minor units with every decimal of the currency and digits in groups: ``-1 250.00``."""
    try:
        exponent(currency)
    except KeyError:
        return number(minor)
    whole, point, decimals = format_minor(minor, currency).partition(".")
    return number(int(whole)) + point + decimals if whole != "-0" else f"-0{point}{decimals}"


def counted(count: int, one: str, many: str = "") -> str:
    """Return a count with its noun: ``1 entry``, ``2 entries``."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def moment(iso: str | None) -> str:
    """Return an instant (ISO 8601, UTC) to the minute, for people: ``2025-12-31 23:59 UTC``."""
    if iso is None:
        return ""
    return datetime.fromisoformat(iso).astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
