"""What is in doubt is looked up first: after lost replies, silence, crashes and outages."""

from typing import Any

import pytest

from autobook_core.delivery import checkpoints
from autobook_core.delivery.release import release


@pytest.mark.parametrize("idempotent", [True, False])
def test_a_reply_lost_after_the_document_arrived_leads_to_no_second_one(
    office: Any, idempotent: bool
) -> None:
    office.post(5)
    office.side.script = ["fine", "lost_reply"]
    sink = office.sink(idempotent=idempotent)
    office.deliver(sink)
    office.pass_quietly()
    office.deliver(sink)
    assert office.states() == ["verified"] * 5
    assert sorted(office.side.ids()) == [f"A-2025-{n}" for n in range(1, 6)]


def test_a_document_that_never_arrived_is_sent_again_at_once_where_keys_are_honoured(office: Any) -> None:
    office.post(5)
    office.side.script = ["fine", "lost"]
    report = office.deliver(office.sink(idempotent=True))
    assert (report.verified, report.sent, report.in_doubt) == (5, 5, 0)
    assert report.error == "RuntimeError: connection reset"
    assert [row.attempts for row in office.rows()] == [1, 2, 2, 2, 1]


def test_without_keys_it_is_sent_again_only_when_nothing_can_arrive_any_more(office: Any) -> None:
    office.post()
    office.side.script = ["late"]
    assert office.deliver(office.sink()).in_doubt == 1
    assert office.deliver(office.sink()).in_doubt == 1
    assert office.side.documents == []
    assert "may still arrive" in office.rows()[0].why
    office.clock.move(90)
    assert office.deliver(office.sink()).verified == 1
    assert len(office.side.documents) == 1


def test_the_age_of_a_doubt_counts_from_the_last_attempt(office: Any) -> None:
    office.post()
    office.side.script = ["lost"]
    began = office.clock.now()
    for _ in range(3):
        office.deliver(office.sink())
        assert office.rows()[0].moved_at == began
        office.clock.move(50)
    assert office.deliver(office.sink()).verified == 1


@pytest.mark.parametrize("fate", ["silent", "foreign", "contradicted"])
def test_a_missing_or_contradicted_receipt_is_cleared_up_by_looking(office: Any, fate: str) -> None:
    office.post(3)
    office.side.script = ["fine", fate]
    assert office.deliver(office.sink()).verified == 3
    assert len(office.side.documents) == 3


@pytest.mark.parametrize("idempotent", [True, False])
@pytest.mark.parametrize("name", checkpoints.ALL)
@pytest.mark.parametrize("batch", [1, 3, 50])
def test_a_crash_at_any_checkpoint_loses_nothing_and_doubles_nothing(
    office: Any, crash_at: Any, name: str, idempotent: bool, batch: int
) -> None:
    office.post(7)
    office.side.script = ["fine", "retry", "fine", "rejected"]
    sink = office.sink(idempotent=idempotent, batch=batch)
    with pytest.raises(crash_at(name, skip=1 if batch < 50 else 0)):
        office.deliver(sink)
    office.restart()
    office.pass_quietly()
    for _ in range(3):
        office.deliver(sink)
        office.pass_quietly()
    there = office.side.ids()
    assert len(there) == len(set(there))
    # A refusal that was never written down is asked for again, and then taken.
    refused = [row.entry for row in office.rows() if row.state == "rejected"]
    assert set(there) == {f"A-2025-{n}" for n in range(1, 8) if n not in refused}
    assert office.states().count("verified") == 7 - len(refused)
    assert len(office.inbox()) == len(refused)


def test_a_refusal_of_what_arrived_with_an_earlier_attempt_is_no_refusal(office: Any) -> None:
    office.post()
    office.side.script, office.side.looks = ["lost"], ["fine", "fine"]
    office.deliver(office.sink())
    office.pass_quietly()
    sink = office.sink()
    plain = sink.deliver

    def arrives_meanwhile(ctx: Any, items: Any) -> Any:
        office.side.take(items[0].key, items[0].body, idempotent=True)
        office.side.script = ["rejected"]
        return plain(ctx, items)

    sink.deliver = arrives_meanwhile
    report = office.deliver(sink)
    assert (report.verified, report.rejected, len(office.side.documents)) == (1, 0, 1)
    assert office.inbox() == []


def test_a_crash_before_the_call_leaves_a_row_that_says_so(office: Any, crash_at: Any) -> None:
    office.post(2)
    with pytest.raises(crash_at(checkpoints.BEFORE_SEND)):
        office.deliver(office.sink())
    office.restart()
    assert office.states() == ["sending", "sending"]
    assert [len(row.digest) for row in office.rows()] == [32, 32]
    assert office.side.calls == []


def test_an_outage_stops_the_run_and_the_next_ones_send_nothing_blindly(office: Any) -> None:
    office.post(40)
    office.side.script = ["down"] * 1_000
    office.side.looks = ["down"] * 1_000
    sink = office.sink(idempotent=True)
    first = office.deliver(sink)
    assert (first.sent, first.in_doubt, first.error) == (8, 8, "ConnectionError: no route to host")
    calls = len(office.side.calls)
    office.deliver(sink)
    assert [row.attempts for row in office.rows()][:8] == [1] * 8
    assert len(office.side.calls) - calls <= 2
    office.side.script, office.side.looks = [], []
    office.deliver(sink)
    assert office.states() == ["verified"] * 40
    assert len(office.side.documents) == 40


def test_an_outage_of_any_length_is_no_work_for_a_person(office: Any) -> None:
    office.post(1)
    office.side.script = ["down"] * 60
    sink = office.sink(idempotent=True)
    for _ in range(30):
        office.deliver(sink)
        office.pass_quietly()
    assert office.inbox() == []
    office.side.script = []
    assert office.deliver(sink).verified == 1


@pytest.mark.parametrize("idempotent", [True, False])
def test_one_poisoned_document_is_left_to_a_person_and_blocks_no_other(office: Any, idempotent: bool) -> None:
    office.post(30)
    sink = office.sink(idempotent=idempotent, batch=16)
    poisoned = key_of(office, 6)
    office.side.poison = {poisoned}
    for _ in range(8):
        office.deliver(sink)
        office.pass_quietly()
    states = office.states()
    assert states[5] == "conflict"
    assert states.count("verified") == 29
    assert office.inbox() == [("delivery_conflict", "A-2025-6")]
    assert "ValueError: a document that nobody can read" in office.rows()[5].why
    assert sorted(office.side.ids()) == sorted(f"A-2025-{n}" for n in range(1, 31) if n != 6)
    office.side.poison = set()
    release(office.store, office.connection, [6])
    assert office.deliver(sink).verified == 1


def test_poisoned_documents_do_not_hold_up_new_ones_for_ever(office: Any) -> None:
    office.post(20)
    sink = office.sink(batch=2)
    office.side.poison = {key_of(office, n) for n in range(1, 21)}
    for _ in range(3):
        office.deliver(sink)
    office.post(4)
    for _ in range(40):
        office.pass_quietly()
        office.deliver(sink)
    assert office.states() == ["conflict"] * 20 + ["verified"] * 4


def key_of(office: Any, entry: int) -> str:
    from autobook_core.delivery.render import delivery_key

    return delivery_key("acme", "books", office.store.journal.by_id([entry])[entry])
