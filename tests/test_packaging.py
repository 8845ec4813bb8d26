"""What is in the repository is what a user gets: every part is installed, found, typed and licensed."""

import os
import re
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES: list[str] = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]


def canonical(requirement: str) -> str:
    """Return the name in a requirement line as package indexes spell it."""
    found = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", requirement)
    assert found, requirement
    return re.sub(r"[-_.]+", "-", found.group()).lower()


def run(*command: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def packages_in(folder: str) -> list[str]:
    """Return the import packages that lie in a folder, as paths from the root."""
    return sorted(f"{folder}/{found.parent.name}" for found in (ROOT / folder).glob("*/__init__.py"))


# ------------------------------------------------------------------------------------------------- what pyproject says


def test_every_package_folder_goes_into_the_wheel() -> None:
    expected = ["autobook_core", *packages_in("connectors"), *packages_in("tui")]
    assert sorted(expected) == sorted(PACKAGES)


def test_every_connector_folder_is_a_package() -> None:
    folders = {path.name for path in (ROOT / "connectors").iterdir() if any(path.glob("**/*.py"))}
    assert folders == {name.rpartition("/")[2] for name in packages_in("connectors")}


def test_every_connector_is_announced_by_an_entry_point() -> None:
    entry_points: dict[str, str] = PYPROJECT["project"]["entry-points"]["autobook"]
    connectors = [name.rpartition("/")[2] for name in packages_in("connectors")]
    first_party = {package for package in entry_points.values() if package != "autobook_tui"}
    assert first_party == set(connectors)
    for name, package in entry_points.items():
        assert package == f"autobook_{name}", f"the entry point {name} should load autobook_{name}"


def test_every_package_is_marked_as_typed() -> None:
    assert [name for name in PACKAGES if not (ROOT / name / "py.typed").is_file()] == []


def test_every_package_is_linted_typed_measured_and_under_the_import_rules() -> None:
    names = {name.rpartition("/")[2] for name in PACKAGES}
    rules = (ROOT / ".importlinter").read_text(encoding="utf-8")
    roots = re.search(r"^root_packages =\n((?:    \w+\n)+)", rules, re.MULTILINE)
    assert roots
    assert set(roots.group(1).split()) == names
    assert set(PYPROJECT["tool"]["coverage"]["run"]["source_pkgs"]) == names
    assert set(PYPROJECT["tool"]["ruff"]["lint"]["isort"]["known-first-party"]) == names


def test_the_version_is_said_once_in_code_and_once_in_the_metadata() -> None:
    source = (ROOT / "autobook_core" / "__init__.py").read_text(encoding="utf-8")
    assert f'__version__ = "{PYPROJECT["project"]["version"]}"' in source


# ------------------------------------------------------------------------------------------- one module, only one copy


@pytest.mark.parametrize("line", ["import connectors.autobook_stripe", "from tui import autobook_tui"])
def test_a_second_copy_of_a_module_is_refused_by_the_linter(line: str, tmp_path: Path) -> None:
    probe = tmp_path / "probe.py"
    probe.write_text(f'"""Probe."""\n\n{line}  # noqa: F401\n', encoding="utf-8")
    result = run(
        sys.executable, "-m", "ruff", "check", "--no-cache", "--isolated", "--select", "TID251", probe
    )
    assert result.returncode == 0, "without our settings nothing is wrong with it"
    result = run(
        sys.executable, "-m", "ruff", "check", "--no-cache", "--config", ROOT / "pyproject.toml", probe
    )
    assert result.returncode == 1
    assert "TID251" in result.stdout


# ------------------------------------------------------------------------------------------------------------- pinning


@pytest.fixture(scope="module")
def pinned() -> dict[str, list[str]]:
    """Return the pinned packages with the lines of each: version, markers, hashes."""
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    blocks = [block for block in re.split(r"\n(?=\S)", text.strip()) if not block.startswith("#")]
    found: dict[str, list[str]] = {}
    for block in blocks:
        found.setdefault(canonical(block), []).append(block)
    return found


def test_the_constraints_hold_no_addresses_paths_or_options() -> None:
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    assert re.findall(r".*(?:[a-z]://|file:|@|/|\bindex\b|find-links).*", text) == []
    assert re.findall(r"^-.*", text, re.MULTILINE) == []


def test_every_pin_has_an_exact_version_and_hashes(pinned: dict[str, list[str]]) -> None:
    for name, blocks in pinned.items():
        for block in blocks:
            assert re.match(r"[a-z0-9-]+==[^ ]+ ", block), block.splitlines()[0]
            assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), f"{name} has no hash"


def test_every_dependency_is_pinned(pinned: dict[str, list[str]]) -> None:
    project = PYPROJECT["project"]
    declared = [*project["dependencies"], *PYPROJECT["build-system"]["requires"]]
    for extra in project["optional-dependencies"].values():
        declared += extra
    for group in PYPROJECT["dependency-groups"].values():
        declared += [entry for entry in group if isinstance(entry, str)]
    missing = {canonical(requirement) for requirement in declared} - set(pinned)
    assert missing == set(), "run `make constraints`"


# ----------------------------------------------------------------------------------------------------------- the wheel


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the wheel and the source distribution; the wheel is the one CI names, if it does."""
    given = os.environ.get("AUTOBOOK_WHEEL")
    if given:
        return Path(given).resolve().parent
    folder = tmp_path_factory.mktemp("dist")
    result = run(sys.executable, "-m", "hatchling", "build", "-d", folder)
    assert result.returncode == 0, result.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (found,) = built.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def wheel_files(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_the_packages_at_its_top_and_nothing_else(wheel_files: set[str]) -> None:
    top = {name.partition("/")[0] for name in wheel_files}
    metadata = {name for name in top if name.endswith(".dist-info")}
    assert len(metadata) == 1
    assert top - metadata == {name.rpartition("/")[2] for name in PACKAGES}


def test_the_wheel_holds_every_file_of_every_package(wheel_files: set[str]) -> None:
    kept = {
        ".py",
        ".sql",
        ".toml",
        ".typed",
        ".tcss",
        ".json",
        ".mako",
        ".ini",
        ".xsd",
        ".txt",
        ".j2",
        ".tmpl",
    }
    expected = set()
    for package in PACKAGES:
        parent = (ROOT / package).parent
        for path in (ROOT / package).rglob("*"):
            if path.is_file() and path.suffix in kept and "__pycache__" not in path.parts:
                expected.add(path.relative_to(parent).as_posix())
    assert expected - wheel_files == set()
    assert any(name.endswith(".sql") for name in wheel_files), "the store's queries are files"
    assert {f"{name.rpartition('/')[2]}/py.typed" for name in PACKAGES} <= wheel_files


def test_the_wheel_carries_the_licence(wheel: Path, wheel_files: set[str]) -> None:
    (licence,) = (name for name in wheel_files if name.endswith(".dist-info/licenses/LICENSE"))
    with zipfile.ZipFile(wheel) as archive:
        assert archive.read(licence) == (ROOT / "LICENSE").read_bytes()
        (metadata,) = (name for name in wheel_files if name.endswith(".dist-info/METADATA"))
        assert b"License-Expression: Apache-2.0" in archive.read(metadata)


def test_the_source_distribution_can_build_the_same_wheel(
    built: Path, wheel_files: set[str], tmp_path: Path
) -> None:
    (source,) = built.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        archive.extractall(tmp_path, filter="data")
    (unpacked,) = tmp_path.iterdir()
    result = run(
        sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path / "dist", cwd=unpacked
    )
    assert result.returncode == 0, result.stderr
    (again,) = (tmp_path / "dist").glob("*.whl")
    with zipfile.ZipFile(again) as archive:
        assert set(archive.namelist()) == wheel_files


# ------------------------------------------------------------------------------------------------- the wheel, installed


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the Python of an environment that holds the wheel and not the source tree.

    CI hands in one that pip filled from nothing. Otherwise the wheel goes into a fresh environment that borrows the
    dependencies of this one: the folder is added by its path, so the editable install in it is not followed.
    """
    given = os.environ.get("AUTOBOOK_WHEEL_PYTHON")
    if given:
        return Path(given)
    folder = tmp_path_factory.mktemp("user") / "venv"
    venv.EnvBuilder(with_pip=False).create(folder)
    python = folder / "bin" / "python"
    result = run(
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        wheel,
    )
    assert result.returncode == 0, result.stderr
    own = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").stdout.strip()
    borrowed = run(sys.executable, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").stdout
    (Path(own) / "borrowed.pth").write_text(borrowed, encoding="utf-8")
    return python


def test_the_installed_command_says_its_version(installed: Path, tmp_path: Path) -> None:
    result = run(installed.parent / "autobook", "--version", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert PYPROJECT["project"]["version"] in result.stdout


def test_every_installed_package_comes_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    names = [name.rpartition("/")[2] for name in PACKAGES]
    script = (
        "import importlib.util, sys\n"
        "for name in sys.argv[1:]:\n"
        "    spec = importlib.util.find_spec(name)\n"
        "    print(spec.origin)\n"
    )
    result = run(installed, "-c", script, *names, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    environment = installed.parent.parent
    assert [line for line in result.stdout.splitlines() if not Path(line).is_relative_to(environment)] == []
    for absent in ("connectors", "tui"):
        result = run(
            installed, "-c", f"import importlib.util as u; raise SystemExit(bool(u.find_spec('{absent}')))",
            cwd=tmp_path,
        )  # fmt: skip
        assert result.returncode == 0, f"{absent} is a folder of the repository, not a package"


def test_every_installed_entry_point_loads(installed: Path, tmp_path: Path) -> None:
    script = (
        "from importlib.metadata import entry_points\n"
        "for point in sorted(entry_points(group='autobook')):\n"
        "    point.load()\n"
        "    print(point.name)\n"
    )
    result = run(installed, "-c", script, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert set(PYPROJECT["project"]["entry-points"]["autobook"]) <= set(result.stdout.split())


def test_entry_points_load_without_any_extra(installed: Path, tmp_path: Path) -> None:
    """An extra that is not installed must not take its connector, or anybody else's, away."""
    script = (
        "import sys\n"
        "for absent in ('psycopg', 'psycopg_binary', 'textual'):\n"
        "    sys.modules[absent] = None\n"
        "from importlib.metadata import entry_points\n"
        "for point in sorted(entry_points(group='autobook')):\n"
        "    point.load()\n"
    )
    result = run(installed, "-c", script, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
