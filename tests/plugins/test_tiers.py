"""Tiers follow from the results of cases and the evidence beside them, and from nothing else."""

from datetime import date

import pytest

from autobook_core.plugins.conformance import CaseResult
from autobook_core.plugins.tiers import TIERS, Evidence, Standing, standing
from autobook_core.testing import SINK_CASES, SOURCE_CASES

TODAY = date(2025, 6, 30)
GOLD = Evidence(live=date(2025, 6, 1), maintainers=2)
SOURCE = [
    CaseResult(name, group, "passed")
    for name, group in (
        ("check", "setup"), ("credentials-refused", "transport"), ("sweep", "data"), ("crash-in-commit", "crash"),
        ("canary", "purity"), ("webhook-good", "webhook"), ("balance", "extras"), ("golden-translate", "extras"),
        ("past-cursors", "extras"),
    )
]  # fmt: skip
SINK = [CaseResult("poison", "delivery", "passed")]


def changed(id: str, outcome: str) -> list[CaseResult]:
    return [CaseResult(item.id, item.group, outcome if item.id == id else item.outcome) for item in SOURCE]


def of(
    cases: list[CaseResult],
    evidence: Evidence = GOLD,
    roles: tuple[str, ...] = ("source",),
    today: date = TODAY,
) -> Standing:
    return standing(cases, roles=roles, evidence=evidence, today=today)


@pytest.mark.parametrize(
    ("cases", "evidence", "expected"),
    [
        (SOURCE, GOLD, "gold"),
        (SOURCE, Evidence(), "silver"),
        (SOURCE, Evidence(live=date(2025, 5, 30), maintainers=2), "silver"),
        (SOURCE, Evidence(live=date(2025, 5, 31), maintainers=2), "gold"),
        (SOURCE, Evidence(live=date(2025, 5, 31), maintainers=1), "silver"),
        (SOURCE, Evidence(live=date(2025, 7, 1), maintainers=2), "gold"),
        (SOURCE, Evidence(live=date(2026, 7, 1), maintainers=2), "silver"),
        (changed("webhook-good", "not_applicable"), GOLD, "silver"),
        (changed("webhook-good", "exempt"), GOLD, "gold"),
        (changed("webhook-good", "failed"), GOLD, "bronze"),
        (changed("balance", "exempt"), GOLD, "gold"),
        (changed("balance", "not_applicable"), GOLD, "bronze"),
        (changed("golden-translate", "not_applicable"), GOLD, "bronze"),
        (changed("past-cursors", "not_applicable"), GOLD, "gold"),
        (changed("past-cursors", "failed"), GOLD, "bronze"),
        ([item for item in SOURCE if item.id != "past-cursors"], GOLD, "bronze"),
        ([item for item in SOURCE if item.id != "sweep"], GOLD, "none"),
        (changed("sweep", "exempt"), GOLD, "gold"),
        (changed("sweep", "failed"), GOLD, "none"),
        (changed("canary", "failed"), GOLD, "none"),
        (changed("canary", "nonsense"), GOLD, "none"),
        ([item for item in SOURCE if item.group != "crash"], GOLD, "none"),
        ([], GOLD, "none"),
    ],
)
def test_a_tier_of_a_source_needs_all_that_it_promises(
    cases: list[CaseResult], evidence: Evidence, expected: str
) -> None:
    found = of(cases, evidence)
    assert found.tier == expected
    assert found.next == (TIERS[TIERS.index(expected) + 1] if expected != "gold" else "")
    assert bool(found.missing) == (expected != "gold")


@pytest.mark.parametrize(
    ("cases", "evidence", "expected"),
    [
        (SINK, Evidence(), "silver"),
        (SINK, GOLD, "gold"),
        ([CaseResult("poison", "delivery", "failed")], GOLD, "none"),
        ([], GOLD, "none"),
        (SOURCE, GOLD, "none"),
    ],
)
def test_a_tier_of_a_sink_needs_every_delivery_case(
    cases: list[CaseResult], evidence: Evidence, expected: str
) -> None:
    assert of(cases, evidence, ("sink",)).tier == expected


def test_a_connector_of_both_roles_is_held_to_both() -> None:
    assert of(SINK, roles=("sink", "source")).missing[0] == "no promise about setup was tried"
    assert of(SOURCE, roles=("sink", "source")).missing == ("no promise about delivery was tried",)
    assert of([*SOURCE, *SINK], roles=("sink", "source")).tier == "gold"


def test_what_is_missing_is_said_in_words() -> None:
    assert of(changed("sweep", "failed")).missing == ("this promise is broken: sweep",)
    (balance,) = of(changed("balance", "not_applicable")).missing
    assert balance == "a balance to reconcile with: write balance() (balance)"
    none_yet, people = of(SOURCE, Evidence()).missing
    assert "there was none yet" in none_yet
    assert people == "2 maintainers in the package's metadata; it names 1"
    (late,) = of(SOURCE, Evidence(live=date(2025, 1, 2), maintainers=2)).missing
    assert "the last was on 2025-01-02" in late


def test_every_case_that_a_tier_names_is_a_case_of_the_kit() -> None:
    """All cases passed is silver: no tier waits for a case or a group that the kit does not have."""
    source = [CaseResult(case.id, str(case.group), "passed") for case in SOURCE_CASES]
    sink = [CaseResult(case.id, str(case.group), "passed") for case in SINK_CASES]
    assert of(source).tier == "gold"
    assert of(sink, roles=("sink",)).tier == "gold"
