"""What is known stays known, with its age; a failure is said and forgotten at the next answer."""

from typing import Any

from autobook_core.errors import StoreError
from autobook_tui.state import OLD_AFTER_SECONDS, State, arrived, failed


def test_an_answer_is_kept_by_view_and_is_the_latest(make: Any) -> None:
    state = arrived(arrived(State(), make.snapshot("overview", 100)), make.snapshot("inbox", 102))
    assert set(state.answers) == {"overview", "inbox"}
    assert state.age(105) == 3
    assert not state.is_old(105)


def test_a_failure_makes_old_at_once_and_keeps_the_values(make: Any) -> None:
    state = failed(arrived(State(), make.snapshot("overview", 100)), StoreError("gone", fix="bring it back"))
    assert state.is_old(101)
    assert state.status is not None
    assert state.failure == ("gone", "bring it back")
    assert not arrived(state, make.snapshot("overview", 102)).is_old(103)


def test_silence_makes_old_too(make: Any) -> None:
    state = arrived(State(), make.snapshot("overview", 100))
    assert not state.is_old(100 + OLD_AFTER_SECONDS)
    assert state.is_old(101 + OLD_AFTER_SECONDS)


def test_a_clock_that_was_set_back_gives_no_negative_age(make: Any) -> None:
    assert arrived(State(), make.snapshot("overview", 100)).age(50) == 0
