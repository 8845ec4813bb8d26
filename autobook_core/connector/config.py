"""Settings of a connection: a frozen dataclass whose fields explain themselves.

One declaration gives the form, the TOML file, the ``--help`` text and the checks::

    @dataclass(frozen=True)
    class Config:
        api_key: str = secret("Restricted key with read access (Dashboard > Developers)")
        region: str = option("Which region holds the account", default="eu")
"""

from collections.abc import Iterable
from dataclasses import MISSING, Field, field, fields
from typing import Any, TypeVar, overload

T = TypeVar("T")


@overload
def option(help: str, *, choices: Iterable[str] = ()) -> Any: ...
@overload
def option(help: str, *, default: T, choices: Iterable[str] = ()) -> T: ...
def option(help: str, *, default: Any = MISSING, choices: Iterable[str] = ()) -> Any:
    """Declare a setting; without a default it must be given.

    Args:
        help: what a person reads who has to fill it in.
        default: what it is when it is left out; to a type checker the setting is of this type.
        choices: the values there are, where there are few.

    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Config:
    ...     region: str = option("Which region holds the account", default="eu", choices=("eu", "us"))
    >>> Config()
    Config(region='eu')
    """
    return field(default=default, metadata={"help": help, "choices": tuple(choices)})


@overload
def secret(help: str) -> str: ...
@overload
def secret(help: str, *, default: T) -> T: ...
def secret(help: str, *, default: Any = MISSING) -> Any:
    """Declare a secret, a text: kept outside the file, never shown in a repr, a log or an error.

    Args:
        help: what a person reads who has to fill it in.
        default: what it is when it is left out; without one it must be given.

    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Config:
    ...     api_key: str = secret("Restricted key with read access")
    >>> Config("rk_4711")
    Config()
    >>> secret_values(Config("rk_4711"))
    ('rk_4711',)
    """
    return field(default=default, repr=False, metadata={"help": help, "secret": True})


def option_fields(config: type[Any]) -> tuple[Field[Any], ...]:
    """Return the declared fields of a config class, in order."""
    return fields(config)


def secret_values(config: object) -> tuple[str, ...]:
    """Return the secret values of a built config, longest first, for redaction."""
    values = {
        str(getattr(config, spec.name))
        for spec in fields(config)  # type: ignore[arg-type]
        if spec.metadata.get("secret")
    }
    return tuple(sorted((value for value in values if len(value) >= 4), key=len, reverse=True))


def redact(text: str, secrets: Iterable[str]) -> str:
    """Replace every secret in a text by ``***``."""
    for value in secrets:
        text = text.replace(value, "***")
    return text
