"""What loading plugins resulted in: connectors by type, rules in order, observers, and what was left out."""

import importlib.metadata
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from autobook_core.connector.announce import Alert, ConnectorSpec, RunInfo, RunReport
from autobook_core.connector.sink import Sink
from autobook_core.connector.source import Source
from autobook_core.domain.rule import PostingRule
from autobook_core.errors import PluginError
from autobook_core.plugins.observers import Observers, described

_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9._-]+).*?;.*\bextra\s*==\s*['\"]([^'\"]+)['\"]")


@dataclass(frozen=True, slots=True)
class BrokenPlugin:
    """A plugin that was left out: which, why, and what a person can do."""

    name: str
    version: str
    reason: str
    fix: str


@dataclass(frozen=True, slots=True)
class Connector:
    """One connector type and who brings it.

    Attributes:
        spec: what was announced.
        plugin: the plugin's name, ``distribution:entry point``.
        version: of the distribution; empty for a plugin that has none.
        stand_in: makes what stands for the class where it lives in another process.
    """

    spec: ConnectorSpec
    plugin: str
    version: str
    stand_in: Callable[[], type[Any]] | None = None

    def load(self) -> type[Source] | type[Sink]:
        """Return the class, importing its module now, here or in a process of its own.

        Raises:
            PluginError: it cannot be imported, or is not what was announced.
        """
        target = self.spec.load
        if self.stand_in is not None:
            loaded: Any = self.stand_in()
        else:
            loaded = self._imported(target) if isinstance(target, str) else target
        wanted = {"source": Source, "sink": Sink}
        for role in sorted(self.spec.roles):
            if not (isinstance(loaded, type) and issubclass(loaded, wanted[role])):
                raise PluginError(
                    f"{self.plugin}: the connector {self.spec.type} is announced as a {role}, "
                    f"but {_shown(target)} is no {wanted[role].__name__}",
                    fix=f"report it to the authors of {self.plugin}",
                )
        found: type[Source] | type[Sink] = loaded
        return found

    def _imported(self, target: str) -> Any:
        module, _, name = target.partition(":")
        try:
            return getattr(import_module(module), name)
        except KeyboardInterrupt:
            raise
        except ModuleNotFoundError as error:
            raise PluginError(
                f"the connector {self.spec.type} needs the module {error.name}, which is not installed",
                fix=self._install(error.name or ""),
            ) from error
        except BaseException as error:  # a plugin may raise anything, even SystemExit
            raise PluginError(
                f"{self.plugin}: loading {target} failed: {described(error)}",
                fix=f"report it to the authors of {self.plugin}",
            ) from error

    def _install(self, module: str) -> str:
        top = _normal(module.partition(".")[0])
        distribution = self.plugin.partition(":")[0]
        extras = sorted({extra for name, extra in _optional_needs(distribution) if _normal(name) == top})
        if extras:
            return f"pip install '{distribution}[{extras[0]}]'"
        return f"install the package that brings {module or 'it'}"


class Plugins:
    """Everything that was loaded.

    Attributes:
        connectors: by type, sorted.
        rules: the plugins' posting rules, sorted by (priority, name).
        broken: what was left out.
        names: the plugins that run, in the order they were loaded.
    """

    def __init__(
        self,
        *,
        connectors: Mapping[str, Connector],
        rules: Sequence[PostingRule],
        broken: Sequence[BrokenPlugin],
        names: Sequence[str],
        observers: Observers,
    ) -> None:
        self.connectors = dict(sorted(connectors.items()))
        self.rules = tuple(sorted(rules, key=lambda rule: (rule.priority, rule.name)))
        self.broken = tuple(broken)
        self.names = tuple(names)
        self._observers = observers

    def run_started(self, info: RunInfo) -> None:
        """Tell every observer that a run begins. Best effort: who fails is logged and skipped."""
        self._observers.tell("autobook_run_started", run=info)

    def run_finished(self, info: RunInfo, report: RunReport) -> None:
        """Tell every observer how a run ended. Best effort: who fails is logged and skipped."""
        self._observers.tell("autobook_run_finished", run=info, report=report)

    def alert(self, alert: Alert) -> list[str]:
        """Tell every observer what a person should know.

        Returns:
            The plugins that did not take it, sorted: keep the alert and tell it again.
        """
        return self._observers.tell("autobook_alert", alert=alert)


def log_of_plugins() -> logging.Logger:
    """Return the logger of everything about plugins."""
    return logging.getLogger("autobook_core.plugins")


def _optional_needs(distribution: str) -> list[tuple[str, str]]:
    """Return (requirement, extra) of what a distribution needs for its extras."""
    try:
        lines = importlib.metadata.requires(distribution) or []
    except (importlib.metadata.PackageNotFoundError, ValueError):
        return []
    return [(found[1], found[2]) for line in lines if (found := _REQUIREMENT.match(line))]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _shown(target: str | type[Any]) -> str:
    return target if isinstance(target, str) else target.__qualname__
