"""A connector's package as an author has it: code on disk, known to Python as an installed distribution, with tests."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from autobook_core.plugins.conformance import Report, read_report

HERE = Path(__file__).parent
ROOT = HERE.parents[2]

SINK_SUITE = """
from autobook_acmebooks.sink import {sink}, FakeAcmeBooks
from autobook_core.testing import SinkContract

class TestAcmeBooks(SinkContract):
    sink, config, api = {sink}, {{"token": "canary-4711-key"}}, FakeAcmeBooks
    {more}
"""
HOOK = """
from autobook_core.connector import ConnectorSpec, hookimpl

@hookimpl
def autobook_connectors():
    return [ConnectorSpec({type!r}, {title!r}, "autobook_{type}.{module}:{name}", roles={{{role!r}}})]
"""


@dataclass(frozen=True)
class Packaged:
    """A folder with a package in ``site/`` and its tests in ``tests/``."""

    folder: Path
    package: str

    @property
    def code(self) -> Path:
        return self.folder / "site" / self.package

    @property
    def report(self) -> Report:
        found = read_report(self.code)
        assert found is not None
        return found

    def pytest(self, *options: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Run the package's tests as its author does, with no plugin of pytest but ours and xdist."""
        command = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", "."]
        command += ["-p", "autobook_core.testing.plugin", "-p", "xdist"]
        plain = {
            name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "AUTOBOOK"))
        }
        return subprocess.run(
            [sys.executable, *command, *options, "tests"], cwd=self.folder, capture_output=True, text=True,
            check=False, timeout=120,
            env={**plain, "PYTHONPATH": f"site{os.pathsep}{ROOT}", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **env},
        )  # fmt: skip


def packaged(
    folder: Path,
    *,
    type: str,
    name: str,
    module: str,
    code: str,
    suite: str,
    people: str = "Ada <ada@acme.test>",
) -> Packaged:
    """Write a package with one connector.

    Args:
        folder: where.
        type: of the connector; the package is ``autobook_TYPE``.
        name: of the class.
        module: it lies in: ``source`` or ``sink``.
        code: of that module.
        suite: of ``tests/test_contract.py``.
        people: the package's maintainers, as metadata writes them.
    """
    made = Packaged(folder, f"autobook_{type}")
    made.code.mkdir(parents=True)
    (made.code / "__init__.py").write_text(
        HOOK.format(type=type, title=name, module=module, name=name, role=module)
    )
    (made.code / f"{module}.py").write_text(code)
    info = folder / "site" / f"autobook_{type}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.4\nName: autobook-{type}\nVersion: 1.0\nMaintainer-email: {people}\n"
    )
    (info / "entry_points.txt").write_text(f"[autobook]\n{type} = autobook_{type}\n")
    (folder / "tests").mkdir()
    (folder / "tests" / "test_contract.py").write_text(suite)
    return made


def acmebooks(folder: Path, *, broken: str = "", more: str = "", **options: str) -> Packaged:
    """Write the package of AcmeBooks, a sink; ``broken`` names one of its mutants instead."""
    code = (HERE / "acmebooks.py").read_text()
    if broken:
        mutants = (HERE / "acmebooks_mutants.py").read_text()
        code += mutants.replace(
            "from tests.testing.kit.acmebooks import", "from autobook_acmebooks.sink import"
        )
    name = broken or "AcmeBooks"
    suite = SINK_SUITE.format(sink=name, more=more)
    return packaged(folder, type="acmebooks", name=name, module="sink", code=code, suite=suite, **options)
