"""Reading lists: every row at least once, newest first, whole, and from servers that know less."""

from collections.abc import Callable
from typing import Any

import pytest

from autobook_core.connector import BadConfig, Envelope, Unavailable

Json = dict[str, Any]
Connect = Callable[..., Any]
DAY = 86_400
BORN = 1_740_000_000


def charge(number: int, created: int | None = None, **more: Any) -> Json:
    born = BORN + number * 60 if created is None else created
    return {"id": f"ch_{number:04}", "object": "charge", "created": born, "amount": number, "currency": "dkk",
            "status": "succeeded", **more}  # fmt: skip


def ids(items: list[Envelope]) -> list[str]:
    return [item.id for item in items]


def test_a_first_window_brings_every_row_newest_first_in_pages_of_a_hundred(
    server: Any, connect: Connect
) -> None:
    server.lists["/v1/charges"] = [charge(number) for number in range(250)]
    items, cursor = connect().window("charge")
    assert ids(items) == [f"ch_{number:04}" for number in reversed(range(250))]
    assert items[0].created == BORN + 249 * 60
    assert cursor["list"] == {"high": BORN + 249 * 60}
    assert server.paths() == ["/v1/events", "/v1/charges", "/v1/charges", "/v1/charges"]
    assert {request.url.params.get("limit") for request in server.requests[1:]} == {"100"}


def test_requests_name_the_pinned_version_the_account_and_the_key(server: Any, connect: Connect) -> None:
    server.lists["/v1/charges"] = []
    connect(account="acct_7").window("charge")
    for request in server.requests:
        assert request.headers["stripe-version"] == "2024-06-20"
        assert request.headers["stripe-account"] == "acct_7"
        assert request.headers["authorization"].startswith("Basic ")


def test_a_row_is_stored_as_stripe_said_it_but_for_white_space(server: Any, connect: Connect) -> None:
    server.lists["/v1/charges"] = [charge(1, description="two  spaces\nand a line", deep={"a": [1, 2]})]
    (item,), _ = connect().window("charge")
    assert item.version == ""
    assert item.data == (
        b'{"id":"ch_0001","object":"charge","created":1740000060,"amount":1,"currency":"dkk","status":"succeeded",'
        b'"description":"two  spaces\\nand a line","deep":{"a":[1,2]}}'
    )


@pytest.mark.parametrize("crash_after", range(4))
def test_a_window_that_dies_after_any_page_still_brings_every_row(
    server: Any, connect: Connect, crash_after: int
) -> None:
    server.lists["/v1/charges"] = [charge(number, BORN) for number in range(310)]
    seen: list[str] = []
    cursor = None
    for _ in range(crash_after):
        page = connect().page("charge", cursor)
        seen += ids(page.items)
        cursor = page.cursor
    # The next page is fetched but never committed; meanwhile rows arrive.
    connect().page("charge", cursor)
    server.lists["/v1/charges"] += [charge(1000 + number) for number in range(5)]
    items, cursor = connect().window("charge", cursor)
    again, _ = connect().window("charge", cursor)
    assert {*seen, *ids(items), *ids(again)} == {row["id"] for row in server.lists["/v1/charges"]}


def test_the_next_window_overlaps_by_an_hour_and_asks_for_little(server: Any, connect: Connect) -> None:
    server.lists["/v1/charges"] = [charge(number) for number in range(250)]
    _, cursor = connect().window("charge")
    late = charge(900, created=BORN + 249 * 60 - 3500)
    server.lists["/v1/charges"].append(late)
    server.requests.clear()
    items, _ = connect().window("charge", cursor)
    assert "ch_0900" in ids(items)
    assert len(items) == 62
    assert server.paths() == ["/v1/events", "/v1/charges"]


def test_money_is_read_from_the_start_of_the_books_and_the_catalogue_from_the_beginning(
    server: Any, connect: Connect
) -> None:
    server.lists["/v1/charges"] = [charge(number, BORN + number * DAY) for number in range(10)]
    server.lists["/v1/products"] = [{"id": f"prod_{number}", "created": BORN + number} for number in range(3)]
    reader = connect(start=BORN + 5 * DAY)
    assert ids(reader.window("charge")[0]) == ["ch_0009", "ch_0008", "ch_0007", "ch_0006", "ch_0005"]
    assert len(reader.window("product")[0]) == 3


@pytest.mark.parametrize("oldest_first", [False, True])
@pytest.mark.parametrize("refusal", ["unknown", "broken"])
def test_a_list_that_cannot_be_bounded_is_read_without_and_stops_where_it_can(
    server: Any, connect: Connect, oldest_first: bool, refusal: str
) -> None:
    path = "/v1/balance_transactions"
    server.oldest_first = oldest_first
    server.lists[path] = [charge(number, BORN + number * 3600) for number in range(500)]
    answer = server.__call__
    if refusal == "unknown":
        server.unknown[path] = {"created[gte]"}
    reader = connect(start=BORN + 250 * 3600)
    if refusal == "broken":
        reader.context.http = _breaking_on_created(reader, answer)
    items, cursor = reader.window("balance_transaction")
    assert len(items) == 250
    server.requests.clear()
    again, _ = reader.window("balance_transaction", cursor)
    assert len(again) == 25
    assert len(server.requests) == (5 if oldest_first else 1)


def _breaking_on_created(reader: Any, answer: Callable[..., Any]) -> Any:
    def fail(request: Any) -> Any:
        response = answer(request)
        if "created[gte]" in request.url.params:
            response.status_code = 500
        return response

    return type(reader.context.http)(reader.source, fail)


def test_an_outage_is_no_reason_to_read_on(server: Any, connect: Connect) -> None:
    server.broken["/v1/balance_transactions"] = 503
    with pytest.raises(Unavailable):
        connect(start=BORN).window("balance_transaction")


def test_a_refusal_for_another_reason_stops_the_stream(server: Any, connect: Connect) -> None:
    server.broken["/v1/charges"] = 400
    with pytest.raises(BadConfig, match="/v1/charges is refused: no"):
        connect().window("charge")


def test_a_window_whose_place_is_lost_starts_over(server: Any, connect: Connect) -> None:
    rows = server.lists["/v1/charges"] = [charge(number) for number in range(150)]
    first = connect().page("charge")
    rows.remove(next(row for row in rows if row["id"] == first.items[-1].id))
    items, _ = connect().window("charge", first.cursor)
    assert {*ids(first.items), *ids(items)} >= {row["id"] for row in rows}


def test_items_of_a_subscription_that_were_cut_off_are_fetched(server: Any, connect: Connect) -> None:
    items = [{"id": f"si_{number}", "price": "price_1"} for number in range(15)]
    cut = {"data": items[:10], "has_more": True}
    server.lists["/v1/subscriptions"] = [
        {"id": "sub_1", "created": BORN, "customer": "c", "status": "active", "items": cut}
    ]
    server.lists["/v1/subscription_items"] = items
    reader = connect()
    (item,), _ = reader.window("subscription")
    (record,) = reader.source.translate(reader.stream("subscription"), item.data)
    assert len(record.items) == 15
    assert server.requests[-1].url.params["subscription"] == "sub_1"


def test_plans_stand_in_for_prices_where_there_are_none(server: Any, connect: Connect) -> None:
    server.lists["/v1/plans"] = [{"id": "pl_1", "created": 5}]
    items, cursor = connect().window("price")
    assert ids(items) == ["pl_1"]
    connect().window("price", cursor)
    assert server.paths() == ["/v1/prices", "/v1/plans", "/v1/plans"]


def test_a_list_that_a_server_does_not_have_is_empty(server: Any, connect: Connect) -> None:
    assert connect().window("dispute")[0] == []


def test_invoice_payments_are_asked_for_in_newer_versions_only(server: Any, connect: Connect) -> None:
    server.lists["/v1/invoice_payments"] = [{"id": "inpay_1", "created": BORN}]
    assert connect().window("invoice_payment")[0] == []
    assert server.requests == []
    assert ids(connect(api_version="2025-03-31.basil").window("invoice_payment")[0]) == ["inpay_1"]


def test_canceled_subscriptions_are_asked_for(server: Any, connect: Connect) -> None:
    server.lists["/v1/subscriptions"] = []
    connect().window("subscription")
    assert server.requests[-1].url.params["status"] == "all"


def test_lines_that_were_cut_off_are_fetched_and_put_in_place(server: Any, connect: Connect) -> None:
    lines = [{"id": f"il_{number:03}", "created": 1000 - number} for number in range(130)]
    short = {"object": "list", "data": lines[:10], "has_more": True}
    server.lists["/v1/invoices"] = [
        {"id": "in_long", "created": BORN, "lines": short, "total": 7},
        {"id": "in_short", "created": BORN - 1, "lines": {"data": lines[:1], "has_more": False}},
    ]
    server.lists["/v1/invoices/in_long/lines"] = lines
    reader = connect()
    (long, short_one), _ = reader.window("invoice")
    assert server.paths().count("/v1/invoices/in_long/lines") == 2
    whole = reader.source.envelope(reader.stream("invoice"), long.data)
    assert whole.id == "in_long"
    assert long.data.count(b'"il_') == 130
    assert b'"has_more":false' in long.data
    assert b'"total":7' in long.data
    assert short_one.data.count(b'"il_') == 1


def test_a_row_without_a_readable_id_is_kept_to_be_set_aside(server: Any, connect: Connect) -> None:
    server.lists["/v1/charges"] = [
        charge(1),
        {"id": 7, "created": BORN},
        {"id": "ch_x", "created": "yesterday"},
    ]
    answer = server._rows
    server._rows = lambda path, asked: [*server.lists[path]] if path == "/v1/charges" else answer(path, asked)
    items, _ = connect().window("charge")
    assert [(item.id, item.created) for item in items] == [("ch_0001", BORN + 60), ("", 0), ("ch_x", 0)]


def test_a_page_that_promises_more_and_brings_nothing_does_not_end_the_window(
    server: Any, connect: Connect
) -> None:
    server.objects["/v1/charges"] = {"object": "list", "data": [], "has_more": True}
    first = connect().page("charge")
    second = connect().page("charge", first.cursor)
    assert first.has_more
    assert second.has_more
    assert second.cursor == first.cursor


@pytest.mark.parametrize("body", ["<html>", '{"data": {}}', '{"object": "list"}'])
def test_an_answer_that_is_no_list_is_tried_again_later(server: Any, connect: Connect, body: str) -> None:
    reader = connect()

    def answer(request: Any) -> Any:
        response = server(request)
        return type(response)(200, text=body) if request.url.path == "/v1/refunds" else response

    reader.context.http = type(reader.context.http)(reader.source, answer)
    with pytest.raises(Unavailable):
        reader.window("refund")


def test_a_sync_without_news_costs_two_requests_per_changing_stream_and_one_per_other(
    server: Any, connect: Connect
) -> None:
    for path in ("customers", "products", "prices", "tax_rates", "subscriptions", "invoices", "credit_notes",
                 "charges", "refunds", "disputes", "balance_transactions", "payouts"):  # fmt: skip
        server.lists[f"/v1/{path}"] = []
    reader = connect()
    cursors = {stream.name: reader.window(stream.name)[1] for stream in reader.source.streams}
    assert len(server.requests) == 20
    server.requests.clear()
    for name, cursor in cursors.items():
        assert reader.page(name, cursor).has_more is False
    assert len(server.requests) == 20
