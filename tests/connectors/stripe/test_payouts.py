"""The members of a payout, which Stripe gives only when asked."""

import json
from collections.abc import Callable
from typing import Any

import pytest

Json = dict[str, Any]
Connect = Callable[..., Any]
BORN = 1_740_000_000


def payout(**more: Any) -> Json:
    return {"id": "po_1", "object": "payout", "amount": 100, "arrival_date": BORN, "automatic": True,
            "balance_transaction": "txn_po", "created": BORN, "currency": "dkk", "status": "paid", **more}  # fmt: skip


@pytest.fixture
def members(server: Any) -> list[Json]:
    rows = server.lists["/v1/balance_transactions"] = [
        {"id": "txn_po", "created": BORN}, *({"id": f"txn_{number:03}", "created": BORN - 9} for number in range(120))
    ]  # fmt: skip
    return list(rows)


def test_the_members_of_an_automatic_payout_are_asked_for_without_its_own_movement(
    server: Any, connect: Connect, members: list[Json]
) -> None:
    server.lists["/v1/payouts"] = [payout()]
    reader = connect(payout_members="yes")
    (item,), _ = reader.window("payout")
    (record,) = reader.source.translate(reader.stream("payout"), item.data)
    assert record.members == tuple(row["id"] for row in members[1:])
    assert [request.url.params.get("payout") for request in server.requests[2:]] == ["po_1", "po_1"]


@pytest.mark.parametrize(
    "more", [{"automatic": False}, {"status": "failed"}, {"reconciliation_status": "in_progress"}]
)
def test_a_payout_that_holds_no_known_members_is_left_as_it_is(
    server: Any, connect: Connect, members: list[Json], more: Json
) -> None:
    server.lists["/v1/payouts"] = [payout(**more)]
    (item,), _ = connect(payout_members="yes").window("payout")
    assert json.loads(item.data) == payout(**more)


def test_a_server_that_cannot_list_by_payout_leaves_the_members_unknown(
    server: Any, connect: Connect, members: list[Json]
) -> None:
    server.lists["/v1/payouts"] = [payout()]
    server.unknown["/v1/balance_transactions"] = {"payout"}
    reader = connect(payout_members="yes")
    (item,), _ = reader.window("payout")
    (record,) = reader.source.translate(reader.stream("payout"), item.data)
    assert record.members is None
