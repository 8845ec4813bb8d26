"""Records, the children that wait for them, the names they go by, and the items they leave open."""

from typing import Any

import pytest

from autobook_core.store.rows import WEEK, Ref, Row, week_of
from autobook_core.store.store import Store

REF = Ref(1, "invoice", 2800, "in_1")


def row(
    id: str = "in_1", *, week: int = 2800, kind: str = "invoice", connection: int = 1, **fields: Any
) -> Row:
    values: dict[str, Any] = {
        "state": "posted", "version": b"\0v\\\n", "sequence": "5", "raw_digest": b"\xff" * 16, "page": 3,
        "position": 7, "entry": None, "open_minor": None, "facts": bytes(range(256)),
    }  # fmt: skip
    return Row(connection=connection, kind=kind, week=week, id=id, **{**values, **fields})


def keep(store: Store, *rows: Row) -> None:
    with store.writing():
        store.records.insert(rows)


def found(store: Store, wanted: dict[str, int]) -> list[str]:
    return sorted(row.id for row in store.records.find(1, "invoice", wanted))


def test_a_record_comes_back_as_it_was(store: Store) -> None:
    full = row("in_2", entry=9, open_minor=-5, sequence="æøå 🧾", state="pending")
    keep(store, row(), full)
    assert store.records.get(REF) == row()
    assert store.records.get(REF._replace(id="in_2")) == full
    assert store.records.get(REF._replace(week=2801)) is None
    assert full.ref == Ref(1, "invoice", 2800, "in_2")
    assert week_of(2800 * WEEK + WEEK - 1) == 2800


@pytest.mark.parametrize("back", [0, 1, 2, 60, -1, -60])
def test_a_parent_is_found_however_wrong_the_hint(store: Store, back: int) -> None:
    keep(store, row(), row("other", week=2700), row("third", week=2850))
    assert found(store, {"in_1": 2800 + back}) == ["in_1"]


def test_many_are_found_at_once_each_with_its_own_hint(store: Store) -> None:
    keep(store, *(row(f"in_{n}", week=2700 + n) for n in range(50)))
    keep(store, row("in_3", kind="charge"), row("in_4", connection=2))
    hints = {f"in_{n}": 2700 + n + (n % 3) * 20 for n in range(50)}
    assert found(store, {**hints, "never": 2700}) == sorted(f"in_{n}" for n in range(50))


def test_nothing_is_found_in_an_empty_book(store: Store) -> None:
    assert found(store, {"in_1": 2800}) == []
    assert found(store, {}) == []
    assert store.records.digests(1, "invoice", 2800, ["in_1"]) == {}


def test_replacing_changes_what_is_there_and_adds_what_is_not(store: Store) -> None:
    keep(store, row())
    with store.writing():
        store.records.replace([row(state="quarantined", open_minor=4), row("new")])
    assert store.records.get(REF) == row(state="quarantined", open_minor=4)
    assert store.records.get(REF._replace(id="new")) == row("new")


def test_a_record_that_comes_twice_in_a_batch_stays_as_it_came_last(store: Store) -> None:
    with store.writing():
        store.records.replace([row(sequence="1"), row("x"), row(sequence="3"), row(sequence="2")])
    kept = store.records.get(REF)
    assert kept is not None
    assert kept.sequence == "2"
    assert len(list(store.records.all())) == 2


def test_digests_tell_what_is_known_in_a_week(store: Store) -> None:
    keep(store, row(), row("in_2", sequence="8", raw_digest=b"\0"), row("in_3", week=1))
    known = store.records.digests(1, "invoice", 2800, ["in_1", "in_2", "in_3", "in_4"])
    assert known == {"in_1": (b"\xff" * 16, "5"), "in_2": (b"\0", "8")}


def test_all_records_come_in_the_order_of_the_key_by_bytes(store: Store) -> None:
    ids = ["b", "B", "a", "Z", "æ", "_", "1", "10", "2", "ae"]
    keep(store, *(row(id) for id in ids), row("a", week=1), row("a", kind="charge"))
    every = [(r.kind, r.week, r.id) for r in store.records.all()]
    assert every == [("charge", 2800, "a"), ("invoice", 1, "a")] + [
        ("invoice", 2800, id) for id in sorted(ids)
    ]
    assert [r.id for r in store.records.of_kind(1, "invoice")] == ["a", *sorted(ids)]
    assert {r.kind for r in store.records.anywhere("a")} == {"charge", "invoice"}
    assert len(store.records.anywhere("a")) == 3


def test_counts_move_by_what_is_added(store: Store) -> None:
    with store.writing():
        store.records.count(
            {(1, "invoice", "posted"): 5, (1, "invoice", "pending"): 2, (1, "x", "posted"): 0}
        )
        store.records.count({(1, "invoice", "posted"): -1, (1, "invoice", "pending"): -2})
    assert store.records.counts() == [(1, "invoice", "posted", 4)]


def test_an_event_keeps_what_it_said_first(store: Store) -> None:
    with store.writing():
        store.records.keep_events(1, [("evt_1", b"first"), ("evt_2", b"x"), ("evt_1", b"second")])
    with store.writing():
        store.records.keep_events(1, [("evt_1", b"third")])
    assert store.records.events(1, ["evt_1", "evt_2", "evt_3"]) == {"evt_1": b"first", "evt_2": b"x"}
    assert store.records.events(2, ["evt_1"]) == {}


def test_children_wait_wake_and_stop_waiting(store: Store) -> None:
    one, two = (Ref(1, "charge", 2800, id) for id in ("ch_1", "ch_2"))
    with store.writing():
        store.records.wait(
            [("invoice", "in_1", one, 10), ("invoice", "in_2", two, 11), ("invoice", "in_1", one, 12)]
        )
    assert store.records.awaited() == {("invoice", "in_1"), ("invoice", "in_2")}
    assert store.records.ready(9) == []
    with store.writing():
        store.records.wake([("invoice", "in_1"), ("invoice", "never"), ("charge", "in_2")])
    assert store.records.ready(9) == [("invoice", "in_1", one)]
    assert store.records.waiting() == [("invoice", "in_1", one, 10), ("invoice", "in_2", two, 11)]
    with store.writing():
        store.records.wait([("invoice", "in_1", one, 13)])
    assert store.records.ready(9) == []
    with store.writing():
        store.records.wake([("invoice", "in_1"), ("invoice", "in_2")])
        assert len(store.records.ready(1)) == 1
        store.records.stop_waiting([("invoice", "in_1", one), ("invoice", "in_1", two)])
    assert store.records.waiting() == [("invoice", "in_2", two, 11)]
    assert store.records.ready(9) == [("invoice", "in_2", two)]


def test_records_are_found_by_what_a_bank_line_calls_them(store: Store) -> None:
    with store.writing():
        store.records.refer(
            [("AB1001", REF), ("AB1001", REF._replace(id="in_2")), ("TR-9", REF), ("TR-9", REF)]
        )
    assert store.records.by_reference(["TR-9", "AB1001", "none"]) == [
        ("TR-9", REF),
        ("AB1001", REF),
        ("AB1001", REF._replace(id="in_2")),
    ]


def test_open_items_are_found_by_their_exact_amount_until_closed(store: Store) -> None:
    item = ("payouts_in_transit", 1000, "DKK", "2025-01-02", *REF)
    other = ("payouts_in_transit", 1000, "DKK", "2025-01-01", *REF)
    dearer = ("payouts_in_transit", 1001, "DKK", "2025-01-01", *REF)
    with store.writing():
        store.records.open_items([item, other, dearer, item])
    assert store.records.items_of("payouts_in_transit", 1000) == [other, item]
    assert store.records.items_of("receivables", 1000) == []
    with store.writing():
        store.records.close_items([item, ("none", 1, "DKK", "2025-01-01", *REF)])
    assert store.records.all_items() == [other, dearer]


@pytest.mark.parametrize(
    "id", ["it's", '"q"', "a\\b", "%s %%", ":x", "tab\there", "\\u0000", "\\\\u0000", "æ€🧾", "\\N"]
)
def test_ids_of_any_sign_are_found_again(store: Store, id: str) -> None:
    keep(store, row(id))
    with store.writing():
        store.records.keep_events(1, [(id, b"d")])
        store.records.refer([(id, REF)])
    assert found(store, {id: 2800}) == found(store, {id: 1}) == [id]
    assert store.records.events(1, [id]) == {id: b"d"}
    assert store.records.by_reference([id]) == [(id, REF)]
    assert [r.id for r in store.records.anywhere(id)] == [id]


def test_nul_in_a_text_is_kept_or_becomes_the_replacement_sign(store: Store) -> None:
    shown = "a\0b" if store.database.engine == "sqlite" else "a\ufffdb"
    keep(store, row(sequence="a\0b"), row("in_2", sequence="a\t\0b", facts=b"\0"))
    assert [r.sequence for r in store.records.all()] == [shown, shown.replace("a", "a\t")]
    with store.writing():
        store.set_meta("k", "a\0b")
    assert store.meta("k") == shown


def test_huge_values_come_back_whole(store: Store) -> None:
    text, facts = "æ\t🧾\\" * 300_000, b"\0\xff\\\n" * 500_000
    keep(store, row(sequence=text, facts=facts))
    assert store.records.get(REF) == row(sequence=text, facts=facts)
