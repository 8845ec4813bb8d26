"""Tables into typed values: unknown, missing, ill-typed and out-of-range keys are refused with their line."""

import re
import types
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Literal, NamedTuple, TypeVar, Union, get_args, get_origin

import msgspec

from autobook_core.config.document import Document, nearest, shown, where
from autobook_core.config.locate import Path
from autobook_core.domain.money import is_currency
from autobook_core.errors import ConfigurationError

S = TypeVar("S", bound=msgspec.Struct)


class Complaint(NamedTuple):
    """Why a value is refused: what is allowed in its place, and what was perhaps meant."""

    allowed: str
    guess: str | None = None


#: Complains about a value of the right type, or not.
Check = Callable[[Any], Complaint | None]


def decode(
    kind: type[S],
    table: dict[str, Any],
    document: Document,
    path: Path = (),
    *,
    checks: Mapping[str, Check] | None = None,
) -> S:
    """Return the table as a struct.

    Raises:
        ConfigurationError: a key is unknown, missing, of another type or refused by its check.
    """
    specs = msgspec.structs.fields(kind)
    document.refuse_unknown(table, [spec.encode_name for spec in specs], path)
    values: dict[str, Any] = {}
    for spec in specs:
        key = spec.encode_name
        if key in table:
            place = (*path, key)
            values[spec.name] = convert(key, table[key], spec.type, document, place, (checks or {}).get(key))
        elif spec.required:
            raise document.error(
                path, f"{where(path)} has no {key}", f"add {key} = {example(key, spec.type)} to {where(path)}"
            )
    return kind(**values)


def convert(key: str, value: Any, to: Any, document: Document, path: Path, check: Check | None = None) -> Any:
    """Return one value in its type.

    Raises:
        ConfigurationError: it is of another type, or the check refuses it.
    """
    complaint = type_complaint(value, to)
    if complaint is None:
        converted = msgspec.convert(value, to)
        complaint = check(converted) if check is not None and converted is not None else None
        if complaint is None:
            return converted
    raise refusal(document, path, key, value, complaint)


def refusal(document: Document, path: Path, key: str, value: Any, complaint: Complaint) -> ConfigurationError:
    """Return the error that names a value and what is allowed in its place."""
    guess = "" if complaint.guess is None else f"; did you mean {shown(complaint.guess)}?"
    instead = complaint.allowed if complaint.guess is None else shown(complaint.guess)
    return document.error(
        path, f"{key} is {shown(value)}; allowed: {complaint.allowed}{guess}", f"change {key} to {instead}"
    )


def type_complaint(value: Any, to: Any) -> Complaint | None:
    """Return what is allowed for a type where the value is not of it."""
    if isinstance(value, datetime):
        return Complaint(allowed(to))
    try:
        msgspec.convert(value, to)
    except (msgspec.ValidationError, OverflowError):
        return Complaint(allowed(to), _guess(value, to))
    return None


def _guess(value: Any, to: Any) -> str | None:
    """Return the text that was perhaps meant: the nearest choice, or a number without its quotes."""
    if isinstance(value, str):
        return nearest(value, choices(to))
    unquoted = isinstance(value, int) and not isinstance(value, bool) and to in {str, str | None}
    return str(value) if unquoted else None


def choices(to: Any) -> tuple[str, ...]:
    """Return the texts a type allows, where it lists them."""
    if get_origin(to) is Literal:
        return tuple(str(choice) for choice in get_args(to))
    if get_origin(to) in {Union, types.UnionType}:
        return tuple(choice for part in get_args(to) for choice in choices(part))
    return ()


def allowed(to: Any) -> str:
    """Return in words what a type allows."""
    if get_origin(to) is Literal:
        return " or ".join(f'"{choice}"' for choice in get_args(to))
    if get_origin(to) in {Union, types.UnionType}:
        return " or ".join(allowed(part) for part in get_args(to) if part is not type(None))
    words = {str: "a text in quotes", int: "a whole number", bool: "true or false"}
    words |= {date: "a date such as 2025-01-31", dict: "a table of texts", tuple: "a list"}
    return words.get(get_origin(to) or to, "a table")


def example(key: str, to: Any) -> str:
    """Return a value one could write for a missing key."""
    if options := choices(to):
        return f'"{options[0]}"'
    return {int: "0", bool: "true", date: "2025-01-31"}.get(to, f'"{key.upper()}"')


def whole(low: int, high: int, unit: str = "") -> Check:
    """Return the check for a whole number from ``low`` to ``high``."""
    words = f"a whole number from {low} to {high}" + (f" ({unit})" if unit else "")

    def check(value: Any) -> Complaint | None:
        return None if low <= value <= high else Complaint(words)

    return check


def pattern(expression: str, words: str) -> Check:
    """Return the check for a text that matches as a whole; ``words`` say what that is."""
    compiled = re.compile(expression)

    def check(value: Any) -> Complaint | None:
        return None if compiled.fullmatch(value) else Complaint(words)

    return check


filled: Check = pattern(r"(?s).*\S.*", "a text that is not empty")


def currency(value: Any) -> Complaint | None:
    """Complain about a text that is no currency."""
    return None if is_currency(value) else Complaint("an ISO 4217 code in upper case, for example DKK")
