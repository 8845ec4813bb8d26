"""What is shipped for testing books and connectors: the conformance kit, and a simulated company.

The names of the kit are loaded when they are asked for, so that the simulated company costs nothing more.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autobook_core.testing.kit.contract import SinkContract, SourceContract
    from autobook_core.testing.kit.fake import FakeApi, Subject
    from autobook_core.testing.kit.report import Evidence, report, tier, write_report
    from autobook_core.testing.kit.setup_cases import golden_records
    from autobook_core.testing.kit.shelf import FakeRemote, Shelf, SinkSubject
    from autobook_core.testing.kit.sink_cases import SINK_CASES, run_sink_cases
    from autobook_core.testing.kit.sources import SOURCE_CASES, run_source_cases

__all__ = [
    "SINK_CASES",
    "SOURCE_CASES",
    "Evidence",
    "FakeApi",
    "FakeRemote",
    "Shelf",
    "SinkContract",
    "SinkSubject",
    "SourceContract",
    "Subject",
    "golden_records",
    "report",
    "run_sink_cases",
    "run_source_cases",
    "tier",
    "write_report",
]

_HOMES = {
    "contract": ("SinkContract", "SourceContract"),
    "fake": ("FakeApi", "Subject"),
    "report": ("Evidence", "report", "tier", "write_report"),
    "setup_cases": ("golden_records",),
    "shelf": ("FakeRemote", "Shelf", "SinkSubject"),
    "sink_cases": ("SINK_CASES", "run_sink_cases"),
    "sources": ("SOURCE_CASES", "run_source_cases"),
}


def __getattr__(name: str) -> Any:
    """Load a name of the kit."""
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"autobook_core.testing.kit.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
