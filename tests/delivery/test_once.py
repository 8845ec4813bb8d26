"""The law of delivery: whatever goes wrong, in whatever order, nothing stands twice and nothing is lost from sight."""

import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autobook_core.delivery import checkpoints

FATES = (
    "fine", "lost", "lost_reply", "late", "silent", "skipped", "rejected", "retry", "lie", "contradicted",
    "foreign", "altered", "down",
)  # fmt: skip
LOOKS = ("fine", "raise", "down", "rubbish")

#: One run: entries posted before it, what happens to each document and look-up, where it dies, and the pause after.
RUNS = st.lists(
    st.fixed_dictionaries(
        {
            "posted": st.integers(0, 6),
            "script": st.lists(st.sampled_from(FATES), max_size=12),
            "looks": st.lists(st.sampled_from(LOOKS), max_size=4),
            "crash": st.none() | st.tuples(st.sampled_from(checkpoints.ALL), st.integers(0, 3)),
            "limit": st.none() | st.integers(0, 5),
            "pause": st.sampled_from([0, 30, 59, 180]),
        }
    ),
    min_size=1,
    max_size=5,
)


class Killed(BaseException):
    """The end of the process."""


def run_until(office: Any, sink: Any, crash: tuple[str, int] | None, limit: int | None) -> None:
    """Deliver, and start the process anew if it was killed on the way."""
    left = [crash[1] if crash else 0]

    def reached(here: str) -> None:
        if crash and here == crash[0]:
            left[0] -= 1
            if left[0] < 0:
                raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checkpoints, "checkpoint", reached)
        try:
            office.deliver(sink, limit=limit)
        except Killed:
            office.restart()


def check(office: Any) -> None:
    """Nothing stands twice, and whatever is called verified stands there."""
    there = Counter(key for key, _ in office.side.documents)
    assert [key for key, times in there.items() if times > 1] == []
    for row in office.rows():
        assert row.state != "verified" or there[row.key] == 1


@pytest.mark.parametrize("idempotent", [True, False])
@pytest.mark.parametrize("batch", [1, 4, 50])
@settings(max_examples=60, deadline=None)
@given(runs=RUNS)
def test_every_entry_stands_once_or_is_shown_to_a_person(
    office_in: Callable[[Path], Any], idempotent: bool, batch: int, runs: list[dict[str, Any]]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        office = office_in(Path(name))
        try:
            sink = office.sink(idempotent=idempotent, batch=batch)
            for run in runs:
                if run["posted"]:
                    office.post(run["posted"])
                office.side.script, office.side.looks = list(run["script"]), list(run["looks"])
                run_until(office, sink, run["crash"], run["limit"])
                check(office)
                office.clock.move(run["pause"])
            office.side.script, office.side.looks = [], []
            for _ in range(3):
                office.pass_quietly()
                office.deliver(sink)
                check(office)
            settled(office)
        finally:
            office.store.close()


def settled(office: Any) -> None:
    """Everything is verified, or open in front of a person; nothing is on its way any more."""
    rows = office.rows()
    names = {entry.id: f"A-2025-{entry.number}" for entry in office.store.journal.entries(0, 1_000)}
    assert [row.entry for row in rows] == sorted(names)
    shown = {record for _, record in office.inbox()}
    for row in rows:
        assert row.state in ("verified", "rejected", "conflict")
        assert (row.state == "verified") == (names[row.entry] not in shown)
