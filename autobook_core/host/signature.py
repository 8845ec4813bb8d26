"""What the methods of a worker take and give, as types both ends decode into."""

from collections.abc import Iterator
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from autobook_core.errors import ConnectorBug
from autobook_core.host.service import METHODS, Service


@cache
def taken_by(method: str) -> "msgspec.msgpack.Decoder[tuple[Any, ...]]":
    """Return what decodes the arguments of a method.

    Raises:
        ConnectorBug: there is no such method.
    """
    if method not in METHODS:
        raise ConnectorBug(f"a worker has no method {method!r}")
    hints = get_type_hints(getattr(Service, method))
    parts = tuple(hints[name] for name in METHODS[method])
    taken: Any = tuple.__class_getitem__(parts)
    return msgspec.msgpack.Decoder(taken)


@cache
def given_by(method: str) -> "msgspec.msgpack.Decoder[Any]":
    """Return what decodes the result of a method, or each of its results."""
    hint = get_type_hints(getattr(Service, method))["return"]
    return msgspec.msgpack.Decoder(get_args(hint)[0] if get_origin(hint) is Iterator else hint)
