"""The one-stop shop: by country and rate, and the tax is what its account moved."""

from datetime import date
from typing import Any

from autobook_core.domain.journal import Draft, Line
from autobook_core.ledger.append import append_all
from autobook_core.reports.oss import oss_rows
from autobook_core.reports.tax_codes import CodeTotal

Q1 = {"first": date(2025, 1, 1), "last": date(2025, 3, 31)}


def test_the_return_is_by_country_and_rate_and_ties_to_its_account(quarter: Any) -> None:
    found = quarter.report("oss", **Q1)
    assert [(row["country"], row["rate"], row["base"], row["tax"]) for row in found["rows"]] == [
        ("FI", "25.5", 10_000, 2_550)
    ]
    assert (found["tax"], found["movement"], found["difference"]) == (2_550, 2_550, 0)
    assert "not converted to EUR" in found["note"]
    assert quarter.report("oss", first=date(2025, 4, 1), last=date(2025, 6, 30))["rows"] == []


def test_tax_that_was_paid_is_outside_and_the_return_still_ties(told: Any, say: Any) -> None:
    book = told(
        say.invoice(1, 10_000, "2025-03-01", country="FI"),
        say.manual("oss-paid", "2025-03-20", vat_oss_payable=2_000, bank=-2_000),
    )
    found = book.report("oss", **Q1)
    assert (found["tax"], found["movement"], found["outside"], found["difference"]) == (2_550, 550, -2_000, 0)


def test_tax_of_another_code_on_the_account_shows_as_a_difference(told: Any, say: Any) -> None:
    book = told(say.invoice(1, 10_000, "2025-03-01", country="FI"))
    draft = Draft(
        day=date(2025, 3, 2), journal="sales", text="t", sources=("s",), rule="r", rule_version="v",
        lines=(Line("7841", -70, "DK25"), Line("7680", 70, "DK25")),
    )  # fmt: skip
    with book.store.writing():
        append_all(book.store, [draft], posted_at="2025-03-02T00:00:00Z")
    found = book.report("oss", **Q1)
    assert (found["tax"], found["movement"], found["difference"]) == (2_550, 2_620, 70)


def test_each_rate_of_a_country_is_a_row_of_its_own() -> None:
    found = oss_rows(
        [
            CodeTotal(code="OSS-SE-6", base=-100, tax=-6),
            CodeTotal(code="DK25", base=-100, tax=-25),
            CodeTotal(code="OSS-SE-25", base=-100, tax=-25),
            CodeTotal(code="OSS-FI-25.5", base=40, tax=10),
        ]
    )
    assert [(row["country"], row["rate"], row["base"], row["tax"]) for row in found] == [
        ("FI", "25.5", -40, -10), ("SE", "25", 100, 25), ("SE", "6", 100, 6),
    ]  # fmt: skip
