"""Entries as Beancount reads them: narration, metadata, postings with metadata of their own."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from autobook_core.domain.money import format_minor, parse_decimal
from autobook_plaintext.accounts import beancount_name, beancount_parts
from autobook_plaintext.canonical import (
    Damaged,
    entry_tags,
    line_tags,
    number_text,
    read_entry,
    read_line,
    read_number,
)
from autobook_plaintext.values import decode, encode, tidy

NAME = "beancount"
EXTENSION = "beancount"
HEADER = "; Written by Autobook: entries are added here and never changed."
KEY_LINE = re.compile(rb'^  key: "(.*)"$', re.MULTILINE)
INCLUDED = re.compile(r'^include "([0-9]{4}-[0-9]{2})\.beancount"$', re.MULTILINE)

#: Accounts are open from a day before any entry, so that a late one never comes too early.
_OPENED = "1900-01-01"
_HEAD = re.compile(r'(\d{4}-\d{2}-\d{2}) \* "([^"]*)"')
_SERIES_NUMBER = re.compile(r'^  series: "([^"]*)"\n  number: "([^"]*)"$', re.MULTILINE)
_META = re.compile(r'(    |  )([a-z_]+): "([^"]*)"')
_POSTING = re.compile(r"  (\S+)  (-?[0-9.]+) ([A-Z]{3})")


def block(key: str, body: Mapping[str, Any], replaces: str | None) -> str:
    """Return the text of one entry, without a line end at its end."""
    tags = [("key", encode(key)), ("series", encode(body["series"])), ("number", number_text(body["number"]))]
    tags += entry_tags(body)
    shown = tidy(body["text"]).replace('"', "'").replace("\\", "/")
    if shown != body["text"]:
        tags.append(("text", encode(body["text"])))
    if replaces is not None:
        tags.append(("replaces", encode(replaces)))
    lines = [f'{body["date"]} * "{shown}"', *(f'  {name}: "{value}"' for name, value in tags)]
    for line in body["lines"]:
        lines += _posting(line, body["currency"])
    return "\n".join(lines)


def _posting(line: Mapping[str, Any], currency: str) -> list[str]:
    name = beancount_name(line["type"], line["account"], line["name"])
    written = [f"  {name.written}  {format_minor(line['amount'], currency)} {currency}"]
    return written + [f'    {tag}: "{value}"' for tag, value in (*name.tags, *line_tags(line))]


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
        tags, postings, currencies = _read(rest)
        lines = [read_line(beancount_parts(name), amount, own) for name, amount, own in postings]
        return read_entry(match[1], match[2], tags, currencies, lines)
    except (KeyError, TypeError, ValueError) as error:
        raise Damaged(f"{match[1]}: {error!r}") from None


def _read(
    rest: Iterable[str],
) -> tuple[dict[str, str], list[tuple[str, int, dict[str, str]]], set[str]]:
    tags: dict[str, str] = {}
    postings: list[tuple[str, int, dict[str, str]]] = []
    currencies: set[str] = set()
    for text in rest:
        meta = _META.fullmatch(text)
        if meta is not None:
            (postings[-1][2] if len(meta[1]) == 4 and postings else tags)[meta[2]] = meta[3]
            continue
        posting = _POSTING.fullmatch(text)
        if posting is None:
            raise ValueError(text[:60])
        currencies.add(posting[3])
        postings.append((posting[1], parse_decimal(posting[2], posting[3]), {}))
    return tags, postings, currencies


def order(text: str) -> tuple[str, str, int]:
    """Return where an entry stands in its file: date, series, number.

    Raises:
        Damaged: it has no head.
    """
    match = _HEAD.match(text)
    if match is None:
        raise Damaged(f"not the head of an entry: {text[:60]!r}")
    found = _SERIES_NUMBER.search(text)
    try:
        number = read_number(found[2]) if found else 0
        return match[1], str(decode(found[1])) if found else "", number if type(number) is int else 0
    except ValueError as error:
        raise Damaged(str(error)) from None


def key_of(text: str) -> str | None:
    """Return the key of an entry's text; None if it carries none."""
    match = KEY_LINE.search(text.encode("utf-8", "surrogatepass"))
    return str(decode(match[1].decode("utf-8"))) if match else None


def declarations(bodies: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return the accounts and currencies that the entries need declared."""
    found = set()
    for body in bodies:
        found.add(f"{_OPENED} commodity {body['currency']}")
        for line in body["lines"]:
            found.add(f"{_OPENED} open {beancount_name(line['type'], line['account'], line['name']).written}")
    return found


def main_file(months: Iterable[str], declared: Iterable[str]) -> str:
    """Return the file that includes all others, in the order of time."""
    currencies = sorted(line.rpartition(" ")[2] for line in declared if " commodity " in line)
    return "\n".join(
        [
            "; Written by Autobook: bean-check main.beancount",
            'option "title" "Autobook"',
            *(f'option "operating_currency" "{currency}"' for currency in currencies),
            'include "accounts.beancount"',
            *(f'include "{month}.{EXTENSION}"' for month in months),
            "",
        ]
    )
