"""The five hooks. Hooks find things and announce things; classes do the work.

Implementations take no defaults, are no wrappers and are plain functions. A parameter may
be left out, so a hook can grow a trailing one later. Each implementation is called by itself:
one that raises is reported and hurts no other.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from autobook_core.connector.announce import Alert, ConnectorSpec, RunInfo, RunReport
    from autobook_core.domain.rule import PostingRule

PROJECT = "autobook"

hookspec: pluggy.HookspecMarker = pluggy.HookspecMarker(PROJECT)
hookimpl: pluggy.HookimplMarker = pluggy.HookimplMarker(PROJECT)

__all__ = [
    "PROJECT",
    "autobook_alert",
    "autobook_connectors",
    "autobook_rules",
    "autobook_run_finished",
    "autobook_run_started",
    "hookimpl",
    "hookspec",
]


@hookspec
def autobook_connectors() -> "Iterable[ConnectorSpec]":  # type: ignore[empty-body]
    """Return the connector types this plugin brings. Called once, when plugins are listed."""


@hookspec
def autobook_rules() -> "Iterable[PostingRule]":  # type: ignore[empty-body]
    """Return posting rules to stand between the company's own and the built-in ones.

    Sorted by (priority, name), never by the order of installation.
    """


@hookspec
def autobook_run_started(run: "RunInfo") -> None:
    """Hear that a run begins. Best effort, on a thread of its own."""


@hookspec
def autobook_run_finished(run: "RunInfo", report: "RunReport") -> None:
    """Hear how a run ended, after its last commit. Always called, whatever happened."""


@hookspec
def autobook_alert(alert: "Alert") -> None:
    """Hear what a person should know. At least once: the same ``alert.id`` may come again."""
