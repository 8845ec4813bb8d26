"""Finds plugins and loads each by itself: what one of them does wrong is written down, and the others run.

pluggy's own loader stops at the first plugin that fails to import, and drops the second of two entry
points of the same name. Here a plugin is called ``distribution:name``, and it is all in or all out.
"""

import logging
import os
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

import pluggy

from autobook_core import hookspecs
from autobook_core.connector.announce import ConnectorSpec
from autobook_core.domain.rule import PostingRule
from autobook_core.errors import PluginError
from autobook_core.logs import event
from autobook_core.plugins.apart import Announced, Apart, Told, target_of
from autobook_core.plugins.checks import HOOKS, announced, check_hooks, check_rules, check_spec
from autobook_core.plugins.found import Candidate, chosen, installed, local, passed
from autobook_core.plugins.observers import BUDGET_SECONDS, Observer, Observers, described
from autobook_core.plugins.registry import BrokenPlugin, Connector, Plugins, log_of_plugins

_REGISTRATIONS = frozenset({"autobook_connectors", "autobook_rules"})


@dataclass(slots=True)
class _Loaded:
    manager: pluggy.PluginManager
    connectors: dict[str, Connector] = field(default_factory=dict)
    rules: dict[str, PostingRule] = field(default_factory=dict)
    broken: list[BrokenPlugin] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    apart: list[Observer] = field(default_factory=list)


def load_plugins(
    *,
    extra: Sequence[object] = (),
    env: Mapping[str, str] | None = None,
    folder: Path | None = None,
    budget_seconds: float = BUDGET_SECONDS,
    apart: Apart | None = None,
) -> Plugins:
    """Load the installed plugins, those of a folder, and those passed.

    Args:
        extra: plugin objects or modules, always loaded.
        env: where ``AUTOBOOK_PLUGINS`` (``none``, or names separated by commas) chooses among installed and
            local plugins and ``AUTOBOOK_PLUGINS_STRICT=1`` refuses to go on without one; the process
            environment when left out.
        folder: each ``*.py`` in it is a plugin called ``local:<file>``.
        budget_seconds: how long observers may take for one announcement.
        apart: keeps plugins that do not come with Autobook out of this process; without it they are
            imported here, as the author of one wants it.

    Raises:
        PluginError: strict, and a plugin is broken.
    """
    env = os.environ if env is None else env
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    state = _Loaded(manager)
    candidates, absent = chosen([*installed(), *local(folder)], env.get("AUTOBOOK_PLUGINS"))
    for word in absent:
        reason = "AUTOBOOK_PLUGINS names it, and it is not installed"
        state.broken.append(BrokenPlugin(word, "", reason, "install it, or correct AUTOBOOK_PLUGINS"))
    strangers = [one for one in candidates if one.origin is not None] if apart else []
    told = dict(zip(map(id, strangers), apart.announced(strangers), strict=True)) if apart else {}
    for candidate in [*candidates, *passed(extra)]:
        if apart is not None and id(candidate) in told:
            _take(candidate, told[id(candidate)], state, apart)
        else:
            _load(candidate, state)
    for broken in state.broken:
        event(
            log_of_plugins(),
            "plugin.refused",
            level=logging.WARNING,
            plugin=broken.name,
            version=broken.version,
            reason=broken.reason,
            fix=broken.fix,
        )
    if state.broken and env.get("AUTOBOOK_PLUGINS_STRICT") == "1":
        first = state.broken[0]
        raise PluginError(f"{first.name}: {first.reason}", fix=first.fix)
    return Plugins(
        connectors=state.connectors,
        rules=list(state.rules.values()),
        broken=state.broken,
        names=state.names,
        observers=Observers(list(_observers(state)), log_of_plugins(), budget_seconds),
    )


def inspected(candidate: Candidate) -> Announced:
    """Import one plugin here, and return what it announces as data; it stays registered nowhere."""
    state = _Loaded(_manager())
    _load(candidate, state)
    try:
        return _told(state)
    finally:
        if state.manager.has_plugin(candidate.name):
            state.manager.unregister(name=candidate.name)


@cache
def _manager() -> pluggy.PluginManager:
    """Return the manager that plugins are inspected with, one after the other."""
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    return manager


def _told(state: _Loaded) -> Announced:
    if state.broken:
        return Announced(reason=state.broken[0].reason, fix=state.broken[0].fix)
    specs = [connector.spec for connector in state.connectors.values()]
    return Announced(
        tuple(
            Told(
                spec.type, spec.title, target_of(spec.load), tuple(sorted(spec.roles)), spec.api, spec.summary
            )
            for spec in specs
        ),
        tuple(state.rules.values()),
        tuple((one.hook, one.takes) for one in _observers(state)),
    )


def _load(candidate: Candidate, state: _Loaded) -> None:
    try:
        plugin = candidate.load()
        _register(candidate, plugin, state)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 a plugin may raise anything, even SystemExit
        _leave_out(candidate, _reason(error), error.fix if isinstance(error, PluginError) else "", state)
    else:
        _loaded(candidate, state)


def _loaded(candidate: Candidate, state: _Loaded) -> None:
    state.names.append(candidate.name)
    event(
        log_of_plugins(),
        "plugin.loaded",
        level=logging.DEBUG,
        plugin=candidate.name,
        version=candidate.version,
    )


def _leave_out(candidate: Candidate, reason: str, fix: str, state: _Loaded) -> None:
    fix = fix or f"upgrade or remove {candidate.name}, or leave it out with AUTOBOOK_PLUGINS"
    state.broken.append(BrokenPlugin(candidate.name, candidate.version, reason, fix))


def _take(candidate: Candidate, told: Announced, state: _Loaded, apart: Apart) -> None:
    """Take in what a plugin in another process announces: checked again, for it is a stranger's word."""
    origin = candidate.origin
    assert origin is not None
    if told.reason:
        _leave_out(candidate, told.reason, told.fix, state)
        return
    specs, rules = [item.spec() for item in told.connectors], list(told.rules)
    try:
        check_rules(rules)
        for spec in specs:
            check_spec(spec)
        _check_unique(specs, rules, state)
    except PluginError as error:
        _leave_out(candidate, str(error), error.fix, state)
        return
    for spec in specs:
        stand_in = partial(apart.connector_class, origin, spec)
        state.connectors[spec.type] = Connector(spec, candidate.name, candidate.version, stand_in)
    state.rules |= {rule.name: rule for rule in rules}
    state.apart += [
        Observer(candidate.name, hook, apart.observer(origin, hook, takes), takes)
        for hook, takes in told.observers
        if hook in HOOKS and hook not in _REGISTRATIONS
    ]
    _loaded(candidate, state)


def _register(candidate: Candidate, plugin: object, state: _Loaded) -> None:
    check_hooks(state.manager, plugin)
    try:
        state.manager.register(plugin, name=candidate.name)
    except ValueError as error:
        raise PluginError(str(error).partition("=")[0], fix="install it once") from None
    try:
        specs = _asked("autobook_connectors", candidate.name, ConnectorSpec, state)
        rules = _asked("autobook_rules", candidate.name, PostingRule, state)
        check_rules(rules)
        for spec in specs:
            check_spec(spec)
        _check_unique(specs, rules, state)
    except BaseException:
        state.manager.unregister(name=candidate.name)
        raise
    state.connectors |= {spec.type: Connector(spec, candidate.name, candidate.version) for spec in specs}
    state.rules |= {rule.name: rule for rule in rules}


def _asked(hook: str, plugin: str, kind: type[Any], state: _Loaded) -> list[Any]:
    """Return what one plugin announces by one registration hook."""
    for found in getattr(state.manager.hook, hook).get_hookimpls():
        if found.plugin_name == plugin:
            return announced(hook, found.function(), kind)
    return []


def _check_unique(specs: list[ConnectorSpec], rules: list[PostingRule], state: _Loaded) -> None:
    seen: set[str] = set()
    for spec in specs:
        other = state.connectors.get(spec.type)
        if other is not None or spec.type in seen:
            by = other.plugin if other else "it itself"
            raise PluginError(
                f"it brings the connector type {spec.type}, which {by} brings already",
                fix="remove one of the two, or choose with AUTOBOOK_PLUGINS",
            )
        seen.add(spec.type)
    taken = sorted(rule.name for rule in rules if rule.name in state.rules)
    if taken:
        raise PluginError(
            f"it brings the rule {taken[0]}, which another plugin brings already",
            fix="remove one of the two, or choose with AUTOBOOK_PLUGINS",
        )


def _observers(state: _Loaded) -> Iterator[Observer]:
    for hook in HOOKS:
        if hook not in _REGISTRATIONS:
            found = getattr(state.manager.hook, hook).get_hookimpls()
            for one in sorted(found, key=lambda impl: impl.plugin_name):
                yield Observer(one.plugin_name, hook, one.function, tuple(one.argnames))
    yield from state.apart


def _reason(error: BaseException) -> str:
    """Say in one line what went wrong, and where in the plugin."""
    if isinstance(error, PluginError):
        return str(error)
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return described(error) + where
