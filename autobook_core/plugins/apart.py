"""What the loader asks of whoever keeps strangers' plugins out of this process, and what it is told."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from msgspec import Struct

from autobook_core.connector.announce import ConnectorSpec
from autobook_core.domain.rule import PostingRule
from autobook_core.plugins.found import Candidate, Origin


class Told(Struct, frozen=True):
    """A :class:`ConnectorSpec` as data; ``load`` is always ``module:Class``."""

    type: str
    title: str
    load: str
    roles: tuple[str, ...]
    api: int
    summary: str

    def spec(self) -> ConnectorSpec:
        """Return the spec."""
        return ConnectorSpec(
            self.type, self.title, self.load, frozenset(self.roles), api=self.api, summary=self.summary
        )


class Announced(Struct, frozen=True):
    """What a plugin announces; with a reason and a fix where it is broken."""

    connectors: tuple[Told, ...] = ()
    rules: tuple[PostingRule, ...] = ()
    observers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    reason: str = ""
    fix: str = ""


class Apart(Protocol):
    """Keeps plugins in processes of their own."""

    def announced(self, candidates: Sequence[Candidate]) -> list[Announced]:
        """Return what each plugin announces; none of them is imported here."""

    def connector_class(self, origin: Origin, spec: ConnectorSpec) -> type[Any]:
        """Return a stand-in for a connector class."""

    def observer(self, origin: Origin, hook: str, takes: tuple[str, ...]) -> Callable[..., Any]:
        """Return a stand-in for an implementation of an observing hook."""


def target_of(load: str | type[Any]) -> str:
    """Return where a class is found, as text."""
    return load if isinstance(load, str) else f"{load.__module__}:{load.__qualname__}"
