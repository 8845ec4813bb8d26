"""Sales that are credited, refunded, voided and lost: the same books on both stores, however they are told."""

import json
from datetime import date
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.acceptance.conftest import Look, Shelf

CASE = json.loads((Path(__file__).parents[1] / "examples" / "undone-sales.json").read_text(encoding="utf-8"))
RECORDS, AS_OF = CASE["records"], date.fromisoformat(CASE["as_of"])

Calls = list[list[Any]]


def booked(shelf: "Shelf", look: "Look", calls: Calls) -> dict[str, Any]:
    with shelf.open(shelf.new()) as book:
        for records in calls:
            report = shelf.import_envelopes(book, records, as_of=AS_OF)
            assert report["ok"], report["problems"]
        return look.outcome(book)


@pytest.fixture(scope="session")
def straight(sqlite_shelf: "Shelf", look: "Look") -> dict[str, Any]:
    """What one import of everything in its order gives, on SQLite."""
    return booked(sqlite_shelf, look, [RECORDS])


def ways() -> dict[str, Calls]:
    """Return orders and parts in which the facts may come."""
    found: dict[str, Calls] = {
        "as given": [RECORDS],
        "turned": [RECORDS[::-1]],
        "one by one": [[record] for record in RECORDS],
        "one by one, turned": [[record] for record in reversed(RECORDS)],
        "twice": [RECORDS, RECORDS],
    }
    for seed in range(4):
        order = Random(seed).sample(RECORDS, len(RECORDS))
        found[f"shuffled {seed}"] = [[record] for record in order]
        found[f"in three parts {seed}"] = [order[:5], order[5:10], order[10:]]
    return found


def test_the_figures_are_those_made_by_hand(straight: dict[str, Any]) -> None:
    expected = CASE["expected"]
    assert straight["balances"] == expected["balances"]
    assert [list(row[:2]) for row in straight["exceptions"]] == expected["exceptions"]
    assert {status for *_, status in straight["records"]} == {"posted"}


@pytest.mark.parametrize("calls", ways().values(), ids=list(ways()))
def test_the_books_do_not_depend_on_how_the_facts_came(
    shelf: "Shelf", look: "Look", straight: dict[str, Any], calls: Calls
) -> None:
    assert booked(shelf, look, calls) == straight
