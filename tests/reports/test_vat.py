"""The VAT return: boxes equal the accounts of VAT, bases are counted once, and doubts are said."""

from datetime import date
from typing import Any

from autobook_core.domain.journal import Draft, Line
from autobook_core.domain.policy import Policy
from autobook_core.ledger.append import append_all
from autobook_core.reports import build
from autobook_core.reports.tax_codes import by_code
from autobook_core.reports.vat import BOXES, boxes_of, whole_units
from autobook_core.store.reading import Taxed

Q1 = {"first": date(2025, 1, 1), "last": date(2025, 3, 31)}
Q2 = {"first": date(2025, 4, 1), "last": date(2025, 6, 30)}


def filled(found: Any) -> dict[str, int]:
    return {name: amount for name, amount in found["boxes"].items() if amount}


def codes(found: Any) -> set[str]:
    return {item["code"] for item in found["warnings"]}


def test_the_boxes_are_those_worked_out_by_hand(quarter: Any) -> None:
    found = quarter.report("vat", **Q1)
    # Output: 25 % of 100.00 and of 365.00, less the VAT in the refund of 50.00 of 125.00.
    assert filled(found) == {
        "salgsmoms": 2_500 + 9_125 - 1_000, "koebsmoms": 1_000, "rubrik_b_ydelser": 60_000,
        "rubrik_c": 20_000 + 10_000, "momstilsvar": 9_625,
    }  # fmt: skip
    assert (found["difference"], found["from"], found["to"]) == (0, "2025-01-01", "2025-03-31")
    assert {item["code"]: (item["base"], item["tax"]) for item in found["codes"]} == {
        "DK25": (-42_500, -10_625), "DK0-EU-SERV": (-60_000, 0), "DK0-NONEU-SERV": (-20_000, 0),
        "OSS-FI-25.5": (-10_000, -2_550),
    }  # fmt: skip


def test_vat_that_was_paid_is_in_no_box_and_the_account_still_ties(quarter: Any) -> None:
    rows = {row["role"]: row for row in quarter.report("vat", **Q1)["accounts"]}
    output = rows["vat_output_25"]
    assert (output["movement"], output["counted"], output["outside"]) == (-8_625, -10_625, 2_000)
    assert rows["vat_input"]["movement"] == rows["vat_input"]["counted"] == 1_000
    assert all(row["difference"] == 0 for row in rows.values())


def test_revenue_recognised_later_is_no_second_base(quarter: Any) -> None:
    assert quarter.report("profit-loss", **Q2)["income"] == -9_100
    found = quarter.report("vat", **Q2)
    assert filled(found) == {}
    assert found["codes"] == []


def test_without_days_it_is_the_calendar_quarter_so_far(quarter: Any) -> None:
    assert quarter.report("vat")["from"] == "2025-07-01"
    found = quarter.report("vat", last=date(2025, 3, 31))
    assert (found["from"], found["boxes"]) == ("2025-01-01", quarter.report("vat", **Q1)["boxes"])


def test_ore_are_dropped_in_each_box_and_the_sum_is_that_of_the_boxes_filed() -> None:
    boxes = dict.fromkeys(BOXES, 0) | {"salgsmoms": 10_699, "koebsmoms": 1_001, "rubrik_c": -199}
    boxes["momstilsvar"] = 9_698
    filed = whole_units(boxes, "DKK")
    assert (filed["salgsmoms"], filed["koebsmoms"], filed["rubrik_c"], filed["momstilsvar"]) == (
        106,
        10,
        -1,
        96,
    )


ACCOUNTS = {"7720": "vat_reverse_charge_services", "7740": "vat_input", "7680": "vat_output_25"}


def boxes(*taxed: Taxed) -> dict[str, int]:
    found = boxes_of(taxed, [], by_code(taxed, ACCOUNTS), ACCOUNTS)
    return {name: amount for name, amount in found.items() if amount}


def test_services_bought_in_the_eu_fill_three_boxes_and_cost_nothing(told: Any, say: Any) -> None:
    # Fees of February 100.02 and of March 30.02: 25 %, rounded by month, is 25.01 and 7.51.
    fees = (say.fee(1, 4_000, "2025-02-03"), say.fee(2, 6_002, "2025-02-20"), say.fee(3, 3_002, "2025-03-05"))
    book = told(*fees, fee_vat="reverse_charge_monthly")
    found = book.report("vat", **Q1)
    assert filled(found) == {
        "moms_ydelseskoeb_udland": 3_252, "koebsmoms": 3_252, "rubrik_a_ydelser": 13_004,
    }  # fmt: skip
    assert found["difference"] == 0
    march = book.report("vat", first=date(2025, 3, 20), last=date(2025, 3, 31))
    assert march["boxes"]["rubrik_a_ydelser"] == 3_002


def test_fees_of_payments_are_no_base_where_the_payment_service_is_exempt(told: Any, say: Any) -> None:
    facts = (say.invoice(1, 10_000, "2025-02-01"), say.charge(1, 12_500, "2025-02-03", fee=300))
    for policy, base in [("reverse_charge_monthly", 1_300), ("reverse_charge_except_processing", 1_000)]:
        book = told(*facts, say.fee(1, 1_000, "2025-02-20"), fee_vat=policy)
        assert book.report("vat", **Q1)["boxes"]["rubrik_a_ydelser"] == base


def test_services_bought_outside_the_eu_are_not_in_box_a() -> None:
    moved = (Taxed("NONEU-SERV-RC", "7720", "vat", -2_500), Taxed("NONEU-SERV-RC", "7740", "vat", 2_500))
    assert boxes(*moved) == {"moms_ydelseskoeb_udland": 2_500, "koebsmoms": 2_500}


def test_relief_for_bad_debt_lowers_output_vat_and_a_credit_note_its_base() -> None:
    assert boxes(Taxed("DK25-BADDEBT", "7680", "sales", 2_000), Taxed("DK25", "7680", "sales", -10_000)) == {
        "salgsmoms": 8_000,
        "momstilsvar": 8_000,
    }
    assert boxes(
        Taxed("DK0-EU-SERV", "1150", "sales", -60_000), Taxed("DK0-EU-SERV", "1150", "sales", 20_000)
    ) == {"rubrik_b_ydelser": 40_000}


def test_what_was_accrued_before_the_invoice_is_a_base_only_with_the_invoice() -> None:
    accrued = Taxed("DK0-EU-SERV", "1150", "accrual", -700)
    assert boxes(accrued) == {}
    assert boxes(accrued, Taxed("DK0-EU-SERV", "6390", "sales", -700)) == {"rubrik_b_ydelser": 700}


def test_usage_of_march_invoiced_in_april_is_income_of_march_and_a_base_of_april(told: Any, say: Any) -> None:
    usage = say.invoice(1, 700, "2025-04-02", country="SE", vat="SE556677889901")
    line = usage["data"]["lines"]["data"][0]
    line["price"]["recurring"]["usage_type"] = "metered"
    line["period"] = say.invoice(0, 1, "2025-03-01", year=("2025-03-01", "2025-04-01"))["data"]["lines"][
        "data"
    ][0]["period"]
    book = told(usage, usage_in_arrears="service_month")
    assert book.report("profit-loss", **Q1)["income"] == -700
    assert filled(book.report("vat", **Q1)) == {}
    assert filled(book.report("vat", **Q2)) == {"rubrik_b_ydelser": 700}
    listed = book.report("eu-sales-list", **Q2)
    assert (listed["total"], listed["difference"]) == (700, 0)


def test_what_makes_the_figures_uncertain_is_said(told: Any, say: Any) -> None:
    strange = say.invoice(8, 10_000, "2025-02-02", country="SE", taxed=False)
    orphan = say.charge(9, 12_500, "2025-02-03")
    book = told(strange, orphan, say.bank(1, 4_321, "2025-02-14", "who"))
    found = book.report("vat", **Q1)
    assert {"open_errors", "suspense_open"} <= codes(found)
    assert {item["record"] for item in book.exceptions()} >= {"in_8", "B-1"}
    named = next(item for item in found["warnings"] if item["code"] == "open_errors")
    assert "unknown_tax_treatment" in named["detail"]
    assert "open_errors" not in codes(book.report("vat", first=date(2025, 5, 1), last=date(2025, 6, 30)))


def test_what_is_booked_and_only_listens_for_more_does_not_wait(told: Any, say: Any) -> None:
    payment = say.charge(1, 12_500, "2025-02-03", invoice=None)
    book = told(payment)
    assert book.store.records.waiting() != []
    assert codes(book.report("vat", **Q1)) == {"suspense_open"}


def test_a_refund_without_a_credit_note_is_named_for_review(quarter: Any) -> None:
    assert codes(quarter.report("vat", **Q1)) == {"credit_note_missing", "vat_without_code"}
    # The bank line of April is not there yet at the end of March, so nothing is on suspense.
    assert codes(quarter.report("vat", **Q2)) == set()


def test_balances_taken_over_are_no_vat_of_the_period(told: Any, say: Any) -> None:
    opening = say.opening("2025-01-01", vat_output_25=-5_000, bank=5_000)
    found = told(opening, say.invoice(1, 10_000, "2025-02-01")).report("vat", **Q1)
    assert filled(found) == {"salgsmoms": 2_500, "momstilsvar": 2_500}
    assert found["accounts"][0]["outside"] == -5_000
    assert found["difference"] == 0


def post(year: Any, day: str, *lines: Line, document: str | None = None) -> None:
    draft = Draft(
        day=date.fromisoformat(day), journal="sales", text="t", lines=lines, sources=("s",), rule="r",
        rule_version="v", document_date=None if document is None else date.fromisoformat(document),
    )  # fmt: skip
    with year.store.writing():
        append_all(year.store, [draft], posted_at="2025-01-01T00:00:00Z")


def vat_of(year: Any, policy: Policy, first: str, last: str) -> Any:
    days = {"first": date.fromisoformat(first), "last": date.fromisoformat(last)}
    return build("vat", year.store, year.chart, policy=policy, **days)


def test_documents_booked_in_another_period_are_named_in_both(year: Any) -> None:
    sale = (Line("6480", 12_500), Line("1010", -10_000, "DK25"), Line("7680", -2_500, "DK25"))
    post(year, "2025-04-01", *sale, document="2025-03-30")
    early, late = (
        vat_of(year, Policy(), *days) for days in [("2025-03-01", "2025-03-31"), ("2025-04-01", "2025-06-30")]
    )
    assert codes(early) == {"records_booked_later"}
    assert codes(late) == {"late_records"}
    assert (filled(early), late["boxes"]["salgsmoms"]) == ({}, 2_500)


def test_a_code_without_a_box_and_another_country_are_doubts(year: Any) -> None:
    post(year, "2025-04-02", Line("6480", 900), Line("1010", -900, "HOUSE-1"))
    found = vat_of(year, Policy(country="SE"), "2025-04-01", "2025-04-30")
    assert codes(found) == {"unknown_tax_code", "not_danish"}
    assert found["warnings"][0]["amount"] == -900
    assert filled(found) == {}
