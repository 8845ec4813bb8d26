"""The processor's balance: opening and activity give the clearing account, record by record."""

from datetime import date
from typing import Any

Q1 = {"first": date(2025, 1, 1), "last": date(2025, 3, 31)}


def by_category(found: Any) -> dict[str, tuple[int, int]]:
    return {row["category"]: (row["count"], row["net"]) for row in found["rows"]}


def test_opening_and_activity_give_the_closing_balance(quarter: Any) -> None:
    found = quarter.report("processor-proof", **Q1)
    assert by_category(found) == {
        "charge": (2, 24_350), "refund": (1, -5_000), "payout": (2, -19_350), "fee": (1, -500),
    }  # fmt: skip
    assert (found["opening"], found["closing"], found["ledger"], found["difference"]) == (0, -500, -500, 0)
    assert found["in_transit_total"] == 7_150
    assert (found["reported"], found["reported_note"]) == (None, "not asked")
    assert found == quarter.report("stripe-proof", **Q1)


def test_the_opening_is_what_moved_before(quarter: Any) -> None:
    found = quarter.report("processor-proof", first=date(2025, 3, 1), last=date(2025, 3, 31))
    assert (found["opening"], found["closing"]) == (0, -500)
    assert by_category(found)["charge"] == (1, 12_150)
    found = quarter.report("processor-proof", first=date(2025, 2, 4), last=date(2025, 2, 28))
    assert (found["opening"], by_category(found)) == (12_200, {"payout": (1, -12_200)})


def test_a_day_belongs_to_the_period_that_begins_with_it(quarter: Any) -> None:
    found = quarter.report("processor-proof", first=date(2025, 2, 3), last=date(2025, 2, 3))
    assert (found["opening"], found["closing"], found["ledger"]) == (0, 12_200, 12_200)


def test_a_balance_taken_over_is_part_of_it(told: Any, say: Any) -> None:
    book = told(say.opening("2024-12-31", stripe_clearing=3_000, bank=-3_000), say.fee(1, 500, "2025-01-31"))
    found = book.report("processor-proof", **Q1)
    assert (found["opening"], found["closing"], found["ledger"], found["difference"]) == (
        3_000,
        2_500,
        2_500,
        0,
    )


def test_a_movement_in_another_currency_is_no_part_of_this_balance(told: Any, say: Any) -> None:
    foreign = say.stripe(
        "balance_transaction", say.movement("txn_usd", "fee", -900, None, "2025-01-31") | {"currency": "usd"}
    )
    found = told(foreign, say.fee(1, 500, "2025-01-31")).report("processor-proof", **Q1)
    assert (found["closing"], found["difference"], found["not_booked"]["count"]) == (-500, 0, 0)
