"""The EU sales list: by VAT number, equal to box B, and honest about what cannot be listed."""

from datetime import date
from typing import Any

from autobook_core.domain.records import Customer, Invoice
from autobook_core.reports.eu_sales import list_rows, problems, vat_number
from autobook_core.store.reading import Coded

Q1 = {"first": date(2025, 1, 1), "last": date(2025, 3, 31)}


def invoice(id: str, customer: str, vat_id: str | None = None) -> Invoice:
    return Invoice(
        id=id, number=id, customer=customer, currency="DKK", status="open", effective_at=0, lines=(), subtotal=0,
        tax=0, total=0, amount_due=0, customer_vat_id=vat_id,
    )  # fmt: skip


def test_the_list_is_by_vat_number_and_equals_box_b(quarter: Any) -> None:
    found = quarter.report("eu-sales-list", **Q1)
    assert [(row["vat_id"], row["country"], row["name"], row["amount"]) for row in found["rows"]] == [
        ("SE556677889901", "SE", "Malmö AB", 60_000)
    ]
    assert found["total"] == found["box"] == quarter.report("vat", **Q1)["boxes"]["rubrik_b_ydelser"]
    assert (found["difference"], found["problems"]) == (0, [])


def test_two_customers_with_one_number_are_one_row_and_a_refund_takes_from_it(told: Any, say: Any) -> None:
    number = "DE 811 115 368"
    book = told(
        say.invoice(1, 60_000, "2025-02-01", country="DE", vat=number, name="Bau GmbH"),
        say.invoice(2, 10_000, "2025-02-02", country="DE", vat="DE811115368", name="Bau GmbH"),
        say.charge(1, 60_000, "2025-02-03"),
        say.refund(1, 15_000, "2025-03-10"),
        say.refund(2, 5_000, "2025-03-20", charge=1),
        say.refund(3, 5_000, "2025-04-10", charge=1),
    )
    found = book.report("eu-sales-list", **Q1)
    assert [(row["vat_id"], row["customers"], row["invoices"], row["amount"]) for row in found["rows"]] == [
        ("DE811115368", ["cus_1", "cus_2"], ["in_1", "in_2"], 50_000)
    ]
    assert found["difference"] == 0


def test_a_customer_without_a_number_is_in_the_sum_and_a_problem() -> None:
    entries = [
        Coded(1, "2025-02-01", ["in_1"], "in_1", "cus_1", -700),
        Coded(2, "2025-02-01", ["x"], None, None, 50),
    ]
    rows = list_rows(entries, {"in_1": invoice("in_1", "cus_1")}, {})
    assert sum(row["amount"] for row in rows) == 650
    assert [(item["code"], item["customer"]) for item in problems(rows)] == [
        ("vat_number_missing", "an unknown customer"),
        ("vat_number_missing", "cus_1"),
    ]


def test_a_number_of_no_other_eu_country_is_a_problem() -> None:
    for number, codes in [
        ("NO123", ["vat_number_not_eu"]),
        ("DK12345678", ["vat_number_not_eu"]),
        ("EL1", []),
    ]:
        entries = [Coded(1, "2025-02-01", ["in_1"], "in_1", None, -700)]
        rows = list_rows(entries, {"in_1": invoice("in_1", "cus_1", number)}, {})
        assert [item["code"] for item in problems(rows)] == codes


def test_the_number_on_the_invoice_comes_before_that_of_the_customer() -> None:
    customer = Customer(id="cus_1", vat_id="se 55.66")
    assert vat_number(invoice("in_1", "cus_1", "DE 1"), customer) == "DE1"
    assert vat_number(invoice("in_1", "cus_1"), customer) == "SE5566"
    assert vat_number(None, None) == ""
