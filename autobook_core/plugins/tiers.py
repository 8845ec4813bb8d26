"""How far a connector has been shown to keep its promises: gold, silver, bronze or none.

A tier follows from the results of the conformance kit's cases and from the evidence beside them, every time
it is asked for; it is written nowhere, so nobody can write a better one.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

#: Days for which a green run against the live service counts.
LIVE_DAYS = 30
#: People who look after a connector, for gold.
MAINTAINERS = 2
TIERS = ("none", "bronze", "silver", "gold")

_SOURCE = ("setup", "transport", "data", "crash", "purity")
_SINK = ("delivery",)
_FINE = ("passed", "exempt", "not_applicable")
#: Of these a connector must have shown something, or say why it cannot.
_SHOWN = ("passed", "exempt")
_SILVER = {
    "golden-translate": "golden files: keep some rows as STREAM.raw.json in the golden folder of the contract, "
    "and run pytest --autobook-golden",
    "balance": "a balance to reconcile with: write balance()",
    "sweep": "a sweep that repairs",
    "credentials-refused": "a way on after credentials were refused",
    "past-cursors": "a cursor of every past version that can still be used",
}
#: Where the kit itself may say that a connector has no such thing, and silver does not wait for it.
_SPARED = frozenset({"sweep", "credentials-refused", "past-cursors"})


class CaseOutcome(Protocol):
    """How one case ended: ``passed``, ``failed``, ``exempt`` or ``not_applicable``."""

    @property
    def id(self) -> str:
        """Return the name of the case."""

    @property
    def group(self) -> str:
        """Return what the case is about."""

    @property
    def outcome(self) -> str:
        """Return how it ended."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the cases of an offline run cannot show.

    Attributes:
        live: day of the last green run against the live service; None: never.
        maintainers: people who look after the connector.
    """

    live: date | None = None
    maintainers: int = 1


@dataclass(frozen=True, slots=True)
class Standing:
    """A tier, and what the next one waits for.

    Attributes:
        tier: one of :data:`TIERS`.
        next: the tier after it; empty for gold.
        missing: what is missing for that, in words.
    """

    tier: str
    next: str = ""
    missing: tuple[str, ...] = ()


def standing(
    cases: Iterable[CaseOutcome], *, roles: Collection[str], evidence: Evidence, today: date
) -> Standing:
    """Return the tier of a connector.

    Bronze: no case of setup, transport, data, crash and purity failed, for a sink none of delivery. Silver:
    a golden translation and a balance too, and nothing at all failed. Gold: webhooks too, a live run that was
    green in the last 30 days, and two maintainers. Exempt counts as kept; the reasons are shown beside it.

    Args:
        cases: how each case ended, once.
        roles: ``source``, ``sink`` or both, as the connector is announced.
        evidence: what the cases cannot show.
        today: the day on which this is asked, UTC.
    """
    by_id = {case.id: case for case in cases}
    wanted = [
        group for role, groups in (("source", _SOURCE), ("sink", _SINK)) if role in roles for group in groups
    ]
    steps = {
        "bronze": _for_bronze(by_id, wanted),
        "silver": _for_silver(by_id, wanted, roles),
        "gold": _for_gold(by_id, roles, evidence, today),
    }
    reached = "none"
    for name, missing in steps.items():
        if missing:
            return Standing(reached, name, tuple(missing))
        reached = name
    return Standing(reached)


def _for_bronze(by_id: Mapping[str, CaseOutcome], wanted: Collection[str]) -> list[str]:
    tried = {case.group for case in by_id.values()}
    missing = [f"no promise about {group} was tried" for group in wanted if group not in tried]
    return missing + _failing(case for case in by_id.values() if case.group in wanted)


def _for_silver(
    by_id: Mapping[str, CaseOutcome], wanted: Collection[str], roles: Collection[str]
) -> list[str]:
    missing = _failing(case for case in by_id.values() if case.group not in wanted)
    if "source" not in roles:
        return missing
    for name, words in _SILVER.items():
        outcome = by_id[name].outcome if name in by_id else ""
        fine = _FINE if name in _SPARED else _SHOWN
        if outcome not in fine and outcome != "failed":
            missing.append(f"{words} ({name})")
    return missing


def _for_gold(
    by_id: Mapping[str, CaseOutcome], roles: Collection[str], evidence: Evidence, today: date
) -> list[str]:
    missing = []
    told = [case for case in by_id.values() if case.group == "webhook"]
    if "source" in roles and not (told and all(case.outcome in _SHOWN for case in told)):
        missing.append("webhooks: write webhook(), and delivery() and unknown_delivery() in the fake")
    # The day may have ended where the run was made, and not yet here.
    if evidence.live is None or not -1 <= (today - evidence.live).days <= LIVE_DAYS:
        last = f"the last was on {evidence.live}" if evidence.live else "there was none yet"
        missing.append(
            f"a green run against the live service in the last {LIVE_DAYS} days; {last} "
            "(pytest -m live --autobook-report)"
        )
    if evidence.maintainers < MAINTAINERS:
        missing.append(
            f"{MAINTAINERS} maintainers in the package's metadata; it names {evidence.maintainers}"
        )
    return missing


def _failing(cases: Iterable[CaseOutcome]) -> list[str]:
    names = sorted(case.id for case in cases if case.outcome not in _FINE)
    if not names:
        return []
    more = f" and {len(names) - 6} more" if len(names) > 6 else ""
    return [
        f"{'this promise is' if len(names) == 1 else 'these promises are'} broken: {', '.join(names[:6])}{more}"
    ]
