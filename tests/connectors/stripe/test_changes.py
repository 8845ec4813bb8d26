"""Changes of rows seen before, as events tell of them, and what happens where no events are told."""

from collections.abc import Callable
from typing import Any

import pytest

from autobook_core.connector import AuthFailed, Envelope

Json = dict[str, Any]
Connect = Callable[..., Any]
DAY = 86_400
BORN = 1_740_000_000


def charge(number: int, created: int | None = None, **more: Any) -> Json:
    born = BORN + number * 60 if created is None else created
    return {"id": f"ch_{number:04}", "object": "charge", "created": born, "amount": number, "currency": "dkk",
            "status": "succeeded", **more}  # fmt: skip


def event(number: int, kind: str, row: Json, at: int) -> Json:
    return {"id": f"evt_{number}", "object": "event", "created": at, "type": kind, "livemode": True,
            "data": {"object": row}}  # fmt: skip


def ids(items: list[Envelope]) -> list[str]:
    return [item.id for item in items]


def test_later_changes_of_old_rows_come_from_events_in_the_newest_state(
    server: Any, connect: Connect
) -> None:
    old = charge(1)
    server.lists["/v1/charges"] = [old, charge(2, BORN + 40 * DAY)]
    server.lists["/v1/events"] = [event(1, "charge.succeeded", old, BORN + 41 * DAY)]
    _, cursor = connect().window("charge")
    assert cursor["events"] == {"high": BORN + 41 * DAY}
    server.lists["/v1/events"] += [
        event(2, "charge.updated", charge(1, amount_refunded=1), BORN + 42 * DAY),
        event(3, "charge.updated", charge(1, amount_refunded=2), BORN + 43 * DAY),
        event(4, "customer.updated", {"id": "cus_1", "created": 1}, BORN + 44 * DAY),
    ]
    items, cursor = connect().window("charge", cursor)
    assert [(item.id, item.version, item.created) for item in items] == [
        ("ch_0001", BORN + 43 * DAY, BORN + 60),
        ("ch_0002", "", BORN + 40 * DAY),
    ]
    assert b'"amount_refunded":2' in bytes(items[0].data)
    assert cursor["events"]["high"] == BORN + 43 * DAY


def test_events_are_drained_page_by_page_before_the_list(server: Any, connect: Connect) -> None:
    server.lists["/v1/charges"] = []
    _, cursor = connect().window("charge")
    server.lists["/v1/events"] = [
        event(number, "charge.updated", charge(number), BORN + number) for number in range(250)
    ]
    seen: list[str] = []
    pages = 0
    while True:
        # A crash before each commit: the page is fetched twice.
        connect().page("charge", cursor)
        page = connect().page("charge", cursor)
        seen += ids(page.items)
        cursor, pages = page.cursor, pages + 1
        if not page.has_more:
            break
    assert seen == [f"ch_{number:04}" for number in reversed(range(250))]
    assert pages == 4
    assert cursor["events"]["high"] == BORN + 249
    assert "phase" not in cursor


def test_a_draft_that_was_deleted_is_a_tombstone(server: Any, connect: Connect) -> None:
    server.lists["/v1/invoices"] = []
    _, cursor = connect().window("invoice")
    draft = {"id": "in_1", "created": BORN, "lines": {"data": [], "has_more": True}}
    server.lists["/v1/events"] = [event(1, "invoice.deleted", draft, BORN + 5)]
    (item,), _ = connect().window("invoice", cursor)
    assert (item.id, item.deleted, item.version) == ("in_1", True, BORN + 5)


@pytest.mark.parametrize("status", [403, 404, 400])
def test_without_events_the_list_is_read_two_days_back(server: Any, connect: Connect, status: int) -> None:
    server.broken["/v1/events"] = status
    server.lists["/v1/charges"] = [charge(number, BORN + number * 3600) for number in range(100)]
    items, cursor = connect().window("charge")
    assert len(items) == 100
    server.requests.clear()
    items, _ = connect().window("charge", cursor)
    assert len(items) == 49
    assert server.paths() == ["/v1/charges"]


def test_a_key_that_is_refused_altogether_says_so(server: Any, connect: Connect) -> None:
    server.broken |= {"/v1/events": 401, "/v1/charges": 401}
    with pytest.raises(AuthFailed):
        connect().window("charge")


def test_a_server_that_cannot_choose_events_by_type_is_asked_for_all(server: Any, connect: Connect) -> None:
    server.unknown["/v1/events"] = {"types[]"}
    server.lists["/v1/charges"] = [charge(1)]
    _, cursor = connect().window("charge")
    server.lists["/v1/events"] = [
        event(1, "charge.updated", charge(1, refunded=True), BORN + DAY),
        event(2, "charge.dispute.created", {"id": "dp_1", "created": 1}, BORN + 2 * DAY),
    ]
    items, cursor = connect().window("charge", cursor)
    assert ids(items) == ["ch_0001", "ch_0001"]
    assert cursor["events"]["high"] == BORN + 2 * DAY


def test_events_whose_place_is_lost_start_over(server: Any, connect: Connect) -> None:
    server.lists["/v1/charges"] = []
    _, cursor = connect().window("charge")
    server.lists["/v1/events"] = [
        event(number, "charge.updated", charge(number), BORN) for number in range(150)
    ]
    first = connect().page("charge", cursor)
    del server.lists["/v1/events"][99]
    items, _ = connect().window("charge", first.cursor)
    assert {*ids(first.items), *ids(items)} == {f"ch_{number:04}" for number in range(150)}


def test_events_of_other_objects_are_not_read_again(server: Any, connect: Connect) -> None:
    server.unknown["/v1/events"] = {"types[]"}
    server.lists["/v1/disputes"] = []
    _, cursor = connect().window("dispute")
    server.lists["/v1/events"] = [event(1, "customer.updated", {"id": "cus_1", "created": 1}, BORN + DAY)]
    _, cursor = connect().window("dispute", cursor)
    server.requests.clear()
    connect().window("dispute", cursor)
    assert server.requests[0].url.params["created[gte]"] == str(BORN + DAY - 600)
