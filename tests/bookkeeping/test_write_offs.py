"""Invoices nobody will pay: loss and VAT, and what is paid after all."""

from typing import Any

LOST = "2025-02-20"


def lost(
    say: Any, n: int = 1, *lines: Any, on: str = LOST, status: str = "uncollectible", **fields: Any
) -> Any:
    """An invoice as its source tells it once it is marked as uncollectible."""
    since = say.invoice(1, day=on)["data"]["created"]
    moved = {"status_transitions": {"marked_uncollectible_at": since}}
    return say.invoice(n, *lines, status=status, **moved, **fields)


def test_an_uncollectible_invoice_is_a_loss_and_its_vat_comes_back(say: Any, orders: Any) -> None:
    book = orders([lost(say)])
    assert book.legs("in_1")[3:] == [
        (LOST, "bad_debt_loss", 10_000), (LOST, "vat_output_25", 2_500), (LOST, "receivables", -12_500),
    ]  # fmt: skip
    assert book.codes() == [("vat_relief_documentation", "in_1")]
    assert list(book.book.dump()["open_items"]) == []
    (entry,) = [entry for entry in book.book.journal() if entry["rule"] == "Uncollectible invoices"]
    assert [line["tax_code"] for line in entry["lines"]] == [None, "DK25-BADDEBT", None]


def test_without_relief_the_whole_is_lost(say: Any, orders: Any) -> None:
    book = orders([lost(say)], vat_bad_debt="off")
    assert book.balances() == {"bad_debt_loss": 12_500, "revenue_monthly": -10_000, "vat_output_25": -2_500}
    assert book.codes() == []


def test_a_sale_without_danish_vat_brings_none_back(say: Any, orders: Any) -> None:
    book = orders([lost(say, 1, say.line(rate=None), customer_address={"country": "US"})])
    assert book.balances() == {"bad_debt_loss": 10_000, "revenue_non_eu": -10_000}


def test_what_was_paid_before_is_not_lost(say: Any, orders: Any) -> None:
    # 50.00 of 125.00 were paid on 3 February: 75.00 are lost, 15.00 of them VAT.
    book = orders([lost(say), say.charge(1, 5_000)])
    assert book.balances() == {
        "bad_debt_loss": 6_000, "revenue_monthly": -10_000, "stripe_clearing": 5_000, "vat_output_25": -1_000,
    }  # fmt: skip


def test_a_later_receipt_brings_loss_and_vat_back(say: Any, orders: Any) -> None:
    facts = [
        lost(say),
        say.charge(1, 5_000, day="2025-02-25"),
        say.bank(1, 7_500, "AB-1001", day="2025-02-27"),
    ]
    book = orders(facts)
    legs = book.legs("in_1")[6:]
    assert ("2025-02-25", "vat_output_25", -1_000) in legs
    assert ("2025-02-27", "bad_debt_loss", -6_000) in legs
    assert book.balances() == {
        "bank": 7_500, "revenue_monthly": -10_000, "stripe_clearing": 5_000, "vat_output_25": -2_500,
    }  # fmt: skip
    assert list(book.book.dump()["open_items"]) == []


def test_a_write_off_older_than_a_booked_receipt_is_booked_on_its_own_date(say: Any, company: Any) -> None:
    at_once, late = company(), company()
    paid = say.charge(1, 12_500, day="2025-02-25")
    at_once.tell(lost(say, status="paid"), paid)
    late.tell(say.invoice(1))
    late.tell(paid)
    assert late.book.balances()["bad_debt_loss"] == 0 if "bad_debt_loss" in late.book.balances() else True
    late.tell(lost(say, status="paid"))
    assert late.digest() == at_once.digest()
    assert (LOST, "bad_debt_loss", 10_000) in late.legs("in_1")
    assert ("2025-02-25", "bad_debt_loss", -10_000) in late.legs("in_1")


def test_parts_that_come_back_are_exactly_the_whole(say: Any, orders: Any) -> None:
    # 100.01 with 20.00 of VAT, paid after all in 33.33, 33.33 and 33.35.
    line = say.line(8_001, id="il_1")
    parts = [
        say.bank(n, amount, "AB-1001", day=f"2025-02-2{n}")
        for n, amount in ((1, 3_333), (2, 3_333), (3, 3_335))
    ]
    book = orders([lost(say, 1, line), *parts], most=6)
    assert book.balances() == {"bank": 10_001, "revenue_monthly": -8_001, "vat_output_25": -2_000}


def test_a_credit_note_on_a_lost_invoice_takes_the_loss_back(say: Any, orders: Any) -> None:
    book = orders([lost(say), say.credit_note(1, say.credited(4_000), day="2025-02-25")])
    assert book.balances() == {"bad_debt_loss": 6_000, "revenue_monthly": -6_000}
    assert book.book.balances()["receivables"] == 0


def test_a_lost_invoice_that_is_voided_is_no_loss(say: Any, company: Any) -> None:
    book = company()
    since = say.invoice(1, day=LOST)["data"]["created"]
    moved = {"marked_uncollectible_at": since, "voided_at": since + 5 * 86_400}
    book.tell(lost(say))
    book.tell(say.invoice(1, status="void", status_transitions=moved))
    assert book.balances() == {}
    at_once = company()
    at_once.tell(say.invoice(1, status="void", status_transitions=moved))
    assert at_once.digest() == book.digest()


def test_of_a_prepaid_year_only_the_vat_of_the_delivered_part_comes_back(say: Any, orders: Any) -> None:
    # On 1 July 181 of 365 days are delivered: of 91.25 VAT 45.25 come back.
    year = say.annual(id="il_1")
    book = orders([lost(say, 1, year, on="2025-07-01", day="2025-01-01")], as_of="2025-06-30")
    assert ("2025-07-01", "vat_output_25", 4_525) in book.legs("in_1")
    assert ("2025-07-01", "bad_debt_loss", 41_100) in book.legs("in_1")


def test_an_invoice_lost_since_nobody_knows_when_is_set_aside(say: Any, company: Any) -> None:
    book = company()
    book.tell(say.invoice(1, status="uncollectible"))
    assert book.codes() == [("missing_required_field", "in_1")]
