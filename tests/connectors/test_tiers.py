"""Our own connectors carry a report of the kit, and it is of the code as it stands."""

from datetime import date

import pytest

from autobook_core.plugins import load_plugins
from autobook_core.plugins.conformance import conformance_of

OURS = ("bank", "plaintext", "stripe")


@pytest.mark.parametrize("kind", OURS)
def test_our_connector_is_silver_by_a_report_of_its_present_code(kind: str) -> None:
    plugins = load_plugins(env={"AUTOBOOK_PLUGINS": ",".join(OURS)})
    found = conformance_of(plugins.connectors[kind], date(2026, 12, 1))
    assert found.standing.tier in {"silver", "gold"}, f"{found}: run `make tiers` and commit what it writes"
