"""A connector's settings as data, and back as a dataclass that asks for the same.

The core builds forms, help and checks from a dataclass; a stranger's one is never imported here, so the
worker describes it and the core makes one that is like it.
"""

import dataclasses
import types
from datetime import date
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct

from autobook_core.connector import Stream, option, secret
from autobook_core.errors import PluginError

_PLAIN: dict[str, Any] = {
    "str": str, "int": int, "bool": bool, "float": float, "date": date, "none": type(None), "any": Any,
}  # fmt: skip
_NAMES = {value: name for name, value in _PLAIN.items()}
_GROUPS: dict[str, Any] = {"tuple": tuple, "list": list, "dict": dict}


class Field(Struct, frozen=True, kw_only=True):
    """One setting; ``type`` as in :func:`type_as_data`."""

    name: str
    type: list[Any]
    help: str = ""
    choices: tuple[str, ...] = ()
    secret: bool = False
    required: bool = False
    default: Any = None


class About(Struct, frozen=True, kw_only=True):
    """What the core has to know of a connector class before it calls anything of it."""

    title: str
    doc: str
    roles: tuple[str, ...]
    fields: tuple[Field, ...]
    own: tuple[str, ...]
    """The optional methods that it has of its own."""
    streams: tuple[Stream, ...] = ()
    accepts: tuple[str, ...] = ()
    idempotent: bool = False
    batch: int = 500


def type_as_data(to: Any) -> list[Any]:
    """Return a type of a setting as a name and its parts.

    Raises:
        PluginError: no TOML value is of that type.
    """
    if to in _NAMES:
        return [_NAMES[to]]
    origin, parts = get_origin(to), get_args(to)
    if origin is Literal:
        return ["literal", *parts]
    if origin in {Union, types.UnionType}:
        return ["union", *map(type_as_data, parts)]
    for name, group in _GROUPS.items():
        if origin is group:
            return [name, *(type_as_data(part) for part in parts if part is not ...)]
    raise PluginError(f"a setting of type {to} cannot be written in a file", fix="use str, int, bool or date")


def type_of_data(data: list[Any]) -> Any:
    """Return the type that :func:`type_as_data` described."""
    name, *parts = data
    if name in _PLAIN:
        return _PLAIN[name]
    if name == "literal":
        return Literal[tuple(parts)]
    inner: tuple[Any, ...] = tuple(type_of_data(part) for part in parts)
    if name == "union":
        return Union[inner]  # noqa: UP007 - made of parts that are known only now
    if name == "tuple" and len(inner) == 1:
        inner = (*inner, ...)
    return _GROUPS[name][inner]


def described(config: type) -> tuple[Field, ...]:
    """Return the settings of a config class.

    Raises:
        PluginError: it is no dataclass, or a setting has a type or default that is no setting's.
    """
    if not dataclasses.is_dataclass(config):
        raise PluginError("Config is no dataclass", fix="write @dataclass(frozen=True) above it")
    hints = get_type_hints(config)
    return tuple(_field(spec, hints[spec.name]) for spec in dataclasses.fields(config) if spec.init)


def _field(spec: "dataclasses.Field[Any]", hint: Any) -> Field:
    default: Any = spec.default
    if spec.default_factory is not dataclasses.MISSING:
        default = spec.default_factory()
    required = default is dataclasses.MISSING
    return Field(
        name=spec.name,
        type=type_as_data(hint),
        help=str(spec.metadata.get("help", "")),
        choices=tuple(map(str, spec.metadata.get("choices") or ())),
        secret=bool(spec.metadata.get("secret")),
        required=required,
        default=None if required else msgspec.to_builtins(default),
    )


def config_like(name: str, fields: tuple[Field, ...]) -> type:
    """Return a frozen dataclass that asks for the same settings."""
    made = [(item.name, type_of_data(item.type), _declared(item)) for item in fields]
    return dataclasses.make_dataclass(f"{name}Config", made, frozen=True, kw_only=True)


def _declared(item: Field) -> Any:
    given: dict[str, Any] = {}
    if not item.required:
        given["default"] = msgspec.convert(item.default, type_of_data(item.type))
    if isinstance(given.get("default"), list | dict):
        metadata = {"help": item.help, "secret": item.secret, "choices": item.choices}
        return dataclasses.field(
            default_factory=given["default"].copy, repr=not item.secret, metadata=metadata
        )
    return secret(item.help, **given) if item.secret else option(item.help, choices=item.choices, **given)
