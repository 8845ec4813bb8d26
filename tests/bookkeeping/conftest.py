"""A whole book in a folder, fed with what Stripe and the bank send, through the real connectors."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from itertools import count, permutations
from pathlib import Path
from typing import Any

import pytest

from autobook_core.book import Book
from autobook_core.clock import ManualClock
from autobook_core.config.create import init_book
from autobook_core.domain.money import round_half_away

Fact = dict[str, Any]
_BOOKS = count(1)


def at(text: str) -> int:
    """An instant UTC, given as ISO text; a date is noon."""
    moment = datetime.fromisoformat(text if "T" in text else f"{text}T12:00:00")
    return int(moment.replace(tzinfo=UTC).timestamp())


class Say:
    """What the outside says, as envelopes. Everything not said is a Danish monthly plan of 100.00."""

    def stripe(self, kind: str, data: Fact, **envelope: Any) -> Fact:
        return {"source": "stripe", "type": kind, "data": data, "api_version": "2024-06-20"} | envelope

    def line(
        self, net: int = 10_000, *, rate: int | None = 25, interval: str | None = "month", count: int = 1,
        start: str = "2025-02-01", end: str = "2025-03-01", id: str = "il_1", **fields: Any,
    ) -> Fact:  # fmt: skip
        tax = 0 if rate is None else round_half_away(net * rate, 100)
        taxes = [] if rate is None else [
            {
                "amount": tax, "inclusive": False, "taxable_amount": net,
                "tax_rate": {"id": "txr", "object": "tax_rate", "country": "DK", "percentage": rate},
            }
        ]  # fmt: skip
        price: Fact = {"id": f"price_{interval}", "object": "price", "currency": "dkk", "product": "prod_1"}
        price |= {"unit_amount": net, "type": "recurring" if interval else "one_time"}
        if interval:
            price["recurring"] = {"interval": interval, "interval_count": count, "usage_type": "licensed"}
        return {
            "id": id, "object": "line_item", "amount": net, "currency": "dkk", "proration": False,
            "period": {"start": at(start), "end": at(end)}, "price": price, "discount_amounts": [],
            "tax_amounts": taxes,
        } | fields  # fmt: skip

    def annual(
        self, net: int = 36_500, *, start: str = "2025-01-01", end: str = "2026-01-01", **fields: Any
    ) -> Fact:
        return self.line(net, interval="year", start=start, end=end, **fields)

    def invoice(self, n: int = 1, *lines: Fact, day: str = "2025-02-01", **fields: Any) -> Fact:
        items = list(lines) or [self.line(id=f"il_{n}")]
        subtotal = sum(item["amount"] for item in items)
        tax = sum(part["amount"] for item in items for part in item["tax_amounts"])
        envelope = {key: fields.pop(key) for key in ("event_id", "received_at") if key in fields}
        data = {
            "id": f"in_{n}", "object": "invoice", "number": f"AB-{1000 + n}", "customer": "cus_1",
            "customer_name": "Lyng ApS", "customer_address": {"country": "DK"}, "customer_tax_ids": [],
            "currency": "dkk", "livemode": True, "status": "open", "collection_method": "charge_automatically",
            "created": at(day), "effective_at": at(day), "due_date": None,
            "lines": {"object": "list", "has_more": False, "data": items}, "subtotal": subtotal, "tax": tax,
            "total": subtotal + tax, "starting_balance": 0, "ending_balance": 0, "amount_due": subtotal + tax,
        }  # fmt: skip
        return self.stripe("invoice", data | fields, **envelope)

    def movement(
        self, id: str, category: str, amount: int, source: str | None, day: str, fee: int = 0
    ) -> Fact:
        return {
            "id": id, "object": "balance_transaction", "type": category, "reporting_category": category,
            "amount": amount, "fee": fee, "net": amount - fee, "currency": "dkk", "created": at(day),
            "available_on": at(day), "source": source, "status": "available", "fee_details": [],
        }  # fmt: skip

    def charge(
        self, n: int = 1, amount: int = 12_500, *, day: str = "2025-02-03", fee: int = 0, **fields: Any
    ) -> Fact:
        data = {
            "id": f"ch_{n}", "object": "charge", "amount": amount, "currency": "dkk", "customer": None,
            "invoice": f"in_{n}", "payment_intent": f"pi_{n}", "livemode": True, "status": "succeeded",
            "created": at(day), "failure_code": None,
            "balance_transaction": self.movement(f"txn_{n}", "charge", amount, f"ch_{n}", day, fee),
        }  # fmt: skip
        return self.stripe("charge", data | fields)

    def refund(self, n: int, amount: int, *, charge: int = 1, day: str = "2025-02-10", fee: int = 0) -> Fact:
        data = {
            "id": f"re_{n}", "object": "refund", "amount": amount, "currency": "dkk", "charge": f"ch_{charge}",
            "status": "succeeded", "created": at(day),
            "balance_transaction": self.movement(f"txn_re_{n}", "refund", -amount, f"re_{n}", day, fee),
        }  # fmt: skip
        return self.stripe("refund", data)

    def credit_note(
        self, n: int, *lines: Fact, invoice: int = 1, day: str = "2025-02-10", **fields: Any
    ) -> Fact:
        """A credit note; its lines are those of :meth:`credited`, by default the whole plan."""
        items = list(lines) or [self.credited(10_000, line=f"il_{invoice}")]
        subtotal = sum(item["amount"] for item in items)
        tax = sum(part["amount"] for item in items for part in item["tax_amounts"])
        data = {
            "id": f"cn_{n}", "object": "credit_note", "number": f"CN-{n}", "invoice": f"in_{invoice}",
            "customer": "cus_1", "currency": "dkk", "livemode": True, "status": "issued", "created": at(day),
            "effective_at": at(day), "refund": None, "customer_balance_transaction": None,
            "subtotal": subtotal, "total": subtotal + tax, "tax_amounts": [{"amount": tax, "inclusive": False}],
            "lines": {"data": items},
        }  # fmt: skip
        return self.stripe("credit_note", data | fields)

    def credited(self, net: int, tax: int | None = None, *, line: str | None = "il_1") -> Fact:
        """A line of a credit note: net and, if not said, 25 % tax, of an invoice line or of the whole."""
        amount = net // 4 if tax is None else tax
        return {
            "id": f"cnli_{line}", "type": "invoice_line_item" if line else "custom_line_item", "amount": net,
            "invoice_line_item": line, "discount_amount": 0,
            "tax_amounts": [{"amount": amount, "inclusive": False}] if amount else [],
        }  # fmt: skip

    def payout(
        self, n: int, amount: int, *, day: str = "2025-02-05", arrival: str = "2025-02-07", **fields: Any
    ) -> Fact:
        data = {
            "id": f"po_{n}", "object": "payout", "amount": amount, "currency": "dkk", "automatic": True,
            "status": "paid", "created": at(day), "arrival_date": at(f"{arrival}T00:00:00"), "livemode": True,
            "statement_descriptor": "STRIPE", "trace_id": None,
            "balance_transaction": self.movement(f"txn_po_{n}", "payout", -amount, f"po_{n}", day),
        }  # fmt: skip
        return self.stripe("payout", data | fields)

    def fee(self, n: int, amount: int, *, day: str = "2025-02-28", category: str = "fee") -> Fact:
        return self.stripe("balance_transaction", self.movement(f"txn_fee_{n}", category, -amount, None, day))

    def bank(
        self,
        n: int,
        signed: int,
        *text: str,
        day: str = "2025-02-14",
        payer: str | None = None,
        **fields: Any,
    ) -> Fact:
        return {
            "source": "bank", "type": "camt.053.entry", "data": {
                "Acct": {"IBAN": "DK5000400440116243", "Ccy": "DKK"}, "NtryRef": f"B-{n}", "AcctSvcrRef": f"B-{n}",
                "Amt": {"Ccy": "DKK", "value": f"{abs(signed) // 100}.{abs(signed) % 100:02}"},
                "CdtDbtInd": "CRDT" if signed >= 0 else "DBIT", "Sts": "BOOK", "RvslInd": False, "BookgDt": day,
                "ValDt": day, "BkTxCd": "PMNT/RCDT/ESCT", "NtryDtls": {
                    "Refs": {"EndToEndId": "NOTPROVIDED"}, "InstdAmt": None,
                    "RltdPties": {"Dbtr": payer, "Cdtr": None}, "RmtInf": {"Ustrd": list(text), "CdtrRefInf": None},
                },
            } | fields,
        }  # fmt: skip

    def manual(self, ref: str, *lines: tuple[str, int], day: str = "2025-02-20") -> Fact:
        legs = [{"account": name, "debit" if amount > 0 else "credit": abs(amount)} for name, amount in lines]
        return {
            "source": "user",
            "type": "manual_entry",
            "data": {"ref": ref, "date": day, "text": ref, "lines": legs},
        }


class Company:
    """One book, open."""

    def __init__(self, folder: Path, rules: str = "", **policy: Any) -> None:
        overrides = [f"policy.{key}={value}" for key, value in policy.items()]
        init_book(folder, company="Acme ApS", overrides=overrides)
        if rules:
            (folder / "rules.toml").write_text(rules, encoding="utf-8")
        env = {"AUTOBOOK_PLUGINS": "stripe,bank", "AUTOBOOK_PLUGINS_STRICT": "1"}
        self.folder = folder
        self.book = Book(folder, clock=ManualClock(at("2025-06-01")), env=env)
        self._files = count(1)

    def tell(self, *facts: Fact, as_of: str = "2025-02-28") -> Fact:
        """Import facts in one file."""
        path = self.folder / "files" / f"{next(self._files)}.jsonl"
        path.write_text("".join(json.dumps(fact) + "\n" for fact in facts), encoding="utf-8")
        return self.book.import_files([path], as_of=date.fromisoformat(as_of))

    def tell_one_by_one(self, facts: Iterable[Fact], as_of: str = "2025-02-28") -> None:
        """Import every fact by itself, in order."""
        for fact in facts:
            self.tell(fact, as_of=as_of)

    def legs(self, source: str) -> list[tuple[Any, ...]]:
        """The lines of all entries from a source: (day, role, amount)."""
        return [
            (entry["date"], line["role"] or line["account"], line["debit"] - line["credit"])
            for entry in self.book.journal()
            if source in entry["sources"]
            for line in entry["lines"]
        ]

    def balances(self) -> dict[str, int]:
        """Balances that are not zero."""
        return {name: amount for name, amount in self.book.balances().items() if amount}

    def states(self) -> dict[str, str]:
        """The state of every record."""
        return {item["id"]: item["status"] for item in self.book.records()}

    def codes(self) -> list[tuple[str, str]]:
        """Open exceptions: (code, record)."""
        return sorted((item["code"], item["record"]) for item in self.book.exceptions())

    def digest(self) -> str:
        """The content digest of a ledger without faults."""
        found = self.book.verify()
        assert found["ok"], found["faults"]
        digest: str = found["content_digest"]
        return digest


@pytest.fixture(scope="session")
def say() -> Say:
    """What the outside says."""
    return Say()


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Any]:
    """Opens new books: ``company(rules="", **policy)``."""
    opened: list[Company] = []

    def found(rules: str = "", **policy: Any) -> Company:
        opened.append(Company(tmp_path / f"book_{next(_BOOKS)}", rules, **policy))
        return opened[-1]

    yield found
    for item in opened:
        item.book.close()


@pytest.fixture
def orders(company: Any) -> Any:
    """Tells facts at once, and one by one in every order; each must give the same books, which it returns."""

    def shown(book: Company) -> list[Any]:
        return [book.digest(), book.codes(), book.states(), list(book.book.dump()["open_items"])]

    def told(facts: list[Fact], *, as_of: str = "2025-02-28", most: int = 24, **policy: Any) -> Company:
        first: Company = company(**policy)
        first.tell(*facts, as_of=as_of)
        expected = shown(first)
        ways = list(permutations(facts))
        for order in ways[:: max(1, len(ways) // most)]:
            book = company(**policy)
            book.tell_one_by_one(order, as_of=as_of)
            assert shown(book) == expected, [fact["data"].get("id") for fact in order]
        first.tell(*reversed(facts), as_of=as_of)
        assert shown(first) == expected
        return first

    return told
