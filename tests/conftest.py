"""What several folders of tests share: a PostgreSQL server, and an address for a fresh book on each engine."""

import importlib.util
import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from types import ModuleType

import pytest

_BOOKS = count(1)


def support(name: str) -> ModuleType:
    """Load a helper from ``tests/support`` (no packages here, so it cannot be imported by name)."""
    path = Path(__file__).parent / "support" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"tests_support_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real server of this process's own: one for each worker of xdist, stopped at the end."""
    with support("postgres").running_server() as url:
        yield url


@pytest.fixture
def postgres_schema() -> str:
    """The name of a schema that no other test uses."""
    return f"book_{os.getpid()}_{next(_BOOKS)}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store_url(request: pytest.FixtureRequest) -> str | None:
    """Where a book of each engine is kept: None for SQLite, else the server's address."""
    if request.param == "sqlite":
        return None
    url: str = request.getfixturevalue("postgres_url")
    return url
