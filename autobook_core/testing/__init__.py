"""What is shipped for testing books and connectors: the conformance kit, and a simulated company.

The names of the kit are loaded when they are asked for, so that the simulated company costs nothing more.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autobook_core.intake.golden_form import golden_records
    from autobook_core.testing.kit.contract import SinkContract, SourceContract
    from autobook_core.testing.kit.fake import FakeApi, FakeFiles, FakeHttp, Subject
    from autobook_core.testing.kit.live_cases import LIVE_CASES
    from autobook_core.testing.kit.live_contract import LiveSourceContract
    from autobook_core.testing.kit.shelf import FakeDocuments, FakeRemote, FakeService, Shelf, SinkSubject
    from autobook_core.testing.kit.single import context_for
    from autobook_core.testing.kit.sink_cases import SINK_CASES, run_sink_cases
    from autobook_core.testing.kit.sources import SOURCE_CASES, run_source_cases

__all__ = [
    "LIVE_CASES",
    "SINK_CASES",
    "SOURCE_CASES",
    "FakeApi",
    "FakeDocuments",
    "FakeFiles",
    "FakeHttp",
    "FakeRemote",
    "FakeService",
    "LiveSourceContract",
    "Shelf",
    "SinkContract",
    "SinkSubject",
    "SourceContract",
    "Subject",
    "context_for",
    "golden_records",
    "run_sink_cases",
    "run_source_cases",
]

_KIT = "autobook_core.testing.kit"
_HOMES = {
    "autobook_core.intake.golden_form": ("golden_records",),
    f"{_KIT}.contract": ("SinkContract", "SourceContract"),
    f"{_KIT}.fake": ("FakeApi", "FakeFiles", "FakeHttp", "Subject"),
    f"{_KIT}.live_cases": ("LIVE_CASES",),
    f"{_KIT}.live_contract": ("LiveSourceContract",),
    f"{_KIT}.shelf": ("FakeDocuments", "FakeRemote", "FakeService", "Shelf", "SinkSubject"),
    f"{_KIT}.single": ("context_for",),
    f"{_KIT}.sink_cases": ("SINK_CASES", "run_sink_cases"),
    f"{_KIT}.sources": ("SOURCE_CASES", "run_source_cases"),
}


def __getattr__(name: str) -> Any:
    """Load a name of the kit."""
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(module), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
