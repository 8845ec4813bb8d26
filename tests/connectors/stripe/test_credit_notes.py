"""Credit notes of both shapes of the API: their lines, and what goes to the customer's balance."""

import json
from pathlib import Path
from typing import Any

import pytest

from autobook_core.connector import Malformed
from autobook_core.domain.records import CreditNote, CreditNoteLine
from autobook_stripe.config import Config
from autobook_stripe.source import StripeSource

GOLDEN = Path(__file__).parent / "golden"
SOURCE = StripeSource(Config(api_key="rk_test"))
PART = {"amount_refunded": 20_000, "refund": "re_1"}


def translated(shape: str = "modern", **changes: Any) -> CreditNote:
    stream = next(stream for stream in SOURCE.streams if stream.name == "credit_note")
    (row,) = json.loads((GOLDEN / f"credit_note.{shape}.raw.json").read_text(encoding="utf-8"))
    (record,) = SOURCE.translate(stream, row | changes)
    assert isinstance(record, CreditNote)
    return record


@pytest.mark.parametrize("shape", ["modern", "credit-note"])
def test_a_line_names_the_line_of_the_invoice(shape: str) -> None:
    line = CreditNoteLine(id="cnli_1", amount=24_000, tax=6_000, invoice_line="il_1")
    assert translated(shape).lines == (line,)


def test_tax_inside_the_price_and_a_discount_are_taken_out_of_the_net() -> None:
    line = {
        "id": "cnli_1", "amount": 30_000, "discount_amount": 5_000,
        "taxes": [{"amount": 5_000, "tax_behavior": "inclusive"}],
    }  # fmt: skip
    (found,) = translated(lines={"data": [line]}).lines
    assert (found.net, found.tax, found.invoice_line) == (20_000, 5_000, None)


@pytest.mark.parametrize(
    ("changes", "balance"),
    [
        ({}, 0),
        ({"customer_balance_transaction": "cbtxn_1", "refunds": []}, 30_000),
        ({"customer_balance_transaction": {"id": "cbtxn_1", "amount": -7_000}}, 7_000),
        ({"customer_balance_transaction": "cbtxn_1", "refunds": [PART]}, 10_000),
        ({"customer_balance_transaction": "cbtxn_1", "refunds": [], "post_payment_amount": 12_000}, 12_000),
        ({"customer_balance_transaction": "cbtxn_1", "refunds": [], "out_of_band_amount": 1_000}, 29_000),
    ],
)  # fmt: skip
def test_what_goes_to_the_customers_balance(changes: dict[str, Any], balance: int) -> None:
    assert translated(**changes).customer_balance == balance


def test_a_balance_that_cannot_be_told_from_a_refund_is_refused() -> None:
    with pytest.raises(Malformed, match="cannot be told apart"):
        translated(refunds=None, refund="re_1", customer_balance_transaction="cbtxn_1")


def test_lines_that_are_not_all_here_are_refused() -> None:
    with pytest.raises(Malformed, match="not all lines"):
        translated(lines={"data": [], "has_more": True})


def test_when_it_was_voided_is_told_of_a_void_one_only() -> None:
    assert translated(voided_at=1_746_600_000).voided_at is None
    assert translated(voided_at=1_746_600_000, status="void").voided_at == 1_746_600_000


def test_amounts_of_a_currency_stripe_counts_otherwise_are_scaled_in_lines_too() -> None:
    note = translated(currency="isk", customer_balance_transaction={"id": "cbtxn_1", "amount": -700})
    assert (note.total, note.customer_balance, note.lines[0].amount) == (300, 7, 240)
