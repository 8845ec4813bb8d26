"""Tiers follow from the results of cases, and from nothing else."""

from collections.abc import Callable

import pytest

from autobook_core.testing.kit.case import Case, Group, Result, run_case, unknown_exemptions
from autobook_core.testing.kit.report import Evidence, report, tier

LIVE = Evidence(live_green_days_ago=3, maintainers=2)
SOURCE = [
    Result(name, group, "passed", milliseconds=2)
    for name, group in (
        ("check", "setup"), ("status-500", "transport"), ("tombstone", "data"), ("crash-in-commit", "crash"),
        ("canary", "purity"), ("webhook-good", "webhook"), ("balance", "extras"), ("golden-translate", "extras"),
    )
]  # fmt: skip


def changed(id: str, outcome: str) -> list[Result]:
    return [Result(item.id, item.group, outcome if item.id == id else item.outcome) for item in SOURCE]


@pytest.mark.parametrize(
    ("results", "evidence", "expected"),
    [
        (SOURCE, LIVE, "gold"),
        (SOURCE, None, "silver"),
        (SOURCE, Evidence(live_green_days_ago=31, maintainers=2), "silver"),
        (SOURCE, Evidence(live_green_days_ago=30, maintainers=1), "silver"),
        (changed("webhook-good", "not_applicable"), LIVE, "silver"),
        (changed("balance", "exempt"), LIVE, "gold"),
        (changed("balance", "not_applicable"), LIVE, "bronze"),
        (changed("golden-translate", "not_applicable"), LIVE, "bronze"),
        (changed("webhook-good", "failed"), LIVE, "bronze"),
        (changed("tombstone", "exempt"), LIVE, "gold"),
        (changed("tombstone", "failed"), LIVE, "none"),
        (changed("canary", "failed"), LIVE, "none"),
        ([item for item in SOURCE if item.group != "crash"], LIVE, "none"),
        ([], LIVE, "none"),
        ([Result("poison", "delivery", "passed")], None, "silver"),
        ([Result("poison", "delivery", "passed")], LIVE, "gold"),
        ([Result("poison", "delivery", "failed")], LIVE, "none"),
    ],
)
def test_a_tier_needs_all_that_it_promises(
    results: list[Result], evidence: Evidence | None, expected: str
) -> None:
    assert tier(results, evidence) == expected


def test_a_report_shows_exemptions_with_their_reason() -> None:
    told = report("acmepay", [*SOURCE, Result("late-row", "data", "exempt", "rows are never late")], LIVE)
    assert told["exemptions"] == {"late-row": "rows are never late"}
    assert told["counts"] == {"exempt": 1, "passed": len(SOURCE)}
    assert told["milliseconds"] == 2 * len(SOURCE)


class Nothing:
    def close(self) -> None:
        pass


def case(run: Callable[[Nothing], None]) -> Case[Nothing]:
    return Case("a", Group.DATA, "a bug", run)


def test_what_a_connector_raises_is_a_failure_in_words() -> None:
    def run(bench: Nothing) -> None:
        raise KeyError("amount")

    result = run_case(case(run), Nothing)
    assert (result.outcome, result.detail) == ("failed", "KeyError: 'amount'")


def test_a_bench_that_cannot_be_set_up_is_a_failure() -> None:
    def broken() -> Nothing:
        raise ValueError("no such setting")

    assert run_case(case(lambda bench: None), broken).outcome == "failed"


def test_a_keyboard_interrupt_of_a_person_is_let_through() -> None:
    def run(bench: Nothing) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_case(case(run), Nothing)


def test_an_exempt_case_is_not_run() -> None:
    def run(bench: Nothing) -> None:
        raise AssertionError("it was run")

    result = run_case(case(run), Nothing, {"a": "it cannot"})
    assert (result.outcome, result.detail) == ("exempt", "it cannot")


def test_exemptions_name_cases_there_are_and_say_why() -> None:
    cases = [case(lambda bench: None)]
    assert unknown_exemptions({"a": "it cannot"}, cases) == []
    assert len(unknown_exemptions({"a": " ", "b": "it cannot"}, cases)) == 2
