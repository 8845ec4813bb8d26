"""Bad records among good ones: the good are booked, each bad one is seen once, and money is never lost from sight."""

import importlib.util
import json
import sys
from collections import Counter, defaultdict
from datetime import date, datetime
from pathlib import Path
from random import Random
from types import ModuleType
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from autobook_core.testing.company import Company, envelopes, expected_balances

if TYPE_CHECKING:
    from autobook_core.book import Book
    from tests.acceptance.conftest import Look, Shelf
    from tests.acceptance.nasty import Bad, Spoiler

LAST = date(2025, 6, 30)
DEEP = 200_000


def _catalogue() -> ModuleType:
    """Load the catalogue that lies beside this file: there are no packages here."""
    spec = importlib.util.spec_from_file_location("acceptance_nasty", Path(__file__).with_name("nasty.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


nasty = _catalogue()


@pytest.fixture(scope="module")
def good(company: Company) -> list[bytes]:
    """What the company's processor and bank tell, a line each."""
    return [line.strip() for line in envelopes(company)]


@pytest.fixture(scope="module")
def spoiler(good: list[bytes]) -> "Spoiler":
    """Makes bad records from good ones."""
    found: Spoiler = nasty.Spoiler(nasty.models(good))
    return found


def mixed(good: list[bytes], bad: list[bytes]) -> list[bytes]:
    """Return the good lines with a bad one after about every twentieth."""
    lines: list[bytes] = []
    left = list(bad)
    every = min(20, len(good) // len(bad))
    for number, line in enumerate(good, 1):
        lines.append(line)
        if left and number % every == 0:
            lines.append(left.pop(0))
    return lines + left


def inbox(book: "Book") -> dict[str, list[dict[str, Any]]]:
    """Return the open exceptions by the record they are about."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in book.exceptions():
        found[row["record"]].append(row)
    return found


def evidence(book: "Book", row: dict[str, Any]) -> bytes:
    """Return the bytes an exception is about, as they came."""
    return book.store.pages.raw(row["page"], row["position"]).data


def movements(lines: list[bytes]) -> dict[str, tuple[str, int]]:
    """Return day and net of every movement of money that stands in lines, on its own or inside its source."""
    found: dict[str, tuple[str, int]] = {}
    for line in lines:
        try:
            data = json.loads(line)["data"]
        except (ValueError, RecursionError):
            continue
        inside = data.get("balance_transaction")
        for one in (data, inside):
            if isinstance(one, dict) and one.get("object") == "balance_transaction":
                day = datetime.fromtimestamp(one["created"], ZoneInfo("Europe/Copenhagen")).date()
                found[one["id"]] = day.isoformat(), one["net"]
    return found


def assert_clearing_is_what_moved(book: "Book", lines: list[bytes], look: "Look") -> None:
    """Clearing holds every movement that is booked or waits, and every other one is visible as set aside."""
    known = movements(lines)
    states = {row["id"]: row["status"] for row in book.records() if row["type"] == "balance_transaction"}
    booked = sum(known[name][1] for name, state in states.items() if state in ("posted", "pending"))
    assert look.without_zeros(book.balances()).get("stripe_clearing", 0) == booked
    assert set(states.values()) <= {"posted", "pending", "quarantined"}


def with_what_waits(
    book: "Book", lines: list[bytes], net: dict[tuple[str, str, str | None], int]
) -> dict[tuple[str, str, str | None], int]:
    """Return net movements with those of the money that waits for its source on suspense, on its own days."""
    found, known = Counter(net), movements(lines)
    for row in book.records(status="pending", type="balance_transaction"):
        day, amount = known[row["id"]]
        found[day, "stripe_clearing", None] += amount
        found[day, "suspense", None] -= amount
    return {key: amount for key, amount in found.items() if amount}


def assert_seen_once(book: "Book", bad: "list[Bad]") -> None:
    seen = inbox(book)
    states = {(row["type"], row["id"]): row["status"] for row in book.records()}
    for one in bad:
        told = [(row["code"], row["severity"]) for row in seen[one.record]]
        assert told == [(one.code, one.severity)], one.record
        assert states[one.kind, one.record] == one.status, one.record
        (row,) = seen[one.record]
        assert evidence(book, row) == one.data, one.record


@pytest.mark.parametrize("seed", [None, 1, 2])
def test_good_records_are_booked_and_each_bad_one_is_seen_once(
    shelf: "Shelf",
    look: "Look",
    reference: dict[str, Any],
    good: list[bytes],
    spoiler: "Spoiler",
    seed: int | None,
) -> None:
    bad = spoiler.everything()
    lines = mixed(good, [one.line for one in bad])
    if seed is not None:
        Random(seed).shuffle(lines)
    with shelf.open(shelf.new()) as book:
        for _ in range(2):
            shelf.import_envelopes(book, lines, as_of=LAST)
            assert_seen_once(book, bad)
            assert_clearing_is_what_moved(book, lines, look)
            shown = look.outcome(book)
            assert shown["faults"] == []
            assert shown["net"] == with_what_waits(book, lines, reference["net"])
            ours = {one.record for one in bad}
            others = [row for row in shown["exceptions"] if row[1] not in ours and row[0] != "missing_parent"]
            assert others == reference["exceptions"]


GARBLED = {
    "text": b"it is no JSON",
    "half": b'{"source":"stripe","type":"charge","data":{"id":"ch_1"',
    "a-list": b"[1,2,3]",
    "a-number": b"7",
    "nothing-in-it": b"{}",
    "no-data": b'{"source":"stripe","type":"charge"}',
    "not-a-number": b'{"source":"stripe","type":"charge","data":{"id":"ch_1","amount":NaN}}',
    "deep": b"[" * DEEP + b"]" * DEEP,
    "unknown-source": b'{"source":"paypol","type":"charge","data":{"id":"ch_1"}}',
    "unknown-type": b'{"source":"stripe","type":"chargeback","data":{"id":"ch_1"}}',
    "no-instant": b'{"source":"stripe","type":"charge","received_at":"yesterday","data":{"id":"ch_1"}}',
    "source-a-number": b'{"source":1,"type":"charge","data":{"id":"ch_1"}}',
    "zeros": b"\x00\x00\x00\x00",
    "a-very-long-line": b'{"source":"' + b"x" * 1_000_000 + b'"}',
}


def test_lines_nobody_can_read_are_kept_and_seen_once(
    shelf: "Shelf", look: "Look", company: Company, good: list[bytes]
) -> None:
    lines = mixed(good, list(GARBLED.values()))
    with shelf.open(shelf.new()) as book:
        report = shelf.import_envelopes(book, lines, as_of=LAST)
        assert (report["ok"], len(report["problems"])) == (False, len(GARBLED))
        again = shelf.import_envelopes(book, lines, as_of=LAST)
        assert (again["new"], again["posted"]) == (0, 0)
        rows = [row for row in book.exceptions() if row["source"] == "import"]
        assert {row["code"] for row in rows} == {"malformed_record"}
        assert sorted(evidence(book, row) for row in rows) == sorted(GARBLED.values())
        correct = look.without_zeros(expected_balances(company, LAST))
        assert look.without_zeros(book.balances()) == correct


@pytest.mark.parametrize(
    "data",
    [
        b'{"id":"in_bad","lines":' + b"[" * DEEP + b"]" * DEEP + b"}",
        '{"id":"in_bad","customer":"Ærø"}'.encode("latin-1"),
        b'{"id":"in_bad","customer":"\xed\xa0\x80"}',
        b'"in_bad"',
        b"[[]]",
        b"null",
        b'{"id":{"deep":1}}',
    ],
    ids=["nested-200000-deep", "latin-1", "half-a-surrogate", "a-text", "a-list", "null", "no-id"],
)
def test_data_nobody_can_read_is_set_aside_and_the_next_line_is_booked(
    shelf: "Shelf", spoiler: "Spoiler", data: bytes
) -> None:
    plain = json.dumps(spoiler.good.invoice).encode()
    with shelf.open(shelf.new()) as book:
        lines = [nasty.line_of("invoice", data), nasty.line_of("invoice", plain)]
        shelf.import_envelopes(book, lines, as_of=LAST)
        states = [row["status"] for row in book.records() if row["id"] == spoiler.good.invoice["id"]]
        assert states == ["posted"]
        (row,) = book.exceptions()
        assert row["code"] in ("malformed_record", "missing_required_field")
        assert evidence(book, row) in (data, lines[0])


def test_strange_letters_are_no_reason_to_refuse_an_invoice(shelf: "Shelf", spoiler: "Spoiler") -> None:
    name = "Ly\x00ng \u202egnyL\u202c \u200b𝕷 ' ; DROP TABLE entry; -- \\ \ufffe"
    odd = spoiler.made("invoice", "in_odd", "", lambda data: data.update(customer_name=name, number=name))
    with shelf.open(shelf.new()) as book:
        shelf.import_envelopes(book, [odd.line], as_of=LAST)
        (entry,) = book.journal()
        assert "\x00" not in entry["text"]
        assert "DROP TABLE entry" in entry["text"]
        assert book.exceptions() == []
        assert book.verify()["ok"]


@pytest.mark.parametrize("name", ["in_\x00_nul", "in_" + "x" * 300], ids=["a-nul", "too-long"])
def test_an_id_that_no_store_keeps_is_set_aside_under_another_name(
    shelf: "Shelf", spoiler: "Spoiler", name: str
) -> None:
    bad = spoiler.made("invoice", name, "malformed_id", lambda _: None)
    with shelf.open(shelf.new()) as book:
        for _ in range(2):
            shelf.import_envelopes(book, [bad.line], as_of=LAST)
            (row,) = book.exceptions()
            assert row["code"] == "malformed_id"
            assert evidence(book, row) == bad.data
            assert book.store.journal.count() == 0


def test_a_movement_of_an_unknown_kind_is_booked_on_suspense_and_shown(
    shelf: "Shelf", look: "Look", spoiler: "Spoiler"
) -> None:
    strange = {"type": "quantum", "reporting_category": "quantum", "source": None}
    line = spoiler.made("balance_transaction", "txn_odd", "", lambda data: data.update(strange)).line
    with shelf.open(shelf.new()) as book:
        shelf.import_envelopes(book, [line], as_of=LAST)
        net = spoiler.good.balance_transaction["net"]
        fee = spoiler.good.balance_transaction["fee"]
        balances = look.without_zeros(book.balances())
        assert balances["stripe_clearing"] == net
        assert balances["suspense"] == -net - balances.get("fees", 0)
        assert balances.get("fees", 0) in (0, fee)
        (row,) = book.exceptions()
        assert (row["code"], row["record"]) == ("unknown_balance_transaction_type", "txn_odd")


def test_an_event_told_again_with_other_content_is_a_conflict_and_the_first_stands(
    shelf: "Shelf", look: "Look", spoiler: "Spoiler"
) -> None:
    def told(description: str) -> bytes:
        one = spoiler.made("invoice", "in_told", "", lambda data: data.update(description=description))
        line: bytes = nasty.line_of("invoice", one.data, event_id="evt_1")
        return line

    with shelf.open(shelf.new()) as book:
        shelf.import_envelopes(book, [told("one")], as_of=LAST)
        before = look.outcome(book)
        for _ in range(2):
            shelf.import_envelopes(book, [told("one")], as_of=LAST)
            assert look.outcome(book) == before
        for _ in range(2):
            shelf.import_envelopes(book, [told("two")], as_of=LAST)
            after = look.outcome(book)
            assert after["exceptions"] == [("duplicate_conflict", "in_told", "error", "open")]
            assert (after["digest"], after["records"]) == (before["digest"], before["records"])


def test_a_posted_invoice_that_changes_its_figures_is_shown_and_the_books_keep_the_first(
    shelf: "Shelf", look: "Look", spoiler: "Spoiler"
) -> None:
    def dearer(data: dict[str, Any]) -> None:
        line = data["lines"]["data"][0]
        line["amount"] += 1
        for key in ("subtotal", "total", "amount_due"):
            data[key] += 1

    first = spoiler.made("invoice", "in_told", "", lambda _: None).line
    second = spoiler.made("invoice", "in_told", "", dearer).line
    with shelf.open(shelf.new()) as book:
        shelf.import_envelopes(book, [first], as_of=LAST)
        digest = book.verify()["content_digest"]
        for _ in range(2):
            shelf.import_envelopes(book, [second], as_of=LAST)
            assert [row["code"] for row in book.exceptions()] == ["changed_after_posting"]
            assert book.verify()["content_digest"] == digest


def test_a_refund_and_a_charge_that_came_before_what_they_name_are_booked_when_it_comes(
    shelf: "Shelf", look: "Look", good: list[bytes]
) -> None:
    found = [json.loads(line) for line in good]
    refund = next(one for one in found if one["type"] == "refund")
    charge = next(one for one in found if one["data"].get("id") == refund["data"]["charge"])
    invoice = next(one for one in found if one["data"].get("id") == charge["data"]["invoice"])
    late = {"received_at": nasty.LONG_AGO}
    with shelf.open(shelf.new()) as book:
        shelf.import_envelopes(book, [refund | late], as_of=LAST)
        assert {row["code"] for row in book.exceptions()} == {"missing_parent"}
        shelf.import_envelopes(book, [charge | late], as_of=LAST)
        assert {row["code"] for row in book.exceptions()} == {"missing_parent"}
        assert set(look.without_zeros(book.balances())) == {"stripe_clearing", "suspense"}
        shelf.import_envelopes(book, [invoice], as_of=LAST)
        assert {row["code"] for row in book.exceptions()} == {"credit_note_missing"}
        lines = [json.dumps(one).encode() for one in (refund, charge, invoice)]
        assert_clearing_is_what_moved(book, lines, look)
        assert {row["status"] for row in book.records()} == {"posted"}
