"""The pytest plugin of the conformance kit: options, the marker ``live``, the tier after a run, the report.

It is loaded into every run of pytest beside Autobook, so it loads nothing itself before a contract was run.
"""

import os
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from autobook_core.testing.kit.names import PROPERTY

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter

#: Set to ``write``, the same as --autobook-golden.
GOLDEN_VARIABLE = "AUTOBOOK_GOLDEN"
_LIVE = (
    "live: talks to a sandbox of the live service, with keys from the environment; left out without -m live"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the options."""
    group = parser.getgroup("autobook", "Autobook's conformance kit")
    group.addoption(
        "--autobook-golden",
        action="store_true",
        default=os.environ.get(GOLDEN_VARIABLE) == "write",
        help="write the records of golden files anew, and say which changed; the same as AUTOBOOK_GOLDEN=write",
    )
    group.addoption(
        "--autobook-report",
        action="store_true",
        help="write conformance.json into the package of each connector whose contract was run; with -m live, the "
        "day of a green run",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known, and listen for results where the whole run is seen."""
    config.addinivalue_line("markers", _LIVE)
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Listener(config), "autobook-listener")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave live tests out unless somebody asks about the marker."""
    if re.search(r"\blive\b", config.getoption("markexpr", "") or ""):
        return
    live = [item for item in items if item.get_closest_marker("live") is not None]
    if live:
        config.hook.pytest_deselected(items=live)
        items[:] = [item for item in items if item.get_closest_marker("live") is None]


class Listener:
    """Gathers what contracts tell, from this process and from workers, and sums it up at the end."""

    def __init__(self, config: pytest.Config) -> None:
        """Begin with nothing."""
        self._config = config
        self._told: list[tuple[str, object]] = []
        self._said: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take what a test tells, once."""
        if report.when == "call":
            contract = report.nodeid.partition("[")[0].rpartition("::")[0]
            self._told += [(contract, value) for name, value in report.user_properties if name == PROPERTY]

    def pytest_sessionfinish(self) -> None:
        """Put results together, and write reports where they are wanted."""
        write: bool = self._config.getoption("autobook_report")
        if not self._told:
            self._said = ["no report was written: no contract was run"] if write else []
            return
        from autobook_core.testing.kit.summary import summed_up

        today = datetime.now(UTC).date()
        self._said = summed_up(self._told, today=today, write=write, root=self._config.rootpath)

    def pytest_terminal_summary(self, terminalreporter: "TerminalReporter") -> None:
        """Say the tier of each connector, and what is missing for the next one."""
        if self._said and self._config.option.verbose >= -1:
            terminalreporter.section("Autobook's conformance kit")
            for line in self._said:
                terminalreporter.line(line)
