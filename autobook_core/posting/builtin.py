"""The built-in rules of a Danish subscription business.

They stand after the company's own rules, so anything here can be overruled by configuration.
Where the customer is decides account and VAT; how often the price recurs decides deferral.
"""

from autobook_core.domain.policy import Policy
from autobook_core.domain.rule import Deferral, PostingRule

_LINE = {"record": "invoice_line"}


def builtin_rules(policy: Policy) -> tuple[PostingRule, ...]:
    """Return the rules that end every rule file."""
    short: Deferral | bool = Deferral() if policy.monthly_plans == "defer" else False
    return (
        PostingRule(
            name="EU businesses",
            match=_LINE | {"customer_country": "EU", "vat_number": True, "tax": 0},
            post={"credit": "revenue_eu_b2b"},
        ),
        PostingRule(
            name="Customers outside the EU",
            match=_LINE | {"customer_country": "non-EU", "tax": 0},
            post={"credit": "revenue_non_eu"},
        ),
        PostingRule(
            name="EU consumers",
            match=_LINE | {"tax_country": "EU", "tax": "> 0"},
            post={"credit": "revenue_eu_oss"},
        ),
        PostingRule(
            name="One-off lines",
            match=_LINE | {"interval": "none"},
            post={"credit": "revenue_one_off"},
            defer=False,
        ),
        PostingRule(
            name="Metered usage",
            match=_LINE | {"usage": "metered"},
            post={"credit": "revenue_usage"},
            defer=False,
        ),
        PostingRule(
            name="Plans longer than a month",
            match=_LINE | {"interval": "> 1 month"},
            post={"credit": "revenue_annual"},
            defer=Deferral(),
        ),
        PostingRule(
            name="Plans of a month or less",
            match=_LINE | {"interval": "<= 1 month"},
            post={"credit": "revenue_monthly"},
            defer=short,
        ),
        PostingRule(
            name="Bank fees",
            match={"record": "bank_line", "direction": "DBIT", "text_contains": "gebyr"},
            post={"debit": "bank_charges", "vat": "none"},
        ),
    )
