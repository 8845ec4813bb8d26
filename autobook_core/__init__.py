"""Autobook: the books of a subscription business keep themselves.

A plugin author needs two names from here: :data:`hookimpl`, to mark the functions
that announce a connector, and :data:`__version__`. Everything else an author uses
lives in :mod:`autobook_core.connector` and :mod:`autobook_core.testing`.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autobook_core.hookspecs import hookimpl

__version__ = "0.1.0"

__all__ = ["__version__", "hookimpl"]


def __getattr__(name: str) -> object:
    """Load ``hookimpl`` on first use, so that ``autobook --version`` imports nothing."""
    if name == "hookimpl":
        return import_module("autobook_core.hookspecs").hookimpl
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)
