"""Connections with their positions and runs, and deliveries on their way to a sink."""

from typing import Any

import pytest

from autobook_core.errors import StoreError
from autobook_core.store.rows import DeliveryRow
from autobook_core.store.store import Store


def test_a_connection_keeps_its_number(store: Store) -> None:
    with store.writing():
        stripe = store.connections.get("stripe", "stripe")
        bank = store.connections.get("bank", "bank")
        store.connections.pin(stripe.id, "acct_1")
    assert stripe.id != bank.id
    again = store.connections.get("stripe", "stripe")
    assert (again.id, again.account_id) == (stripe.id, "acct_1")
    assert [row.name for row in store.connections.all()] == ["stripe", "bank"]


def test_a_connection_that_was_taken_back_is_not_remembered(store: Store) -> None:
    def write() -> None:
        with store.writing():
            store.connections.get("ghost", "stripe")
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        write()
    with store.writing():
        store.connections.get("real", "stripe")
        ghost = store.connections.get("ghost", "bank")
    assert {row.name: row.id for row in store.connections.all()}["ghost"] == ghost.id


def test_a_stream_has_one_position(store: Store) -> None:
    with store.writing():
        number = store.connections.get("stripe", "stripe").id
        store.connections.move_cursor(number, "events", 1, '{"after":"\\u0000x"}', 10)
        store.connections.move_cursor(number, "charges", 1, "{}", 10)
    with store.writing():
        store.connections.move_cursor(number, "charges", 2, '{"after":"ch_1"}', 20)
    assert store.connections.cursor(number, "charges") == (2, '{"after":"ch_1"}')
    assert store.connections.cursor(number, "none") is None
    assert store.connections.cursors(number) == [
        ("charges", 2, '{"after":"ch_1"}', 20),
        ("events", 1, '{"after":"\\u0000x"}', 10),
    ]


def test_the_latest_run_of_each_connection_is_known(store: Store) -> None:
    with store.writing():
        one = store.connections.get("one", "stripe").id
        two = store.connections.get("two", "stripe").id
        first = store.connections.start_run(one, 100)
        other = store.connections.start_run(two, 101)
        second = store.connections.start_run(one, 102)
        store.connections.end_run(
            second,
            now=103,
            outcome="failed",
            pages=1,
            rows_read=2,
            rows_new=3,
            set_aside=4,
            retry_at=9,
            error="é",
        )
    assert first < other < second
    latest = {row.connection: row for row in store.connections.latest_runs()}
    assert (latest[one].id, latest[one].outcome, latest[one].set_aside, latest[one].retry_at) == (
        second,
        "failed",
        4,
        9,
    )
    assert (latest[two].id, latest[two].ended_at, latest[two].error) == (other, None, "")


def delivery(connection: int, entry: int, state: str = "sending", **fields: Any) -> DeliveryRow:
    values = {
        "key": f"k{entry}",
        "digest": b"\0d",
        "attempts": 1,
        "remote_id": None,
        "why": "",
        "moved_at": 5,
    }
    return DeliveryRow(connection=connection, entry=entry, state=state, **{**values, **fields})


def test_deliveries_move_from_state_to_state(poster: Any) -> None:
    store = poster.store
    for _ in range(3):
        poster.post(1, -1)
    with store.writing():
        sink = store.connections.get("books", "economic").id
        assert store.outbox.high(sink) == 0
        store.outbox.put([delivery(sink, n) for n in (2, 1, 3)])
    with store.writing():
        done = delivery(sink, 2, "verified", attempts=2, remote_id="r9", why="found")
        store.outbox.put([delivery(sink, 2, "accepted"), done])
    assert store.outbox.high(sink) == 3
    assert store.outbox.in_state(sink, "sending", 9) == [delivery(sink, 1), delivery(sink, 3)]
    assert store.outbox.in_state(sink, "sending", 1) == [delivery(sink, 1)]
    assert store.outbox.in_state(sink, "verified", 9) == [done]
    assert store.outbox.all() == [delivery(sink, 1), done, delivery(sink, 3)]
    assert store.outbox.counts() == [(sink, "sending", 2), (sink, "verified", 1)]


@pytest.mark.parametrize(("entry", "state"), [(99, "sending"), (1, "lost")])
def test_a_delivery_of_no_entry_or_in_no_known_state_is_refused(poster: Any, entry: int, state: str) -> None:
    poster.post(1, -1)
    with poster.store.writing():
        sink = poster.store.connections.get("books", "economic").id
    with pytest.raises(StoreError, match="the store refused"), poster.store.writing():
        poster.store.outbox.put([delivery(sink, entry, state)])
    assert poster.store.outbox.all() == []
