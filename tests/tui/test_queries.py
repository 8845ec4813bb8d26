"""What the terminal UI asks of a book."""

from pathlib import Path

from autobook_core.clock import ManualClock
from autobook_core.plugins.tiers import TIERS
from autobook_tui.queries import Reader


def test_every_connection_tells_the_tier_of_its_connector(filled: Path, now: int) -> None:
    connections = Reader(filled, ManualClock(now)).read("overview").status.connections
    assert {item.type for item in connections} == {"bank"}
    assert {item.tier.partition(":")[0] for item in connections} <= set(TIERS)
