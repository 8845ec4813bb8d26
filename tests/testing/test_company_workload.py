"""The benchmark workload has the promised mix, streams in bounded memory, and fits the rest of the company."""

import tracemalloc
from datetime import date
from pathlib import Path

import httpx
import msgspec

from autobook_core.testing.company import (
    Workload,
    batches,
    collect,
    envelopes,
    expected_balances,
    serve,
    write_envelopes,
    write_flat_csv,
)

SMALL = Workload(2_000, months=6)


def test_the_mix_is_the_one_the_figures_are_about() -> None:
    company = collect(SMALL)
    assert len(company.charges) == 2_000
    assert abs(len(company.invoices) - 2_100) <= 50
    assert {len(invoice.lines) for invoice in company.invoices} == {2}
    annual = sum(1 for one in company.invoices if one.lines[0].price.months == 12)
    assert 6 <= 100 * annual // len(company.invoices) <= 14
    assert 1 <= 100 * len(company.refunds) // len(company.charges) <= 3
    assert {len(payout.members) for payout in company.payouts} == {200}
    assert all(invoice.tax * 4 - invoice.subtotal in range(-4, 5) for invoice in company.invoices)


def test_the_same_workload_is_the_same_and_the_tail_goes_on_where_it_ends() -> None:
    assert list(envelopes(SMALL)) == list(envelopes(SMALL))
    main, tail = list(batches(SMALL)), list(batches(SMALL.tail()))
    assert sum(len(one.charges) for one in tail) == 20
    assert tail[0].day > main[-1].day
    numbers = [invoice.number for batch in [*main, *tail] for invoice in batch.invoices]
    assert numbers == sorted(numbers)
    first = {charge.id for batch in main for charge in batch.charges}
    assert not first & {charge.id for batch in tail for charge in batch.charges}


def test_correct_books_of_the_workload_balance() -> None:
    company = collect(SMALL)
    for day in (date(2024, 3, 31), date(2024, 6, 30), date(2026, 1, 31)):
        assert sum(expected_balances(company, day).values()) == 0
    assert "deferred_revenue" not in expected_balances(company, date(2026, 1, 31))


def test_records_have_the_shape_of_the_company(tmp_path: Path) -> None:
    path = tmp_path / "work.jsonl"
    write_envelopes(SMALL, path, movements="embedded")
    kinds: dict[str, int] = {}
    with path.open("rb") as file:
        for line in file:
            record = msgspec.json.decode(line)
            kinds[record["type"]] = kinds.get(record["type"], 0) + 1
            if record["type"] == "invoice":
                assert record["data"]["lines"]["data"][0]["tax_amounts"][0]["tax_rate"]["country"] == "DK"
    assert kinds["charge"] == 2_000
    assert "balance_transaction" not in kinds
    assert kinds["camt.053.entry"] > 80
    assert write_flat_csv(SMALL, tmp_path / "work.csv") == 2_000


def test_memory_does_not_grow_with_the_number_of_charges() -> None:
    def peak(charges: int) -> int:
        tracemalloc.start()
        for _ in envelopes(Workload(charges, months=3), movements="embedded"):
            pass
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    peak(200)
    small, large = peak(2_000), peak(8_000)
    # Held are the customers, one day, and what is still to come; 6,000 more charges are 24 MB as records.
    assert large - small < 6_000_000


def test_the_workload_is_served_like_a_company_and_the_horizon_holds_back_the_tail() -> None:
    work = Workload(500, months=2)
    with (
        serve(collect(work, with_tail=True), until=work.end) as server,
        httpx.Client(base_url=server.url, auth=(server.api_key, "")) as client,
    ):
        server.warm("charges", expand=["balance_transaction"])
        assert served(client) == 500
        server.until = None
        assert served(client) == 505


def served(client: httpx.Client) -> int:
    found, after = 0, ""
    while True:
        query = {"limit": "100", "expand[]": "data.balance_transaction"} | (
            {"starting_after": after} if after else {}
        )
        page = client.get("/v1/charges", params=query).json()
        found += len(page["data"])
        if not page["has_more"]:
            return found
        after = page["data"][-1]["id"]
