"""Changes of plan in mid-term, plans of a month that are deferred, leap years and local dates."""

from typing import Any

import pytest


def upgrade(say: Any) -> list[Any]:
    """On 1 July an annual plan of 365.00 is replaced by one of 730.00: unused 184.00 back, 368.00 to come."""
    span = {"start": "2025-07-01", "end": "2026-01-01", "proration": True}
    return [
        say.invoice(1, say.annual(id="il_1"), day="2025-01-01"),
        say.invoice(
            2, say.annual(-18_400, id="il_2", **span), say.annual(36_800, id="il_3", **span), day="2025-07-01"
        ),
    ]


def test_an_upgrade_gives_a_negative_and_a_positive_schedule(say: Any, orders: Any) -> None:
    book = orders(upgrade(say), as_of="2025-07-31")
    # A day of July earns 100 of the old year, loses 100 of the credit and earns 200 of the new plan.
    assert book.balances()["revenue_annual"] == -(18_100 + 31 * 200)
    assert book.balances()["deferred_revenue"] == -(36_500 + 18_400 - 18_100 - 31 * 200)
    book.tell(as_of="2025-12-31")
    assert book.balances()["revenue_annual"] == -(18_100 + 36_800)
    assert "deferred_revenue" not in book.balances()


def test_a_downgrade_leaves_a_credit_and_a_smaller_schedule(say: Any, orders: Any) -> None:
    # Unused 184.00 of the annual plan back, 92.00 for a plan of half the price: 92.00 and VAT are owed.
    span = {"start": "2025-07-01", "end": "2026-01-01", "proration": True}
    down = say.invoice(
        2, say.annual(-18_400, id="il_2", **span), say.annual(9_200, id="il_3", **span), day="2025-07-01", amount_due=0
    )  # fmt: skip
    book = orders([say.invoice(1, say.annual(id="il_1"), day="2025-01-01"), down], as_of="2025-12-31")
    assert book.balances() == {
        "customer_credit": -11_500, "receivables": 45_625, "revenue_annual": -27_300, "vat_output_25": -6_825,
    }  # fmt: skip


def test_a_credit_note_on_an_upgrade_takes_of_the_line_it_names(say: Any, orders: Any) -> None:
    note = say.credit_note(1, say.credited(18_400, line="il_3"), invoice=2, day="2025-10-01")
    book = orders([*upgrade(say), note], as_of="2025-12-31")
    # On 1 October 92 of 184 days wait: all of the 184.00 they hold is credited.
    assert book.balances()["revenue_annual"] == -(18_100 + 18_400)
    assert "deferred_revenue" not in book.balances()


def test_plans_of_a_month_may_be_deferred_too(say: Any, orders: Any) -> None:
    plan = say.line(2_800, id="il_1", start="2025-02-15", end="2025-03-15")
    book = orders([say.invoice(1, plan, day="2025-02-15")], monthly_plans="defer")
    assert book.balances()["revenue_monthly"] == -1_400
    book.tell(as_of="2025-03-31")
    assert book.balances()["revenue_monthly"] == -2_800


@pytest.mark.parametrize(
    ("start", "end", "net", "until", "earned"),
    [
        ("2024-01-01", "2025-01-01", 36_600, "2024-02-29", 6_000),
        ("2024-02-29", "2025-02-28", 36_500, "2024-02-29", 100),
        ("2023-03-01", "2024-03-01", 36_600, "2024-02-29", 36_600),
        ("2024-12-31T23:30", "2025-12-31T23:30", 36_500, "2025-01-31", 3_100),
        ("2025-03-30T00:30", "2026-03-30T00:30", 36_500, "2025-03-31", 200),
    ],
)
def test_days_are_those_of_the_calendar_where_the_company_is(
    say: Any, company: Any, start: str, end: str, net: int, until: str, earned: int
) -> None:
    book = company()
    book.tell(say.invoice(1, say.annual(net, id="il_1", start=start, end=end), day=start), as_of=until)
    assert book.balances()["revenue_annual"] == -earned
