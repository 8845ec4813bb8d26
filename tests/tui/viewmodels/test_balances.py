"""The trial balance: accounts under their type, and a sum that must be zero."""

from typing import Any

from autobook_core.cli.looks import Looks
from autobook_tui.viewmodels import balances
from autobook_tui.viewmodels.cells import Line

LOOKS = Looks()


def told(line: Line) -> str:
    return "".join(cell.text for cell in line)


def accounts(make: Any) -> tuple[Any, ...]:
    return (
        make.account("1011", name="Sales", type="income", role="revenue_monthly", amount=-20_000),
        make.account("2391", name="Fees", type="expense", role="fees", amount=7_500),
        make.account(),
    )


def test_accounts_stand_under_their_type_with_its_sum(make: Any) -> None:
    rows = balances.table(accounts(make), "DKK", LOOKS, 80).rows
    assert [tuple(cell.text for cell in row.cells) for row in rows] == [
        ("", "Assets", "125.00"), ("6481", "  Bank", "125.00"),
        ("", "Income", "-200.00"), ("1011", "  Sales", "-200.00"),
        ("", "Expenses", "75.00"), ("2391", "  Fees", "75.00"),
    ]  # fmt: skip


def test_a_wide_terminal_shows_the_roles(make: Any) -> None:
    table = balances.table(accounts(make), "DKK", LOOKS, 100)
    assert [column.title for column in table.columns] == ["ACCOUNT", "NAME", "ROLE", "DKK"]
    assert table.rows[1].cells[2].text == "bank"


def test_the_last_line_says_zero_or_says_what_to_do(make: Any) -> None:
    even = (*accounts(make), make.account("8040", type="liability", amount=0))
    assert told(balances.zero_line(even, "DKK", LOOKS)).endswith("NOT ZERO ✗  next: autobook verify") is False
    assert told(balances.zero_line(even, "DKK", LOOKS)) == (
        " 4 accounts, debit positive; the sum is 0.00 DKK zero ✓"
    )
    odd = (make.account(),)
    assert told(balances.zero_line(odd, "DKK", LOOKS)).endswith(
        "125.00 DKK NOT ZERO ✗  next: autobook verify"
    )


def test_the_result_is_positive_when_something_was_earned(make: Any) -> None:
    lines = [told(line).split() for line in balances.totals(accounts(make), "DKK", LOOKS)]
    assert lines[-1] == ["Result", "125.00"]


def test_decimals_follow_the_currency(make: Any) -> None:
    rows = balances.table((make.account(),), "JPY", LOOKS, 80).rows
    assert rows[1].cells[-1].text == "12 500"
