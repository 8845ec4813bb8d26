"""What an author may import is what is listed, no more and no less, and it costs little to load."""

import json
import subprocess
import sys
from types import ModuleType

import msgspec
import pytest

from autobook_core import connector, hookspecs
from autobook_core.domain import records
from autobook_core.plugins.checks import HOOKS

#: What may be loaded with the contract, beside the standard library and Autobook.
ALLOWED = {"msgspec", "pluggy", "typing_extensions"}
#: What people write into a book by hand; no connector tells it.
BY_HAND = {"ManualEntry", "ManualLine", "OpeningBalances"}
LOADED = (
    "import json, sys; import autobook_core.connector, autobook_core.hookspecs; "
    "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules} - sys.stdlib_module_names)))"
)


def visible(module: ModuleType) -> set[str]:
    """Return the names of a module that a person sees who looks into it: no modules, nothing of somebody else's."""
    return {
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and not isinstance(value, ModuleType)
        and str(getattr(value, "__module__", module.__name__)).partition(".")[0]
        in ("autobook_core", "pluggy")
        and name != "TYPE_CHECKING"
    }


@pytest.mark.parametrize("module", [connector, hookspecs], ids=["connector", "hookspecs"])
def test_what_is_listed_is_what_is_visible(module: ModuleType) -> None:
    listed: list[str] = module.__all__
    assert visible(module) == set(listed)
    assert len(listed) == len(set(listed))
    assert listed == sorted(listed)


def test_every_record_and_part_of_one_can_be_imported_from_the_contract() -> None:
    there = {
        name
        for name, found in vars(records).items()
        if isinstance(found, type)
        and issubclass(found, msgspec.Struct)
        and found.__module__ == records.__name__
    }
    assert {kind.__name__ for kind in records.KINDS.values()} <= there
    assert there - set(connector.__all__) == BY_HAND


def test_every_hook_is_listed() -> None:
    assert {name for name in hookspecs.__all__ if name.startswith("autobook_")} == set(HOOKS)


def test_loading_the_contract_loads_nothing_heavy() -> None:
    result = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    loaded = {name for name in json.loads(result.stdout) if not name.startswith("_")}
    assert loaded - ALLOWED - {"autobook_core"} <= {"a1_coverage", "coverage", "sitecustomize"}
