"""How amounts and dates are written in a bank's formats: plain ASCII, and nothing is guessed.

Python's own readers are too kind for money: they take other alphabets' digits, underscores,
exponents, week dates. Each function here raises ``ValueError`` for anything but the one form.
"""

import re
from datetime import UTC, date, datetime

from autobook_core.domain.money import is_currency, parse_decimal

_AMOUNT = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,5}))?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?"
    r"(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9])?"
)


def amount_minor(text: object, currency: str) -> int:
    """Read an ISO 20022 amount as minor units: no sign, no exponent, no thousands mark.

    Zeros after the currency's last decimal are allowed (banks pad to five); other digits there are not.

    Raises:
        ValueError: the text is no such amount.
        KeyError: the currency is unknown.
    """
    match = _AMOUNT.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f"{text!r} is not a plain decimal amount")
    whole, part = match.group(1), (match.group(2) or "").rstrip("0")
    if len(part) > 3:
        raise ValueError(f"{text!r} has more decimals than {currency}")
    return parse_decimal(f"{whole}.{part}" if part else whole, currency)


def calendar_day(text: object) -> date:
    """Read ``2025-05-09`` and nothing else; a time zone after it would make it another day elsewhere.

    Raises:
        ValueError: the text is no such date.
    """
    if not isinstance(text, str) or _DAY.fullmatch(text) is None:
        raise ValueError(f"{text!r} is not a date (YYYY-MM-DD)")
    return date.fromisoformat(text)


def written_day(text: object) -> date:
    """Read the date part of an instant as the bank wrote it, in the bank's own time zone.

    Raises:
        ValueError: the text is no instant, or its offset from UTC is 14 hours or more.
    """
    match = _INSTANT.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f"{text!r} is not a date with a time (YYYY-MM-DDThh:mm:ss)")
    return date.fromisoformat(match.group(1))


def any_day(value: object) -> date:
    """Read a date as text, ``{"Dt": ...}`` or ``{"DtTm": ...}``.

    Raises:
        ValueError: it is none of them.
    """
    if isinstance(value, dict):
        if value.get("Dt") is not None:
            return calendar_day(value["Dt"])
        return written_day(value.get("DtTm"))
    if isinstance(value, str) and "T" in value:
        return written_day(value)
    return calendar_day(value)


def midnight(day: date) -> int:
    """Return the first instant of a day in UTC, in seconds."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def currency_code(value: object) -> str:
    """Return an ISO 4217 code in use.

    Raises:
        KeyError: it is none.
    """
    if not isinstance(value, str) or not is_currency(value):
        raise KeyError(value)
    return value


def account_number(value: object) -> str:
    """Return an IBAN or account number without spaces, in capitals; empty for none."""
    return re.sub(r"\s", "", value).upper() if isinstance(value, str) else ""


def shown_account(account: str) -> str:
    """Return an account number as it may be shown: country and last four."""
    return f"{account[:2]}…{account[-4:]}" if len(account) > 8 else "…"
