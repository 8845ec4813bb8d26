"""What the kit shows, and what it leaves alone until it is asked for."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from autobook_core import testing

ROOT = Path(__file__).resolve().parents[3]
LOADED = (
    "import sys; print(*sorted(n for n in sys.modules if n.startswith(('autobook_core.testing', 'pytest'))))"
)


def loaded_after(statement: str) -> list[str]:
    """Return which parts of testing, and whether pytest, a fresh Python has loaded after a statement."""
    result = subprocess.run(
        [sys.executable, "-c", f"{statement}\n{LOADED}"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return result.stdout.split()


def test_what_is_listed_is_what_is_loaded_on_demand_and_what_type_checkers_see() -> None:
    source = ast.parse(Path(testing.__file__).read_text())
    (guarded,) = [node for node in source.body if isinstance(node, ast.If)]
    seen = {alias.name for node in guarded.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    on_demand = [name for names in testing._HOMES.values() for name in names]
    assert set(testing.__all__) == set(on_demand) == seen
    assert len(testing.__all__) == len(on_demand)


def test_every_name_can_be_imported() -> None:
    for name in testing.__all__:
        assert getattr(testing, name) is not None
    with pytest.raises(AttributeError, match="NoSuchName"):
        testing.NoSuchName  # noqa: B018


def test_the_kit_loads_when_it_is_asked_for() -> None:
    assert loaded_after("import autobook_core.testing") == ["autobook_core.testing"]


def test_the_simulated_company_and_the_kit_know_nothing_of_one_another() -> None:
    company = loaded_after("import autobook_core.testing.company")
    assert not [name for name in company if name.startswith(("autobook_core.testing.kit", "pytest"))]
    kit = loaded_after("from autobook_core.testing import SourceContract, SinkContract")
    assert not [name for name in kit if name.startswith("autobook_core.testing.company")]


def test_cases_run_without_pytest() -> None:
    found = loaded_after("from autobook_core.testing import run_source_cases, run_sink_cases")
    assert "autobook_core.testing.kit.sources" in found
    assert "pytest" not in found
