"""Schedules: due until their month-end is past, with what was credited and released."""

from typing import Any


def test_schedules_come_back_when_they_are_due(poster: Any) -> None:
    schedules = poster.store.schedules
    late = poster.schedule(2, next_due="2025-02-28")
    early, never = poster.schedule(3), poster.schedule(4, next_due=None)
    with poster.store.writing():
        schedules.add([late, early, never])
    assert schedules.last() == 4
    assert schedules.due("2025-01-30", 9) == []
    assert schedules.due("2025-01-31", 9) == [early]
    assert schedules.due("2025-12-31", 9) == [early, late]
    assert schedules.due("2025-12-31", 1) == [early]


def test_the_next_due_day_is_set_and_taken_away(poster: Any) -> None:
    schedules = poster.store.schedules
    with poster.store.writing():
        schedules.add([poster.schedule(1), poster.schedule(2), poster.schedule(3)])
        schedules.set_due([("2025-03-31", 1), (None, 2), ("2025-04-30", 1), ("2025-09-30", 99)])
    assert [(row.id, row.next_due) for row in schedules.due("2099-01-01", 9)] == [
        (3, "2025-01-31"),
        (1, "2025-04-30"),
    ]


def test_due_days_are_pulled_forward_and_never_pushed_back(poster: Any) -> None:
    schedules = poster.store.schedules
    with poster.store.writing():
        schedules.add([poster.schedule(1, next_due="2025-03-31"), poster.schedule(2, next_due=None)])
        schedules.pull_due([("2025-05-31", 1), ("2025-05-31", 2), ("2025-04-30", 2)])
    assert {row.id: row.next_due for row in schedules.due("2099-01-01", 9)} == {
        1: "2025-03-31",
        2: "2025-04-30",
    }
    with poster.store.writing():
        schedules.pull_due([("2025-02-28", 1)])
    assert schedules.due("2025-02-28", 9)[0].id == 1


def test_schedules_of_an_invoice_come_by_line(poster: Any) -> None:
    rows = [poster.schedule(2), poster.schedule(1), poster.schedule(3, invoice="in_2")]
    with poster.store.writing():
        poster.store.schedules.add(rows)
    assert poster.store.schedules.of_invoice(1, 10, "in_1") == [rows[1], rows[0]]
    assert poster.store.schedules.of_invoice(1, 11, "in_1") == []


def test_credits_and_releases_are_kept_with_their_entry(poster: Any) -> None:
    poster.post(100, -100)
    poster.post(50, -50)
    schedules = poster.store.schedules
    with poster.store.writing():
        schedules.add([poster.schedule(1), poster.schedule(2)])
        schedules.credit([(1, "2025-02-01", "cn_2", 700), (1, "2025-01-20", "cn_1", 300)])
        schedules.release(
            [(1, 1, "2025-01", 1000), (2, 1, "2025-01", -40), (2, 1, "2025-02", 9), (1, 2, "2025-01", 5)]
        )
    assert schedules.credits(1) == [("2025-01-20", "cn_1", 300), ("2025-02-01", "cn_2", 700)]
    assert schedules.credits(2) == []
    released = schedules.released(1)
    assert released == {"2025-01": 960, "2025-02": 9}
    assert all(type(amount) is int for amount in released.values())
    assert schedules.sources() == {1: ["il_1", "il_2"], 2: ["il_1", "il_1"]}
