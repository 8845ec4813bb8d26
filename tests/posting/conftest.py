"""Small builders of what posting reads: terms with a chart of roles, invoices, movements, bank lines."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest

from autobook_core.domain.chart import ROLES, Account, Chart
from autobook_core.domain.journal import Draft, Line
from autobook_core.domain.policy import Policy
from autobook_core.domain.records import BalanceTransaction, BankTransaction, Charge, Invoice, InvoiceLine
from autobook_core.domain.rule import PostingRule
from autobook_core.posting.terms import Terms

CHART = Chart(
    [Account(number=str(1000 + n), name=role, type="asset", role=role) for n, role in enumerate(ROLES)]
    + [Account(number="2500", name="Partner", type="liability")]
)


class Make:
    """Builds records; everything not said is a Danish monthly plan."""

    chart = CHART

    def at(self, text: str) -> int:
        """An instant UTC, given as ISO text; a date is noon."""
        moment = datetime.fromisoformat(text if "T" in text else f"{text}T12:00:00")
        return int(moment.replace(tzinfo=UTC).timestamp())

    def terms(self, rules: Sequence[PostingRule] = (), *, chart: Chart = CHART, **policy: Any) -> Terms:
        return Terms(policy=Policy(**policy), chart=chart, rules=rules, version="v1")

    def line(self, net: int = 10_000, *, rate: int | None = 25_000, **fields: Any) -> InvoiceLine:
        tax = 0 if rate is None else (abs(net) * rate + 50_000) // 100_000 * (1 if net >= 0 else -1)
        values: dict[str, Any] = {
            "id": "il_1", "amount": net, "tax": tax, "tax_country": None if rate is None else "DK",
            "tax_milli": rate, "taxable_amount": net, "interval": "month", "price": "price_1",
            "product": "prod_1", "period_start": self.at("2025-02-01"), "period_end": self.at("2025-03-01"),
        } | fields  # fmt: skip
        return InvoiceLine(**values)

    def annual(self, net: int = 36_500, **fields: Any) -> InvoiceLine:
        year: dict[str, Any] = {
            "interval": "year",
            "period_start": self.at("2025-01-01"),
            "period_end": self.at("2026-01-01"),
        }
        return self.line(net, **(year | fields))

    def invoice(self, *lines: InvoiceLine, **fields: Any) -> Invoice:
        items = lines or (self.line(),)
        tax = sum(line.tax for line in items)
        total = sum(line.net + line.tax for line in items)
        values: dict[str, Any] = {
            "id": "in_1", "number": "AB-1", "customer": "cus_1", "currency": "DKK", "status": "open",
            "effective_at": self.at("2025-02-01"), "lines": tuple(items), "tax": tax, "total": total,
            "subtotal": sum(line.amount for line in items), "customer_country": "DK", "customer_name": "Lyng ApS",
            "amount_due": max(0, total + fields.get("starting_balance", 0)),
        } | fields  # fmt: skip
        return Invoice(**values)

    def charge(self, amount: int = 12_500, **fields: Any) -> Charge:
        values: dict[str, Any] = {"currency": "DKK", "status": "succeeded", "invoice": "in_1"} | fields
        return Charge(id="ch_1", amount=amount, **values)

    def movement(self, amount: int, fee: int = 0, **fields: Any) -> BalanceTransaction:
        values: dict[str, Any] = {
            "id": "txn_1", "type": "charge", "category": "charge", "currency": "DKK",
            "created": self.at("2025-02-03"), "source": "ch_1",
        } | fields  # fmt: skip
        return BalanceTransaction(amount=amount, fee=fee, net=amount - fee, **values)

    def bank(self, signed: int, **fields: Any) -> BankTransaction:
        values: dict[str, Any] = {
            "id": "B-1", "account": "DK50", "booking_date": date(2025, 3, 14), "currency": "DKK",
            "direction": "CRDT" if signed >= 0 else "DBIT", "amount": abs(signed),
        } | fields  # fmt: skip
        return BankTransaction(**values)

    def legs(self, of: Draft | Sequence[Line]) -> list[tuple[Any, ...]]:
        """The lines as (role, amount) or (role, amount, VAT code), which must balance."""
        lines = of.lines if isinstance(of, Draft) else of
        if isinstance(of, Draft):
            assert sum(line.amount for line in lines) == 0
            assert all(line.amount for line in lines)
        return [
            (CHART.label(line.account), line.amount, *([line.tax_code] if line.tax_code else []))
            for line in lines
        ]


@pytest.fixture(scope="session")
def make() -> Make:
    """The builders."""
    return Make()
