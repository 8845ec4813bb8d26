"""Stripe's amounts in ISO 4217 minor units."""

import json
from pathlib import Path
from typing import Any

import pytest

from autobook_core.connector import Malformed
from autobook_core.domain.money import exponent
from autobook_stripe.config import Config
from autobook_stripe.currencies import CODES, SCALED, to_minor
from autobook_stripe.source import StripeSource

GOLDEN = Path(__file__).with_name("golden")
SOURCE = StripeSource(Config(api_key="sk_test_1"))

#: As Stripe's page on currencies lists them.
ZERO_DECIMAL = "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split()
TWO_IMPLIED_ZEROS = ["isk", "ugx"]
THREE_DECIMAL = "bhd jod kwd omr tnd".split()


def translated(stream: str, data: dict[str, Any]) -> Any:
    shape = next(one for one in SOURCE.streams if one.name == stream)
    return next(iter(SOURCE.translate(shape, json.dumps(data).encode())))


def example(name: str) -> dict[str, Any]:
    found: dict[str, Any]
    (found,) = json.loads((GOLDEN / f"{name}.raw.json").read_text(encoding="utf-8"))
    return found


def stripe_decimals(code: str) -> int:
    """Return how many decimals of the major unit Stripe counts in."""
    times, per = SCALED.get(code, (1, 1))
    return exponent(code) + {(1, 1): 0, (1, 100): 2, (100, 1): -2}[times, per]


@pytest.mark.parametrize("currency", ZERO_DECIMAL)
def test_stripe_counts_these_in_whole_units(currency: str) -> None:
    assert stripe_decimals(CODES[currency]) == 0


@pytest.mark.parametrize("currency", TWO_IMPLIED_ZEROS)
def test_stripe_adds_two_zeros_to_these(currency: str) -> None:
    assert stripe_decimals(CODES[currency]) == 2
    assert exponent(CODES[currency]) == 0


@pytest.mark.parametrize("currency", THREE_DECIMAL)
def test_stripe_counts_these_in_thousandths(currency: str) -> None:
    assert stripe_decimals(CODES[currency]) == 3


def test_every_other_currency_has_two_decimals_at_stripe() -> None:
    others = set(CODES) - {*ZERO_DECIMAL, *TWO_IMPLIED_ZEROS, *THREE_DECIMAL}
    assert {stripe_decimals(CODES[currency]) for currency in others} == {2}


def test_five_hundred_kronur_come_as_fifty_thousand() -> None:
    assert translated("charge", example("charge.isk")).amount == 500


@pytest.mark.parametrize("amount", [50_001, -1, 99])
def test_a_fraction_of_a_krona_is_refused(amount: int) -> None:
    with pytest.raises(Malformed, match="no whole number") as caught:
        translated("charge", example("charge.isk") | {"amount": amount})
    assert caught.value.code == "non_integer_amount"


def test_negative_amounts_mirror_positive_ones() -> None:
    assert to_minor("x", -50_000, "ISK") == -500
    assert to_minor("x", 7, "MGA") == 700


def test_every_amount_of_an_invoice_and_its_lines_is_converted() -> None:
    data = example("invoice.monthly-card") | {"currency": "isk"}
    record = translated("invoice", data)
    assert (record.subtotal, record.tax, record.total, record.amount_due) == (240, 60, 300, 300)
    (line,) = record.lines
    assert (line.amount, line.tax, line.taxable_amount) == (240, 60, 240)


def test_every_amount_of_a_balance_transaction_is_converted() -> None:
    data = example("balance_transaction.fee") | {"currency": "ugx", "fee": 300, "net": -1500}
    record = translated("balance_transaction", data)
    assert (record.amount, record.fee, record.net) == (-12, 3, -15)


def test_thousandths_come_as_they_are() -> None:
    assert translated("charge", example("charge.modern") | {"currency": "kwd", "amount": 5120}).amount == 5120
