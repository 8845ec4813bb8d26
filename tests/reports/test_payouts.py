"""Payouts: what each is made of, its bank line, and what is on its way, equal to the ledger."""

from datetime import date
from typing import Any

from autobook_core.domain.records import BalanceTransaction
from autobook_core.reports.payouts import parts_of

Q1 = {"first": date(2025, 1, 1), "last": date(2025, 3, 31)}
SHOWN = ("payout", "charges", "refunds", "fees", "other", "amount", "difference", "bank_line", "bank_date")


def rows(found: Any) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in SHOWN) for row in found["rows"]]


def test_each_payout_is_the_sum_of_its_parts_and_has_its_bank_line(quarter: Any) -> None:
    found = quarter.report("payouts", **Q1)
    assert rows(found) == [
        ("po_1", 12_500, 0, -300, 0, 12_200, 0, "B-1", "2025-02-07"),
        ("po_2", 12_550, -5_000, -400, 0, 7_150, 0, None, None),
    ]
    assert (found["not_reconciled"], found["difference"]) == (0, 0)


def test_what_has_not_arrived_is_in_transit_and_equals_the_account(quarter: Any) -> None:
    found = quarter.report("payouts", **Q1)
    assert found["in_transit"] == [{"payout": "po_2", "since": "2025-03-28", "amount": 7_150}]
    assert found["in_transit_total"] == found["ledger"] == 7_150
    later = quarter.report("payouts", last=date(2025, 4, 2))
    assert (later["in_transit"], later["ledger"]) == ([], 0)
    assert rows(later)[1][-2:] == ("B-2", "2025-04-02")


def test_a_payout_that_does_not_add_up_shows_by_how_much_and_what_is_missing(told: Any, say: Any) -> None:
    book = told(
        say.invoice(1, 10_000, "2025-02-01"),
        say.charge(1, 12_500, "2025-02-03", fee=300),
        say.payout(1, 12_100, "2025-02-05", "2025-02-07", ["txn_1", "txn_lost"]),
    )
    found = book.report("payouts", **Q1)
    assert found["rows"][0]["difference"] == -100
    assert found["rows"][0]["missing"] == ["txn_lost"]
    assert (found["not_reconciled"], found["difference"]) == (1, 100)


def test_a_payout_whose_members_are_not_known_says_so(told: Any, say: Any) -> None:
    book = told(say.payout(1, 500, "2025-02-05", "2025-02-07", None, automatic=False))
    found = book.report("payouts", **Q1)
    assert rows(found) == [("po_1", None, None, None, None, 500, None, None, None)]
    assert (found["difference"], found["in_transit_total"]) == (0, 500)


def test_money_collected_from_the_bank_is_a_negative_payout(told: Any, say: Any) -> None:
    book = told(
        say.fee(1, 700, "2025-02-01"),
        say.payout(1, -700, "2025-02-05", "2025-02-07", ["txn_fee_1"]),
        say.bank(1, -700, "2025-02-07", "STRIPE"),
    )
    found = book.report("payouts", **Q1)
    assert rows(found) == [("po_1", 0, 0, -700, 0, -700, 0, "B-1", "2025-02-07")]
    assert found["in_transit_total"] == found["ledger"] == 0


def test_what_is_on_the_account_and_is_no_payout_is_shown_too(told: Any, say: Any) -> None:
    book = told(say.opening("2025-01-01", payouts_in_transit=900, bank=-900))
    found = book.report("payouts", **Q1)
    assert found["in_transit"] == [{"payout": None, "since": "2025-01-01", "amount": 900}]
    assert found["difference"] == 0


def movement(category: str, amount: int, fee: int = 0) -> BalanceTransaction:
    return BalanceTransaction(
        id="t", type=category, category=category, amount=amount, fee=fee, net=amount - fee, currency="DKK"
    )


def test_every_movement_has_one_part_and_its_fee_is_a_fee() -> None:
    found = parts_of(
        [
            movement("charge", 1_000, 30),
            movement("refund", -200),
            movement("dispute", -300, 100),
            movement("fee", -7),
        ]
    )
    assert found == {"charges": 1_000, "refunds": -200, "fees": -137, "other": -300}
