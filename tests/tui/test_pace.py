"""The book is read often enough, never twice at once, and less often where it is large."""

from autobook_core.clock import ManualClock
from autobook_tui.pace import EVERY_SECONDS, Pace


def test_the_first_tick_reads_and_the_next_waits_until_it_is_time() -> None:
    clock = ManualClock()
    pace = Pace(clock)
    assert pace.tick()
    assert not pace.ended()
    assert not pace.tick()
    clock.move(EVERY_SECONDS)
    assert pace.tick()


def test_nobody_reads_while_a_reading_goes_on() -> None:
    clock = ManualClock()
    pace = Pace(clock)
    assert pace.ask()
    clock.move(100)
    assert not pace.tick()
    assert not pace.ask()


def test_however_many_ask_meanwhile_one_reading_follows() -> None:
    pace = Pace(ManualClock())
    assert pace.ask()
    assert [pace.ask() for _ in range(5)] == [False] * 5
    assert pace.ended()
    assert not pace.ended()


def test_a_slow_reading_takes_at_most_a_fifth_of_the_time() -> None:
    clock = ManualClock()
    pace = Pace(clock)
    assert pace.tick()
    clock.move(3)
    pace.ended()
    clock.move(11.9)
    assert not pace.tick()
    clock.move(0.2)
    assert pace.tick()
