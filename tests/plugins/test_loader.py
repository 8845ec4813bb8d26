"""Real distributions on disk, one of them broken each time: the others load all the same."""

import re
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from autobook_core.connector import Alert, ConnectorSpec, hookimpl
from autobook_core.domain.rule import PostingRule
from autobook_core.errors import PluginError
from autobook_core.plugins import Plugins, load_plugins
from autobook_core.plugins.checks import HOOKS

HEAD = """
from autobook_core.connector import ConnectorSpec, hookimpl
from autobook_core.domain.rule import PostingRule
"""
GOOD = """
@hookimpl
def autobook_connectors():
    return [ConnectorSpec({type!r}, {type!r}, {load!r})]
"""
ALERT = Alert("alert-1", "warning", "a title")


def test_there_are_five_hooks() -> None:
    assert len(HOOKS) == 5


def test_a_plugin_is_called_by_distribution_and_entry_point(shelf: Any) -> None:
    shelf.install_good("acmepay", entry="pay", version="3.1")
    plugins = shelf.load()
    assert plugins.names == ("acmepay:pay",)
    found = plugins.connectors["acmepay"]
    assert (found.plugin, found.version, found.spec.title) == ("acmepay:pay", "3.1", "acmepay")
    assert plugins.broken == ()


BROKEN = {
    "raises at import": (
        "raise RuntimeError('no luck\\ntoday')",
        r"RuntimeError: no luck today \(shelf_bad.py:4\)",
    ),
    "exits at import": ("import sys; sys.exit(3)", "SystemExit: 3"),
    "does not parse": ("def f(:", "SyntaxError"),
    "imports what is not there": ("import shelf_absent", "No module named 'shelf_absent'"),
    "raises an error that cannot be shown": (
        "class E(Exception):\n    def __str__(self): raise ValueError\nraise E",
        "E: an error that cannot be shown",
    ),
    "misspells a hook": (
        "@hookimpl\ndef autobook_conectors(): return []",
        "there is no hook autobook_conectors",
    ),
    "forgets the mark": (
        "def autobook_connectors(): return []",
        "autobook_connectors is not marked as a hook",
    ),
    "gives a default": (
        "@hookimpl\ndef autobook_run_finished(run, report=None): pass",
        "autobook_run_finished gives report a default",
    ),
    "takes another argument": (
        "@hookimpl\ndef autobook_alert(alarm): pass",
        "autobook_alert takes alarm, which the hook does not pass",
    ),
    "takes keywords only": ("@hookimpl\ndef autobook_alert(*, alert): pass", "autobook_alert takes alert"),
    "takes anything": ("@hookimpl\ndef autobook_alert(**all): pass", r"autobook_alert takes \*\*all"),
    "is a wrapper": (
        "@hookimpl(wrapper=True)\ndef autobook_alert(alert): yield",
        "autobook_alert is a wrapper",
    ),
    "is an old wrapper": ("@hookimpl(hookwrapper=True)\ndef autobook_alert(): yield", "is a wrapper"),
    "is async": ("@hookimpl\nasync def autobook_alert(alert): pass", "autobook_alert is async"),
    "is an async generator": ("@hookimpl\nasync def autobook_connectors(): yield 1", "is async"),
    "yields in an observer": ("@hookimpl\ndef autobook_alert(alert): yield", "holds a yield"),
    "raises when asked for connectors": (
        "@hookimpl\ndef autobook_connectors(): raise KeyError('x')",
        r"KeyError: 'x' \(shelf_bad.py:5\)",
    ),
    "exits when asked for connectors": (
        "@hookimpl\ndef autobook_connectors(): raise SystemExit",
        "SystemExit",
    ),
    "returns nothing": (
        "@hookimpl\ndef autobook_connectors(): pass",
        "autobook_connectors returned NoneType",
    ),
    "returns a text": ("@hookimpl\ndef autobook_connectors(): return 'stripe'", "returned str"),
    "returns rubbish": ("@hookimpl\ndef autobook_connectors(): return [object()]", "returned a object among"),
    "returns without end": (
        "import itertools as i\n@hookimpl\ndef autobook_connectors(): return i.repeat(ConnectorSpec('a', 'a', 'b:C'))",
        "more than 1000",
    ),
    "raises while it yields": (
        "@hookimpl\ndef autobook_connectors():\n    yield ConnectorSpec('half', 'half', 'b:C')\n    raise OSError",
        "OSError",
    ),
    "is written for a later contract": (
        "@hookimpl\ndef autobook_connectors(): return [ConnectorSpec('bad', 'Bad', 'b:C', api=2)]",
        "written for version 2 of the contract, this is 1",
    ),
    "is written for no contract": (
        "@hookimpl\ndef autobook_connectors(): return [ConnectorSpec('bad', 'Bad', 'b:C', api=0)]",
        "written for version 0",
    ),
    "has a type that cannot be typed": (
        "@hookimpl\ndef autobook_connectors(): return [ConnectorSpec('Bad Pay', 'Bad', 'b:C')]",
        "'Bad Pay' is no name",
    ),
    "has an unknown role": (
        "@hookimpl\ndef autobook_connectors(): return [ConnectorSpec('bad', 'Bad', 'b:C', roles={'spy'})]",
        "has the roles",
    ),
    "loads from nowhere": (
        "@hookimpl\ndef autobook_connectors(): return [ConnectorSpec('bad', 'Bad', 'nowhere')]",
        "loads 'nowhere'",
    ),
    "names a type twice": (
        "@hookimpl\ndef autobook_connectors(): return [ConnectorSpec('bad', 'Bad', 'b:C')] * 2",
        "the connector type bad, which it itself brings already",
    ),
    "takes the type of another": (
        "@hookimpl\ndef autobook_connectors(): return [ConnectorSpec('alpha', 'Mine', 'b:C')]",
        "the connector type alpha, which alpha:alpha brings already",
    ),
    "has rules without names": (
        "@hookimpl\ndef autobook_rules(): return [PostingRule(name='')]",
        "rules without a name",
    ),
    "takes the rule of another": (
        "@hookimpl\ndef autobook_rules(): return [PostingRule(name='alpha_rule')]",
        "the rule alpha_rule, which another plugin brings",
    ),
}


@pytest.mark.parametrize(("code", "reason"), BROKEN.values(), ids=list(BROKEN))
def test_a_plugin_that_breaks_is_named_and_the_others_load(shelf: Any, code: str, reason: str) -> None:
    alpha = GOOD.format(type="alpha", load="shelf_x:Y")
    shelf.install("alpha", alpha + "@hookimpl\ndef autobook_rules(): return [PostingRule(name='alpha_rule')]")
    shelf.install("bad", code)
    shelf.install_good("zeta")
    plugins = shelf.load()
    assert plugins.names == ("alpha:alpha", "zeta:zeta")
    assert set(plugins.connectors) == {"alpha", "zeta"}
    (broken,) = plugins.broken
    assert (broken.name, broken.version) == ("bad:bad", "1.2")
    assert "\n" not in broken.reason
    assert re.search(reason, broken.reason)
    assert broken.fix


def test_a_broken_plugin_leaves_no_observer_behind(shelf: Any) -> None:
    shelf.install(
        "bad",
        """
        heard = []
        @hookimpl
        def autobook_alert(alert): heard.append(alert)
        @hookimpl
        def autobook_connectors(): raise OSError
        """,
    )
    plugins = shelf.load()
    assert plugins.alert(ALERT) == []
    assert sys.modules["shelf_bad"].heard == []


def test_the_fix_of_a_misspelt_hook_is_its_nearest_name(shelf: Any) -> None:
    shelf.install("bad", "@hookimpl\ndef autobook_conectors(): return []")
    assert shelf.load().broken[0].fix == "did you mean autobook_connectors?"


def test_an_interrupt_at_import_is_not_swallowed(shelf: Any) -> None:
    shelf.install("bad", "raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        shelf.load()


def test_the_same_entry_point_name_in_two_distributions_is_two_plugins(shelf: Any) -> None:
    shelf.install_good("alpha", entry="pay")
    shelf.install_good("beta", entry="pay")
    assert shelf.load().names == ("alpha:pay", "beta:pay")


def test_nobody_takes_the_name_of_a_connector_that_comes_with_autobook(shelf: Any) -> None:
    shelf.install("aaa", GOOD.format(type="stripe", load="x:Y"))
    shelf.install("autobook", GOOD.format(type="stripe", load="a:B"), entry="stripe", module="shelf_own")
    plugins = shelf.load()
    assert plugins.connectors["stripe"].plugin == "autobook:stripe"
    assert [broken.name for broken in plugins.broken] == ["aaa:aaa"]


def test_one_module_offered_twice_is_loaded_once(shelf: Any) -> None:
    shelf.install_good("alpha", module="shelf_alpha")
    shelf.install_good("alpha-copy", module="shelf_alpha")
    plugins = shelf.load()
    assert plugins.names == ("alpha:alpha",)
    assert [broken.name for broken in plugins.broken] == ["alpha-copy:alpha-copy"]


def test_plugins_can_be_chosen_by_either_name(shelf: Any) -> None:
    for name in ("alpha", "beta", "gamma"):
        shelf.install_good(name)
    assert shelf.load(env={"AUTOBOOK_PLUGINS": "beta, gamma:gamma"}).names == ("beta:beta", "gamma:gamma")
    assert shelf.load(env={"AUTOBOOK_PLUGINS": "none"}).names == ()


def test_a_chosen_plugin_that_is_not_there_is_told(shelf: Any) -> None:
    plugins = shelf.load(env={"AUTOBOOK_PLUGINS": "missing"})
    assert [(broken.name, broken.version) for broken in plugins.broken] == [("missing", "")]


def test_strict_refuses_to_go_on_without_a_plugin(shelf: Any) -> None:
    shelf.install("bad", "raise RuntimeError('no')")
    with pytest.raises(PluginError, match="bad:bad: RuntimeError: no"):
        shelf.load(env={"AUTOBOOK_PLUGINS_STRICT": "1"})
    assert len(shelf.load(env={"AUTOBOOK_PLUGINS_STRICT": "0"}).broken) == 1


def test_a_file_in_the_folder_of_the_book_is_a_plugin(tmp_path: Path) -> None:
    folder = tmp_path / "plugins"
    folder.mkdir()
    (folder / "ours.py").write_text(HEAD + GOOD.format(type="ours", load="x:Y"))
    (folder / "wrong.py").write_text("raise OSError")
    (folder / "_part.py").write_text("raise OSError")
    (folder / "notes.txt").write_text("x")
    plugins = load_plugins(env={"AUTOBOOK_PLUGINS": "ours,wrong"}, folder=folder)
    assert plugins.names == ("local:ours.py",)
    assert plugins.connectors["ours"].version == ""
    assert [broken.name for broken in plugins.broken] == ["local:wrong.py"]
    assert not [name for name in sys.modules if name.startswith("autobook_local_wrong")]


def test_a_book_without_such_a_folder_has_no_such_plugins(tmp_path: Path) -> None:
    assert load_plugins(env={"AUTOBOOK_PLUGINS": "none"}, folder=tmp_path / "plugins").names == ()


def given(*plugins: object, **options: Any) -> Plugins:
    return load_plugins(extra=plugins, env={"AUTOBOOK_PLUGINS": "none"}, **options)


def plugin(**hooks: Any) -> object:
    return SimpleNamespace(**{f"autobook_{name}": hookimpl(function) for name, function in hooks.items()})


def test_objects_can_be_passed_as_plugins() -> None:
    one = plugin(connectors=lambda: iter([ConnectorSpec("one", "One", "x:Y")]))
    plugins = given(one, plugin())
    assert plugins.names == ("given:SimpleNamespace", "given:SimpleNamespace#2")
    assert list(plugins.connectors) == ["one"]


def test_rules_are_sorted_by_priority_and_name_whoever_brought_them() -> None:
    first = plugin(rules=lambda: [PostingRule(name="b", priority=1), PostingRule(name="z", priority=0)])
    second = plugin(rules=lambda: [PostingRule(name="a", priority=1)])
    for plugins in (given(first, second), given(second, first)):
        assert [rule.name for rule in plugins.rules] == ["z", "a", "b"]
