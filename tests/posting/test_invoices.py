"""An invoice becomes a receivable, revenue now or later, and VAT; every entry balances."""

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autobook_core.domain.problems import SetAside
from autobook_core.domain.rule import Deferral, PostingRule, Share
from autobook_core.posting.invoices import post_invoice


def sale(make: Any, *lines: Any, rules: Any = (), policy: Any = None, **fields: Any) -> Any:
    return post_invoice(make.invoice(*lines, **fields), make.terms(rules, **(policy or {})), "stripe")


def test_a_monthly_plan_is_revenue_at_once(make: Any) -> None:
    made = sale(make, effective_at=make.at("2025-01-31T23:30"))
    assert make.legs(made.draft) == [
        ("receivables", 12_500), ("revenue_monthly", -10_000, "DK25"), ("vat_output_25", -2_500, "DK25"),
    ]  # fmt: skip
    assert (made.draft.day, made.draft.journal, made.draft.text) == (
        date(2025, 2, 1),
        "sales",
        "Invoice AB-1",
    )
    assert (made.draft.sources, made.draft.rule_version) == (("in_1",), "v1")
    assert (made.deferred, made.receivable, made.problems) == ((), 12_500, ())
    assert (made.draft.lines[0].customer, made.draft.lines[0].invoice) == ("cus_1", "in_1")


def test_an_annual_plan_waits_and_its_vat_does_not(make: Any) -> None:
    made = sale(make, make.annual())
    assert make.legs(made.draft) == [
        ("receivables", 45_625), ("deferred_revenue", -36_500, "DK25"), ("vat_output_25", -9_125, "DK25"),
    ]  # fmt: skip
    (waiting,) = made.deferred
    assert (waiting.total, waiting.start, waiting.end) == (36_500, date(2025, 1, 1), date(2026, 1, 1))
    assert make.chart.label(waiting.account_to) == "revenue_annual"
    assert waiting.method == "day"


def test_the_deferral_method_is_a_matter_of_policy(make: Any) -> None:
    assert sale(make, make.annual(), policy={"deferral_method": "month"}).deferred[0].method == "month"
    rule = PostingRule(name="Yearly by month", match={"interval": "year"}, defer=Deferral(method="month"))
    assert sale(make, make.annual(), rules=[rule]).deferred[0].method == "month"


def test_monthly_plans_are_deferred_where_the_policy_says_so(make: Any) -> None:
    made = sale(make, policy={"monthly_plans": "defer"})
    assert make.legs(made.draft)[1] == ("deferred_revenue", -10_000, "DK25")
    assert make.chart.label(made.deferred[0].account_to) == "revenue_monthly"


@pytest.mark.parametrize(
    ("fields", "role", "waits"),
    [
        ({"interval": "month", "interval_count": 3}, "deferred_revenue", True),
        ({"interval": "week"}, "revenue_monthly", False),
        ({"interval": "day", "interval_count": 90}, "revenue_monthly", False),
        ({"interval": None}, "revenue_one_off", False),
        ({"interval": "year", "usage": "metered"}, "revenue_usage", False),
    ],
)
def test_how_often_a_price_recurs_decides_when_it_is_revenue(
    make: Any, fields: Any, role: str, waits: bool
) -> None:
    made = sale(make, make.line(**fields))
    assert make.legs(made.draft)[1][0] == role
    assert bool(made.deferred) is waits


def test_an_annual_plan_of_an_eu_business_is_released_to_its_own_account(make: Any) -> None:
    made = sale(make, make.annual(rate=None), customer_country="DE", customer_vat_id="DE123")
    assert make.legs(made.draft) == [("receivables", 36_500), ("deferred_revenue", -36_500, "DK0-EU-SERV")]
    assert make.chart.label(made.deferred[0].account_to) == "revenue_eu_b2b"


@pytest.mark.parametrize(
    ("line", "fields", "legs"),
    [
        (
            {"rate": None}, {"customer_country": "US"},
            [("receivables", 10_000), ("revenue_non_eu", -10_000, "DK0-NONEU-SERV")],
        ),
        (
            {"rate": 19_000, "tax_country": "DE"}, {"customer_country": "DE"},
            [
                ("receivables", 11_900), ("revenue_eu_oss", -10_000, "OSS-DE-19"),
                ("vat_oss_payable", -1_900, "OSS-DE-19"),
            ],
        ),
    ],
)  # fmt: skip
def test_where_the_buyer_is_decides_account_and_vat(make: Any, line: Any, fields: Any, legs: Any) -> None:
    assert make.legs(sale(make, make.line(**line), **fields).draft) == legs


def test_a_discount_is_taken_off_the_revenue(make: Any) -> None:
    line = make.line(discount=1_000, tax=2_250, taxable_amount=9_000)
    assert make.legs(sale(make, line).draft)[1] == ("revenue_monthly", -9_000, "DK25")


def test_tax_inside_the_price_is_taken_out_of_it(make: Any) -> None:
    line = make.line(12_500, tax=2_500, tax_inclusive=True, taxable_amount=10_000)
    assert make.legs(sale(make, line).draft) == [
        ("receivables", 12_500), ("revenue_monthly", -10_000, "DK25"), ("vat_output_25", -2_500, "DK25"),
    ]  # fmt: skip


def test_a_negative_invoice_is_owed_to_the_customer(make: Any) -> None:
    made = sale(make, make.line(-10_000), amount_due=0)
    assert make.legs(made.draft) == [
        ("customer_credit", -12_500), ("revenue_monthly", 10_000, "DK25"), ("vat_output_25", 2_500, "DK25"),
    ]  # fmt: skip
    assert made.receivable == 0


def test_a_customer_balance_pays_a_part_of_the_invoice(make: Any) -> None:
    made = sale(make, starting_balance=-5_000)
    assert make.legs(made.draft)[:3] == [
        ("receivables", 12_500), ("receivables", -5_000), ("customer_credit", 5_000),
    ]  # fmt: skip
    assert made.receivable == 7_500


def test_an_unused_time_credit_is_a_negative_schedule(make: Any) -> None:
    made = sale(make, make.annual(-10_000, id="unused", proration=True), make.annual(30_000, id="remaining"))
    assert [(item.line, item.line_no, item.total) for item in made.deferred] == [
        ("unused", 0, -10_000),
        ("remaining", 1, 30_000),
    ]
    assert make.legs(made.draft)[-1] == ("vat_output_25", -5_000, "DK25")


@pytest.mark.parametrize("fields", [{"status": "draft", "total": 7}, {}])
def test_a_draft_and_an_invoice_of_nothing_post_nothing(make: Any, fields: Any) -> None:
    made = sale(make, make.line(0, tax=0), **({"total": 0, "amount_due": 0} | fields))
    assert (made.draft, made.deferred, made.receivable) == (None, (), 0)


def test_a_line_of_nothing_beside_others_is_left_out(make: Any) -> None:
    made = sale(
        make,
        make.line(),
        make.line(0, id="il_2", tax=0),
        make.line(500, discount=500, tax=0, taxable_amount=0, id="il_3"),
    )
    assert make.legs(made.draft) == make.legs(sale(make).draft)


def test_tax_that_rounds_to_nothing_is_still_danish_tax(make: Any) -> None:
    made = sale(make, make.line(1, tax=0, taxable_amount=1))
    assert make.legs(made.draft) == [("receivables", 1), ("revenue_monthly", -1, "DK25")]


def test_a_rate_that_is_shown_but_not_charged_is_set_aside_unless_a_reason_is_given(make: Any) -> None:
    with pytest.raises(SetAside) as refused:
        sale(make, make.line(10_000, tax=0, taxable_amount=10_000))
    assert refused.value.code == "tax_amount_mismatch"
    exempt = make.line(10_000, tax=0, taxable_amount=10_000, taxability_reason="reverse_charge")
    made = sale(make, exempt, customer_country="SE", customer_vat_id="SE1")
    assert make.legs(made.draft)[1] == ("revenue_eu_b2b", -10_000, "DK0-EU-SERV")


def test_tax_without_a_net_is_still_owed(make: Any) -> None:
    line = make.line(0, tax=1, taxable_amount=2)
    assert make.legs(sale(make, line).draft) == [("receivables", 1), ("vat_output_25", -1, "DK25")]


def test_danish_vat_on_an_eu_business_is_posted_and_said(make: Any) -> None:
    made = sale(make, customer_country="SE", customer_vat_id="SE1")
    assert make.legs(made.draft)[2] == ("vat_output_25", -2_500, "DK25")
    assert [(item.code, item.severity, item.record) for item in made.problems] == [
        ("danish_vat_on_eu_business", "warning", "in_1")
    ]
    assert not sale(make, make.line(rate=None), customer_country="SE", customer_vat_id="SE1").problems
    assert not sale(make, customer_country="DK", customer_vat_id="DK1").problems


def test_a_split_line_adds_up_now_and_later(make: Any) -> None:
    shares = (Share(share="70 %", credit="revenue_monthly"), Share(share="rest", credit="2500"))
    rule = PostingRule(name="Partner", match={"product": "prod_1"}, split=shares)
    assert make.legs(sale(make, make.line(9_999), rules=[rule]).draft)[1:3] == [
        ("revenue_monthly", -6_999, "DK25"),
        ("2500", -3_000, "DK25"),
    ]
    later = sale(make, make.annual(9_999), rules=[rule])
    assert [(make.chart.label(item.account_to), item.total) for item in later.deferred] == [
        ("revenue_monthly", 6_999),
        ("2500", 3_000),
    ]
    assert [(item.line, item.rule) for item in later.deferred] == [
        ("il_1", "Partner, Plans longer than a month")
    ] * 2
    tiny = sale(make, make.line(1, tax=0, rate=None), rules=[rule], customer_country="US").draft
    assert make.legs(tiny) == [("receivables", 1), ("revenue_monthly", -1, "DK0-NONEU-SERV")]


def test_the_names_of_all_rules_that_decided_are_kept_once(make: Any) -> None:
    made = sale(make, make.line(), make.line(id="il_2"), make.annual(id="il_3"))
    assert made.draft.rule == "Plans of a month or less, Plans longer than a month"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"livemode": False}, "test_mode_record"),
        ({"currency": "USD"}, "missing_exchange_rate"),
        ({"currency": "QQQ"}, "unknown_currency"),
        ({"customer_country": None, "lines": "untaxed"}, "unknown_tax_treatment"),
        ({"lines": "endless"}, "implausible_date"),
    ],
)
def test_what_cannot_be_booked_is_set_aside_with_its_code(make: Any, fields: Any, code: str) -> None:
    lines = {"untaxed": [make.line(rate=None)], "endless": [make.annual(period_end=10**15)]}
    given_lines = lines.get(fields.pop("lines", ""), [])
    with pytest.raises(SetAside) as refused:
        sale(make, *given_lines, **fields)
    assert refused.value.code == code


# The tax on a single minor unit rounds to nothing, which reads as untaxed.
net = st.integers(-(10**7), 10**7).filter(lambda amount: abs(amount) != 1)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    nets=st.lists(st.tuples(net, st.booleans(), st.booleans()), min_size=1, max_size=5),
    balance=st.integers(-(10**7), 10**7),
    policy=st.fixed_dictionaries(
        {
            "deferral_method": st.sampled_from(["day", "month"]),
            "monthly_plans": st.sampled_from(["defer", "immediate"]),
        }
    ),
    share=st.integers(1, 99),
)
def test_every_invoice_gives_an_entry_that_balances(
    make: Any, nets: Any, balance: int, policy: Any, share: int
) -> None:
    lines = [
        (make.annual if yearly else make.line)(
            amount, id=f"il_{n}", proration=amount < 0, product="split" if shared else "plain"
        )
        for n, (amount, yearly, shared) in enumerate(nets)
    ]
    rule = PostingRule(
        name="Split", match={"product": "split"},
        split=(Share(share=f"{share} %", credit="revenue_monthly"), Share(share="rest", credit="2500")),
    )  # fmt: skip
    invoice = make.invoice(*lines)
    if invoice.total > 0:
        invoice = make.invoice(*lines, starting_balance=min(balance, 0))
    made = post_invoice(invoice, make.terms([rule], **policy), "stripe")
    if made.draft is None:
        assert not any(line.net or line.tax for line in lines)
        return
    legs = make.legs(made.draft)
    waiting = -sum(leg[1] for leg in legs if leg[0] == "deferred_revenue")
    assert sum(item.total for item in made.deferred) == waiting
    open_now = sum(leg[1] for leg in legs if leg[0] == "receivables")
    assert open_now == made.receivable == (invoice.amount_due if invoice.total > 0 else 0)
    assert sum(leg[1] for leg in legs if leg[0] == "vat_output_25") == -invoice.tax
