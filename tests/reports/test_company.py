"""A simulated company's year: every report ties to the trial balance, at any day, on either engine."""

import os
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from autobook_core.book import Book
from autobook_core.clock import ManualClock
from autobook_core.config.create import init_book
from autobook_core.testing.company import Options, build, expected_balances, serve, write_bank_files

OPTIONS = Options(customers=30, months=12, refund_percent=8, orphan_charges_per_mille=20)
COMPANY = build(OPTIONS)
DAYS = (date(2025, 3, 31), date(2025, 8, 14), date(2025, 12, 31))


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def book(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    """The company's books after its year. Only to be read."""
    folder = tmp_path_factory.mktemp("company") / "book"
    store: list[str] = []
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
        store = [f"store.url={url}", f"store.schema=reports_company_{os.getpid()}"]
    init_book(folder, company="Nordlys SaaS ApS", overrides=store)
    clock = ManualClock(1_768_467_600)
    with serve(COMPANY) as server, Book(folder, clock=clock, env={"KEY": server.api_key}) as opened:
        opened.connect("stripe", "stripe", [f"api_base={server.url}", "api_key=env:KEY"])
        opened.connect("bank", "bank", [])
        write_bank_files(COMPANY, folder / "files" / "bank", None)
        assert opened.sync(as_of=DAYS[-1])["ok"]
        yield opened


@pytest.fixture(params=DAYS, ids=str)
def day(request: pytest.FixtureRequest) -> date:
    """A day on which the books are looked at."""
    found: date = request.param
    return found


def test_open_receivables_add_up_to_their_account(book: Book, day: date) -> None:
    found = book.report("aged-receivables", last=day)
    assert found["difference"] == 0
    assert found["total"] == expected_balances(COMPANY, day).get("receivables", 0)
    assert sum(found["buckets"].values()) == found["total"]
    assert found["buckets"]["no_invoice"] == 0


def test_deferred_revenue_rolls_forward_to_its_account(book: Book, day: date) -> None:
    found = book.report("deferred-revenue", last=day)
    assert found["difference"] == 0
    assert found["closing"] == -expected_balances(COMPANY, day)["deferred_revenue"]
    assert found["closing"] == sum(item["amount"] for item in found["remaining"])
    assert day < DAYS[-1] or found["credited"] > 0


def test_payouts_are_their_parts_and_what_is_in_transit_is_the_account(book: Book, day: date) -> None:
    found = book.report("payouts", last=day)
    assert (found["difference"], found["not_reconciled"]) == (0, 0)
    assert found["in_transit_total"] == expected_balances(COMPANY, day).get("payouts_in_transit", 0)
    assert all(row["difference"] == 0 and row["missing"] == [] for row in found["rows"])
    assert all(row["bank_amount"] == row["amount"] for row in found["rows"] if row["bank_line"])
    assert day < DAYS[-1] or sum(row["refunds"] for row in found["rows"]) < 0


def test_the_processors_movements_are_the_clearing_account(book: Book, day: date) -> None:
    found = book.report("processor-proof", last=day)
    assert (found["difference"], found["not_booked"]) == (0, {"count": 0, "net": 0})
    assert found["closing"] == expected_balances(COMPANY, day).get("stripe_clearing", 0)
    assert {row["category"] for row in found["rows"]} >= {"charge", "payout"}


@pytest.mark.parametrize("quarter", [1, 2, 3, 4])
def test_the_boxes_are_the_accounts_of_vat_and_the_sales_without_it(book: Book, quarter: int) -> None:
    first, last = (
        date(2025, 3 * quarter - 2, 1),
        [date(2025, 3, 31), date(2025, 6, 30), date(2025, 9, 30), DAYS[-1]][quarter - 1],
    )
    found = book.report("vat", first=first, last=last)
    assert found["difference"] == 0
    before = expected_balances(COMPANY, date.fromordinal(first.toordinal() - 1))
    after = expected_balances(COMPANY, last)
    assert found["boxes"]["salgsmoms"] == before.get("vat_output_25", 0) - after["vat_output_25"]
    listed = book.report("eu-sales-list", first=first, last=last)
    assert listed["difference"] == 0
    assert listed["problems"] == []
    assert listed["total"] == found["boxes"]["rubrik_b_ydelser"]


def test_what_is_sold_in_a_year_is_revenue_and_what_was_deferred(book: Book) -> None:
    year = {"first": date(2025, 1, 1), "last": DAYS[-1]}
    codes = {item["code"]: -item["base"] for item in book.report("vat", **year)["codes"]}
    income = -book.report("profit-loss", **year)["income"]
    waiting: Any = book.report("deferred-revenue", **year)["closing"]
    assert sum(codes.values()) == income + waiting
    assert set(codes) == {"DK25", "DK0-EU-SERV", "DK0-NONEU-SERV"}
