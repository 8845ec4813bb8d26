import time

from autobook_core.clock import ManualClock, SystemClock


def test_the_system_clock_tells_whole_seconds_rounded_down() -> None:
    before = time.time()
    now = SystemClock().now()
    assert before - 1 < now <= time.time()


def test_the_system_clock_sleeps_at_least_as_long_as_asked() -> None:
    clock = SystemClock()
    began = clock.monotonic()
    clock.sleep(0.02)
    assert clock.monotonic() - began >= 0.02


def test_a_manual_clock_moves_only_when_told_and_remembers_waits() -> None:
    clock = ManualClock(1000)
    clock.sleep(1.5)
    clock.move(1)
    assert (clock.now(), clock.monotonic(), clock.slept) == (1002, 2.5, [1.5])
