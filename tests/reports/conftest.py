"""A book one posts into by hand, and a small book fed with what a processor, a bank and people say."""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from autobook_core.book import Book
from autobook_core.clock import ManualClock
from autobook_core.config.create import init_book
from autobook_core.domain.chart import Account, Chart
from autobook_core.domain.journal import Draft, Line
from autobook_core.domain.money import round_half_away
from autobook_core.ledger.append import append_all
from autobook_core.store.opening import open_store

CHART = Chart(
    [
        Account(number="1010", name="Sales", type="income", role="revenue_monthly"),
        Account(number="2390", name="Fees", type="expense", role="fees"),
        Account(number="3000", name="Capital", type="equity"),
        Account(number="6480", name="Bank", type="asset", role="bank"),
        Account(number="7680", name="VAT", type="liability", role="vat_output_25"),
    ]
)
Fact = dict[str, Any]
_BOOKS = count(1)
#: What is taxed where: country of the buyer to that of the tax, and its rate in tenths of a percent.
TAXES = {"DK": ("DK", 250), "FI": ("FI", 255)}


class Year:
    """A book one can post into: ``post(day, bank=125, ...)`` by account number."""

    def __init__(self, folder: Path) -> None:
        self.chart = CHART
        self.store = open_store(None, folder=folder)
        with self.store.writing():
            self.store.journal.keep_accounts(CHART.accounts)

    def post(self, day: str, amounts: dict[str, int]) -> None:
        draft = Draft(
            day=date.fromisoformat(day), journal="general", text="t", sources=("s",), rule="r", rule_version="v",
            lines=tuple(Line(number, amount) for number, amount in amounts.items()),
        )  # fmt: skip
        with self.store.writing():
            append_all(self.store, [draft], posted_at="2025-01-01T00:00:00Z")


@pytest.fixture
def year(tmp_path: Path) -> Iterator[Any]:
    """A book with capital, a sale and a fee in 2025, and a sale of the year before."""
    book = Year(tmp_path)
    book.post("2024-12-31", {"6480": 1_000, "1010": -1_000})
    book.post("2025-01-01", {"6480": 50_000, "3000": -50_000})
    book.post("2025-02-14", {"6480": 12_500, "1010": -10_000, "7680": -2_500})
    book.post("2025-03-01", {"2390": 700, "6480": -700})
    yield book
    book.store.close()


def at(text: str) -> int:
    """An instant UTC, given as ISO text; a date is noon."""
    moment = datetime.fromisoformat(text if "T" in text else f"{text}T12:00:00")
    return int(moment.replace(tzinfo=UTC).timestamp())


class Say:
    """What the outside says, as envelopes."""

    def stripe(self, kind: str, data: Fact) -> Fact:
        return {"source": "stripe", "type": kind, "data": data, "api_version": "2024-06-20"}

    def invoice(
        self, n: int, net: int, day: str, *, due: str | None = None, country: str = "DK", vat: str | None = None,
        name: str = "Lyng ApS", year: tuple[str, str] | None = None, taxed: bool = True, **fields: Any,
    ) -> Fact:  # fmt: skip
        """An invoice of a month, or of a whole year's service between two days."""
        start, end = year or (day, (date.fromisoformat(day).replace(day=28)).isoformat())
        tax, taxes = 0, []
        if taxed and vat is None and country in TAXES:
            tenths = TAXES[country][1]
            tax = round_half_away(net * tenths, 1_000)
            taxes = [
                {"amount": tax, "inclusive": False, "taxable_amount": net, "tax_rate": {
                    "id": f"txr_{country}", "object": "tax_rate", "country": country, "percentage": tenths / 10}}
            ]  # fmt: skip
        price: Fact = {"id": "price_1", "object": "price", "currency": "dkk", "product": "prod_1"}
        price |= {"unit_amount": net, "type": "recurring"}
        price["recurring"] = {
            "interval": "year" if year else "month", "interval_count": 1, "usage_type": "licensed",
        }  # fmt: skip
        line = {
            "id": f"il_{n}", "object": "line_item", "amount": net, "currency": "dkk", "proration": False,
            "period": {"start": at(start), "end": at(end)}, "price": price, "discount_amounts": [],
            "tax_amounts": taxes,
        }  # fmt: skip
        data = {
            "id": f"in_{n}", "object": "invoice", "number": f"AB-{1000 + n}", "customer": f"cus_{n}",
            "customer_name": name, "customer_address": {"country": country},
            "customer_tax_ids": [] if vat is None else [{"type": "eu_vat", "value": vat}],
            "currency": "dkk", "livemode": True, "status": "open", "collection_method": "send_invoice",
            "created": at(day), "effective_at": at(day), "due_date": None if due is None else at(due),
            "lines": {"object": "list", "has_more": False, "data": [line]}, "subtotal": net, "tax": tax,
            "total": net + tax, "starting_balance": 0, "ending_balance": 0, "amount_due": net + tax,
        }  # fmt: skip
        return self.stripe("invoice", data | fields)

    def movement(
        self, id: str, category: str, amount: int, source: str | None, day: str, fee: int = 0
    ) -> Fact:
        return {
            "id": id, "object": "balance_transaction", "type": category, "reporting_category": category,
            "amount": amount, "fee": fee, "net": amount - fee, "currency": "dkk", "created": at(day),
            "available_on": at(day), "source": source, "status": "available", "fee_details": [],
        }  # fmt: skip

    def charge(self, n: int, amount: int, day: str, fee: int = 0, **fields: Any) -> Fact:
        data = {
            "id": f"ch_{n}", "object": "charge", "amount": amount, "currency": "dkk", "customer": f"cus_{n}",
            "invoice": f"in_{n}", "payment_intent": f"pi_{n}", "livemode": True, "status": "succeeded",
            "created": at(day), "failure_code": None,
            "balance_transaction": self.movement(f"txn_{n}", "charge", amount, f"ch_{n}", day, fee),
        }  # fmt: skip
        return self.stripe("charge", data | fields)

    def refund(self, n: int, amount: int, day: str, *, charge: int = 0) -> Fact:
        data = {
            "id": f"re_{n}", "object": "refund", "amount": amount, "currency": "dkk", "charge": f"ch_{charge or n}",
            "status": "succeeded", "created": at(day),
            "balance_transaction": self.movement(f"txn_re_{n}", "refund", -amount, f"re_{n}", day),
        }  # fmt: skip
        return self.stripe("refund", data)

    def payout(
        self, n: int, amount: int, day: str, arrival: str, members: Sequence[str] | None, **fields: Any
    ) -> Fact:
        data = {
            "id": f"po_{n}", "object": "payout", "amount": amount, "currency": "dkk", "automatic": True,
            "status": "paid", "created": at(day), "arrival_date": at(f"{arrival}T00:00:00"), "livemode": True,
            "statement_descriptor": "STRIPE", "trace_id": None,
            "balance_transaction": self.movement(f"txn_po_{n}", "payout", -amount, f"po_{n}", day),
        }  # fmt: skip
        if members is not None:
            data["balance_transactions"] = [*members, f"txn_po_{n}"]
        return self.stripe("payout", data | fields)

    def fee(self, n: int, amount: int, day: str) -> Fact:
        return self.stripe("balance_transaction", self.movement(f"txn_fee_{n}", "fee", -amount, None, day))

    def bank(self, n: int, signed: int, day: str, *text: str) -> Fact:
        return {
            "source": "bank", "type": "camt.053.entry", "data": {
                "Acct": {"IBAN": "DK5000400440116243", "Ccy": "DKK"}, "NtryRef": f"B-{n}", "AcctSvcrRef": f"B-{n}",
                "Amt": {"Ccy": "DKK", "value": f"{abs(signed) // 100}.{abs(signed) % 100:02}"},
                "CdtDbtInd": "CRDT" if signed >= 0 else "DBIT", "Sts": "BOOK", "RvslInd": False, "BookgDt": day,
                "ValDt": day, "BkTxCd": "PMNT/RCDT/ESCT", "NtryDtls": {
                    "Refs": {"EndToEndId": "NOTPROVIDED"}, "InstdAmt": None,
                    "RltdPties": {"Dbtr": None, "Cdtr": None}, "RmtInf": {"Ustrd": list(text), "CdtrRefInf": None},
                },
            },
        }  # fmt: skip

    def manual(self, ref: str, day: str, **amounts: int) -> Fact:
        legs = [
            {"account": name, "debit" if amount > 0 else "credit": abs(amount)}
            for name, amount in amounts.items()
        ]
        return {
            "source": "user", "type": "manual_entry",
            "data": {"ref": ref, "date": day, "text": ref, "lines": legs},
        }  # fmt: skip

    def opening(self, day: str, **balances: int) -> Fact:
        return {"source": "book", "type": "opening_balances", "data": {"date": day, "balances": balances}}


SAY = Say()
#: A quarter of a small company. Every figure of its reports is worked out by hand in the tests.
QUARTER = (
    SAY.invoice(1, 10_000, "2025-02-01", name="Lyng ApS"),
    SAY.charge(1, 12_500, "2025-02-03", fee=300),
    SAY.invoice(2, 36_500, "2025-01-15", due="2025-01-30", name="Bøg A/S", year=("2025-01-15", "2026-01-15")),
    SAY.invoice(
        3, 60_000, "2025-02-10", due="2025-03-12", country="SE", vat="SE556677889901", name="Malmö AB"
    ),
    SAY.invoice(4, 10_000, "2025-03-01", country="FI", name="Aino"),
    SAY.charge(4, 12_550, "2025-03-02", fee=400),
    SAY.invoice(5, 20_000, "2025-03-05", due="2025-04-04", country="US", name="Acme Inc"),
    SAY.refund(1, 5_000, "2025-03-10"),
    SAY.payout(1, 12_200, "2025-02-05", "2025-02-07", ["txn_1"]),
    SAY.bank(1, 12_200, "2025-02-07", "STRIPE"),
    SAY.payout(2, 7_150, "2025-03-28", "2025-04-02", ["txn_4", "txn_re_1"]),
    SAY.bank(2, 7_150, "2025-04-02", "STRIPE"),
    SAY.fee(1, 500, "2025-03-31"),
    SAY.manual("purchase", "2025-02-20", other_expense=4_000, vat_input=1_000, bank=-5_000),
    SAY.manual("vat-paid", "2025-03-01", vat_output_25=2_000, bank=-2_000),
    SAY.bank(3, 60_000, "2025-04-10", "AB-1003"),
)


@pytest.fixture(scope="session")
def say() -> Say:
    """What the outside says."""
    return SAY


Tell = Callable[..., Book]


class Books:
    """Opens books on one engine."""

    def __init__(self, folder: Path, url: str | None) -> None:
        self.folder, self.url = folder, url
        self.opened: list[Book] = []

    def tell(self, *facts: Fact, one_by_one: bool = False, **policy: Any) -> Book:
        """Open a book that was told some facts, in one file or each in its own."""
        number = next(_BOOKS)
        overrides = [f"policy.{key}={value}" for key, value in policy.items()]
        if self.url is not None:
            overrides += [f"store.url={self.url}", f"store.schema=reports_{os.getpid()}_{number}"]
        folder = self.folder / f"book_{number}"
        init_book(folder, company="Acme ApS", overrides=overrides)
        book = Book(folder, clock=ManualClock(at("2025-07-01")), env={})
        self.opened.append(book)
        for part in [[fact] for fact in facts] if one_by_one else [list(facts)]:
            path = folder / "in.jsonl"
            path.write_text("".join(json.dumps(fact) + "\n" for fact in part), encoding="utf-8")
            assert book.import_files([path], as_of=date(2025, 6, 30))["problems"] == []
        return book

    def close(self) -> None:
        for book in self.opened:
            book.close()


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Tell]:
    """Opens books that were told some facts: ``told(*facts, one_by_one=False, **policy)``."""
    books = Books(tmp_path, None)
    yield books.tell
    books.close()


@pytest.fixture(scope="module")
def told_on(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tell]:
    """Opens books for a whole file of tests, only to be read: ``told_on("postgres", *facts, **policy)``."""
    opened: list[Books] = []

    def tell(engine: str, *facts: Fact, **policy: Any) -> Book:
        url = request.getfixturevalue("postgres_url") if engine == "postgres" else None
        opened.append(Books(tmp_path_factory.mktemp("books"), url))
        return opened[-1].tell(*facts, **policy)

    yield tell
    for books in opened:
        books.close()


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def quarter(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    """A quarter of a small company, on either engine. Only to be read."""
    url = None if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    books = Books(tmp_path_factory.mktemp("quarter"), url)
    yield books.tell(*QUARTER)
    books.close()


@pytest.fixture(scope="session")
def quarter_facts() -> tuple[Fact, ...]:
    """What the small company's quarter is made of."""
    return QUARTER
