"""The ``match`` table of a rule: every key is known and every value can be met."""

from collections.abc import Callable
from typing import Any

from autobook_core.config.document import Document, listed, shown, unknown
from autobook_core.config.locate import Path
from autobook_core.domain.expressions import (
    MATCHABLE_RECORDS,
    MATCHABLES,
    parse_interval,
    parse_range,
    parse_rate,
)
from autobook_core.domain.money import is_currency
from autobook_core.errors import ConfigurationError


def _one_of(*names: str) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if value not in names:
            raise ValueError(f"allowed: {' or '.join(shown(name) for name in names)}")
        return value

    return read


def _record(value: Any) -> Any:
    if value not in MATCHABLE_RECORDS:
        raise ValueError(f"allowed: {listed(MATCHABLE_RECORDS)}")
    return value


def _text(value: Any) -> Any:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("allowed: a text that is not empty")
    return value


def _flag(value: Any) -> Any:
    if value is not True and value is not False:
        raise ValueError("allowed: true or false")
    return value


def _country(value: Any) -> Any:
    if not (
        isinstance(value, str) and len(value) == 2 and value.isascii() and value.isalpha() and value.isupper()
    ):
        raise ValueError('allowed: an ISO 3166 code such as "DK"')
    return value


def _region(value: Any) -> Any:
    if value == "non-EU":
        return value
    try:
        return _country(value)
    except ValueError:
        raise ValueError('allowed: an ISO 3166 code such as "DK", "EU" (without DK) or "non-EU"') from None


def _currency(value: Any) -> Any:
    if not (isinstance(value, str) and is_currency(value)):
        raise ValueError('allowed: an ISO 4217 code in upper case such as "DKK"')
    return value


def _interval(value: Any) -> Any:
    parse_interval(_text(value))
    return value


def _range(value: Any) -> Any:
    parse_range(value)
    return value


def _rate(value: Any) -> Any:
    plain = value if isinstance(value, int) else str(value)
    parse_rate(plain)
    return plain


_READERS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(MATCHABLES, _text),
    "record": _record,
    "interval": _interval,
    "usage": _one_of("licensed", "metered"),
    "proration": _flag,
    "customer_country": _region,
    "vat_number": _flag,
    "currency": _currency,
    "tax": _range,
    "tax_country": _country,
    "tax_rate": _rate,
    "direction": _one_of("CRDT", "DBIT"),
    "amount": _range,
}


def read_match(document: Document, path: Path, match: dict[str, Any]) -> dict[str, Any]:
    """Return the match table with plain values: texts, whole numbers, truth values.

    ``metadata = { KEY = "..." }``, as TOML reads ``metadata.KEY``, becomes ``"metadata.KEY"``.

    Raises:
        ConfigurationError: a key is not matchable, or its value is impossible.
    """
    read: dict[str, Any] = {}
    for key, value in match.items():
        place = (*path, key)
        if key == "metadata" and isinstance(value, dict):
            for name, text in value.items():
                read[f"metadata.{name}"] = _checked(document, (*place, name), f"metadata.{name}", text, _text)
        elif key.startswith("metadata."):
            read[key] = _checked(document, place, key, value, _text)
        elif key in _READERS:
            read[key] = _checked(document, place, key, value, _READERS[key])
        else:
            raise document.error(
                place,
                unknown(key, [*MATCHABLES, "metadata"], "match", kind="matchable"),
                f"matchable are: {listed(MATCHABLES)}, metadata.KEY",
            )
    return read


def _checked(document: Document, path: Path, key: str, value: Any, read: Callable[[Any], Any]) -> Any:
    try:
        return read(value)
    except ValueError as error:
        raise refused(document, path, key, value, str(error)) from None


def refused(document: Document, path: Path, key: str, value: Any, why: str) -> ConfigurationError:
    """Return the error about a value that an expression parser or a reader above refused."""
    if why.startswith("allowed: "):
        return document.error(
            path, f"{key} is {shown(value)}; {why}", f"change {key} to {why.removeprefix('allowed: ')}"
        )
    return document.error(path, f"{key}: {why}", f"correct {key} or remove it from the rule")
