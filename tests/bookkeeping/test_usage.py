"""Usage billed afterwards: revenue with the invoice, or in the month it was used; VAT with the invoice."""

from typing import Any

import pytest

SERVICE = {"usage_in_arrears": "service_month"}


def usage(say: Any, net: int = 4_000, *, id: str = "il_1", **fields: Any) -> Any:
    """A line of metered usage in January, invoiced in February."""
    line = say.line(net, id=id, start="2025-01-01", end="2025-02-01", **fields)
    line["price"]["recurring"]["usage_type"] = "metered"
    return line


def test_usage_is_revenue_with_its_invoice(say: Any, orders: Any) -> None:
    book = orders([say.invoice(1, usage(say), day="2025-02-03"), say.charge(1, 5_000, day="2025-02-04")])
    assert book.legs("in_1") == [
        ("2025-02-03", "receivables", 5_000), ("2025-02-03", "revenue_usage", -4_000),
        ("2025-02-03", "vat_output_25", -1_000),
    ]  # fmt: skip


def test_usage_is_revenue_on_its_last_day_of_service_where_that_is_asked_for(say: Any, orders: Any) -> None:
    book = orders([say.invoice(1, usage(say), day="2025-02-03")], **SERVICE)
    assert book.legs("in_1") == [
        ("2025-01-31", "accrued_income", 4_000), ("2025-01-31", "revenue_usage", -4_000),
        ("2025-02-03", "receivables", 5_000), ("2025-02-03", "accrued_income", -4_000),
        ("2025-02-03", "vat_output_25", -1_000),
    ]  # fmt: skip
    codes = [[line["tax_code"] for line in entry["lines"]] for entry in book.book.journal()]
    assert codes == [[None, None], [None, "DK25", "DK25"]]


def test_usage_invoiced_before_its_service_ends_is_not_accrued(say: Any, company: Any) -> None:
    book = company(**SERVICE)
    book.tell(say.invoice(1, usage(say), day="2025-01-31"))
    assert {role for _, role, _ in book.legs("in_1")} == {"receivables", "revenue_usage", "vat_output_25"}


def test_the_other_lines_of_the_invoice_are_as_ever(say: Any, company: Any) -> None:
    book = company(**SERVICE)
    book.tell(say.invoice(1, usage(say), say.annual(id="il_2", start="2025-02-01", end="2026-02-01")))
    assert book.balances()["deferred_revenue"] == -36_500 + 2_800
    assert book.balances()["revenue_usage"] == -4_000
    assert "accrued_income" not in book.balances()


@pytest.mark.parametrize("policy", [SERVICE, {}])
def test_what_is_credited_of_usage_reduces_its_revenue(say: Any, orders: Any, policy: dict[str, str]) -> None:
    lines = [usage(say), say.line(2_000, id="il_2")]
    book = orders(
        [
            say.invoice(1, *lines, day="2025-02-03"),
            say.credit_note(1, say.credited(4_000)),
            say.charge(1, 2_500, day="2025-02-12"),
            say.refund(1, 1_250, day="2025-02-13"),
        ],
        **policy,
    )
    assert book.balances() == {"revenue_monthly": -1_000, "stripe_clearing": 1_250, "vat_output_25": -250}


def test_a_void_takes_accrued_usage_back_from_revenue(say: Any, orders: Any) -> None:
    moved = {"voided_at": say.invoice(1, day="2025-02-20")["data"]["created"]}
    invoice = say.invoice(1, usage(say), day="2025-02-03", status="void", status_transitions=moved)
    book = orders([invoice], **SERVICE)
    assert ("2025-02-20", "revenue_usage", 4_000) in book.legs("in_1")
    assert book.balances() == {}


def test_usage_shared_by_a_rule_is_accrued_to_each_account(say: Any, company: Any) -> None:
    rules = """
[[rule]]
name = "Shared"
match = { record = "invoice_line", usage = "metered" }
split = [ { share = "70 %", credit = "revenue_usage" }, { share = "rest", credit = "revenue_one_off" } ]
"""
    book = company(rules, **SERVICE)
    book.tell(say.invoice(1, usage(say, 1_001), day="2025-02-03"))
    assert book.balances() == {
        "receivables": 1_251, "revenue_one_off": -300, "revenue_usage": -701, "vat_output_25": -250,
    }  # fmt: skip
