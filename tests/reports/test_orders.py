"""The same facts give the same reports: in any order, one at a time, twice, on either engine."""

from datetime import date
from typing import Any

import pytest

from autobook_core.reports import REPORTS

DAYS = (date(2025, 3, 31), date(2025, 6, 30))


def everything(book: Any) -> dict[str, Any]:
    return {
        f"{name} {day}": book.report(name, first=date(2025, 1, 10), last=day)
        for name in REPORTS
        for day in DAYS
    }


@pytest.fixture(scope="session")
def expected(quarter: Any) -> dict[str, Any]:
    """Every report of the small company's quarter."""
    return everything(quarter)


ORDERS: dict[str, Any] = {
    "backwards": reversed,
    "twice": lambda facts: [*facts, *reversed(facts)],
    "children-first": lambda facts: sorted(facts, key=lambda fact: fact["type"] == "invoice"),
}


@pytest.mark.parametrize("one_by_one", [False, True], ids=["at-once", "one-by-one"])
@pytest.mark.parametrize("order", ORDERS)
def test_every_report_is_the_same_in_whatever_order_the_facts_came(
    told: Any, quarter_facts: tuple[Any, ...], expected: dict[str, Any], order: str, *, one_by_one: bool
) -> None:
    shown = everything(told(*ORDERS[order](quarter_facts), one_by_one=one_by_one))
    for name, report in expected.items():
        assert shown[name] == report, name


def test_a_book_without_entries_has_every_report(told: Any) -> None:
    book = told()
    for name in REPORTS:
        found = book.report(name)
        assert not found.get("difference"), name
