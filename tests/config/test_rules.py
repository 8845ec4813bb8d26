"""``rules.toml``: a rule that cannot work is refused on its line; the digest follows what decides."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from autobook_core.config import load_book, read_rule
from autobook_core.domain.rule import Deferral, PostingRule, Share
from autobook_core.errors import ConfigurationError

Refusal = Callable[[str, str], tuple[str, str]]

DOMAIN_EXAMPLE = """
[[rule]]
name = "EU businesses"
match = { record = "invoice_line", customer_country = "EU", vat_number = true, tax = 0 }
post = { credit = "revenue_eu_b2b", vat = "DK0-EU-SERV" }

[[rule]]
name = "Annual and quarterly plans"
match = { record = "invoice_line", interval = "> 1 month" }
post = { credit = "revenue_annual" }
defer = { over = "service_period", method = "day", account = "deferred_revenue" }

[[rule]]
name = "Team plan, shared with the partner"
match = { record = "invoice_line", product = "prod_team" }
effective_from = 2025-01-01
split = [ { share = "70 %", credit = "revenue_monthly" }, { share = "rest", credit = "7440" } ]

[[rule]]
name = "Bank fees"
match = { record = "bank_line", direction = "DBIT", text_contains = "gebyr" }
post = { debit = "bank_charges", vat = "none" }
"""


def test_the_rules_are_read_in_file_order(book: Path) -> None:
    (book / "rules.toml").write_text(DOMAIN_EXAMPLE)
    rules = load_book(book).rules
    assert [rule.name for rule in rules] == [
        "EU businesses",
        "Annual and quarterly plans",
        "Team plan, shared with the partner",
        "Bank fees",
    ]
    assert rules[0].match == {
        "record": "invoice_line",
        "customer_country": "EU",
        "vat_number": True,
        "tax": 0,
    }
    assert rules[1].defer == Deferral(method="day")
    assert rules[2] == PostingRule(
        name="Team plan, shared with the partner",
        match={"record": "invoice_line", "product": "prod_team"},
        split=(Share(share="70 %", credit="revenue_monthly"), Share(share="rest", credit="7440")),
        effective_from=date(2025, 1, 1),
    )


def test_every_matchable_is_read_as_a_plain_value(book: Path) -> None:
    (book / "rules.toml").write_text(
        '[[rule]]\nname = "all"\nhold = "why"\n[rule.match]\n'
        'record = "invoice_line"\nsource = "stripe"\nproduct = "p"\nprice = "q"\nnickname = "n"\n'
        'interval = "none"\nusage = "metered"\nproration = false\ncustomer_country = "non-EU"\n'
        'vat_number = false\ncurrency = "EUR"\ntax = "> 0"\ntax_country = "DE"\ntax_rate = 25.5\n'
        'category = "fee"\ndirection = "CRDT"\ntext_contains = "x"\ncounterparty = "y"\namount = "100..200"\n'
        'metadata.plan = "pro"\nmetadata."a.b" = "c"\n'
    )
    match = load_book(book).rules[0].match
    assert len(match) == 21
    assert match["tax_rate"] == "25.5"
    assert (match["metadata.plan"], match["metadata.a.b"]) == ("pro", "c")
    assert all(isinstance(value, str | int) for value in match.values())


def rule(*lines: str) -> str:
    return '# one rule\n[[rule]]\nname = "a"\n' + "\n".join(lines) + "\n"


POST = 'post = { credit = "revenue_annual" }'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            rule(POST, 'match = { intervall = "month" }'),
            "rules.toml:5: unknown matchable 'intervall' in match; did you mean 'interval'?",
        ),
        (
            rule(POST, 'mach = { record = "invoice_line" }'),
            "rules.toml:5: unknown key 'mach' in [[rule]] 1; did you mean 'match'?",
        ),
        (
            rule(POST, 'match = { interval = "> 1 moon" }'),
            "rules.toml:5: interval: 'moon' is no interval; write day, week, month, quarter, year or none",
        ),
        (
            rule(POST, "[rule.match]", "# x", 'interval = "> 0 months"'),
            "rules.toml:7: interval: '> 0 months' can never hold: an interval is at least 1 month",
        ),
        (
            rule(POST, 'match = { amount = "200..100" }'),
            "rules.toml:5: amount: '200..100' is empty: 200 is more than 100",
        ),
        (
            rule(POST, "match = { amount = 1.5 }"),
            'rules.toml:5: amount: 1.5 is no amount range; write whole minor units: ">= 100", "100..200" or 100',
        ),
        (
            rule(POST, "match = { amount = nan }"),
            'rules.toml:5: amount: NaN is no amount range; write whole minor units: ">= 100", "100..200" or 100',
        ),
        (
            rule(POST, "match = { tax_rate = -1 }"),
            'rules.toml:5: tax_rate: -1 is no tax rate; write 25 or "25.5" (percent, at most three decimals)',
        ),
        (
            rule(POST, 'match = { direction = "DEBIT" }'),
            'rules.toml:5: direction is "DEBIT"; allowed: "CRDT" or "DBIT"',
        ),
        (
            rule(POST, 'match = { vat_number = "yes" }'),
            'rules.toml:5: vat_number is "yes"; allowed: true or false',
        ),
        (
            rule(POST, 'match = { customer_country = "Denmark" }'),
            (
                'rules.toml:5: customer_country is "Denmark"; allowed: an ISO 3166 code such as "DK", '
                '"EU" (without DK) or "non-EU"'
            ),
        ),
        (
            rule(POST, 'match = { record = "invoices" }'),
            ('rules.toml:5: record is "invoices"; allowed: invoice_line, bank_line, balance_transaction'),
        ),
        (
            rule(POST, "match = { product = [] }"),
            "rules.toml:5: product is a list; allowed: a text that is not empty",
        ),
        (rule(POST, "match = 3"), "rules.toml:5: match is 3; allowed: a table of texts"),
        (
            rule('post = { credit = "revenue_anual" }'),
            "rules.toml:4: no account has the role or number 'revenue_anual'; did you mean 'revenue_annual'?",
        ),
        (rule('post = { debit = "9999999" }'), "rules.toml:4: no account has the role or number '9999999'"),
        (
            rule('post = { kredit = "revenue_annual" }'),
            "rules.toml:4: unknown key 'kredit' in [rule.post]; did you mean 'credit'?",
        ),
        (
            rule('post = { vat = "DK-25" }'),
            "rules.toml:4: unknown VAT code 'DK-25' in post; did you mean 'DK25'?",
        ),
        (
            rule('defer = { over = "service_period", method = "days" }'),
            'rules.toml:4: method is "days"; allowed: "day" or "month"; did you mean "day"?',
        ),
        (
            rule("[rule.defer]", "", 'over = "year"'),
            'rules.toml:6: over is "year"; allowed: "service_period"',
        ),
        (
            rule("defer = { acount = 3 }"),
            "rules.toml:4: unknown key 'acount' in [rule.defer]; did you mean 'account'?",
        ),
        (
            rule('defer = { account = "deferred" }'),
            "rules.toml:4: no account has the role or number 'deferred'; did you mean 'deferred_revenue'?",
        ),
        (
            rule(
                "split = [",
                ' { share = "70 %", credit = "1011" },',
                ' { share = "20 %", credit = "1012" },',
                "]",
            ),
            "rules.toml:4: split: the shares make 90 %, not 100 %",
        ),
        (
            rule(
                "split = [",
                ' { share = "70 %", credit = "1011" },',
                ' { share = "rest", credit = "partner" },',
                "]",
            ),
            "rules.toml:6: no account has the role or number 'partner'",
        ),
        (
            rule(
                "split = [", ' { share = "70 %", credit = "1011" },', ' { share = "rest", to = "1012" },', "]"
            ),
            "rules.toml:6: unknown key 'to' in [rule.split]",
        ),
        (
            rule('split = [ { share = "seventy", credit = "1011" } ]'),
            'rules.toml:4: split: \'seventy\' is no share; write a percentage such as "70 %", or "rest"',
        ),
        (
            rule(POST, 'split = [ { share = "100 %", credit = "1011" } ]'),
            "rules.toml:5: rule 'a' has both split and post.credit",
        ),
        (
            rule(POST, "effective_from = 2025-02-01", "effective_to = 2025-01-31"),
            "rules.toml:6: effective_to 2025-01-31 is before effective_from 2025-02-01",
        ),
        (
            rule(POST, "effective_from = 2025-02-01T00:00:00Z"),
            "rules.toml:5: effective_from is 2025-02-01T00:00:00+00:00; allowed: a date such as 2025-01-31",
        ),
        (rule('match = { record = "invoice_line" }'), "rules.toml:2: rule 'a' sets nothing"),
        (rule("post = {}", "split = []"), "rules.toml:2: rule 'a' sets nothing"),
        ("[[rule]]\npost = {}\n", "rules.toml:1: [[rule]] 1 has no name"),
        (
            rule(POST) + rule(POST).replace("# one rule", ""),
            "rules.toml:7: two rules are called 'a', the first on line 3",
        ),
        (rule('hold = ""'), 'rules.toml:4: hold is ""; allowed: a text that is not empty'),
        ('[rule]\nname = "a"\n', "rules.toml:1: rule is not a list of tables"),
    ],
)
def test_a_refusal_names_line_and_cause(refusal: Refusal, text: str, message: str) -> None:
    said, fix = refusal("rules.toml", text)
    assert said == message
    assert fix


def test_the_rest_of_the_codes_of_the_vat_return_are_known(book: Path) -> None:
    codes = [
        "DK25",
        "DK0-EU-SERV",
        "DK0-NONEU-SERV",
        "OSS-DE-19",
        "OSS-FI-25.5",
        "EU-SERV-RC",
        "DK25-IN",
        "none",
    ]
    (book / "rules.toml").write_text(
        "".join(f'[[rule]]\nname = "{code}"\npost = {{ vat = "{code}" }}\n' for code in codes)
    )
    assert [one.post["vat"] for one in load_book(book).rules] == codes


def test_a_rule_change_is_read_from_its_body(book: Path) -> None:
    chart = load_book(book).chart
    changed = read_rule(
        "Annual plans",
        {"match": {"interval": "1 year"}, "post": {"credit": "1012"}, "effective_from": "2025-03-01"},
        chart,
    )
    assert (changed.name, changed.effective_from) == ("Annual plans", date(2025, 3, 1))
    assert read_rule("a", {"match": {"tax_rate": 25.5}, "hold": "x"}, chart).match == {"tax_rate": "25.5"}
    with pytest.raises(ConfigurationError, match=r"^unknown matchable 'intervall' in match"):
        read_rule("Annual plans", {"match": {"intervall": "1 year"}, "hold": "x"}, chart)


def test_the_digest_changes_with_rules_their_order_policy_and_roles_and_with_nothing_else(book: Path) -> None:
    first, second = '[[rule]]\nname = "a"\nhold = "x"\n', '[[rule]]\nname = "b"\nhold = "x"\n'

    def digest(name: str, text: str) -> str:
        (book / name).write_text(text)
        return load_book(book).rules_digest

    settings = (book / "autobook.toml").read_text()
    chart = (book / "chart.toml").read_text()
    base = digest("rules.toml", first + second)
    assert len(base) == 12
    assert int(base, 16) >= 0
    assert digest("rules.toml", "# a comment\n" + first + second) == base
    assert digest("rules.toml", second + first) != base
    digest("rules.toml", first + second)
    assert (
        digest("autobook.toml", settings.replace('deferral_method = "day"', 'deferral_method = "month"'))
        != base
    )
    assert (
        digest("autobook.toml", settings.replace("interval_seconds = 900", "interval_seconds = 60")) == base
    )
    assert digest("chart.toml", chart.replace('number = "6481"', 'number = "6482"')) != base
    assert digest("chart.toml", chart.replace("Bank account", "Current account")) == base
