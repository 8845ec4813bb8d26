"""The trial balance adds up to zero, the balance sheet balances, and profit is what was earned in the period."""

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autobook_core.domain.chart import Chart
from autobook_core.domain.policy import Policy
from autobook_core.reports import REPORTS, build


def report(
    year: Any, name: str, last: str, first: str | None = None, chart: Chart | None = None,
    policy: Policy | None = None,
) -> Any:  # fmt: skip
    return build(
        name, year.store, chart or year.chart, policy=policy or Policy(),
        first=None if first is None else date.fromisoformat(first), last=date.fromisoformat(last),
    )  # fmt: skip


def amounts(found: Any) -> dict[str, int]:
    return {item["account"]: item["amount"] for item in found["rows"]}


def test_the_trial_balance_shows_every_account_that_has_a_balance(year: Any) -> None:
    found = report(year, "trial-balance", "2025-12-31")
    assert (found["report"], found["at"], found["currency"]) == ("trial-balance", "2025-12-31", "DKK")
    assert amounts(found) == {"1010": -11_000, "2390": 700, "3000": -50_000, "6480": 62_800, "7680": -2_500}
    assert found["total"] == 0
    assert found["rows"][0]["role"] == "revenue_monthly"


@pytest.mark.parametrize(
    ("day", "bank"),
    [("2024-12-30", None), ("2024-12-31", 1_000), ("2025-02-13", 51_000), ("2025-02-14", 63_500)],
)
def test_a_balance_is_that_of_the_end_of_its_day(year: Any, day: str, bank: int | None) -> None:
    assert amounts(report(year, "trial-balance", day)).get("6480") == bank


def test_profit_and_loss_is_that_of_its_period(year: Any) -> None:
    found = report(year, "profit-loss", "2025-12-31")
    assert (found["from"], found["to"]) == ("2025-01-01", "2025-12-31")
    assert (found["income"], found["expenses"], found["result"]) == (-10_000, 700, 9_300)
    assert amounts(report(year, "profit-loss", "2025-02-14", "2024-12-31")) == {"1010": -11_000}
    assert report(year, "profit-loss", "2025-02-28", "2025-02-15")["result"] == 0


def test_without_a_first_day_profit_and_loss_begins_with_the_fiscal_year(year: Any) -> None:
    july, march = Policy(fiscal_year_start=7), Policy(fiscal_year_start=3)
    found = report(year, "profit-loss", "2025-03-31", policy=july)
    assert (found["from"], found["result"]) == ("2024-07-01", 1_000 + 10_000 - 700)
    found = report(year, "profit-loss", "2025-03-01", policy=march)
    assert (found["from"], found["result"]) == ("2025-03-01", -700)
    assert report(year, "profit-loss", "2025-02-28", policy=march)["from"] == "2024-03-01"


def test_the_balance_sheet_balances_with_the_result_in_equity(year: Any) -> None:
    found = report(year, "balance-sheet", "2025-12-31")
    assert (found["assets"], found["liabilities"], found["equity"]) == (62_800, -2_500, -60_300)
    assert (found["result"], found["difference"]) == (10_300, 0)
    assert amounts(found) == {"6480": 62_800, "7680": -2_500, "3000": -50_000}


def test_an_account_that_left_the_chart_is_shown_all_the_same(year: Any) -> None:
    smaller = Chart([account for account in year.chart.accounts if account.number != "7680"])
    found = report(year, "trial-balance", "2025-12-31", chart=smaller)
    assert found["total"] == 0
    assert {item["name"] for item in found["rows"]} >= {"7680 (not in chart)"}


def test_an_unknown_report_is_no_report(year: Any) -> None:
    assert {"trial-balance", "profit-loss", "balance-sheet"} <= set(REPORTS)
    with pytest.raises(KeyError):
        report(year, "nonsense", "2025-12-31")


numbers = st.sampled_from(["1010", "2390", "3000", "6480", "7680"])


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.dates(date(2024, 1, 1), date(2025, 12, 31)), numbers, numbers, st.integers(1, 10**9))
    )
)
def test_whatever_is_posted_the_statements_balance_on_any_day(year: Any, entries: Any) -> None:
    for day, debit, credit, amount in entries:
        if debit != credit:
            year.post(day.isoformat(), {debit: amount, credit: -amount})
    for day in ["2024-06-30", "2025-02-14", "2025-12-31"]:
        sheet = report(year, "balance-sheet", day)
        assert sheet["difference"] == 0
        assert report(year, "trial-balance", day)["total"] == 0
        assert sheet["result"] == report(year, "profit-loss", day, "2020-01-01")["result"]
