"""A chart of accounts finds an account by number or by role, and refuses what stands twice."""

import pytest

from autobook_core.domain.chart import ACCOUNT_TYPES, ROLES, Account, Chart

BANK = Account(number="6481", name="Bank", type="asset", role="bank")
FEES = Account(number="2391", name="Fees", type="expense", role="fees")
PLAIN = Account(number="2000", name="Rent", type="expense")


def test_an_account_is_found_by_its_role_and_by_its_number() -> None:
    chart = Chart([BANK, FEES, PLAIN])
    assert chart.find("bank") is BANK
    assert chart.find("6481") is BANK
    assert chart.find_number("6481") is BANK
    assert chart.find_number("bank") is None
    assert chart.find("rent") is None
    assert chart.number("fees") == "2391"
    assert chart.number("nobody") is None
    assert chart.accounts == (BANK, FEES, PLAIN)


def test_an_account_is_called_by_its_role_where_it_has_one() -> None:
    chart = Chart([BANK, PLAIN])
    assert [chart.label(number) for number in ("6481", "2000", "9999")] == ["bank", "2000", "9999"]


def test_every_name_is_offered_once() -> None:
    assert Chart([BANK, PLAIN]).names() == ["2000", "6481", "bank"]


def test_a_number_that_stands_twice_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^account number 6481 stands twice in the chart$"):
        Chart([BANK, Account(number="6481", name="Other", type="asset")])


def test_a_role_that_stands_twice_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^role bank belongs to 6481 and 6482$"):
        Chart([BANK, Account(number="6482", name="Other", type="asset", role="bank")])


def test_a_role_wins_over_a_number_that_reads_the_same() -> None:
    odd = Account(number="bank", name="Odd", type="asset")
    chart = Chart([odd, BANK])
    assert chart.find("bank") is BANK
    assert chart.find_number("bank") is odd


def test_roles_and_types_are_listed_once() -> None:
    assert len(set(ROLES)) == len(ROLES)
    assert ACCOUNT_TYPES == ("asset", "liability", "equity", "income", "expense")
