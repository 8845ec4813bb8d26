"""How a bank's CSV writes dates and amounts: one declared form, in ASCII, without a locale."""

import re
from datetime import date
from functools import lru_cache
from typing import Literal

import msgspec

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE_TOKENS = {
    "YYYY": r"(?P<year>[0-9]{4})",
    "YY": r"(?P<year>[0-9]{2})",
    "MMM": r"(?P<month>[A-Za-z]{3})",
    "MM": r"(?P<month>[0-9]{2})",
    "M": r"(?P<month>[0-9]{1,2})",
    "DD": r"(?P<day>[0-9]{2})",
    "D": r"(?P<day>[0-9]{1,2})",
}
_TOKEN = re.compile("YYYY|YY|MMM|MM|M|DD|D")


class Format(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How dates and amounts are written.

    Attributes:
        date: YYYY or YY, MM, M or MMM (English names), DD or D, and the signs between them.
        decimal, thousands: the marks; no thousands mark means that none may occur.
        negative: where the sign of a negative amount stands.
        prefix: a currency sign that may stand before the digits.
        invert: positive amounts are money out, as on card statements.
    """

    date: str
    decimal: str = "."
    thousands: str = ""
    negative: Literal["minus", "trailing_minus", "parentheses"] = "minus"
    prefix: str = ""
    invert: bool = False


@lru_cache(64)
def date_pattern(form: str) -> re.Pattern[str]:
    """Return the pattern of a date form; year, month and day each occur once.

    Raises:
        ValueError: they do not.
    """
    pattern, names, position = "", [], 0
    for token in _TOKEN.finditer(form):
        pattern += re.escape(form[position : token.start()]) + _DATE_TOKENS[token.group()]
        names.append(token.group()[0])
        position = token.end()
    if sorted(names) != ["D", "M", "Y"]:
        raise ValueError(f"format.date {form!r} needs year, month and day once each")
    return re.compile(pattern + re.escape(form[position:]))


def read_day(text: str, form: str) -> date:
    """Read a date in the one form declared; two-digit years are of this century.

    Raises:
        ValueError: the text has another form, or there is no such day.
    """
    match = date_pattern(form).fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a date of the form {form}")
    month = match["month"]
    if month.isalpha():
        if month.lower() not in _MONTHS:
            raise ValueError(f"{month!r} is no month")
        month = str(_MONTHS.index(month.lower()) + 1)
    year = int(match["year"])
    return date(year + 2000 if year < 100 else year, int(month), int(match["day"]))


def plain_amount(text: str, form: Format) -> str:
    """Return a signed plain decimal such as ``-1234.56`` for an amount in the declared form.

    Raises:
        ValueError: the text has another form.
    """
    sign, digits = _sign(text, form.negative)
    if form.prefix and digits.startswith(form.prefix):
        digits = digits[len(form.prefix) :]
        if not sign:
            sign, digits = _sign(digits, form.negative)
    match = _amount_pattern(form).fullmatch(digits)
    if match is None:
        raise ValueError(f"{text!r} is not an amount of the declared form")
    whole = match.group(1).replace(form.thousands, "") if form.thousands else match.group(1)
    negative = bool(sign) != form.invert
    return ("-" if negative else "") + whole + (f".{match.group(2)}" if match.group(2) else "")


def _sign(text: str, style: str) -> tuple[str, str]:
    if style == "minus":
        return ("-", text[1:]) if text.startswith("-") else ("", text.removeprefix("+"))
    if style == "trailing_minus":
        return ("-", text[:-1]) if text.endswith("-") else ("", text)
    return ("-", text[1:-1]) if text.startswith("(") and text.endswith(")") else ("", text)


@lru_cache(64)
def _amount_pattern(form: Format) -> re.Pattern[str]:
    grouped = f"[0-9]{{1,3}}(?:{re.escape(form.thousands)}[0-9]{{3}})+|" if form.thousands else ""
    return re.compile(f"({grouped}[0-9]{{1,15}})(?:{re.escape(form.decimal)}([0-9]{{1,5}}))?")
