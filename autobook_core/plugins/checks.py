"""What a plugin must look like before anything of it is used.

pluggy accepts a misspelt hook in silence, and versions differ in what they pass to an argument with a
default. Both lose something without a word, so both are refused here, with the mending in words.
"""

import difflib
import inspect
import re
from collections.abc import Iterable
from itertools import islice
from typing import Any

import pluggy

from autobook_core import hookspecs
from autobook_core.connector.announce import ConnectorSpec
from autobook_core.connector.values import API_VERSION
from autobook_core.domain.rule import PostingRule
from autobook_core.errors import PluginError

#: The hooks there are.
HOOKS = tuple(sorted(name for name in vars(hookspecs) if name.startswith("autobook_")))
_PREFIX = "autobook_"
_TYPE = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_TARGET = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")
_ROLES = frozenset({"source", "sink"})
_MOST_ANNOUNCED = 1000


def check_hooks(manager: pluggy.PluginManager, plugin: object) -> None:
    """Check how a plugin implements hooks.

    Raises:
        PluginError: a hook that does not exist, a wrapper, an async function, a missing mark, or an
            argument that the hook does not pass.
    """
    for name in dir(plugin):
        function = getattr(plugin, name, None)
        marks = manager.parse_hookimpl_opts(plugin, name)
        if marks is None:
            if name in HOOKS and inspect.isroutine(function):
                raise PluginError(f"{name} is not marked as a hook", fix="write @hookimpl above it")
            continue
        _check_hook(marks["specname"] or name, function, wrapper=marks["wrapper"] or marks["hookwrapper"])


def _check_hook(hook: str, function: Any, *, wrapper: bool) -> None:
    if hook not in HOOKS:
        near = difflib.get_close_matches(hook, HOOKS, n=1)
        fix = f"did you mean {near[0]}?" if near else f"the hooks are {', '.join(HOOKS)}"
        raise PluginError(f"there is no hook {hook}", fix=fix)
    if wrapper:
        raise PluginError(f"{hook} is a wrapper", fix="write a plain function: hooks are not wrapped")
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        raise PluginError(f"{hook} is async", fix="write a plain function; it runs on a thread of its own")
    if inspect.isgeneratorfunction(function) and hook not in {"autobook_connectors", "autobook_rules"}:
        raise PluginError(
            f"{hook} holds a yield, so calling it would do nothing", fix="write a plain function"
        )
    _check_arguments(hook, function)


def _check_arguments(hook: str, function: Any) -> None:
    passed = tuple(inspect.signature(getattr(hookspecs, hook)).parameters)
    for argument in inspect.signature(function).parameters.values():
        if argument.kind is not argument.POSITIONAL_OR_KEYWORD:
            raise PluginError(
                f"{hook} takes {argument}", fix=f"name its arguments plainly: {_listed(passed)}"
            )
        if argument.default is not argument.empty:
            raise PluginError(
                f"{hook} gives {argument.name} a default",
                fix="leave the default out: the hook always passes it",
            )
        if argument.name not in passed:
            raise PluginError(
                f"{hook} takes {argument.name}, which the hook does not pass",
                fix=f"it passes {_listed(passed)}",
            )


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "nothing"


def announced(hook: str, result: Any, kind: type[Any]) -> list[Any]:
    """Return what a registration hook gave, as a list of one kind.

    Raises:
        PluginError: it gave something else.
    """
    fix = f"return a list of {kind.__name__}"
    if not isinstance(result, Iterable) or isinstance(result, str | bytes | dict):
        raise PluginError(f"{hook} returned {type(result).__name__}", fix=fix)
    items = list(islice(result, _MOST_ANNOUNCED + 1))
    if len(items) > _MOST_ANNOUNCED:
        raise PluginError(f"{hook} returned more than {_MOST_ANNOUNCED} items", fix=fix)
    for item in items:
        if not isinstance(item, kind):
            raise PluginError(f"{hook} returned a {type(item).__name__} among its items", fix=fix)
    return items


def check_rules(rules: list[PostingRule]) -> None:
    """Check that rules can be told apart and sorted.

    Raises:
        PluginError: one has no name, or two have the same.
    """
    names = [rule.name for rule in rules]
    if not all(names) or len(set(names)) < len(names):
        raise PluginError("autobook_rules returned rules without a name of their own", fix="name each rule")


def check_spec(spec: ConnectorSpec) -> None:
    """Check what is announced about one connector type.

    Raises:
        PluginError: a part of it cannot be right, or it is written for another version of the contract.
    """
    kind: Any = spec.type  # what a plugin wrote need not be what the annotations say
    roles: Any = spec.roles
    if not isinstance(kind, str) or not _TYPE.fullmatch(kind):
        raise PluginError(
            f"{spec.type!r} is no name of a connector type",
            fix="use a lower-case letter, then letters, digits, '_' or '-'",
        )
    if type(spec.api) is not int or not max(1, API_VERSION - 1) <= spec.api <= API_VERSION:
        newer = type(spec.api) is int and spec.api > API_VERSION
        raise PluginError(
            f"the connector {spec.type} is written for version {spec.api!r} of the contract, this is {API_VERSION}",
            fix="upgrade autobook" if newer else "upgrade the plugin",
        )
    if isinstance(roles, str) or not roles or not set(roles) <= _ROLES:
        raise PluginError(
            f"the connector {spec.type} has the roles {spec.roles!r}", fix='use {"source"}, {"sink"} or both'
        )
    if not isinstance(spec.load, type) and not _TARGET.fullmatch(str(spec.load)):
        raise PluginError(
            f"the connector {spec.type} loads {spec.load!r}", fix='use a class, or "package.module:Class"'
        )
