"""AcmePay on loopback, its connector on the bench, and a clock that does not keep anybody waiting."""

import os
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from autobook_core.clock import ManualClock
from autobook_core.workbench.bench import Workbench, open_bench

ROOT = str(Path(__file__).resolve().parents[2])
if ROOT not in sys.path:
    sys.path.append(ROOT)

from tests.workbench.acme_server import CANARY, CONNECTOR, Acme, serving  # noqa: E402

MakeBench = Callable[..., Workbench]


@pytest.fixture
def acme() -> Iterator[Acme]:
    with serving() as server:
        yield server


@pytest.fixture
def connector(tmp_path: Path) -> Path:
    """The author's own copy of the connector, to be changed at will."""
    copy = tmp_path / "acme.py"
    copy.write_text(CONNECTOR.read_text(encoding="utf-8"), encoding="utf-8")
    return copy


@pytest.fixture
def on_bench(acme: Acme, connector: Path, tmp_path: Path) -> MakeBench:
    def made(
        what: str | None = None, *, book: Path | None = None, start: date | None = None, more: Any = ()
    ) -> Workbench:
        return open_bench(
            what or f"{connector}:AcmePay", [*acme.settings, *more], book=book or tmp_path, needs_book=book is not None,
            folder=tmp_path, env={**os.environ, "ACME_KEY": CANARY}, clock=ManualClock(),
            progress=lambda phase, rows: None, start=start,
        )  # fmt: skip

    return made


@pytest.fixture
def bench(on_bench: MakeBench) -> Workbench:
    return on_bench()


def change(connector: Path, before: str, after: str) -> None:
    """Edit the connector as its author would."""
    text = connector.read_text(encoding="utf-8")
    assert before in text
    connector.write_text(text.replace(before, after), encoding="utf-8")
