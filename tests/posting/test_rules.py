"""Each aspect of a line comes from the first matching rule that sets it; what stays open is set aside."""

import tomllib
from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec
import pytest

from autobook_core.domain.chart import Account, Chart
from autobook_core.domain.problems import SetAside
from autobook_core.domain.rule import Deferral, PostingRule, Share
from autobook_core.posting import rules as rules_module
from autobook_core.posting.invoices import post_invoice
from autobook_core.posting.rules import LineFacts, account_number
from autobook_core.posting.terms import Terms


def facts(**of: Any) -> LineFacts:
    values: dict[str, Any] = {
        "source": "stripe", "product": "prod_1", "price": "price_1", "nickname": "Pro", "interval": "month",
        "interval_count": 1, "usage": "licensed", "proration": False, "customer_country": "DK",
        "vat_number": False, "currency": "DKK", "taxed": True, "tax_country": "DK", "tax_milli": 25_000,
    } | of  # fmt: skip
    return LineFacts(**values)


def rule(name: str = "Own", **of: Any) -> PostingRule:
    return PostingRule(name=name, **of)


@pytest.fixture(scope="session")
def decide(make: Any) -> Callable[..., Any]:
    """Decides a line and shows (roles and weights, VAT code, VAT role, deferral, rules)."""

    def decided(of: LineFacts, *rules: PostingRule, plugins: Any = (), **policy: Any) -> Any:
        terms: Terms = make.terms(rules, **policy)
        if plugins:
            terms = Terms(policy=terms.policy, chart=make.chart, rules=rules, plugin_rules=plugins)
        found = terms.rules.decide(of)
        assert terms.rules.decide(of) is found
        label = make.chart.label
        return (
            [(label(number), weight) for number, weight in found.accounts],
            found.tax_code,
            found.vat_account and label(found.vat_account),
            found.deferral and (label(found.deferral[0]), found.deferral[1]),
            found.rule,
        )

    return decided


def code_of(decide: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(SetAside) as refused:
        decide(*args, **kwargs)
    return refused.value.code


def test_the_built_in_rules_know_a_danish_monthly_plan(decide: Any) -> None:
    assert decide(facts()) == (
        [("revenue_monthly", 1)], "DK25", "vat_output_25", None, "Plans of a month or less",
    )  # fmt: skip


def test_account_and_deferral_come_from_different_rules(decide: Any) -> None:
    eu = facts(
        interval="year", taxed=False, tax_country=None, tax_milli=None, customer_country="DE", vat_number=True
    )
    assert decide(eu) == (
        [("revenue_eu_b2b", 1)], "DK0-EU-SERV", None, ("deferred_revenue", "day"),
        "EU businesses, Plans longer than a month",
    )  # fmt: skip


SEED = """
[[rule]]
name = "Annual subscriptions"
match = { record = "invoice_line", interval = "= 1 year" }
post = { credit = "2500" }

[[rule]]
name = "Monthly subscriptions"
match = { record = "invoice_line", interval = "= 1 month" }
post = { credit = "revenue_usage" }
"""


def test_monthly_and_annual_income_go_to_accounts_of_their_own_by_configuration_alone(make: Any) -> None:
    rules = msgspec.convert(tomllib.loads(SEED)["rule"], list[PostingRule])
    terms = make.terms(rules)
    monthly = post_invoice(make.invoice(), terms, "stripe")
    annual = post_invoice(make.invoice(make.annual()), terms, "stripe")
    assert monthly.draft is not None
    assert annual.draft is not None
    assert make.legs(monthly.draft)[1] == ("revenue_usage", -10_000, "DK25")
    assert make.legs(annual.draft)[1] == ("deferred_revenue", -36_500, "DK25")
    assert [(make.chart.label(item.account_to), item.total) for item in annual.deferred] == [("2500", 36_500)]
    assert (monthly.draft.rule, annual.draft.rule) == (
        "Monthly subscriptions, Plans of a month or less",
        "Annual subscriptions, Plans longer than a month",
    )


def test_the_first_rule_that_sets_an_aspect_wins_and_the_company_comes_before_plugins(decide: Any) -> None:
    first, second = rule("First", post={"credit": "2500"}), rule("Second", post={"credit": "revenue_usage"})
    assert decide(facts(), first, second)[0] == [("2500", 1)]
    assert decide(facts(), second, first)[0] == [("revenue_usage", 1)]
    assert decide(facts(), first, plugins=[second])[0] == [("2500", 1)]
    assert decide(facts(), plugins=[second])[0] == [("revenue_usage", 1)]


@pytest.mark.parametrize(
    ("match", "of", "other"),
    [
        ({"product": "prod_1"}, {}, {"product": "prod_2"}),
        ({"price": "price_1"}, {}, {"price": None}),
        ({"nickname": "Pro"}, {}, {"nickname": "pro"}),
        ({"source": "stripe"}, {}, {"source": "acme"}),
        ({"usage": "metered"}, {"usage": "metered"}, {}),
        ({"proration": True}, {"proration": True}, {}),
        ({"proration": False}, {}, {"proration": True}),
        ({"currency": "DKK"}, {}, {"currency": "EUR"}),
        ({"vat_number": True}, {"vat_number": True}, {}),
        ({"customer_country": "DK"}, {}, {"customer_country": "SE"}),
        ({"customer_country": "EU"}, {"customer_country": "SE"}, {"customer_country": "DK"}),
        ({"customer_country": "non-EU"}, {"customer_country": "NO"}, {"customer_country": None}),
        ({"tax_country": "DK"}, {}, {"tax_country": "SE"}),
        ({"tax_rate": 25}, {}, {"tax_country": "SE", "tax_milli": 24_000}),
        ({"tax_rate": "25.0 %"}, {}, {"tax_country": "SE", "tax_milli": 24_000}),
        ({"tax": "> 0"}, {}, {"taxed": False, "customer_country": "NO", "tax_country": None, "tax_milli": None}),
        ({"tax": 0}, {"taxed": False, "customer_country": "NO", "tax_country": None, "tax_milli": None}, {}),
        ({"interval": "> 1 month"}, {"interval": "year"}, {}),
        ({"interval": "none"}, {"interval": None}, {}),
        ({"amount": ">= 100"}, {"amount": 100}, {"amount": 99}),
        ({"amount": ">= 100"}, {"amount": 100}, {"amount": None}),
        ({"metadata.team": "a"}, {"metadata": (("team", "a"),)}, {"metadata": (("team", "b"),)}),
        ({"text_contains": "x"}, None, {}),
    ],
)  # fmt: skip
def test_a_rule_matches_by_the_facts_of_the_line(decide: Any, match: Any, of: Any, other: Any) -> None:
    own = rule(match=match, post={"credit": "2500"})
    if of is not None:
        assert decide(facts(**of), own)[0] == [("2500", 1)]
    assert decide(facts(**other), own)[0] != [("2500", 1)]


def test_all_facts_of_a_rule_must_hold(decide: Any) -> None:
    own = rule(match={"product": "prod_1", "proration": True}, post={"credit": "2500"})
    assert decide(facts(), own)[0] == [("revenue_monthly", 1)]
    assert decide(facts(proration=True), own)[0] == [("2500", 1)]


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (date(2024, 12, 31), False),
        (date(2025, 1, 1), True),
        (date(2025, 6, 30), True),
        (date(2025, 7, 1), False),
    ],
)
def test_a_rule_holds_from_its_first_day_to_its_last(decide: Any, day: date, holds: bool) -> None:
    own = rule(post={"credit": "2500"}, effective_from=date(2025, 1, 1), effective_to=date(2025, 6, 30))
    assert (decide(facts(day=day), own)[0] == [("2500", 1)]) is holds


def test_the_booking_date_decides_whether_a_rule_is_in_force(make: Any) -> None:
    own = rule(post={"credit": "2500"}, effective_from=date(2025, 2, 1))
    terms = make.terms([own])
    before = post_invoice(make.invoice(effective_at=make.at("2025-01-31T22:59")), terms, "stripe")
    after = post_invoice(make.invoice(effective_at=make.at("2025-01-31T23:00")), terms, "stripe")
    assert [make.legs(item.draft)[1][0] for item in (before, after)] == ["revenue_monthly", "2500"]


def test_metadata_and_amounts_of_a_line_reach_the_rules(make: Any) -> None:
    team = rule("Team", match={"metadata.team": "a"}, post={"credit": "2500"})
    dear = rule("Dear", match={"amount": "> 50000"}, post={"credit": "revenue_usage"})
    terms = make.terms([team, dear])

    def account(**fields: Any) -> str:
        made = post_invoice(make.invoice(make.line(**fields)), terms, "stripe")
        role: str = make.legs(made.draft)[1][0]
        return role

    assert account(metadata={"team": "a", "other": "b"}) == "2500"
    assert account(metadata={"other": "a"}) == "revenue_monthly"
    assert account(net=50_001) == "revenue_usage"
    assert account(net=50_000) == "revenue_monthly"


def test_a_split_gives_whole_weights(decide: Any) -> None:
    shares = (Share(share="70 %", credit="revenue_monthly"), Share(share="rest", credit="2500"))
    assert decide(facts(), rule(split=shares))[0] == [("revenue_monthly", 7), ("2500", 3)]


@pytest.mark.parametrize(
    ("defer", "expected"),
    [
        (True, ("deferred_revenue", "day")),
        (Deferral(method="month"), ("deferred_revenue", "month")),
        (Deferral(account="2500"), ("2500", "day")),
        (False, None),
    ],
)
def test_deferral_is_an_aspect_of_its_own(decide: Any, defer: Any, expected: Any) -> None:
    assert decide(facts(), rule(defer=defer))[3] == expected
    assert decide(facts(interval="year"), rule(defer=defer))[3] == expected


def test_a_rule_may_hold_a_line_for_a_person(make: Any) -> None:
    terms = make.terms([rule("Ask", match={"product": "prod_1"}, hold="ask Anna")])
    with pytest.raises(SetAside, match=r"^rule 'Ask' holds it: ask Anna$") as refused:
        terms.rules.decide(facts())
    assert refused.value.code == "held_by_rule"


def test_a_vat_code_that_agrees_with_the_tax_is_taken_another_is_refused(decide: Any) -> None:
    assert decide(facts(), rule(post={"vat": "DK25"}))[1] == "DK25"
    assert code_of(decide, facts(), rule(post={"vat": "DK0-EU-SERV"})) == "unknown_tax_treatment"
    assert code_of(decide, facts(), rule(post={"vat": "none"})) == "unknown_tax_treatment"
    untaxed = facts(taxed=False, customer_country="NO", tax_country=None, tax_milli=None)
    assert decide(untaxed, rule(post={"vat": "none"}))[1:3] == (None, None)


def test_a_line_no_rule_knows_is_set_aside(decide: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules_module, "builtin_rules", lambda policy: ())
    assert code_of(decide, facts()) == "no_rule_matches"
    assert decide(facts(), rule(post={"credit": "2500"})) == (
        [("2500", 1)],
        "DK25",
        "vat_output_25",
        None,
        "Own",
    )


def test_a_role_without_an_account_is_set_aside(decide: Any, make: Any) -> None:
    assert code_of(decide, facts(), rule(post={"credit": "nowhere"})) == "unknown_account"
    assert code_of(decide, facts(), rule(defer=Deferral(account="nowhere"))) == "unknown_account"
    bare = Chart([Account(number="1", name="Revenue", type="income", role="revenue_monthly")])
    with pytest.raises(SetAside, match="'vat_output_25'"):
        make.terms(chart=bare).rules.decide(facts())
    assert account_number(bare, "1") == "1"
    assert make.terms(chart=bare).account("revenue_monthly") == "1"
    with pytest.raises(SetAside):
        make.terms(chart=bare).account("bank")


def test_a_refusal_is_remembered_like_a_decision(make: Any) -> None:
    terms = make.terms(oss_registered=False)
    of = facts(customer_country="SE", tax_country="SE")
    reasons = []
    for _ in range(2):
        with pytest.raises(SetAside) as refused:
            terms.rules.decide(of)
        reasons.append(refused.value)
    assert reasons[0].code == reasons[1].code == "oss_not_registered"


def test_strange_data_does_not_fill_the_memory(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules_module, "_MOST_REMEMBERED", 3)
    terms = make.terms()
    first = terms.rules.decide(facts(price="p0"))
    for number in range(1, 5):
        terms.rules.decide(facts(price=f"p{number}"))
    assert terms.rules.decide(facts(price="p0")) == first
    assert len(terms.rules._known) <= 3


def test_monthly_plans_wait_where_the_policy_says_so(decide: Any) -> None:
    assert decide(facts(), monthly_plans="defer", deferral_method="month")[3] == ("deferred_revenue", "month")
    assert decide(facts(interval=None), monthly_plans="defer")[3] is None
    assert decide(facts(usage="metered"), monthly_plans="defer")[3] is None
