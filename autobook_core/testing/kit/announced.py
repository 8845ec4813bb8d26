"""Whose contract it is: which plugin announces a class, under which type, and who looks after it."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import getaddresses
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from autobook_core.hookspecs import PROJECT
from autobook_core.plugins.conformance import package_folder
from autobook_core.plugins.loader import load_plugins
from autobook_core.plugins.registry import Connector, Plugins


@dataclass(frozen=True, slots=True)
class Announced:
    """A connector class as the product knows it.

    Attributes:
        type: as in ``autobook connect TYPE``; empty where no plugin announces the class.
        title: for people; the name of the class where nobody announces it.
        roles: what it is announced as.
        folder: of its top package, where its report lies; None where there is none.
        maintainers: people that the package's metadata names, one at least.
    """

    type: str
    title: str
    roles: tuple[str, ...] = ()
    folder: Path | None = None
    maintainers: int = 1


_known: dict[type[Any], Announced] = {}


def announced(connector: type[Any]) -> Announced:
    """Return how a class is announced by the package it comes from; no other plugin is loaded."""
    if connector not in _known:
        _known[connector] = _announced(connector)
    return _known[connector]


def _announced(connector: type[Any]) -> Announced:
    top = connector.__module__.partition(".")[0]
    for plugins, entry in _plugins_of(top):
        for found in plugins.connectors.values():
            if _names(found, connector):
                return Announced(
                    found.spec.type,
                    found.spec.title,
                    tuple(sorted(found.spec.roles)),
                    package_folder(top),
                    maintainers_of(entry),
                )
    return Announced("", connector.__name__)


def maintainers_of(entry: EntryPoint | None) -> int:
    """Return how many people the metadata of a distribution names: its maintainers, or else its authors."""
    if entry is None or entry.dist is None:
        return 1
    for role in ("Maintainer", "Author"):
        metadata: Any = entry.dist.metadata
        people = {name.strip() for line in metadata.get_all(role) or () for name in line.split(",")}
        people |= {
            name or mail
            for name, mail in getaddresses(metadata.get_all(f"{role}-email") or ())
            if name or mail
        }
        people.discard("")
        if people:
            return len(people)
    return 1


def _plugins_of(top: str) -> Iterator[tuple[Plugins, EntryPoint | None]]:
    """Yield what the entry points of a package bring; of a package that is not installed, what itself announces."""
    entries = [entry for entry in entry_points(group=PROJECT) if entry.module.partition(".")[0] == top]
    for entry in entries:
        name = f"{entry.dist.name if entry.dist else 'unknown'}:{entry.name}"
        yield load_plugins(env=_only(name)), entry
    module = sys.modules.get(top)
    if not entries and hasattr(module, "autobook_connectors"):
        yield load_plugins(extra=(module,), env=_only("none")), None


def _only(name: str) -> Mapping[str, str]:
    return {"AUTOBOOK_PLUGINS": name}


def _names(found: Connector, connector: type[Any]) -> bool:
    load = found.spec.load
    return load is connector or load == f"{connector.__module__}:{connector.__qualname__}"
