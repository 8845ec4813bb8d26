"""The worked examples, imported from files in every order, at once and one by one, once and twice."""

import json
from collections.abc import Sequence
from datetime import date
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.acceptance.conftest import Look, Shelf

EXAMPLES = Path(__file__).parents[1] / "examples"
CASES = {
    path.stem.partition("-")[0]: json.loads(path.read_text()) for path in sorted(EXAMPLES.glob("s*.json"))
}
_POLICY = ("deferral_method", "monthly_plans")

Case = dict[str, Any]
Calls = Sequence[Sequence[Any]]


@pytest.fixture(params=CASES.values(), ids=list(CASES))
def case(request: pytest.FixtureRequest) -> Case:
    """One example."""
    found: Case = request.param
    return found


def booked(shelf: "Shelf", look: "Look", case: Case, calls: Calls) -> dict[str, Any]:
    """Return what a fresh book shows after these import calls, with its balances at the dates asked for."""
    config, expected = case["config"], case["expected"]
    with shelf.open(shelf.new(*(f"policy.{key}={config[key]}" for key in _POLICY))) as book:
        for records in calls:
            report = shelf.import_envelopes(book, records, as_of=date.fromisoformat(config["as_of"]))
            assert report["ok"], report["problems"]
        shown = look.outcome(book)
        shown["at"] = {
            day: look.without_zeros(book.balances(date.fromisoformat(day))) for day in expected["balances"]
        }
        return shown


def assert_as_expected(look: "Look", case: Case, shown: dict[str, Any]) -> None:
    expected = case["expected"]
    assert shown["faults"] == []
    assert shown["net"] == look.net(expected["entries"])
    assert shown["at"] == {day: look.without_zeros(sums) for day, sums in expected["balances"].items()}
    assert shown["matches"] == look.picked(expected["matches"], ("left", "right", "amount", "rung"))
    assert shown["exceptions"] == look.picked(
        expected["exceptions"], ("code", "record", "severity", "status")
    )
    if "open_items" in expected:
        assert shown["open_items"] == look.picked(expected["open_items"], ("account", "item", "open"))
    assert {status for *_, status in shown["records"]} <= {"posted", "no_posting"}


def test_an_example_gives_its_postings(shelf: "Shelf", look: "Look", case: Case) -> None:
    assert_as_expected(look, case, booked(shelf, look, case, [case["input"]["records"]]))


def test_an_example_gives_the_same_books_in_every_order(
    shelf: "Shelf", sqlite_shelf: "Shelf", look: "Look", case: Case
) -> None:
    records = case["input"]["records"]
    straight = booked(sqlite_shelf, look, case, [records])
    for order in permutations(records):
        shown = booked(shelf, look, case, [order])
        assert_as_expected(look, case, shown)
        assert shown == straight, [record["data"].get("id") for record in order]


def test_an_example_gives_the_same_books_one_record_at_a_time_in_every_order(
    shelf: "Shelf", sqlite_shelf: "Shelf", look: "Look", case: Case
) -> None:
    records = case["input"]["records"]
    straight = booked(sqlite_shelf, look, case, [records])
    for order in permutations(records):
        shown = booked(shelf, look, case, [[record] for record in order])
        assert_as_expected(look, case, shown)
        assert shown == straight, [record["data"].get("id") for record in order]


@pytest.mark.parametrize("turned", [False, True], ids=["as-given", "turned"])
@pytest.mark.parametrize("singly", [False, True], ids=["at-once", "one-by-one"])
def test_an_example_imported_twice_is_the_same_as_once(
    shelf: "Shelf", sqlite_shelf: "Shelf", look: "Look", case: Case, *, turned: bool, singly: bool
) -> None:
    records = case["input"]["records"]
    calls = [[record] for record in records] if singly else [records]
    again = [list(reversed(call)) for call in reversed(calls)] if turned else calls
    shown = booked(shelf, look, case, [*calls, *again])
    assert_as_expected(look, case, shown)
    assert shown == booked(sqlite_shelf, look, case, [records])


def test_a_file_that_holds_every_record_twice_is_the_same_as_once(
    shelf: "Shelf", sqlite_shelf: "Shelf", look: "Look", case: Case
) -> None:
    records = case["input"]["records"]
    shown = booked(shelf, look, case, [[*records, *reversed(records)]])
    assert_as_expected(look, case, shown)
    assert shown == booked(sqlite_shelf, look, case, [records])
