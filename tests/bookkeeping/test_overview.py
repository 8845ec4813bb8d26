import pytest

from autobook_core.bookkeeping.overview import _of_source
from autobook_core.store.rows import RunRow


def ended(outcome: str | None, retry_at: int | None = None) -> RunRow:
    return RunRow(
        id=1, connection=1, started_at=0, ended_at=1, outcome=outcome, pages=0, rows_read=0, rows_new=0, set_aside=0,
        retry_at=retry_at, error="",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("run", "word"),
    [
        (None, "NEW"),
        (ended("ok"), "OK"),
        (ended("parked", 60), "LATE"),
        (ended("failed", 60), "LATE"),
        (ended("failed"), "ACT"),
        (ended("cancelled"), "ACT"),
        (ended(None), "SYNC"),
    ],
)
def test_a_source_needs_a_person_only_when_no_retry_will_mend_it(run: RunRow | None, word: str) -> None:
    assert _of_source(run) == word
