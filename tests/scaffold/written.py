"""Connectors as the scaffold writes them: into a temporary folder, imported, and put to the kit's cases."""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from autobook_core.scaffold import Api, Choices, made_up, package, write_new
from autobook_core.testing import SinkSubject, SourceContract, Subject, run_sink_cases, run_source_cases

CORE = "0.1.0"


def write(parent: Path, choices: Choices, api: Api | None = None) -> Path:
    """Write a connector's package below a folder and return its own folder."""
    folder = parent / choices.distribution
    write_new(folder, package(choices, api or made_up(choices), core=CORE))
    return folder


@contextmanager
def contract_of(folder: Path, choices: Choices) -> Iterator[Any]:
    """Give the contract class of a written package's own tests; its modules are forgotten afterwards."""
    path, before = [str(folder), str(folder / "tests")], set(sys.modules)
    sys.path[:0] = path
    importlib.invalidate_caches()
    try:
        module = importlib.import_module("test_contract")
        yield next(
            item for item in vars(module).values() if getattr(item, "__module__", "") == "test_contract"
        )
    finally:
        del sys.path[: len(path)]
        mine = {"fake_api", "test_contract", choices.module}
        for name in set(sys.modules) - before:
            if name.partition(".")[0] in mine:
                del sys.modules[name]


def outcomes(folder: Path, choices: Choices) -> dict[str, tuple[str, str]]:
    """Return how each case of the kit ended for a written package, and why."""
    with contract_of(folder, choices) as contract:
        if issubclass(contract, SourceContract):
            source = Subject(contract.source, contract.config, contract.api, contract.golden)
            results = run_source_cases(source, contract.exempt)
        else:
            sink = SinkSubject(contract.sink, contract.config, contract.api)
            results = run_sink_cases(sink, contract.exempt)
    return {item.id: (item.outcome, item.detail) for item in results}


def broken(folder: Path, choices: Choices) -> dict[str, str]:
    """Return what each case says that a written package fails."""
    return {name: why for name, (outcome, why) in outcomes(folder, choices).items() if outcome == "failed"}
