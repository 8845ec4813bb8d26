import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autobook_core.clock import ManualClock, SystemClock
from autobook_core.connector.values import Limit
from autobook_core.errors import RateLimited
from autobook_core.http.limits import RequestLimits


def test_calls_within_the_limit_do_not_wait() -> None:
    clock = ManualClock()
    limits = RequestLimits([Limit(3, per=1.0)], clock)
    for _ in range(3):
        limits.wait_for_turn("/v1/charges")
    assert clock.slept == []


def test_the_next_call_waits_until_the_oldest_is_a_period_ago() -> None:
    clock = ManualClock()
    limits = RequestLimits([Limit(2, per=10.0)], clock)
    limits.wait_for_turn("/a")
    clock.move(4)
    limits.wait_for_turn("/a")
    limits.wait_for_turn("/a")
    assert clock.monotonic() == 10


@given(
    calls=st.integers(1, 5),
    per=st.floats(0.1, 20),
    pauses=st.lists(st.floats(0, 5), min_size=1, max_size=40),
)
@settings(max_examples=60)
def test_no_period_ever_holds_more_calls_than_declared(calls: int, per: float, pauses: list[float]) -> None:
    clock = ManualClock()
    limits = RequestLimits([Limit(calls, per=per)], clock)
    starts = []
    for pause in pauses:
        clock.move(pause)
        limits.wait_for_turn("/a")
        starts.append(clock.monotonic())
    for earlier, later in zip(starts, starts[calls:], strict=False):
        assert later - earlier >= per * (1 - 1e-9)


def test_a_limit_on_some_paths_leaves_the_others_alone() -> None:
    clock = ManualClock()
    limits = RequestLimits([Limit(1, per=30.0, match="/v1/reports*")], clock)
    limits.wait_for_turn("/v1/reports/1")
    limits.wait_for_turn("/v1/charges")
    assert clock.slept == []
    limits.wait_for_turn("/v1/reports/2")
    assert clock.monotonic() == 30


def test_every_matching_limit_is_kept() -> None:
    clock = ManualClock()
    limits = RequestLimits([Limit(100, per=1.0), Limit(2, per=5.0)], clock)
    for _ in range(5):
        limits.wait_for_turn("/a")
    assert clock.monotonic() == 10


def test_a_wait_of_over_a_minute_is_not_slept_but_parked() -> None:
    clock = ManualClock()
    limits = RequestLimits([Limit(1, per=3600.0)], clock)
    limits.wait_for_turn("/a")
    with pytest.raises(RateLimited) as caught:
        limits.wait_for_turn("/a")
    assert caught.value.retry_after_seconds == 3600
    assert clock.slept == []


def test_a_path_that_asked_for_a_pause_gets_it_and_others_do_not_wait() -> None:
    clock = ManualClock()
    limits = RequestLimits([], clock)
    limits.hold("/a", 20)
    limits.wait_for_turn("/b")
    assert clock.monotonic() == 0
    limits.wait_for_turn("/a")
    assert clock.monotonic() == 20


def test_a_shorter_pause_does_not_end_a_longer_one() -> None:
    clock = ManualClock()
    limits = RequestLimits([], clock)
    limits.hold("/a", 20)
    limits.hold("/a", 5)
    limits.wait_for_turn("/a")
    assert clock.monotonic() == 20


@pytest.mark.parametrize("limit", [Limit(0), Limit(-1), Limit(1, per=0)])
def test_a_limit_that_allows_nothing_is_refused(limit: Limit) -> None:
    with pytest.raises(ValueError, match="at least one call"):
        RequestLimits([limit], ManualClock())


def test_threads_of_one_connection_share_its_limit() -> None:
    limits = RequestLimits([Limit(4, per=0.1)], SystemClock())
    starts: list[float] = []

    def ask() -> None:
        for _ in range(3):
            limits.wait_for_turn("/a")
            starts.append(time.monotonic())

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    starts.sort()
    # 12 calls at 4 in 0.1 s: the last can only start after two full periods.
    assert starts[-1] - starts[0] >= 0.19
