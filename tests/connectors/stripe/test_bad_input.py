"""Objects that must be set aside: never guessed at, never booked in part."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autobook_core.connector import Malformed
from autobook_stripe.config import Config
from autobook_stripe.source import StripeSource

GOLDEN = Path(__file__).with_name("golden")
SOURCE = StripeSource(Config(api_key="sk_test_1"))
STREAMS = {stream.name: stream for stream in SOURCE.streams}


def example(name: str) -> dict[str, Any]:
    found: dict[str, Any]
    (found,) = json.loads((GOLDEN / f"{name}.raw.json").read_text(encoding="utf-8"))
    return found


def refusal(stream: str, raw: bytes) -> Malformed:
    with pytest.raises(Malformed) as caught:
        list(SOURCE.translate(STREAMS[stream], raw))
    return caught.value


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("12.5", "non_integer_amount"),
        ('"1250"', "non_integer_amount"),
        ('"10.00"', "non_integer_amount"),
        ("1e3", "non_integer_amount"),
        ("1250.0", "non_integer_amount"),
        ("true", "non_integer_amount"),
        ("9223372036854775808", "non_integer_amount"),
        ("9" * 5000, "non_integer_amount"),
        ("null", "missing_required_field"),
        ("NaN", "malformed_record"),
        ("Infinity", "malformed_record"),
    ],
    ids=lambda text: text[:20],
)
@pytest.mark.parametrize(
    "name", ["charge.modern", "refund.failed", "payout.payout", "balance_transaction.fee"]
)
def test_only_an_integer_is_an_amount(name: str, amount: str, code: str) -> None:
    data = example(name) | {"amount": "@"}
    raw = json.dumps(data).replace('"@"', amount).encode()
    found = refusal(name.partition(".")[0], raw)
    assert found.code == code
    if code != "malformed_record":
        assert found.id == data["id"]
        assert "$.amount" in found.why


@pytest.mark.parametrize(
    ("name", "required"),
    [
        ("charge.modern", ("id", "amount", "created", "currency", "status")),
        ("refund.failed", ("id", "amount", "created", "currency", "status")),
        ("dispute.lost", ("id", "amount", "charge", "created", "currency", "status")),
        ("payout.payout", ("id", "amount", "arrival_date", "created", "currency", "status")),
        ("balance_transaction.fee", ("id", "amount", "fee", "net", "created", "currency", "type")),
        ("invoice.monthly-card", ("id", "customer", "currency", "lines", "status", "subtotal", "total", "amount_due")),
        ("credit_note.modern", ("id", "invoice", "created", "currency", "subtotal", "total", "status")),
        ("invoice_payment.modern", ("id", "invoice", "created")),
        ("subscription.classic", ("id", "customer", "items", "status", "created")),
        ("price.recurring", ("id", "currency")),
        ("tax_rate.fractional", ("id", "percentage")),
    ],
)  # fmt: skip
def test_what_is_required_is_missed(name: str, required: tuple[str, ...]) -> None:
    for key in required:
        data = {field: value for field, value in example(name).items() if field != key}
        found = refusal(name.partition(".")[0], json.dumps(data).encode())
        assert (key, found.code) == (key, "missing_required_field")


@pytest.mark.parametrize("currency", ["", "dk", "xyz", "euro", "btc", "iqd"])
def test_a_currency_that_stripe_does_not_know_is_refused(currency: str) -> None:
    for name in ("charge.modern", "invoice.modern", "balance_transaction.fee", "price.recurring"):
        raw = json.dumps(example(name) | {"currency": currency}).encode()
        assert refusal(name.partition(".")[0], raw).code == "unknown_currency"


@pytest.mark.parametrize(
    "name", ["charge.modern", "refund.failed", "payout.payout", "invoice.modern", "dispute.lost"]
)
def test_an_unknown_status_is_no_guess_where_money_moves(name: str) -> None:
    raw = json.dumps(example(name) | {"status": "quantum"}).encode()
    assert refusal(name.partition(".")[0], raw).code == "malformed_record"


def test_an_extra_field_changes_nothing() -> None:
    data = example("charge.modern")
    more = data | {"novelty": {"deep": [1, 2.5, None]}, "source": {"object": "card"}}
    stream = STREAMS["charge"]
    assert SOURCE.translate(stream, json.dumps(more).encode()) == SOURCE.translate(stream, data)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"[]",
        b'"ch_1"',
        b'{"id":',
        b"\xff\xfe{",
        b'{"id":7}',
        b'{"id":""}',
        b'{"deep":' + b"[" * 200_000,
    ],
    ids=lambda raw: repr(raw[:12]),
)
def test_what_is_no_object_is_refused_without_a_crash(raw: bytes) -> None:
    refusal("charge", raw)
    with pytest.raises(Malformed):
        SOURCE.envelope(STREAMS["charge"], raw)


def test_an_object_of_a_million_elements_is_read_past() -> None:
    data = json.dumps(example("charge.modern"))[:-1] + ', "noise": [' + "1," * 999_999 + "1]}"
    (record,) = SOURCE.translate(STREAMS["charge"], data.encode())
    assert record.id == "ch_1"


@pytest.mark.parametrize(
    "raw",
    [
        b'{"id":"ch_1","amount":1,"amount":100}',
        b'{"id":"ch_1", "amount" : 1, "amount" : 100}',
        b'{"id":"ch_1","a":{"b":1,"b":1}}',
        b'{"id":"ch_1","list":[{"x":1},{"x":1,"x":2}]}',
    ],
)
def test_a_file_that_says_something_twice_is_refused(raw: bytes) -> None:
    with pytest.raises(Malformed, match="stands twice") as caught:
        SOURCE.envelope(STREAMS["charge"], raw)
    assert caught.value.id == "ch_1"


def test_white_space_and_escapes_are_not_repetition() -> None:
    raw = rb'{ "id" : "ch_1" , "text": "\"amount\": 1, \"amount\":2", "created": 5 }'
    envelope = SOURCE.envelope(STREAMS["charge"], raw)
    assert (envelope.id, envelope.created, envelope.data) == ("ch_1", 5, raw)


def two_rates(data: dict[str, Any]) -> None:
    line = data["lines"]["data"][0]
    line["tax_amounts"].append(
        {"amount": 100, "inclusive": False, "tax_rate": "txr_city", "taxable_amount": 24000}
    )


def tax_on_the_invoice_only(data: dict[str, Any]) -> None:
    line = data["lines"]["data"][0]
    line["tax_amounts"] = []
    data["lines"]["data"] = [line, dict(line, id="il_2")]


def tax_without_a_rate(data: dict[str, Any]) -> None:
    data["lines"]["data"][0]["tax_amounts"] = []


def fine_rate(data: dict[str, Any]) -> None:
    data["lines"]["data"][0]["tax_amounts"][0]["tax_rate"]["percentage"] = 8.37501


def lines_cut_short(data: dict[str, Any]) -> None:
    data["lines"]["has_more"] = True


def no_date(data: dict[str, Any]) -> None:
    del data["created"]


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (two_rates, "unknown_tax_treatment"),
        (tax_on_the_invoice_only, "unknown_tax_treatment"),
        (tax_without_a_rate, "unknown_tax_treatment"),
        (fine_rate, "unknown_tax_treatment"),
        (lines_cut_short, "missing_required_field"),
        (no_date, "missing_required_field"),
    ],
)
def test_an_invoice_that_would_have_to_be_guessed_is_refused(
    spoil: Callable[[dict[str, Any]], None], code: str
) -> None:
    data = example("invoice.monthly-card")
    spoil(data)
    assert refusal("invoice", json.dumps(data).encode()).code == code
