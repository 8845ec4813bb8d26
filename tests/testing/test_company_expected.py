"""The expectation balances, agrees with the bank and the processor, and follows the rules worked out by hand."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from autobook_core.testing.company import Company, Options, build, expected_balances, movements
from autobook_core.testing.company.clock import local_midnight, month_ends
from autobook_core.testing.company.expected import _refund_parts, rounded, spread, total_by_role
from autobook_core.testing.company.facts import (
    BalanceTransaction,
    Charge,
    Customer,
    Invoice,
    Line,
    Price,
    Product,
    Refund,
)

END = date(2025, 12, 31)


@pytest.fixture(scope="module")
def company() -> Company:
    return build(Options(seed=11, customers=150, refund_percent=12, orphan_charges_per_mille=3))


def test_the_balances_add_up_to_zero_on_every_day_of_interest(company: Company) -> None:
    everything = list(movements(company))
    days = [*month_ends(date(2025, 1, 1), END), date(2025, 5, 17), date(2027, 1, 31)]
    for day in days:
        balances = total_by_role(everything, day)
        assert sum(balances.values()) == 0
        assert all(balances.values())


def test_the_bank_balance_is_the_closing_balance_of_the_statement(company: Company) -> None:
    for day in month_ends(date(2025, 1, 1), END):
        closing = sum(entry.amount for entry in company.bank_entries if entry.date <= day)
        assert expected_balances(company, day).get("bank", 0) == closing


def test_the_clearing_account_is_the_balance_at_the_processor(company: Company) -> None:
    for day in month_ends(date(2025, 1, 1), END):
        until = local_midnight(day + timedelta(days=1))
        held = sum(one.net for one in company.balance_transactions if one.created < until)
        assert expected_balances(company, day).get("stripe_clearing", 0) == held


def test_all_that_was_deferred_is_released_in_the_end(company: Company) -> None:
    assert "deferred_revenue" not in expected_balances(company, date(2027, 1, 31))
    assert expected_balances(company, END)["deferred_revenue"] < 0


def test_receivables_are_the_invoices_nobody_has_paid(company: Company) -> None:
    paid = {entry.source_id for entry in company.bank_entries if entry.kind == "invoice"}
    unpaid = sum(one.total for one in company.invoices if one.paid_at is None and one.id not in paid)
    assert expected_balances(company, END).get("receivables", 0) == unpaid


def one_sale(months: int, nets: list[int], refunds: list[tuple[date, int]], country: str = "DK") -> Company:
    """Return a company with one invoice for 2025, its charge, and refunds on the given days."""
    start, end = local_midnight(date(2025, 1, 1)), local_midnight(date(2026, 1, 1))
    product = Product("prod_1", "Plan", start)
    price = Price("price_1", product, "plan", 1, "year" if months > 1 else "month", 1, start)
    customer = Customer("cus_1", "Kunde", country, None, "", start)
    tax = [net // 4 if country == "DK" else 0 for net in nets]
    lines = tuple(
        Line(f"il_{index}", price, 1, net, 0, vat, start, end, "sub_1", "si_1")
        for index, (net, vat) in enumerate(zip(nets, tax, strict=True))
    )
    total = sum(nets) + sum(tax)
    invoice = Invoice(
        "in_1", "NS-000001", customer, "sub_1", start, start, None, "charge_automatically", "subscription_create",
        lines, sum(nets), 0, sum(tax), total, "pi_1", "inpay_1", start,
    )  # fmt: skip
    paid = BalanceTransaction("txn_1", "charge", total, 0, start, start, "ch_1", "")
    charge = Charge("ch_1", total, start, customer, invoice, "pi_1", None, paid)
    given_back = []
    for index, (day, amount) in enumerate(refunds):
        at = local_midnight(day)
        moved = BalanceTransaction(f"txn_r{index}", "refund", -amount, 0, at, at, f"re_{index}", "")
        given_back.append(Refund(f"re_{index}", charge, amount, at, moved))
    empty = build(Options(customers=1, months=1))
    return replace(
        empty, invoices=(invoice,), charges=(charge,), refunds=tuple(given_back), balance_transactions=(paid,),
        payouts=(), bank_entries=(),
    )  # fmt: skip


def test_a_year_of_one_krone_a_day_is_recognised_by_the_days_of_each_month() -> None:
    company = one_sale(12, [36_500], [])
    assert expected_balances(company, date(2025, 2, 27))["revenue_annual"] == -3_100
    assert expected_balances(company, date(2025, 2, 28))["revenue_annual"] == -5_900
    assert expected_balances(company, date(2025, 2, 28))["deferred_revenue"] == -30_600
    assert expected_balances(company, END) == {
        "revenue_annual": -36_500, "stripe_clearing": 45_625, "vat_output_25": -9_125,
    }  # fmt: skip


def test_a_full_refund_takes_what_is_deferred_first_and_leaves_nothing() -> None:
    company = one_sale(12, [36_500], [(date(2025, 7, 15), 45_625)])
    assert expected_balances(company, date(2025, 7, 14))["revenue_annual"] == -18_100
    # On 15 July 195 days have accrued, 181 of them are recognised: 170.00 is deferred still.
    assert expected_balances(company, date(2025, 7, 15)) == {
        "deferred_revenue": -1_400,
        "revenue_annual": 1_400,
    }
    assert expected_balances(company, date(2025, 7, 31)) == {}


def test_what_stays_deferred_after_a_partial_refund_is_spread_over_the_remaining_days() -> None:
    # 125.00 with VAT is 100.00 net: 184 days are left on 1 July, 184.00 is deferred, 84.00 stays for 184 days.
    company = one_sale(12, [36_500], [(date(2025, 7, 1), 12_500)])
    assert expected_balances(company, date(2025, 7, 1))["deferred_revenue"] == -8_400
    july = rounded(8_400 * 31, 184)
    assert expected_balances(company, date(2025, 7, 31))["revenue_annual"] == -18_100 - july
    assert expected_balances(company, END)["revenue_annual"] == -26_500


def test_a_refund_after_the_period_or_of_a_monthly_plan_debits_revenue_at_once() -> None:
    late = one_sale(12, [36_500], [(date(2026, 3, 1), 45_625)])
    assert expected_balances(late, date(2026, 2, 28))["revenue_annual"] == -36_500
    assert expected_balances(late, date(2026, 3, 1)) == {}
    monthly = one_sale(1, [10_000, 333], [(date(2025, 1, 20), 1_000)], "US")
    assert expected_balances(monthly, date(2025, 1, 20)) == {
        "revenue_non_eu": -9_333,
        "stripe_clearing": 9_333,
    }


@given(
    st.lists(st.integers(100, 90_000), min_size=1, max_size=3),
    st.lists(st.integers(1, 400), min_size=1, max_size=4),
    st.integers(1, 100),
)
@settings(max_examples=60, deadline=None)
def test_refunds_in_parts_that_add_up_undo_the_sale_exactly(
    nets: list[int], days: list[int], cut: int
) -> None:
    total = sum(nets) + sum(net // 4 for net in nets)
    parts = [min(total // len(days), total * cut // 100 // len(days)) or 1 for _ in days]
    parts[-1] += total - sum(parts)
    refunds = [
        (date(2025, 1, 1) + timedelta(days=day), part) for day, part in zip(sorted(days), parts, strict=True)
    ]
    company = one_sale(12, nets, refunds)
    assert expected_balances(company, date(2027, 12, 31)) == {}
    for day, _ in refunds:
        assert sum(expected_balances(company, day).values()) == 0


@given(st.integers(-100_000, 100_000), st.integers(1, 800))
@settings(deadline=None)
def test_days_add_up_to_the_amount_and_differ_by_at_most_one(amount: int, count: int) -> None:
    days = spread(amount, date(2024, 2, 1), date(2024, 2, 1) + timedelta(days=count))
    assert sum(days.values()) == amount
    assert max(days.values()) - min(days.values()) <= 1


def test_the_parts_of_a_refund_are_differences_of_rounded_running_totals() -> None:
    invoice = one_sale(1, [100, 100, 100], []).invoices[0]
    assert invoice.total == 375
    # 10 back: VAT 2, net 8 -> running 3, 5, 8; then 20 in all: VAT 4, net 16 -> running 5, 11, 16.
    assert _refund_parts(invoice, [10, 10]) == [(2, [3, 2, 3]), (2, [2, 4, 2])]


@pytest.mark.parametrize(
    ("numerator", "denominator", "result"), [(1, 2, 1), (-1, 2, -1), (1, 3, 0), (5, 3, 2), (-5, 3, -2)]
)
def test_half_rounds_away_from_zero(numerator: int, denominator: int, result: int) -> None:
    assert rounded(numerator, denominator) == result
