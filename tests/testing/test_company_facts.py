"""The simulated company is the same every time, and its money adds up."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from xml.etree import ElementTree as ET

import msgspec
import pytest

from autobook_core.testing.company import (
    Company,
    Options,
    build,
    write_bank_files,
    write_envelopes,
    write_flat_csv,
)
from autobook_core.testing.company.clock import (
    add_months,
    local_date,
    local_midnight,
    next_weekday,
    utc_midnight,
)
from autobook_core.testing.company.people import vat_number

NAMESPACE = {"c": "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"}


@pytest.fixture(scope="module")
def company() -> Company:
    return build(Options(seed=7, customers=120, months=8))


def test_the_same_seed_gives_the_same_company_and_another_seed_another() -> None:
    options = Options(seed=3, customers=25, months=4)
    assert build(options) == build(options)
    assert build(options) != build(replace(options, seed=4))


def test_the_mix_has_everything_that_happens_to_a_company(company: Company) -> None:
    assert {one.country for one in company.customers} == {"DK", "DE", "SE", "NL", "US", "NO", "GB"}
    assert {line.price.months for invoice in company.invoices for line in invoice.lines} == {0, 1, 3, 12}
    assert any(invoice.discount for invoice in company.invoices)
    assert any(charge.failure_code for charge in company.charges)
    assert any(one.ended_at for one in company.subscriptions)
    assert {entry.kind for entry in company.bank_entries} == {"payout", "invoice", "fee", "unknown"}
    assert {one.type for one in company.balance_transactions} == {"charge", "refund", "payout", "stripe_fee"}
    assert {one.amount == one.charge.amount for one in company.refunds} == {True, False}


def test_an_invoice_is_the_sum_of_its_lines_and_only_danes_pay_vat(company: Company) -> None:
    for invoice in company.invoices:
        assert invoice.total == sum(line.net + line.tax for line in invoice.lines)
        assert bool(invoice.tax) == (invoice.customer.country == "DK")
        for line in invoice.lines:
            if invoice.tax:
                assert abs(4 * line.tax - line.net) <= 2
            if line.price.months > 1:
                assert local_date(line.start) == local_date(invoice.effective_at)


def test_invoice_numbers_run_without_a_gap_in_order_of_time(company: Company) -> None:
    numbers = [one.number for one in sorted(company.invoices, key=lambda one: one.number)]
    assert numbers == [f"NS-{index:06d}" for index in range(1, len(numbers) + 1)]


def test_ids_tell_nothing_about_time(company: Company) -> None:
    ids = [invoice.id for invoice in company.invoices]
    assert all(one.startswith("in_") and len(one) == 27 and one[3:].isalnum() for one in ids)
    assert len(set(ids)) == len(ids)
    assert ids != sorted(ids)


def test_a_payout_is_the_sum_of_its_members_and_each_movement_is_paid_out_once(company: Company) -> None:
    members = [member.id for payout in company.payouts for member in payout.members]
    assert len(members) == len(set(members))
    for payout in company.payouts:
        assert payout.amount == sum(member.net for member in payout.members) == -payout.balance.amount
        assert payout.amount > 0
        assert all(member.available_on <= payout.created for member in payout.members)
        assert payout.arrival_date % 86_400 == 0


def test_refunds_of_a_charge_never_exceed_it(company: Company) -> None:
    for charge in company.charges:
        refunds = [one for one in company.refunds if one.charge.id == charge.id]
        assert sum(one.amount for one in refunds) <= charge.amount
        assert all(one.created > charge.created for one in refunds)


def test_longer_plans_are_refunded_as_often_as_monthly_ones() -> None:
    refunds = build().refunds
    longer = sum(1 for one in refunds if one.charge.invoice and one.charge.invoice.lines[0].price.months > 1)
    assert 3 <= longer < len(refunds) // 2


def test_charges_without_an_invoice_come_only_when_asked_for() -> None:
    assert all(charge.invoice for charge in build(Options(customers=40, months=3)).charges)
    odd = build(Options(customers=40, months=3, orphan_charges_per_mille=20))
    assert sum(1 for charge in odd.charges if charge.invoice is None) >= 1


def test_impossible_shares_are_refused() -> None:
    with pytest.raises(ValueError, match="percentages"):
        Options(monthly_percent=70, quarterly_percent=40)
    with pytest.raises(ValueError, match="at least one"):
        Options(customers=0)


def minor(text: str) -> int:
    kroner, _, oere = text.partition(".")
    assert len(oere) == 2
    return int(kroner) * 100 + int(oere)


def signed(element: ET.Element) -> int:
    amount = minor(element.findtext("c:Amt", "", NAMESPACE))
    return amount if element.findtext("c:CdtDbtInd", "", NAMESPACE) == "CRDT" else -amount


@pytest.mark.parametrize("every", ["month", "week"])
def test_statements_chain_and_add_up_to_the_bank_entries(
    company: Company, tmp_path: Path, every: str
) -> None:
    files = write_bank_files(company, tmp_path, every="week" if every == "week" else "month")
    opening, references = 0, []
    for path in files:
        statement = ET.parse(path).getroot().find("c:BkToCstmrStmt/c:Stmt", NAMESPACE)
        assert statement is not None
        first, last = statement.findall("c:Bal", NAMESPACE)
        assert signed(first) == opening
        entries = statement.findall("c:Ntry", NAMESPACE)
        opening += sum(map(signed, entries))
        assert signed(last) == opening
        references += [entry.findtext("c:AcctSvcrRef", "", NAMESPACE) for entry in entries]
    assert len(set(references)) == len(references) == len(company.bank_entries)
    assert opening == sum(entry.amount for entry in company.bank_entries)


def test_only_complete_statements_are_written_and_they_stay_as_they_are(
    company: Company, tmp_path: Path
) -> None:
    early = write_bank_files(company, tmp_path, date(2025, 3, 30))
    assert [path.name for path in early] == ["camt053-2025-01-31.xml", "camt053-2025-02-28.xml"]
    before = [path.read_bytes() for path in early]
    later = write_bank_files(company, tmp_path, date(2025, 3, 31))
    assert len(later) == 3
    assert [path.read_bytes() for path in early] == before
    assert not list(tmp_path.glob("*.tmp"))


def test_envelopes_carry_every_fact_in_the_shape_that_was_asked_for(company: Company, tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    count = write_envelopes(company, path)
    records = [msgspec.json.decode(line) for line in path.read_bytes().splitlines()]
    assert count == len(records) == sum(len(facts) for facts in _kinds(company))
    invoice = next(one for one in records if one["type"] == "invoice")
    assert invoice["api_version"] == "2024-06-20"
    assert invoice["data"]["lines"]["data"][0]["price"]["recurring"]["usage_type"] == "licensed"
    charge = next(one for one in records if one["type"] == "charge" and one["data"]["paid"])
    assert charge["data"]["balance_transaction"]["source"] == charge["data"]["id"]
    bank = next(one for one in records if one["source"] == "bank")
    assert bank["type"] == "camt.053.entry"
    assert minor(bank["data"]["Amt"]["value"]) == abs(company.bank_entries[0].amount)
    embedded = write_envelopes(company, path, movements="embedded")
    fees = sum(1 for one in company.balance_transactions if one.type == "stripe_fee")
    assert embedded == count - len(company.balance_transactions) + fees


def _kinds(company: Company) -> list[tuple[object, ...]]:
    return [getattr(company, kind) for kind in company.__struct_fields__[2:]]


def test_the_flat_table_has_a_row_per_succeeded_charge(company: Company, tmp_path: Path) -> None:
    path = tmp_path / "charges.csv"
    count = write_flat_csv(company, path)
    header, *rows = [line.split(",") for line in path.read_text().splitlines()]
    assert header == "date,id,customer,description,plan,gross,net_of_vat,vat,fee".split(",")
    assert count == len(rows) == sum(1 for charge in company.charges if charge.balance)
    assert {row[4] for row in rows} == {"monthly", "quarterly", "annual"}
    assert all(minor(row[5]) == minor(row[6]) + minor(row[7]) for row in rows)


@pytest.mark.parametrize(("country", "length"), [("DK", 10), ("DE", 11), ("SE", 14), ("NL", 14)])
def test_vat_numbers_have_the_length_of_their_country(country: str, length: int) -> None:
    numbers = [vat_number(Random(seed), country) for seed in range(20)]
    assert all(one.startswith(country) and len(one) == length for one in numbers)


def test_days_begin_at_local_midnight_through_summer_time() -> None:
    for offset in range(0, 800, 7):
        day = date(2025, 1, 1) + timedelta(days=offset)
        start = local_midnight(day)
        assert local_date(start) == day
        assert local_date(start - 1) == day - timedelta(days=1)


def test_billing_months_keep_the_day_where_it_exists() -> None:
    last_of_january = utc_midnight(date(2025, 1, 31)) + 3_600
    assert add_months(last_of_january, 1) == utc_midnight(date(2025, 2, 28)) + 3_600
    assert add_months(last_of_january, 2) == utc_midnight(date(2025, 3, 31)) + 3_600
    assert add_months(last_of_january, -1) == utc_midnight(date(2024, 12, 31)) + 3_600


def test_banks_book_on_weekdays() -> None:
    assert [next_weekday(date(2025, 8, day)) for day in (1, 2, 3, 4)] == [
        date(2025, 8, 1), date(2025, 8, 4), date(2025, 8, 4), date(2025, 8, 4),
    ]  # fmt: skip
