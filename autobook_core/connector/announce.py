"""What a plugin announces, and what is announced to a plugin."""

import builtins
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Literal

from autobook_core.connector.sink import Sink
from autobook_core.connector.source import Source
from autobook_core.connector.values import API_VERSION


@dataclass(frozen=True, slots=True)
class ConnectorSpec:
    """One connector type.

    Attributes:
        type: unique short name, as in ``autobook connect TYPE``.
        title: for people.
        load: the class, or ``"module:Class"``; a string keeps listing free of imports.
        roles: ``source``, ``sink`` or both.
        api: the version of the contract it was written for.
        summary: one sentence on what it brings.
    """

    type: str
    title: str
    load: str | builtins.type[Source] | builtins.type[Sink]
    roles: AbstractSet[str] = frozenset({"source"})
    api: int = API_VERSION
    summary: str = ""


@dataclass(frozen=True, slots=True)
class RunInfo:
    """A run of one connection that begins."""

    run_id: str
    connection: str
    type: str
    started_at: int


@dataclass(frozen=True, slots=True)
class RunReport:
    """How a run ended. ``outcome`` is always set, whatever happened."""

    outcome: Literal["ok", "parked", "failed", "cancelled"]
    pages: int = 0
    rows: int = 0
    new: int = 0
    changed: int = 0
    set_aside: int = 0
    error: str = ""
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Alert:
    """Something a person should know; ``id`` stays the same when it is told again."""

    id: str
    level: Literal["info", "warning", "error"]
    title: str
    detail: str = ""
    connection: str = ""
    command: str = ""
