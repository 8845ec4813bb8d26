"""Aged receivables: by days past due on a day, later payments ignored, the sum is the account's balance."""

from datetime import date
from typing import Any

import pytest

from autobook_core.reports.aged import bucket_of


def shown(found: Any) -> dict[Any, tuple[str, int]]:
    return {row["invoice"]: (row["bucket"], row["amount"]) for row in found["rows"]}


@pytest.mark.parametrize(
    ("days", "bucket"),
    [(-5, "current"), (0, "current"), (1, "1-30"), (30, "1-30"), (31, "31-60"), (60, "31-60"), (61, "61-90"),
     (90, "61-90"), (91, "over_90"), (4_000, "over_90")],
)  # fmt: skip
def test_what_is_due_today_is_current_and_every_30_days_is_a_bucket(days: int, bucket: str) -> None:
    assert bucket_of(days) == bucket


def test_open_invoices_are_aged_by_their_due_date(quarter: Any) -> None:
    found = quarter.report("aged-receivables", last=date(2025, 3, 31))
    assert shown(found) == {"in_2": ("31-60", 45_625), "in_3": ("1-30", 60_000), "in_5": ("current", 20_000)}
    assert [row["days_past_due"] for row in found["rows"]] == [60, 19, 0]
    assert (found["total"], found["ledger"], found["difference"]) == (125_625, 125_625, 0)
    assert {row["name"]: row["total"] for row in found["customers"]} == {
        "Bøg A/S": 45_625, "Malmö AB": 60_000, "Acme Inc": 20_000,
    }  # fmt: skip


def test_a_payment_counts_from_its_own_day(quarter: Any) -> None:
    before = quarter.report("aged-receivables", last=date(2025, 4, 9))
    assert shown(before)["in_3"] == ("1-30", 60_000)
    after = quarter.report("aged-receivables", last=date(2025, 4, 10))
    assert "in_3" not in shown(after)
    assert after["difference"] == 0


def test_the_buckets_move_with_the_day_of_the_report(quarter: Any) -> None:
    for day, bucket in [
        ("2025-01-30", "current"),
        ("2025-01-31", "1-30"),
        ("2025-04-01", "61-90"),
        ("2025-06-30", "over_90"),
    ]:
        assert shown(quarter.report("aged-receivables", last=date.fromisoformat(day)))["in_2"][0] == bucket


def test_without_a_due_date_an_invoice_is_due_on_its_own_day(told: Any, say: Any) -> None:
    book = told(say.invoice(1, 10_000, "2025-02-01"))
    assert shown(book.report("aged-receivables", last=date(2025, 2, 1)))["in_1"][0] == "current"
    assert shown(book.report("aged-receivables", last=date(2025, 2, 2)))["in_1"][0] == "1-30"


def test_what_names_no_invoice_is_shown_by_itself_and_in_the_sum(told: Any, say: Any) -> None:
    opening = say.opening("2025-01-01", receivables=7_000, bank=-7_000)
    found = told(opening, say.invoice(1, 10_000, "2025-02-01")).report(
        "aged-receivables", last=date(2025, 2, 1)
    )
    assert shown(found) == {None: ("no_invoice", 7_000), "in_1": ("current", 12_500)}
    assert (found["buckets"]["no_invoice"], found["total"], found["difference"]) == (7_000, 19_500, 0)


def test_an_invoice_paid_too_much_is_owed_back(told: Any, say: Any) -> None:
    book = told(
        say.invoice(1, 10_000, "2025-02-01"), say.charge(1, 12_500, "2025-02-03"), say.bank(1, 12_500, "2025-02-04"),
        say.manual("again", "2025-02-05", suspense=12_500, receivables=-12_500),
    )  # fmt: skip
    found = book.report("aged-receivables", last=date(2025, 2, 28))
    assert (found["total"], found["difference"]) == (-12_500, 0)
