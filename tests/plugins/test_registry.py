import sys
from types import SimpleNamespace
from typing import Any

import pytest

from autobook_core.connector import ConnectorSpec, Sink, Source, hookimpl
from autobook_core.errors import PluginError
from autobook_core.plugins import Plugins, load_plugins


def listed_with(shelf: Any, module_code: str, *, roles: str = "{'source'}", needs: str = "") -> Plugins:
    (shelf.folder / "shelf_impl.py").write_text(module_code)
    spec = f"ConnectorSpec('acme', 'Acme', 'shelf_impl:Acme', roles={roles})"
    shelf.install("acme", f"@hookimpl\ndef autobook_connectors(): return [{spec}]", needs=needs)
    loaded: Plugins = shelf.load()
    return loaded


SOURCE = "from autobook_core.connector import Source, Sink\nclass Acme(Source): pass\n"


def test_listing_does_not_import_the_class_and_loading_does(shelf: Any) -> None:
    plugins = listed_with(shelf, SOURCE)
    assert "shelf_impl" not in sys.modules
    assert issubclass(plugins.connectors["acme"].load(), Source)
    assert "shelf_impl" in sys.modules


def test_a_missing_module_is_told_with_the_extra_that_brings_it(shelf: Any) -> None:
    needs = (
        'Provides-Extra: pdf\nRequires-Dist: httpx>=0.28\nRequires-Dist: shelf-pdf[fast]>=2; extra == "pdf"\n'
    )
    plugins = listed_with(shelf, "import shelf_pdf.reader", needs=needs)
    with pytest.raises(PluginError, match=r"needs the module shelf_pdf") as caught:
        plugins.connectors["acme"].load()
    assert caught.value.fix == "pip install 'acme[pdf]'"


def test_a_missing_module_that_no_extra_names_is_told_by_its_name(shelf: Any) -> None:
    with pytest.raises(PluginError) as caught:
        listed_with(shelf, "import shelf_absent").connectors["acme"].load()
    assert caught.value.fix == "install the package that brings shelf_absent"


@pytest.mark.parametrize(
    ("code", "roles", "reason"),
    [
        ("raise SystemExit(1)", "{'source'}", "SystemExit"),
        ("x = 1", "{'source'}", "AttributeError"),
        ("Acme = 7", "{'source'}", "shelf_impl:Acme is no Source"),
        (SOURCE, "{'sink'}", "announced as a sink"),
        (SOURCE, "{'source', 'sink'}", "announced as a sink"),
    ],
)
def test_a_class_that_is_not_what_was_announced_is_a_plugin_error(
    shelf: Any, code: str, roles: str, reason: str
) -> None:
    with pytest.raises(PluginError, match=reason):
        listed_with(shelf, code, roles=roles).connectors["acme"].load()


def test_a_class_may_be_announced_itself_in_both_roles() -> None:
    class Both(Source, Sink):
        pass

    roles = frozenset({"source", "sink"})
    announce = hookimpl(lambda: [ConnectorSpec("both", "Both", Both, roles=roles)])
    given = [SimpleNamespace(autobook_connectors=announce)]
    plugins = load_plugins(extra=given, env={"AUTOBOOK_PLUGINS": "none"})
    assert plugins.connectors["both"].load() is Both
