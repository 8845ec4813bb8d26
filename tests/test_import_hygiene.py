"""What is loaded at run time: nothing that a command does not need, and nothing that a contract forbids.

The static contracts (.importlinter) see who names whom. Only a child process can see what is really loaded.
"""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CORE = ROOT / "autobook_core"
PURE_ROOMS = ("domain", "posting", "matching")

HEAVY = {"aiosql", "alembic", "httpx", "lxml", "psycopg", "rich", "sqlalchemy", "textual", "typer", "uvicorn"}


def modules_after(statements: str) -> set[str]:
    """Return the top-level modules that a fresh Python has loaded after the statements, and had not before."""
    script = (
        "import json, sys\n"
        "before = set(sys.modules)\n"
        f"{statements}\n"
        "print('\\n' + json.dumps(sorted({name.partition('.')[0] for name in set(sys.modules) - before})))\n"
    )
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV_"))
    }
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    result = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return set(json.loads(result.stdout.splitlines()[-1]))


def is_standard(name: str) -> bool:
    return name in sys.stdlib_module_names or name.startswith(("_sysconfigdata", "__"))


def needs_of(*distributions: str) -> set[str]:
    """Return what importing these alone loads: their own dependencies come with them."""
    return modules_after("\n".join(f"import {name}" for name in distributions))


def test_the_root_loads_nothing() -> None:
    loaded = {name for name in modules_after("import autobook_core") if not is_standard(name)}
    assert loaded == {"autobook_core"}


@pytest.mark.parametrize("module", ["autobook_core", "autobook_core.connector", "autobook_core.hookspecs"])
def test_what_an_author_imports_needs_pluggy_httpx_and_msgspec_only(module: str) -> None:
    loaded = {name for name in modules_after(f"import {module}") if not is_standard(name)}
    allowed = {"autobook_core", *needs_of("pluggy", "httpx", "msgspec")}
    assert loaded - allowed == set()


def test_the_contract_is_the_only_part_of_the_core_that_comes_with_it() -> None:
    script = (
        "import autobook_core.connector\n"
        "rooms = {name.split('.')[1] for name in sys.modules if name.startswith('autobook_core.')}\n"
        "extra = rooms - {'connector', 'hookspecs', 'domain', 'errors'}\n"
        "assert not extra, extra\n"
    )
    modules_after(script)


def test_asking_for_the_version_loads_nothing_heavy() -> None:
    script = (
        "sys.argv = ['autobook', '--version']\n"
        "from autobook_core.cli import main\n"
        "try:\n"
        "    main()\n"
        "except SystemExit as stop:\n"
        "    assert not stop.code, stop.code\n"
    )
    assert modules_after(script) & {*HEAVY, "msgspec", "pluggy", "sqlite3"} == set()


def test_importing_the_command_line_loads_no_database_http_or_terminal_ui() -> None:
    assert modules_after("import autobook_core.cli") & (HEAVY - {"rich", "typer"}) == set()


@pytest.mark.parametrize(
    "module",
    ["autobook_core.book", "autobook_core.cli", "autobook_bank", "autobook_plaintext", "autobook_stripe"],
)
def test_headless_parts_never_load_the_terminal_ui(module: str) -> None:
    assert modules_after(f"import {module}") & {"textual", "autobook_tui"} == set()


@pytest.mark.parametrize("module", ["autobook_core.book", "autobook_core.connector", "autobook_core.cli"])
def test_the_product_never_loads_its_test_helpers(module: str) -> None:
    modules_after(
        f"import {module}\nassert not [n for n in sys.modules if n.startswith('autobook_core.testing')]"
    )


def test_connectors_are_announced_without_loading_their_implementation() -> None:
    """Listing connectors costs the same however large they are: the entry point loads the announcement only."""
    for name in ("autobook_bank", "autobook_plaintext", "autobook_stripe"):
        assert modules_after(f"import {name}") & {"lxml", "schwifty", "stdnum", "textual"} == set(), name


def test_the_pure_rooms_never_look_at_a_clock() -> None:
    """The import rules forbid the modules time, random and os; this finds the clocks that types carry."""
    clocks = {"now", "utcnow", "today", "fromtimestamp"}
    found = []
    for room in PURE_ROOMS:
        for path in sorted((CORE / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                    continue
                zoned = node.func.attr == "fromtimestamp" and (len(node.args) > 1 or node.keywords)
                if node.func.attr in clocks and not zoned:
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)}")
    assert found == []


def test_the_simulated_company_imports_nothing_of_autobook_but_itself() -> None:
    """The books are checked against it, so it keeps its own truth; the import rules cannot name its siblings."""
    own = "autobook_core.testing.company"
    found = []
    for path in sorted((CORE / "testing" / "company").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            found += [
                f"{path.relative_to(ROOT)}:{name}"
                for name in names
                if name.startswith("autobook_") and not f"{name}.".startswith(f"{own}.")
            ]
    assert found == []
