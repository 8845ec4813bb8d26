"""A company's half year through the real connectors: over HTTP and from bank files into books on both engines."""

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from autobook_core.testing.company import (
    Company,
    Fault,
    Server,
    end_of_day,
    expected_balances,
    write_bank_files,
)

if TYPE_CHECKING:
    from autobook_core.book import Book
    from tests.acceptance.conftest import Look, Shelf

VERSIONS = ("2024-06-20", "2025-03-31.basil")
LAST = date(2025, 6, 30)


def assert_correct(book: "Book", company: Company, look: "Look", *days: date) -> None:
    for day in days:
        correct = look.without_zeros(expected_balances(company, day))
        assert look.without_zeros(book.balances(day)) == correct, day


def kept(book: "Book") -> tuple[Any, ...]:
    """Return how much of everything the book keeps, down to the bytes of evidence."""
    return (
        book.store.pages.totals(),
        book.store.journal.count(),
        book.verify()["head"],
        sorted(book.store.records.counts()),
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_the_books_show_what_correct_books_show_at_every_month_end(
    shelf: "Shelf", look: "Look", company: Company, server: Server, reference: dict[str, Any], version: str
) -> None:
    folder = shelf.of_company(server, company, api_version=version)
    with shelf.open(folder) as book:
        report = book.sync(as_of=LAST)
        assert report["ok"], report
        days = look.month_ends(company.options)
        assert days[-1] == LAST
        assert_correct(book, company, look, *days, date(2025, 2, 14))
        shown = look.outcome(book)
    assert shown["faults"] == []
    assert shown["digest"] == reference["digest"]
    assert shown["exceptions"] == reference["exceptions"]
    assert {status for *_, status in shown["records"]} == {"posted", "no_posting"}


def test_only_what_a_person_must_see_is_in_the_inbox(company: Company, reference: dict[str, Any]) -> None:
    orphans = [
        ("charge_without_invoice", one.id) for one in company.charges if not one.invoice and one.balance
    ]
    without_note = [("credit_note_missing", one.id) for one in company.refunds if one.charge.invoice]
    unknown = [("unmatched_bank_line", one.ref) for one in company.bank_entries if one.kind == "unknown"]
    assert orphans
    assert without_note
    assert unknown
    assert [row[:2] for row in reference["exceptions"]] == sorted([*orphans, *without_note, *unknown])


@pytest.mark.parametrize("version", VERSIONS)
def test_a_second_sync_lands_nothing_and_posts_nothing(
    shelf: "Shelf", company: Company, server: Server, version: str
) -> None:
    folder = shelf.of_company(server, company, api_version=version)
    with shelf.open(folder) as book:
        book.sync(as_of=LAST)
        before = kept(book)
    with shelf.open(folder) as book:
        report = book.sync(as_of=LAST)
        assert report["ok"]
        assert (report["records"], report["posted"], report["set_aside"]) == (0, 0, 0)
        assert [one["new"] for one in report["connections"]] == [0, 0]
        assert kept(book) == before


@pytest.mark.parametrize("version", VERSIONS)
def test_a_sync_each_month_gives_the_same_books_as_one_at_the_end(
    shelf: "Shelf", look: "Look", company: Company, server: Server, reference: dict[str, Any], version: str
) -> None:
    days = look.month_ends(company.options)
    server.until = end_of_day(days[0])
    folder = shelf.of_company(server, company, api_version=version, until=days[0])
    with shelf.open(folder) as book:
        for day in days:
            server.until = end_of_day(day)
            write_bank_files(company, folder / "files" / "bank", day)
            report = book.sync(as_of=day)
            assert report["ok"], report
            assert report["posted"] > 0
            assert_correct(book, company, look, day)
        server.until = None
        assert book.sync(as_of=LAST)["ok"]
        assert_correct(book, company, look, *days)
        shown = look.outcome(book)
    assert shown["faults"] == []
    assert shown["digest"] == reference["digest"]
    assert shown["exceptions"] == reference["exceptions"]
    assert shown["matches"] == reference["matches"]
    assert shown["open_items"] == reference["open_items"]


FAULTS = {
    "too-many-requests": lambda: [
        Fault("/v1/charges", status=429, times=3, retry_after=7),
        Fault("/v1/invoices", status=429, times=2),
    ],
    "server-errors": lambda: [Fault("*", status=500, times=4), Fault("/v1/refunds", status=503, times=2)],
    "resets": lambda: [Fault("/v1/charges", "reset", times=2), Fault("/v1/balance_transactions", "reset")],
    "truncated": lambda: [Fault("/v1/invoices", "truncate", times=2), Fault("/v1/payouts", "truncate")],
    "a-page-of-html": lambda: [Fault("/v1/invoices", "html", status=502, times=2)],
}


@pytest.mark.parametrize("kind", FAULTS)
def test_what_goes_wrong_on_the_way_leaves_no_trace_in_the_books(
    shelf: "Shelf", look: "Look", company: Company, server: Server, reference: dict[str, Any], kind: str
) -> None:
    folder = shelf.of_company(server, company)
    server.faults.extend(FAULTS[kind]())
    with shelf.open(folder) as book:
        assert book.sync(as_of=LAST)["ok"]
        assert all(fault.times == 0 for fault in server.faults)
        assert look.outcome(book) == reference


@pytest.mark.parametrize("fault", [("status", 500), ("status", 429), ("reset", 0), ("truncate", 0)])
def test_a_side_that_stays_broken_stops_only_itself_and_is_read_to_the_end_later(
    shelf: "Shelf",
    look: "Look",
    company: Company,
    server: Server,
    reference: dict[str, Any],
    fault: tuple[Any, int],
) -> None:
    folder = shelf.of_company(server, company)
    server.faults.append(Fault("/v1/balance_transactions", fault[0], status=fault[1], times=1_000))
    with shelf.open(folder) as book:
        report = book.sync(as_of=LAST)
        assert not report["ok"]
        outcomes = {one["connection"]: one["outcome"] for one in report["connections"]}
        assert outcomes["bank"] == "ok"
        assert outcomes["stripe"] in ("failed", "parked")
        assert all(one["error"] for one in report["connections"] if one["outcome"] != "ok")
        assert book.verify()["ok"]
        server.faults.clear()
        assert book.sync(as_of=LAST)["ok"]
        assert look.outcome(book) == reference


@pytest.mark.parametrize("lost", [True, False], ids=["lost", "on-request"])
def test_everything_read_again_lands_nothing_and_posts_nothing(
    shelf: "Shelf", company: Company, server: Server, *, lost: bool
) -> None:
    folder = shelf.of_company(server, company)
    with shelf.open(folder) as book:
        first = book.sync(as_of=LAST)
        before = kept(book)
        if lost:
            forget_cursors(book)
    with shelf.open(folder) as book:
        report = book.sync(as_of=LAST, afresh=not lost)
        assert report["ok"]
        read = [[one["rows"] for one in run["connections"]] for run in (first, report)]
        assert read[0] == read[1]
        assert [one["new"] for one in report["connections"]] == [0, 0]
        assert (report["records"], report["posted"]) == (0, 0)
        assert kept(book) == before


def forget_cursors(book: "Book") -> None:
    """Empty the table of cursors, as a restored or damaged book might have it."""
    with book.store.writing():
        book.store.database.raw.execute("DELETE FROM cursor")
