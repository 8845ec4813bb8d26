"""Delivery while nothing goes wrong, or goes wrong in words."""

from datetime import date
from typing import Any

import pytest

from autobook_core.connector import Receipt
from autobook_core.delivery.release import release
from autobook_core.delivery.render import delivery_key
from autobook_core.domain.chart import Account


@pytest.mark.parametrize("idempotent", [True, False])
def test_every_entry_stands_at_the_other_side_once_in_order_of_posting(office: Any, idempotent: bool) -> None:
    office.post(10)
    told: list[tuple[str, int]] = []
    report = office.deliver(
        office.sink(idempotent=idempotent), progress=lambda stage, n: told.append((stage, n))
    )
    assert (report.sent, report.verified, report.error) == (10, 10, "")
    assert office.side.ids() == [f"A-2025-{n}" for n in range(1, 11)]
    assert told == [("delivered", 4), ("delivered", 8), ("delivered", 10)]
    rows = office.rows()
    assert {(row.state, row.attempts, row.why) for row in rows} == {("verified", 1, "")}
    assert rows[4].remote_id == "r-A-2025-5"
    assert rows[4].key == delivery_key("acme", "books", office.store.journal.by_id([5])[5])


def test_a_second_run_sends_only_what_is_new(office: Any) -> None:
    office.post(3)
    office.deliver(office.sink())
    office.post(2)
    report = office.deliver(office.sink())
    assert (report.sent, report.verified) == (2, 2)
    assert office.deliver(office.sink()).sent == 0
    assert len(office.side.documents) == 5


def test_a_limit_is_the_number_of_entries_handed_over(office: Any) -> None:
    office.post(10)
    assert office.deliver(office.sink(), limit=6).sent == 6
    assert office.deliver(office.sink(), limit=0).sent == 0
    assert office.deliver(office.sink()).sent == 4


def test_a_run_that_is_cancelled_stops_between_batches(office: Any) -> None:
    office.post(10)

    def stop(stage: str, sent: int) -> None:
        office.context.stop = True

    assert office.deliver(office.sink(), progress=stop).sent == 4
    assert office.states() == ["verified"] * 4


def test_a_reversal_names_the_document_it_takes_back(office: Any) -> None:
    first = office.post()[0]
    office.deliver(office.sink())
    office.post(reverses=first, day=date(2025, 2, 1))
    seen: list[str | None] = []
    sink = office.sink()
    plain = sink.deliver

    def watched(ctx: Any, items: Any) -> Any:
        seen.extend(item.replaces for item in items)
        return plain(ctx, items)

    sink.deliver = watched
    office.deliver(sink)
    assert seen == [office.rows()[0].key]


def test_a_sink_that_takes_no_entries_gets_none(office: Any) -> None:
    office.post()
    sink = office.sink()
    vars(sink)["accepts"] = frozenset({"invoice"})
    assert office.deliver(sink).error == "the sink takes no journal entries"
    assert office.rows() == []


def test_a_refused_entry_is_shown_and_holds_nobody_up(office: Any) -> None:
    office.post(5)
    office.side.script = ["fine", "rejected"]
    report = office.deliver(office.sink())
    assert (report.rejected, report.verified) == (1, 4)
    assert office.inbox() == [("sink_rejected", "A-2025-2")]
    assert office.store.inbox.all()[0].detail == "rejected"
    assert office.deliver(office.sink()).sent == 0


def test_a_refused_entry_that_is_released_and_taken_closes_its_exception(office: Any) -> None:
    office.post(2)
    office.side.script = ["rejected", "rejected"]
    office.deliver(office.sink())
    assert release(office.store, office.connection, [2, 99]) == 1
    assert office.deliver(office.sink()).verified == 1
    assert office.states() == ["rejected", "verified"]
    assert office.inbox() == [("sink_rejected", "A-2025-1")]


def test_a_refused_entry_that_stands_there_after_all_is_not_sent_again(office: Any) -> None:
    office.post()
    office.side.script = ["rejected"]
    office.deliver(office.sink())
    office.side.take(office.rows()[0].key, body_of(office), idempotent=True)
    release(office.store, office.connection, [1])
    report = office.deliver(office.sink())
    assert (report.sent, report.verified, len(office.side.documents)) == (0, 1, 1)
    assert office.inbox() == []


def test_what_the_other_side_puts_off_is_sent_in_the_next_run(office: Any) -> None:
    office.post(3)
    office.side.script = ["fine", "retry"]
    report = office.deliver(office.sink())
    assert (report.ready, report.verified) == (1, 2)
    assert office.states() == ["verified", "ready", "verified"]
    assert office.deliver(office.sink()).verified == 1
    assert [row.attempts for row in office.rows()] == [1, 2, 1]


def test_a_silently_altered_document_is_a_conflict_that_a_person_ends(office: Any) -> None:
    office.post(2)
    office.side.script = ["altered"]
    report = office.deliver(office.sink())
    assert (report.conflict, report.verified) == (1, 1)
    assert office.inbox() == [("delivery_conflict", "A-2025-1")]
    assert "6190 12502" in office.rows()[0].why
    assert "6190 12501" in office.rows()[0].why
    office.side.documents[0] = (office.rows()[0].key, body_of(office))
    release(office.store, office.connection, [1])
    assert office.deliver(office.sink()).verified == 1
    assert office.inbox() == []


def test_a_document_that_stands_twice_is_a_conflict(office: Any) -> None:
    office.post()
    office.side.script = ["silent"]
    office.side.looks = ["raise"]
    office.deliver(office.sink())
    office.side.documents *= 2
    assert office.deliver(office.sink()).conflict == 1
    assert "2 times" in office.rows()[0].why
    assert len(office.side.documents) == 2


def test_an_accepted_document_that_never_appears_is_a_conflict_after_a_while(office: Any) -> None:
    office.post()
    office.side.script = ["lie"]
    assert office.deliver(office.sink(idempotent=True)).accepted == 1
    assert office.deliver(office.sink(idempotent=True)).accepted == 1
    office.pass_quietly()
    assert office.deliver(office.sink(idempotent=True)).conflict == 1
    assert office.side.documents == []


def test_an_account_may_be_renamed_between_two_attempts(office: Any) -> None:
    office.post()
    office.side.script = ["retry"]
    office.deliver(office.sink())
    with office.store.writing():
        office.store.journal.keep_accounts([Account(number="6190", name="Debtors", type="asset")])
    assert office.deliver(office.sink()).verified == 1
    assert office.side.documents[0][1]["lines"][0]["name"] == "Debtors"


def test_a_book_that_was_changed_behind_its_back_sends_nothing_of_it(office: Any) -> None:
    office.post(2)
    office.side.script = ["retry", "retry"]
    office.deliver(office.sink())
    raw = office.store.database.raw
    raw.execute("DROP TRIGGER entry_no_update")
    raw.execute("UPDATE entry SET text = 'Something else' WHERE id = 1")
    report = office.deliver(office.sink())
    assert (report.conflict, report.verified) == (1, 1)
    assert office.side.ids() == ["A-2025-2"]
    assert office.inbox() == [("delivery_conflict", "A-2025-1")]


def test_another_process_that_took_the_entries_up_is_noticed_before_anything_is_sent(office: Any) -> None:
    office.post(2)
    fast, slow = office.sink(), office.sink()
    office.store.outbox.high = lambda connection: 0  # what this process still believes
    plain = type(office.store.outbox).high

    def truth_in_transaction(connection: int) -> int:
        inside = office.store.database.raw.in_transaction
        return int(plain(office.store.outbox, connection)) if inside else 0

    office.deliver(fast)
    office.store.outbox.high = truth_in_transaction
    report = office.deliver(slow)
    assert report.error == "another process delivers to this sink right now"
    assert len(office.side.documents) == 2


def test_a_receipt_group_is_committed_while_the_batch_goes_on(office: Any) -> None:
    office.post(1_200)
    sink = office.sink(batch=2_000)
    seen: list[int] = []
    plain = sink.deliver

    def watched(ctx: Any, items: Any) -> Any:
        for n, receipt in enumerate(plain(ctx, items)):
            yield receipt
            if n in (498, 499, 999):
                seen.append(office.states().count("accepted"))

    sink.deliver = watched
    assert office.deliver(sink).verified == 1_200
    assert seen == [0, 500, 1_000]


def body_of(office: Any) -> dict[str, Any]:
    """Return what stands at a fresh other side after a good delivery of the first entry."""
    from autobook_core.delivery.documents import Documents

    documents = Documents(
        office.store, connection=office.connection, sink="books", book_id="acme", base_currency="DKK"
    )
    return dict(documents.fresh(0, 1)[0].delivery.body)


def test_the_words_of_the_other_side_are_kept_short_and_storable(office: Any) -> None:
    office.post()
    sink = office.sink()
    sink.deliver = lambda ctx, items: iter(
        [Receipt(items[0].key, "rejected", remote_id=17, why="\ud800" + "x" * 2_000)]  # type: ignore[arg-type]
    )
    assert office.deliver(sink).rejected == 1
    row = office.rows()[0]
    assert (row.remote_id, len(row.why), row.why[:2]) == ("17", 500, "?x")
