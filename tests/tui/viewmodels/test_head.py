"""The verdict says in one glance what waits for a person and whether the books hold."""

from typing import Any

import pytest

from autobook_core.cli.looks import Looks
from autobook_core.errors import StoreError
from autobook_tui.state import State, arrived, failed
from autobook_tui.viewmodels import head
from autobook_tui.viewmodels.cells import Line, length

LOOKS = Looks()


def told(line: Line) -> str:
    return "".join(cell.text for cell in line)


def verdict(make: Any, now: int, *, room: int = 120, looks: Looks = LOOKS, **changes: Any) -> str:
    return told(head.verdict(arrived(State(), make.snapshot("overview", now, **changes)), looks, now, room))


def test_calm_books_say_that_nothing_waits(make: Any, now: int) -> None:
    assert verdict(make, now) == (
        " ● nothing waits for you   books in balance ✓   1 234 entries   0 set aside"
    )


def test_what_needs_a_person_comes_first_and_counts_errors_and_broken_connections(
    make: Any, now: int
) -> None:
    connections = (make.connection(health="ACT"), make.connection("bank", health="LATE"))
    found = verdict(make, now, needs_you=2, warnings=1, connections=connections)
    assert found.startswith(" ! 3 NEED YOU   ▲ 1 late   1 warning   books in balance ✓")


def test_books_that_do_not_balance_are_said_in_capitals(make: Any, now: int) -> None:
    assert "BOOKS NOT IN BALANCE ✗" in verdict(make, now, in_balance=False)


def test_records_set_aside_come_before_the_number_of_entries(make: Any, now: int) -> None:
    assert "3 set aside   1 234 entries" in verdict(make, now, records=(("posted", 1), ("quarantined", 3)))


@pytest.mark.parametrize("room", [60, 70, 80])
def test_the_verdict_stays_on_its_line_and_keeps_what_matters(make: Any, now: int, room: int) -> None:
    connections = (make.connection(health="LATE"),)
    found = verdict(make, now, room=room, needs_you=1_234, warnings=99, connections=connections)
    assert len(found) <= room
    assert "1 234 NEED YOU" in found


def test_ascii_terminals_get_ascii_only(make: Any, now: int) -> None:
    connections = (make.connection(health="LATE"),)
    looks = Looks(ascii=True)
    state = arrived(State(), make.snapshot("overview", now, needs_you=1, connections=connections))
    lines = [
        head.title(state, looks, now, 80),
        head.verdict(state, looks, now, 80),
        head.tabs(state, "inbox", looks),
    ]
    assert all(told(line).isascii() for line in lines)


def test_a_failure_says_old_why_and_what_to_do_and_the_title_keeps_the_age(
    make: Any, now: int, hostile: str
) -> None:
    state = arrived(State(), make.snapshot("overview", now - 14))
    state = failed(state, StoreError(f"cannot open {hostile}", fix="check the disk"))
    found = told(head.verdict(state, LOOKS, now, 80))
    assert found.startswith(" ? OLD the book cannot be read: cannot open ␛]0;OWNED␇")
    assert found.endswith("; check the disk")
    assert told(head.title(state, LOOKS, now, 80)).endswith("? OLD read 14s ago ")


def test_before_the_first_answer_there_is_no_verdict(now: int) -> None:
    assert head.verdict(State(), LOOKS, now, 80) == ()
    assert "reading the book" in told(head.title(State(), LOOKS, now, 80))


def test_the_tabs_mark_where_one_is_and_count_the_inbox(make: Any, now: int) -> None:
    line = head.tabs(
        arrived(State(), make.snapshot("overview", now, needs_you=2, warnings=3)), "inbox", LOOKS
    )
    assert [cell.text.strip() for cell in line if cell.tone == "here"] == ["2 Inbox · 5"]
    assert [cell.action for cell in line if cell.action] == [
        "app.go('overview')",
        "app.go('inbox')",
        "app.go('balances')",
    ]


def test_the_title_is_as_wide_as_the_terminal(make: Any, now: int) -> None:
    assert length(head.title(arrived(State(), make.snapshot("overview", now)), LOOKS, now, 80)) == 80
