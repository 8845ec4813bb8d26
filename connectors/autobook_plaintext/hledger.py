"""Entries as hledger reads them: code, description, comments with tags, postings."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from autobook_core.domain.money import exponent, format_minor, parse_decimal
from autobook_plaintext.accounts import hledger_name, hledger_parts
from autobook_plaintext.canonical import (
    Damaged,
    entry_tags,
    line_tags,
    number_text,
    read_entry,
    read_line,
)
from autobook_plaintext.values import decode, encode, tidy

NAME = "hledger"
EXTENSION = "journal"
HEADER = "; Written by Autobook: entries are added here and never changed.\ndecimal-mark ."
KEY_LINE = re.compile(rb"^    ; key:(.*)$", re.MULTILINE)
INCLUDED = re.compile(r"^include ([0-9]{4}-[0-9]{2})\.journal$", re.MULTILINE)

_TAG_NAMES = (
    "account", "customer", "id", "invoice", "journal", "key", "more", "name", "number", "replaces",
    "series", "sources", "tax", "text",
)  # fmt: skip
_SERIES = re.compile(r"[A-Za-z0-9_.]+")
_HEAD = re.compile(r"(\d{4}-\d{2}-\d{2}) \(([^()]*)\)(?: (.*))?")
_CODE = re.compile(r"([A-Za-z0-9_.]+)-(0|[1-9]\d*)")
_POSTING = re.compile(r"    (\S.*?)  (-?[0-9.]+) ([A-Z]{3})(?:  ; (.*))?")


def block(key: str, body: Mapping[str, Any], replaces: str | None) -> str:
    """Return the text of one entry, without a line end at its end."""
    tags = entry_tags(body)
    number = number_text(body["number"])
    code = f"{body['series']}-{number}"
    if not _CODE.fullmatch(code):
        tags += [("series", encode(body["series"])), ("number", number)]
        code = ""
    shown = tidy(body["text"])
    if shown != body["text"]:
        tags.append(("text", encode(body["text"])))
    if replaces is not None:
        tags.append(("replaces", encode(replaces)))
    lines = [
        f"{body['date']} ({code}) {shown}".rstrip(),
        f"    ; key:{encode(key)}",
        f"    ; {_joined(tags)}",
    ]
    lines += [_posting(line, body["currency"]) for line in body["lines"]]
    return "\n".join(lines)


def _posting(line: Mapping[str, Any], currency: str) -> str:
    name = hledger_name(line["type"], line["account"], line["name"])
    tags = [*name.tags, *line_tags(line)]
    comment = f"  ; {_joined(tags)}" if tags else ""
    return f"    {name.written}  {format_minor(line['amount'], currency)} {currency}{comment}"


def _joined(tags: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{name}:{value}" for name, value in tags)


def parse(text: str) -> dict[str, Any]:
    """Return the canonical body of an entry's text.

    Raises:
        Damaged: it is not as :func:`block` wrote it.
    """
    head, *rest = text.split("\n")
    match = _HEAD.fullmatch(head)
    if match is None:
        raise Damaged(f"not the head of an entry: {head[:60]!r}")
    try:
        tags, lines, currencies = _read(rest)
        code = _CODE.fullmatch(match[2])
        if code:
            tags = {"series": code[1], "number": code[2]} | tags
        return read_entry(match[1], match[3] or "", tags, currencies, lines)
    except (KeyError, TypeError, ValueError) as error:
        raise Damaged(f"{match[1]} {match[2]}: {error!r}") from None


def _read(rest: Iterable[str]) -> tuple[dict[str, str], list[dict[str, Any]], set[str]]:
    tags: dict[str, str] = {}
    lines: list[dict[str, Any]] = []
    currencies: set[str] = set()
    for text in rest:
        if text.startswith("    ; "):
            tags |= _tags(text[6:])
            continue
        posting = _POSTING.fullmatch(text)
        if posting is None:
            raise ValueError(text[:60])
        currencies.add(posting[3])
        amount = parse_decimal(posting[2], posting[3])
        lines.append(read_line(hledger_parts(posting[1]), amount, _tags(posting[4]) if posting[4] else {}))
    return tags, lines, currencies


def _tags(comment: str) -> dict[str, str]:
    pairs = (part.partition(":") for part in comment.split(", "))
    return {name: value for name, _, value in pairs}


def order(text: str) -> tuple[str, str, int]:
    """Return where an entry stands in its file: date, series, number.

    Raises:
        Damaged: it has no head.
    """
    head = text.partition("\n")[0]
    match = _HEAD.fullmatch(head)
    if match is None:
        raise Damaged(f"not the head of an entry: {head[:60]!r}")
    code = _CODE.fullmatch(match[2])
    return (match[1], code[1], int(code[2])) if code else (match[1], match[2], 0)


def key_of(text: str) -> str | None:
    """Return the key of an entry's text; None if it carries none."""
    match = KEY_LINE.search(text.encode("utf-8", "surrogatepass"))
    return str(decode(match[1].decode("utf-8"))) if match else None


def declarations(bodies: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return the accounts, commodities and tags that the entries need declared."""
    found = {f"tag {name}" for name in _TAG_NAMES}
    for body in bodies:
        decimals = exponent(body["currency"])
        found.add(f"commodity 1000.{'0' * decimals} {body['currency']}")
        for line in body["lines"]:
            found.add(f"account {hledger_name(line['type'], line['account'], line['name']).written}")
    return found


def main_file(months: Iterable[str], declared: Iterable[str]) -> str:
    """Return the file that includes all others, in the order of time."""
    del declared
    includes = [f"include {month}.{EXTENSION}" for month in months]
    return "\n".join(
        ["; Written by Autobook: hledger -f main.journal balance", "include accounts.journal", *includes, ""]
    )
