"""The names of the kit: they are loaded when they are asked for, so autodoc is told which there are."""

import inspect
import types
from typing import get_args

import autobook_core.testing as kit

_MODULE = "autobook_core.testing"


def testing_names() -> list[str]:
    """Return every name an author imports from the kit, classes first, then functions, then the rest."""
    lines = ["```{eval-rst}"]
    for name in sorted(kit.__all__, key=lambda name: (_order(name), name)):
        lines += _one(name)
    return [*lines, "```"]


def _order(name: str) -> int:
    found = getattr(kit, name)
    return 0 if inspect.isclass(found) else 1 if inspect.isfunction(found) else 2


def _one(name: str) -> list[str]:
    match _order(name):
        case 0:
            return [f".. autoclass:: {_MODULE}.{name}", ""]
        case 1:
            return [f".. autofunction:: {_MODULE}.{name}", ""]
        case _:
            value = getattr(kit, name)
            parts = get_args(value) if isinstance(value, types.UnionType) else ()
            lines = [f".. py:data:: {_MODULE}.{name}", "", f"   {_said(value)}", ""]
            return lines + [f".. autoclass:: {part.__module__}.{part.__name__}" for part in parts] + [""]


def _said(value: object) -> str:
    if isinstance(value, types.UnionType):
        return "Either of " + ", ".join(f":class:`{kind.__name__}`" for kind in get_args(value)) + "."
    if isinstance(value, tuple):
        return f"{len(value)} cases; see :doc:`/connectors/kit`."
    return f"``{value!r}``"
