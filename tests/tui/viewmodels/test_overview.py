"""Connections come worst first, each with sign and word, and with what comes next."""

from typing import Any

import pytest

from autobook_core.cli.looks import Looks
from autobook_tui.viewmodels import overview
from autobook_tui.viewmodels.cells import Line

LOOKS = Looks()


def told(line: Line) -> str:
    return "".join(cell.text for cell in line)


def test_connections_come_worst_first_then_by_name(make: Any) -> None:
    words = {"a": "OK", "b": "NEW", "c": "ACT", "d": "SYNC", "e": "LATE", "f": "ACT", "g": "SOMETHING NEW"}
    connections = tuple(make.connection(name, health=word) for name, word in words.items())
    found = overview.worst_first(make.status(connections=connections))
    assert [item.name for item in found] == ["g", "c", "f", "e", "d", "b", "a"]


@pytest.mark.parametrize(
    ("word", "shown"),
    [("ACT", "! ACT"), ("LATE", "▲ LATE"), ("SYNC", "◐ SYNC"), ("NEW", "○ NEW"), ("OK", "● OK")],
)
def test_health_is_a_sign_and_a_word(make: Any, now: int, word: str, shown: str) -> None:
    status = make.status(connections=(make.connection(health=word),))
    (row,) = overview.table(status, LOOKS, now, 80, old=False).rows
    assert row.cells[0].text == shown
    (row,) = overview.table(status, LOOKS, now, 80, old=True).rows
    assert row.cells[0].text == "? OLD"


def test_a_row_says_when_it_ran_how_it_ended_and_what_comes_next(make: Any, now: int) -> None:
    late = make.connection(health="LATE", outcome="parked", retry_at="2025-06-15T15:16:40Z", error="429")
    (row,) = overview.table(make.status(connections=(late,)), LOOKS, now, 120, old=False).rows
    assert [cell.text for cell in row.cells[1:]] == [
        "stripe",
        "stripe",
        "1h 00m ago",
        "parked",
        "next try in 10m; 429",
    ]


def test_a_run_that_goes_on_is_running_and_one_that_never_was_is_a_dash(make: Any, now: int) -> None:
    running, never = make.connection("a", outcome=None), make.connection("b", last_run=None, outcome=None)
    rows = overview.table(make.status(connections=(running, never)), LOOKS, now, 80, old=False).rows
    assert [row.cells[4].text for row in rows] == ["running", "—"]
    assert rows[1].cells[3].text == "—"


def test_hostile_texts_are_clean_in_rows_and_detail(make: Any, now: int, hostile: str) -> None:
    item = make.connection(
        f"n{hostile}", type=hostile, error=hostile, outcome=hostile, health=hostile, tier=hostile
    )
    status = make.status(connections=(item,), broken=((hostile, hostile, hostile),))
    cells = [cell for row in overview.table(status, LOOKS, now, 120, old=False).rows for cell in row.cells]
    lines = [*overview.detail(item, LOOKS, now, old=False), *overview.remarks(status, LOOKS), tuple(cells)]
    assert not [line for line in lines if not told(line).isprintable()]


def test_the_detail_tells_the_tier_of_the_connector_where_it_is_installed(make: Any, now: int) -> None:
    shown = overview.detail(make.connection(tier="none: the report is of other code"), LOOKS, now, old=False)
    assert "tier     none: the report is of other code" in [told(line) for line in shown]
    missing = overview.detail(make.connection(tier=""), LOOKS, now, old=False)
    assert not [line for line in missing if told(line).startswith("tier")]


def test_counts_name_every_state_and_none_is_said(make: Any) -> None:
    assert told(overview.counts("records", (("no_posting", 1_500), ("quarantined", 2)))) == (
        " records    1 500 no posting   2 set aside"
    )
    assert told(overview.counts("deliveries", ())) == " deliveries none yet"


@pytest.mark.parametrize(
    ("changes", "next_step"),
    [
        ({"in_balance": False, "needs_you": 1}, "autobook verify"),
        ({"needs_you": 2}, "press 2: 2 items in the inbox for you to decide"),
        ({}, "no connection yet: autobook connect TYPE --name NAME"),
    ],
)
def test_the_next_step_is_the_most_urgent_one(make: Any, changes: dict[str, Any], next_step: str) -> None:
    assert told(overview.remarks(make.status(**changes), LOOKS)[-1]) == f" next       {next_step}"


def test_the_detail_names_the_command_that_helps(make: Any, now: int) -> None:
    failed = make.connection(health="ACT", error="401", outcome="failed")
    lines = [told(line) for line in overview.detail(failed, LOOKS, now, old=False)]
    assert lines[0] == "stripe  ! ACT"
    assert "last run 2025-06-15 14:06 UTC, 1h 00m ago" in lines
    assert lines[-1] == "do       autobook check stripe"
    sink = make.connection("ledger", health="ACT", roles=("sink",), last_run=None, outcome=None)
    assert told(overview.detail(sink, LOOKS, now, old=False)[-1]) == "do       autobook deliveries"
