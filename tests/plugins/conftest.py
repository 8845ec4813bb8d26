"""Real distributions on disk, as pip would leave them."""

import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autobook_core.plugins import Plugins, load_plugins

HEAD = """
from autobook_core.connector import ConnectorSpec, hookimpl
from autobook_core.domain.rule import PostingRule
"""
GOOD = """
@hookimpl
def autobook_connectors():
    return [ConnectorSpec({type!r}, {type!r}, {load!r})]
"""


class Shelf:
    """A folder of installed distributions."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.words: list[str] = []

    def install(
        self,
        name: str,
        code: str,
        *,
        entry: str = "",
        module: str = "",
        version: str = "1.2",
        needs: str = "",
    ) -> None:
        """Write a distribution with one module and one entry point, as pip would leave it."""
        module = module or f"shelf_{name.replace('-', '_')}"
        (self.folder / f"{module}.py").write_text(HEAD + textwrap.dedent(code))
        info = self.folder / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}")
        (info / "entry_points.txt").write_text(f"[autobook]\n{entry or name} = {module}\n")
        self.words.append(f"{name}:{entry or name}")

    def install_good(self, name: str, **options: str) -> None:
        kind = name.replace("-", "_")
        self.install(name, GOOD.format(type=kind, load=f"shelf_{kind}_impl:Thing"), **options)

    def load(self, **options: Any) -> Plugins:
        """Load what stands on this shelf, and nothing that the test's own environment has installed."""
        env = {"AUTOBOOK_PLUGINS": ",".join(self.words)} | options.pop("env", {})
        return load_plugins(env=env, **options)


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    yield Shelf(folder)
    for name in [name for name in sys.modules if name.startswith("shelf_")]:
        del sys.modules[name]
