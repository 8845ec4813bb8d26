"""The rows of a CSV file by a declared profile: the whole file is checked before the first row is handed on.

What cannot be trusted as a whole (another header, a row with other columns, an unclosed quote, a running
balance that does not run) refuses the file, because in such a file no single row can be trusted.
"""

import csv
import io
from collections.abc import Iterator
from typing import Any, BinaryIO

from autobook_bank.csv_profile import Profile, same_header
from autobook_bank.csv_translate import csv_created, csv_id, csv_key, signed_minor
from autobook_bank.grammar import account_number
from autobook_bank.identity import digest
from autobook_bank.refusal import FileRefused, Opener, encode
from autobook_core.connector import Envelope

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def csv_envelopes(open_file: Opener, profile: Profile) -> Iterator[Envelope]:
    """Yield the rows of a file.

    Raises:
        FileRefused: the file does not keep to the profile; then nothing was yielded.
    """
    repeated = _check(open_file, profile)
    equals: dict[str, int] = {}
    for _, row in _rows(open_file, profile):
        if not row["Fields"].get("id") or row["Fields"]["id"] in repeated:
            key = digest(csv_key(row), "")
            row["Ordinal"] = equals[key] = equals.get(key, 0) + 1
        yield Envelope(csv_id(row), data=encode(row), created=csv_created(row))


def _check(open_file: Opener, profile: Profile) -> set[str]:
    """Read the file through; return the ids that more than one row carries."""
    known: set[str] = set()
    repeated: set[str] = set()
    before: int | None = None
    try:
        for line, row in _rows(open_file, profile):
            identity = row["Fields"].get("id")
            if identity:
                (repeated if identity in known else known).add(identity)
            if profile.columns.balance:
                before = _next_balance(line, row, before, newest_first=profile.order == "newest_first")
    except csv.Error as error:
        raise FileRefused("unreadable_file", f"not a whole CSV file: {error}") from None
    except UnicodeError:
        raise FileRefused("unreadable_file", f"the text is not {profile.encoding}") from None
    return repeated


def _next_balance(line: int, row: dict[str, Any], before: int | None, *, newest_first: bool) -> int:
    """Check one step of the running balance and return what the next step starts from."""
    try:
        amount = signed_minor(row)
        balance = signed_minor(row, field="balance")
    except (KeyError, ValueError) as error:
        raise FileRefused("unreadable_file", f"line {line}: {error}") from None
    fits = before is None or (balance == before if newest_first else balance == before + amount)
    if not fits:
        raise FileRefused(
            "statement_does_not_add_up",
            f"line {line}: the running balance does not follow from its neighbour",
        )
    return balance - amount if newest_first else balance


def _rows(open_file: Opener, profile: Profile) -> Iterator[tuple[int, dict[str, Any]]]:
    with open_file() as file, _text(file, profile.encoding) as lines:
        reader = csv.reader(lines, delimiter=profile.delimiter, quotechar=profile.quote, strict=True)
        _read_header(lines, reader, profile)
        for cells in reader:
            line = reader.line_num + profile.skip.lines
            if not _passed_over(cells, profile):
                _check_cells(cells, line, profile)
                yield line, _row(cells, profile)


def _text(file: BinaryIO, encoding: str) -> io.TextIOWrapper:
    head = file.read(4)
    file.seek(0)
    for mark, marked in _MARKS:
        if head.startswith(mark):
            encoding = marked
    return io.TextIOWrapper(file, encoding=encoding, errors="strict", newline="")


def _read_header(lines: io.TextIOWrapper, reader: Iterator[list[str]], profile: Profile) -> None:
    for _ in range(profile.skip.lines):
        lines.readline()
    header = next(reader, None)
    if header is None:
        raise FileRefused("empty_file", "the file is empty")
    if not same_header(header, profile):
        raise FileRefused("csv_profile_mismatch", "the header is not the one the profile declares")


def _passed_over(cells: list[str], profile: Profile) -> bool:
    skip = profile.skip
    if skip.blank and not any(cell.strip() for cell in cells):
        return True
    if len(cells) != len(profile.header):
        return False
    if skip.repeated_header and same_header(cells, profile):
        return True
    return any(cells[profile.header.index(rule.column)].strip() == rule.equals for rule in skip.rows)


def _check_cells(cells: list[str], line: int, profile: Profile) -> None:
    if len(cells) != len(profile.header):
        raise FileRefused(
            "csv_profile_mismatch",
            f"line {line}: {len(cells)} columns, the profile declares {len(profile.header)}",
        )
    for cell in cells:
        if "\x00" in cell:
            raise FileRefused("unreadable_file", f"line {line}: a cell holds a NUL")
        if not profile.multiline and ("\n" in cell or "\r" in cell):
            raise FileRefused("unreadable_file", f"line {line}: a cell goes over several lines")


def _row(cells: list[str], profile: Profile) -> dict[str, Any]:
    columns = profile.columns
    by_name = dict(zip(profile.header, (cell.strip() for cell in cells), strict=True))
    fields: dict[str, Any] = {"text": [by_name[name] for name in columns.text if by_name[name]]}
    for field in (
        "date", "value_date", "amount", "debit", "credit", "balance",
        "counterparty", "counterparty_iban", "reference", "end_to_end_id", "id",
    ):  # fmt: skip
        name = getattr(columns, field)
        if name:
            fields[field] = by_name[name]
    account = account_number(by_name[columns.account] if columns.account else profile.account)
    if not account:
        raise FileRefused("csv_profile_mismatch", "a row names no account")
    return {
        "Acct": {"IBAN": account, "Ccy": by_name[columns.currency] if columns.currency else profile.currency},
        "Fields": fields,
        "Format": profile.format,
        "Cells": cells,
    }
