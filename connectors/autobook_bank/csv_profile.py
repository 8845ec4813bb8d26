"""What one bank's CSV looks like, declared by a person in a TOML file. Nothing of it is ever guessed."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from autobook_bank.csv_format import Format, date_pattern
from autobook_bank.grammar import currency_code
from autobook_core.connector import BadConfig


class Columns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Header names of what we read. Either ``amount``, or ``debit`` and ``credit``."""

    date: str
    text: tuple[str, ...]
    amount: str = ""
    debit: str = ""
    credit: str = ""
    balance: str = ""
    value_date: str = ""
    counterparty: str = ""
    counterparty_iban: str = ""
    reference: str = ""
    end_to_end_id: str = ""
    id: str = ""
    account: str = ""
    currency: str = ""


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A cell by which a row is left out."""

    column: str
    equals: str


class Skip(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may be passed over: lines before the header, blank lines, a repeated header, rows by a cell."""

    lines: int = 0
    blank: bool = False
    repeated_header: bool = False
    rows: tuple[Condition, ...] = ()


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One bank's CSV.

    Attributes:
        header: every header name in order; a file with another header is refused.
        account, currency: of all rows, unless a column tells them.
        order: which way the running balance runs.
        multiline: a quoted cell may go over several lines.
    """

    header: tuple[str, ...]
    columns: Columns
    format: Format
    account: str = ""
    currency: str = ""
    delimiter: str = ","
    quote: str = '"'
    encoding: str = "utf-8"
    order: Literal["oldest_first", "newest_first"] = "oldest_first"
    multiline: bool = False
    skip: Skip = Skip()


def load_profile(path: Path) -> Profile:
    """Read a profile and check that it can work.

    Raises:
        BadConfig: the file is missing, is no TOML, or contradicts itself.
    """
    try:
        return parse_profile(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadConfig(
            f"the CSV profile {path.name} cannot be read: {error.strerror}", field="profile"
        ) from None
    except (
        tomllib.TOMLDecodeError,
        msgspec.ValidationError,
        UnicodeDecodeError,
        ValueError,
        LookupError,
    ) as error:
        raise BadConfig(f"the CSV profile {path.name}: {error}", field="profile") from None


def parse_profile(text: str) -> Profile:
    """Read a profile from its text.

    Raises:
        ValueError, LookupError, msgspec.ValidationError: it cannot work; the message says why.
    """
    profile = msgspec.convert(tomllib.loads(text), Profile)
    columns = profile.columns
    if bool(columns.amount) == bool(columns.debit or columns.credit):
        raise ValueError("columns needs either amount, or debit and credit")
    if bool(columns.debit) != bool(columns.credit):
        raise ValueError("columns needs both debit and credit")
    if bool(profile.account) == bool(columns.account) or bool(profile.currency) == bool(columns.currency):
        raise ValueError("account and currency are each given once: for the file, or as a column")
    if len(profile.delimiter) != 1 or len(profile.quote) != 1 or len(profile.format.decimal) != 1:
        raise ValueError("delimiter, quote and format.decimal are one character each")
    if profile.currency:
        currency_code(profile.currency)
    if profile.skip.lines < 0:
        raise ValueError("skip.lines is not negative")
    for name in [*_named(columns), *(rule.column for rule in profile.skip.rows)]:
        if profile.header.count(name) != 1:
            raise ValueError(f"the column {name!r} is not in the header exactly once")
    "".encode(profile.encoding)
    date_pattern(profile.format.date)
    return profile


def _named(columns: Columns) -> list[str]:
    values: dict[str, Any] = msgspec.structs.asdict(columns)
    return [name for key, name in values.items() if key != "text" and name] + list(columns.text)


def same_header(found: Sequence[str], profile: Profile) -> bool:
    """Tell whether a file's header is the declared one, name by name."""
    return [name.strip() for name in found] == [name.strip() for name in profile.header]
