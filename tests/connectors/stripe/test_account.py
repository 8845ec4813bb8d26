"""Whose account it is, what may be read, and what stands on it."""

from collections.abc import Callable
from typing import Any

import pytest

from autobook_core.connector import AuthFailed, Balance, Malformed, Money, secret_values

Connect = Callable[..., Any]

LISTS = [
    "customers", "products", "prices", "tax_rates", "subscriptions", "invoices", "invoice_payments", "credit_notes",
    "charges", "refunds", "disputes", "balance_transactions", "payouts",
]  # fmt: skip


@pytest.fixture
def account(server: Any) -> Any:
    server.lists |= {f"/v1/{name}": [] for name in LISTS}
    server.objects["/v1/account"] = {
        "id": "acct_1",
        "email": "a@nordlys.example",
        "business_profile": {"name": "Nordlys ApS"},
        "settings": {"dashboard": {"display_name": "Nordlys"}},
    }
    server.objects["/v1/balance"] = {
        "available": [{"amount": 1000, "currency": "dkk"}, {"amount": -50, "currency": "eur"}],
        "pending": [{"amount": 234, "currency": "dkk"}, {"amount": 50_000, "currency": "isk"}],
        "livemode": False,
    }
    return server


def test_check_names_the_account(account: Any, connect: Connect) -> None:
    reader = connect()
    health = reader.source.check(reader.context)
    assert (health.ok, health.account_id, health.label, health.live) == (True, "acct_1", "Nordlys", False)
    assert len(account.requests) == 13


@pytest.mark.parametrize(
    ("key", "live"), [("sk_live_1", True), ("rk_live_1", True), ("rk_test_1", False), ("sk_other", False)]
)
def test_the_key_or_else_the_balance_says_whether_money_is_real(
    account: Any, connect: Connect, key: str, live: bool
) -> None:
    reader = connect(api_key=key)
    assert reader.source.check(reader.context).live is live


def test_check_names_the_lists_the_key_may_not_read(account: Any, connect: Connect) -> None:
    account.broken |= {"/v1/account": 403, "/v1/payouts": 403, "/v1/disputes": 403}
    reader = connect()
    health = reader.source.check(reader.context)
    assert not health.ok
    assert health.missing == ("dispute", "payout")
    assert health.message == "the key may not read: dispute, payout"


def test_a_key_that_opens_nothing_is_refused(account: Any, connect: Connect) -> None:
    account.broken |= {f"/v1/{name}": 401 for name in [*LISTS, "account"]}
    reader = connect()
    with pytest.raises(AuthFailed):
        reader.source.check(reader.context)


def test_the_balance_is_what_is_available_and_what_is_coming_by_currency(
    account: Any, connect: Connect
) -> None:
    reader = connect()
    at = reader.context.now()
    assert list(reader.source.balance(reader.context, at)) == [
        Balance("stripe", Money(1234, "DKK"), at),
        Balance("stripe", Money(-50, "EUR"), at),
        Balance("stripe", Money(500, "ISK"), at),
    ]


def test_a_balance_in_an_unknown_currency_is_refused(account: Any, connect: Connect) -> None:
    account.objects["/v1/balance"]["available"] = [{"amount": 1, "currency": "xyz"}]
    reader = connect()
    with pytest.raises(Malformed, match="xyz"):
        reader.source.balance(reader.context, 0)


def test_the_secrets_of_a_connection_are_declared_and_shown_nowhere(connect: Connect) -> None:
    config = connect(api_key="sk_test_canary", webhook_secret="whsec_canary").source.config
    assert "canary" not in repr(config)
    assert set(secret_values(config)) == {"sk_test_canary", "whsec_canary"}
