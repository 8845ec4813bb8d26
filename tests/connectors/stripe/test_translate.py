"""What single fields of Stripe's objects mean for the books."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from autobook_core.connector import Malformed
from autobook_stripe import autobook_connectors
from autobook_stripe.categories import CATEGORY_BY_TYPE
from autobook_stripe.config import Config
from autobook_stripe.source import StripeSource
from autobook_stripe.translate_catalogue import milli_percent

GOLDEN = Path(__file__).with_name("golden")
SOURCE = StripeSource(Config(api_key="sk_test_1"))
STREAMS = {stream.name: stream for stream in SOURCE.streams}


def example(name: str) -> dict[str, Any]:
    found: dict[str, Any]
    (found,) = json.loads((GOLDEN / f"{name}.raw.json").read_text(encoding="utf-8"))
    return found


def translated(stream: str, data: dict[str, Any]) -> Any:
    return next(iter(SOURCE.translate(STREAMS[stream], data)))


def line_with(name: str = "monthly-card", **changes: Any) -> Any:
    data = example(f"invoice.{name}")
    data["lines"]["data"][0] |= changes
    return translated("invoice", data).lines[0]


def tax(amount: int, rate: Any, taxable: int | None = 24000, **more: Any) -> dict[str, Any]:
    return {"amount": amount, "inclusive": False, "tax_rate": rate, "taxable_amount": taxable, **more}


def test_the_hook_announces_a_connector_that_loads_by_name() -> None:
    (spec,) = autobook_connectors()
    assert (spec.type, spec.load) == ("stripe", f"{StripeSource.__module__}:{StripeSource.__qualname__}")


def test_parents_come_before_children() -> None:
    order = [stream.name for stream in SOURCE.streams]
    for stream in SOURCE.streams:
        assert all(order.index(parent) < order.index(stream.name) for parent in stream.after)


@pytest.mark.parametrize(
    ("text", "milli"),
    [("25", 25000), ("25.0", 25000), ("8.375", 8375), ("0", 0), ("100", 100000), ("0.001", 1)],
)
def test_a_percentage_is_read_exactly(text: str, milli: int) -> None:
    assert milli_percent("txr_1", Decimal(text)) == milli
    data = json.dumps(example("tax_rate.fractional") | {"percentage": 0}).replace(
        '"percentage": 0', f'"percentage": {text}'
    )
    (record,) = SOURCE.translate(STREAMS["tax_rate"], data.encode())
    assert record.percentage_milli == milli  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["-1", "100.001", "8.3751", "NaN", "Infinity"])
def test_a_percentage_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Malformed) as caught:
        milli_percent("txr_1", Decimal(text))
    assert caught.value.code == "unknown_tax_treatment"


def test_two_taxes_of_one_rate_are_one_tax() -> None:
    line = line_with(tax_amounts=[tax(4000, "txr_1", 16000), tax(2000, "txr_1", 8000)])
    assert (line.tax, line.taxable_amount, line.tax_rate) == (6000, 24000, "txr_1")
    assert line_with(tax_amounts=[tax(4000, "txr_1", 16000), tax(2000, "txr_1", None)]).taxable_amount is None


def test_a_tax_of_zero_beside_another_is_left_out() -> None:
    line = line_with(tax_amounts=[tax(0, None), tax(6000, "txr_1"), tax(0, "txr_2")])
    assert (line.tax, line.tax_rate) == (6000, "txr_1")
    assert line_with("eu-business", tax_amounts=[tax(0, "txr_1"), tax(0, "txr_2")]).tax == 0


def test_the_same_rate_on_top_and_inside_are_two_treatments() -> None:
    with pytest.raises(Malformed, match="different rates"):
        line_with(tax_amounts=[tax(3000, "txr_1"), tax(3000, "txr_1", inclusive=True)])


def test_a_newer_line_says_by_behaviour_that_tax_is_inside() -> None:
    inside = {
        "amount": 6000,
        "tax_behavior": "inclusive",
        "tax_rate_details": {"tax_rate": "txr_dk"},
        "taxable_amount": 18000,
    }
    line = line_with("modern", taxes=[inside])
    assert line.tax_inclusive
    assert line.net == 18000


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"price": "price_id"}, ("price_id", None, None, False)),
        ({"price": None}, (None, None, None, True)),
        ({"price": None, "pricing": None, "plan": "pl_1"}, ("pl_1", None, None, False)),
        ({"price": None, "pricing": {"price_details": None}}, (None, None, None, True)),
        ({"price": {"id": "p", "product": {"id": "prod"}, "recurring": None}}, ("p", "prod", None, True)),
    ],
)
def test_a_line_names_what_it_sells_as_far_as_it_knows(
    changes: dict[str, Any], expected: tuple[Any, ...]
) -> None:
    line = line_with(**changes)
    assert (line.price, line.product, line.interval, line.interval_known) == expected


def test_a_newer_line_of_an_invoice_item_tells_of_its_proration() -> None:
    parent = {"invoice_item_details": {"proration": True}, "subscription_item_details": None}
    assert line_with("modern", parent=parent).proration
    assert not line_with("modern", parent={"invoice_item_details": None}).proration


def test_the_tax_percent_of_the_oldest_invoices_belongs_to_their_only_line() -> None:
    data = example("invoice.oldest-shape") | {"total_tax_amounts": [], "tax_percent": 25.0}
    (line,) = translated("invoice", data).lines
    assert (line.tax, line.tax_milli, line.tax_inclusive) == (2475, 25000, False)


def test_expanded_links_are_read_as_their_ids() -> None:
    data = example("charge.modern")
    expanded = data | {
        "customer": {"id": "cus_lyng"},
        "invoice": {"id": "in_1"},
        "payment_intent": {"id": "pi_1"},
    }
    assert translated("charge", expanded) == translated(
        "charge", data | {"customer": "cus_lyng", "invoice": "in_1"}
    )
    invoice = example("invoice.modern")
    assert translated("invoice", invoice | {"customer": {"id": "cus_lyng"}}) == translated("invoice", invoice)


def test_an_expanded_balance_transaction_is_the_one_of_its_own_stream() -> None:
    data = example("charge.monthly-card")
    charge, movement = SOURCE.translate(STREAMS["charge"], data)
    assert [movement] == list(SOURCE.translate(STREAMS["balance_transaction"], data["balance_transaction"]))
    assert charge.balance_transaction == movement.id  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("tax_ids", "number"),
    [
        ([], None),
        ([{"type": "us_ein", "value": "12-3456789"}], None),
        ([{"type": "gb_vat", "value": "GB1"}], "GB1"),
        ([{"type": "no_vat", "value": "NO1"}, {"type": "eu_vat", "value": "DK1"}], "DK1"),
    ],
)
def test_only_vat_numbers_are_vat_numbers(tax_ids: list[dict[str, str]], number: str | None) -> None:
    assert (
        translated("customer", example("customer.business") | {"tax_ids": {"data": tax_ids}}).vat_id == number
    )
    assert (
        translated("invoice", example("invoice.draft") | {"customer_tax_ids": tax_ids}).customer_vat_id
        == number
    )


def test_a_rate_older_than_its_country_field_names_it_as_jurisdiction() -> None:
    data = example("tax_rate.fractional") | {"country": None}
    assert translated("tax_rate", data | {"jurisdiction": "DK"}).country == "DK"
    assert translated("tax_rate", data | {"jurisdiction": "Example1"}).country is None


@pytest.mark.parametrize("stream", ["customer", "product", "price"])
def test_a_deleted_parent_is_a_note_that_changes_no_record(stream: str) -> None:
    record = translated(stream, {"id": "x_1", "object": stream, "deleted": True})
    assert (record.kind, record.what) == ("other", f"deleted_{stream}")


def test_a_credit_note_of_two_refunds_is_refused() -> None:
    data = example("credit_note.modern") | {"refunds": [{"refund": "re_1"}, {"refund": "re_2"}]}
    with pytest.raises(Malformed, match="2 refunds"):
        translated("credit_note", data)


def test_a_subscription_that_is_not_whole_is_refused() -> None:
    data = example("subscription.classic")
    with pytest.raises(Malformed, match="not all items"):
        translated("subscription", data | {"items": {"data": [], "has_more": True}})
    with pytest.raises(Malformed, match="names no price"):
        translated("subscription", data | {"items": {"data": [{"quantity": 1}]}})


def test_the_category_of_stripe_wins_over_the_table() -> None:
    data = example("balance_transaction.fee")
    assert (
        translated("balance_transaction", data | {"reporting_category": "network_cost"}).category
        == "network_cost"
    )
    assert translated("balance_transaction", data | {"reporting_category": None}).category == "fee"
    unheard = data | {"reporting_category": None, "type": "novelty"}
    assert translated("balance_transaction", unheard).category == "novelty"
    assert CATEGORY_BY_TYPE["adjustment"] == "other_adjustment"


def test_records_carry_whether_money_is_real() -> None:
    for name in ("charge.modern", "invoice.modern", "credit_note.modern", "dispute.lost", "payout.payout"):
        stream = name.partition(".")[0]
        assert translated(stream, example(name)).livemode is True
        assert translated(stream, example(name) | {"livemode": False}).livemode is False
