import sys
from pathlib import Path

import pytest

from autobook_core.errors import ConfigurationError, PluginError
from autobook_core.workbench.loading import load_from_file, names_a_file

from .conftest import change


def test_a_file_is_told_from_a_name() -> None:
    assert names_a_file("plugin.py")
    assert names_a_file("src/plugin.py:AcmePay")
    assert not names_a_file("acmepay")
    assert not names_a_file("acme.pyx")


def test_the_only_connector_of_a_file_need_not_be_named(connector: Path) -> None:
    assert load_from_file(str(connector)).__name__ == "AcmePay"
    assert load_from_file(f"{connector}:AcmePay").Config.__name__ == "Config"


def test_the_file_is_read_as_it_is_now(connector: Path) -> None:
    assert load_from_file(str(connector)).streams[0].lookback == 600  # type: ignore[union-attr]
    change(connector, "lookback=600", "lookback=700")
    assert load_from_file(str(connector)).streams[0].lookback == 700  # type: ignore[union-attr]
    assert not list(connector.parent.rglob("*.pyc"))


def test_a_file_in_a_package_may_import_its_neighbours(
    connector: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = connector.parent / "autobook_neighbourly"
    (package / "deep").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "deep" / "__init__.py").touch()
    (package / "values.py").write_text("LOOKBACK = 60\n")
    change(connector, "lookback=600", "lookback=LOOKBACK")
    text = f"from autobook_neighbourly.values import LOOKBACK\n{connector.read_text()}"
    (package / "deep" / "source.py").write_text(text)
    monkeypatch.setattr(sys, "path", sys.path[:])
    found = load_from_file(str(package / "deep" / "source.py"))
    assert found.__module__ == "autobook_neighbourly.deep.source"
    assert found.streams[0].lookback == 60  # type: ignore[union-attr]


MISTAKES = {
    ("nowhere.py", ""): "there is no such file",
    ("acme.py:AcmePal", ""): "it has no AcmePal",
    ("acme.py:Movement", ""): "Movement is neither a Source nor a Sink",
    ("acme.py", "class Other(AcmePay): ...\n"): "it defines 2 connectors: AcmePay, Other",
    ("acme.py", "def broken(:\n"): "importing it failed: SyntaxError",
    ("acme.py", "import nothing_of_that_name\n"): "importing it failed: ModuleNotFoundError",
    ("acme.py", "raise SystemExit(3)\n"): "importing it failed: SystemExit: 3",
}


@pytest.mark.parametrize(("case", "message"), MISTAKES.items(), ids=str)
def test_a_mistake_names_the_file_and_the_line(case: tuple[str, str], message: str, connector: Path) -> None:
    what, more = case
    connector.write_text(connector.read_text() + more)
    last = len(connector.read_text().splitlines())
    with pytest.raises((ConfigurationError, PluginError)) as refused:
        load_from_file(str(connector.parent / what))
    assert message in str(refused.value)
    assert refused.value.fix
    if "importing" in message:
        assert str(refused.value).startswith(f"{connector}:{last}: ")
