"""The kit's report, and the tier that follows from it. Neither is ever written by hand."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autobook_core.testing.kit.case import Group, Result

#: Days for which a green run against the live service counts.
LIVE_DAYS = 30
_BRONZE = frozenset({Group.SETUP, Group.TRANSPORT, Group.DATA, Group.CRASH, Group.PURITY, Group.DELIVERY})
_FINE = ("passed", "exempt", "not_applicable")
#: Of these a connector must have shown something, or say why it cannot.
_SHOWN = ("passed", "exempt")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the kit cannot see in one offline run.

    Attributes:
        live_green_days_ago: days since the checks against the live service were green; None: never.
        maintainers: people who look after the connector.
    """

    live_green_days_ago: int | None = None
    maintainers: int = 1


def tier(results: Iterable[Result], evidence: Evidence | None = None) -> str:
    """Return ``gold``, ``silver``, ``bronze`` or ``none``.

    Bronze: no case of setup, transport, data, crash, purity or delivery failed, and there were some of
    the last kind or of all the others. Silver: a golden translation and the balance too, and nothing at all
    failed. Gold: webhooks too, a live run that was green in the last 30 days, and two maintainers.
    """
    evidence = evidence or Evidence()
    by_id = {result.id: result for result in results}
    groups = {result.group for result in by_id.values()}
    whole = Group.DELIVERY in groups or groups >= _BRONZE - {Group.DELIVERY}
    base = [result for result in by_id.values() if result.group in _BRONZE]
    if not whole or not all(result.outcome in _FINE for result in base):
        return "none"
    if not all(result.outcome in _FINE for result in by_id.values()):
        return "bronze"
    sink = Group.DELIVERY in groups
    shown = all(name in by_id and by_id[name].outcome in _SHOWN for name in ("golden-translate", "balance"))
    if not (sink or shown):
        return "bronze"
    webhooks = [result for result in by_id.values() if result.group == Group.WEBHOOK]
    told = sink or (bool(webhooks) and all(result.outcome in _SHOWN for result in webhooks))
    live = evidence.live_green_days_ago is not None and evidence.live_green_days_ago <= LIVE_DAYS
    return "gold" if told and live and evidence.maintainers >= 2 else "silver"


def report(connector: str, results: Sequence[Result], evidence: Evidence | None = None) -> dict[str, Any]:
    """Return the report of one connector as JSON-able values."""
    counts: dict[str, int] = {}
    for result in results:
        counts[result.outcome] = counts.get(result.outcome, 0) + 1
    exemptions: Mapping[str, str] = {item.id: item.detail for item in results if item.outcome == "exempt"}
    return {
        "connector": connector,
        "tier": tier(results, evidence),
        "counts": dict(sorted(counts.items())),
        "exemptions": exemptions,
        "milliseconds": sum(result.milliseconds for result in results),
        "cases": [asdict(result) for result in results],
    }


def write_report(path: Path, content: Mapping[str, Any]) -> None:
    """Write a report as a JSON file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
