"""``chart.toml``: each number and each role once, and no misspelt role."""

from collections.abc import Callable
from pathlib import Path

import pytest

from autobook_core.config import load_book

Refusal = Callable[[str, str], tuple[str, str]]


def account(number: str, more: str = "", *, kind: str = "asset") -> str:
    return f'[[account]]\nnumber = "{number}"\nname = "Account {number}"\ntype = "{kind}"\n{more}\n'


def test_a_chart_of_ones_own_is_enough(book: Path) -> None:
    (book / "chart.toml").write_text(
        account(
            "1000",
            'role = "bank"\ncurrency = "EUR"\nreconcile = true\nactive = false\nstandard_account = "6481"',
        )
    )
    found = load_book(book).chart.find("bank")
    assert found is not None
    assert (found.number, found.currency, found.reconcile, found.active) == ("1000", "EUR", True, False)


@pytest.mark.parametrize(
    ("text", "message", "fix"),
    [
        (
            account("1000") + account("2000") + account("1000"),
            "chart.toml:12: account 1000 stands twice, first on line 2",
            "give one of the two another number",
        ),
        (
            account("1000", 'role = "bank"') + account("2000", 'role = "bank"'),
            "chart.toml:10: role 'bank' belongs to two accounts: 1000 and 2000",
            "leave the role on one of the two",
        ),
        (
            account("1000", 'rolle = "bank"'),
            "chart.toml:5: unknown key 'rolle' in [[account]] 1; did you mean 'role'?",
            "known here: number, name, type, role, standard_account, vat_code, currency, reconcile, active",
        ),
        (
            account("1000") + account("2000", kind="assets"),
            (
                'chart.toml:9: type is "assets"; allowed: "asset" or "liability" or "equity" or "income" or "expense"; '
                'did you mean "asset"?'
            ),
            'change type to "asset"',
        ),
        (
            '[[account]]\nnumber = 1000\nname = "a"\ntype = "asset"\n',
            'chart.toml:2: number is 1000; allowed: a text in quotes; did you mean "1000"?',
            'change number to "1000"',
        ),
        (
            account("1000") + '[[account]]\nname = "a"\ntype = "asset"\n',
            "chart.toml:6: [[account]] 2 has no number",
            'add number = "NUMBER" to [[account]] 2',
        ),
        (
            account("1000", 'currency = "XXX"'),
            'chart.toml:5: currency is "XXX"; allowed: an ISO 4217 code in upper case, for example DKK',
            "change currency to an ISO 4217 code in upper case, for example DKK",
        ),
        ("# empty\n", "chart.toml:1: the chart has no account", "add an [[account]]: number, name, type"),
        (
            "[account]\nnumber = 1\n",
            "chart.toml:1: account is not a list of tables",
            "write [[account]] on its own line before each",
        ),
        (
            account("1000") + account("2000", 'role = "receivabels"'),
            "chart.toml:10: unknown role 'receivabels'; did you mean 'receivables'?",
            "write role = \"receivables\", or name 'receivabels' in a rule",
        ),
    ],
)
def test_a_refusal_names_line_cause_and_fix(refusal: Refusal, text: str, message: str, fix: str) -> None:
    assert refusal("chart.toml", text) == (message, fix)


def test_a_role_of_ones_own_is_no_misspelling_when_a_rule_names_it(book: Path) -> None:
    (book / "chart.toml").write_text(account("1000", 'role = "receivables_b"') + account("2000"))
    (book / "rules.toml").write_text('[[rule]]\nname = "a"\npost = { debit = "receivables_b" }\n')
    assert load_book(book).chart.number("receivables_b") == "1000"
