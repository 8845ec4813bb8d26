"""The canonical entry: what a body must hold before it may be written, and its tags.

What is written can be read back without loss; keys we do not know are kept too.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from autobook_core.domain.money import is_currency
from autobook_plaintext.accounts import ROOTS
from autobook_plaintext.values import decode, decode_list, encode, encode_list

_ENTRY_KEYS = ("id", "series", "number", "date", "journal", "text", "currency", "sources", "lines")
_LINE_KEYS = ("account", "name", "type", "amount")
#: Optional keys of a line, with the tags that carry them.
LINE_TAGS = {"tax_code": "tax", "customer": "customer", "invoice": "invoice"}
_TAG_LINES = {tag: key for key, tag in LINE_TAGS.items()}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
#: The largest amount, in minor units, that every program here reads.
_MOST = 10**15

Tags = list[tuple[str, str]]


class Damaged(Exception):
    """An entry in a file cannot be read back."""


def why_not(kind: str, body: Mapping[str, Any]) -> str:
    """Return why a document cannot be written; empty if it can."""
    if kind != "journal_entry":
        return f"a {kind} is not a journal entry"
    missing = [key for key in _ENTRY_KEYS if key not in body]
    if missing:
        return f"the entry has no {', '.join(missing)}"
    return _wrong_head(body) or _wrong_lines(body["lines"])


def _wrong_head(body: Mapping[str, Any]) -> str:
    day = body["date"]
    if not isinstance(day, str) or not _DAY.fullmatch(day):
        return f"{day!r} is not a date"
    try:
        date.fromisoformat(day)
    except ValueError:
        return f"{day!r} is not a date"
    if not isinstance(body["currency"], str) or not is_currency(body["currency"]):
        return f"{body['currency']!r} is no currency"
    if not all(isinstance(body[key], str) for key in ("text", "series", "journal")):
        return "text, series and journal must be texts"
    if not isinstance(body["sources"], list | tuple) or not isinstance(body["lines"], list | tuple):
        return "sources and lines must be lists"
    return ""


def _wrong_lines(lines: Any) -> str:
    total = 0
    for line in lines:
        if not isinstance(line, Mapping) or any(key not in line for key in _LINE_KEYS):
            return f"a line needs {', '.join(_LINE_KEYS)}"
        if type(line["amount"]) is not int or abs(line["amount"]) >= _MOST:
            return f"{line['amount']!r} is not an amount in whole minor units"
        if line["type"] not in ROOTS:
            return f"{line['type']!r} is no type of account"
        if not isinstance(line["account"], str) or not isinstance(line["name"], str):
            return "number and name of an account must be texts"
        total += line["amount"]
    if not lines or total:
        return f"the lines add up to {total} minor units, not to zero" if lines else "the entry has no lines"
    return ""


def entry_tags(body: Mapping[str, Any]) -> Tags:
    """Return what the head of an entry does not show, apart from text, series and number."""
    tags = [
        ("id", encode(body["id"])),
        ("journal", encode(body["journal"])),
        ("sources", encode_list(body["sources"])),
    ]
    more = {key: body[key] for key in body if key not in _ENTRY_KEYS}
    return [*tags, ("more", encode(more))] if more else tags


def number_text(number: object) -> str:
    """Return a voucher number as digits, anything else exactly."""
    return str(number) if type(number) is int and number >= 0 else encode([number])


def read_number(text: str) -> Any:
    """Return what :func:`number_text` wrote.

    Raises:
        ValueError: it is nothing of that kind.
    """
    return decode(text)[0] if text.startswith("=") else int(text)


def line_tags(line: Mapping[str, Any]) -> Tags:
    """Return what a posting does not show by itself."""
    tags = [(tag, encode(line[key])) for key, tag in LINE_TAGS.items() if key in line]
    more = {key: line[key] for key in line if key not in _LINE_KEYS and key not in LINE_TAGS}
    return [*tags, ("more", encode(more))] if more else tags


def read_line(parts: tuple[str, str, str], amount: int, tags: Mapping[str, str]) -> dict[str, Any]:
    """Return a canonical line from type, number and name as written, its amount and its tags.

    Raises:
        ValueError: a tag cannot be read.
    """
    kind, number, name = parts
    line: dict[str, Any] = {
        "account": decode(tags["account"]) if "account" in tags else number,
        "name": decode(tags["name"]) if "name" in tags else name,
        "type": kind,
        "amount": amount,
    }
    for tag, text in tags.items():
        if tag in _TAG_LINES:
            line[_TAG_LINES[tag]] = decode(text)
        elif tag == "more":
            line |= decode(text)
    return line


def read_entry(
    day: str, text: str, tags: Mapping[str, str], currencies: set[str], lines: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return a canonical body from what a file holds.

    Raises:
        KeyError, ValueError: something is missing or cannot be read.
    """
    (currency,) = currencies
    body = {
        "id": decode(tags["id"]),
        "series": decode(tags["series"]),
        "number": read_number(tags["number"]),
        "date": day,
        "journal": decode(tags["journal"]),
        "text": decode(tags["text"]) if "text" in tags else text,
        "currency": currency,
        "sources": decode_list(tags["sources"]),
        "lines": lines,
    }
    return body | decode(tags["more"]) if "more" in tags else body
