import pytest
from hypothesis import given
from hypothesis import strategies as st

from autobook_core.errors import RateLimited, Unavailable
from autobook_core.http.retry import (
    MAX_ATTEMPTS,
    Failure,
    Verdict,
    backoff_seconds,
    give_up,
    judge,
    may_repeat,
    next_wait,
    retry_after_seconds,
)

NOW = 1_445_412_480  # Wed, 21 Oct 2015 07:28:00 GMT


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 599])
def test_these_answers_pass_with_time(status: int) -> None:
    assert judge(status) is Verdict.TEMPORARY


@pytest.mark.parametrize("status", [400, 402, 404, 409, 410, 418, 422])
def test_these_answers_stay_as_they_are(status: int) -> None:
    assert judge(status) is Verdict.REFUSED


@pytest.mark.parametrize("status", [401, 403])
def test_these_answers_are_about_credentials(status: int) -> None:
    assert judge(status) is Verdict.UNAUTHORISED


@pytest.mark.parametrize("status", [200, 201, 204, 304])
def test_these_answers_are_good(status: int) -> None:
    assert judge(status) is Verdict.GOOD


@pytest.mark.parametrize(
    ("method", "key", "expected"),
    [
        ("GET", None, True),
        ("HEAD", None, True),
        ("POST", None, False),
        ("POST", "", False),
        ("POST", "k1", True),
        ("PUT", None, False),
        ("DELETE", None, False),
    ],
)
def test_only_reads_and_requests_with_a_key_are_repeated(
    method: str, key: str | None, expected: bool
) -> None:
    assert may_repeat(method, key) is expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("", None),
        ("0", 0),
        (" 120 ", 120),
        ("-1", None),
        ("1e9", None),
        ("9" * 5000, None),
        ("soon", None),
        ("Wed, 21 Oct 2015 07:29:30 GMT", 90),
        ("Wed, 21 Oct 2015 07:29:30 -0000", 90),
        ("Wed, 21 Oct 2015 09:29:30 +0200", 90),
        ("Wed, 21 Oct 2015 07:00:00 GMT", 0),
        ("Wed, 99 Oct 2015 07:00:00 GMT", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(header: str | None, expected: int | None) -> None:
    assert retry_after_seconds(header, NOW) == expected


@given(st.text(max_size=60))
def test_no_header_text_breaks_the_reading(text: str) -> None:
    found = retry_after_seconds(text, NOW)
    assert found is None or found >= 0


def test_backoff_doubles_and_chance_takes_any_part_of_it() -> None:
    assert [backoff_seconds(n, 1.0) for n in (1, 2, 3, 4)] == [0.5, 1.0, 2.0, 4.0]
    assert backoff_seconds(4, 0.0) == 0
    assert backoff_seconds(40, 1.0) == 30


@given(
    asked=st.integers(0, 60),
    attempt=st.integers(1, MAX_ATTEMPTS - 1),
    draw=st.floats(0, 1),
)
def test_a_wait_is_never_shorter_than_asked_nor_longer_than_a_thread_may_sleep(
    asked: int, attempt: int, draw: float
) -> None:
    wait = next_wait(Failure("x", 429, asked), attempt=attempt, repeatable=True, draw=draw)
    assert wait is not None
    assert asked <= wait <= 60


def test_there_is_no_next_attempt_after_the_last_one() -> None:
    failure = Failure("x", 500)
    assert next_wait(failure, attempt=MAX_ATTEMPTS, repeatable=True, draw=0.5) is None


def test_there_is_no_next_attempt_when_the_wait_is_over_a_minute() -> None:
    assert next_wait(Failure("x", 503, 61), attempt=1, repeatable=True, draw=0.5) is None


def test_what_may_not_be_repeated_is_not() -> None:
    assert next_wait(Failure("x", 503, 1), attempt=1, repeatable=False, draw=0.5) is None


def test_too_many_requests_end_as_rate_limited_and_the_rest_as_unavailable() -> None:
    limited = give_up(Failure("x", 429, 3600))
    assert isinstance(limited, RateLimited)
    assert limited.retry_after_seconds == 3600
    assert isinstance(give_up(Failure("x", 429)), RateLimited)
    gone = give_up(Failure("x", 503, 90))
    assert isinstance(gone, Unavailable)
    assert gone.retry_after_seconds == 90
