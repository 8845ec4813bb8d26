"""The facts as files: records for an offline import, and a flat table of charges for simpler programs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Literal

import msgspec

from . import render, render_invoices
from .bank_files import decimal, entry_data
from .clock import local_date
from .facts import BalanceTransaction, BankEntry, Charge, Company, Invoice, Payout, Refund
from .workload import Workload, batches, stock

__all__ = ["write_envelopes", "write_flat_csv"]

Movements = Literal["both", "embedded", "separate"]
Lines = Iterator[bytes]
_encode = msgspec.json.Encoder().encode
_ACCOUNTED = 1
_HEADER = "date,id,customer,description,plan,gross,net_of_vat,vat,fee\n"


class _Envelopes:
    """Turns facts into lines; charges, refunds and payouts carry their balance transaction when it is embedded."""

    def __init__(self, api_version: str, movements: Movements) -> None:
        self.modern = render.is_modern(api_version)
        self.embedded = movements != "separate"
        self.separate = movements != "embedded"
        self._version = _encode(api_version)

    def line(self, kind: str, data: render.Json) -> bytes:
        """Return one record of the processor as a line."""
        head = b'{"source":"stripe","type":"%s","api_version":%s,"data":' % (kind.encode(), self._version)
        return head + _encode(data) + b"}\n"

    def _with_movement(self, data: render.Json, movement: BalanceTransaction | None) -> render.Json:
        if movement and self.embedded:
            data["balance_transaction"] = render.balance_transaction(movement, _ACCOUNTED)
        return data

    def charge(self, one: Charge, refunded: int = 0) -> bytes:
        return self.line(
            "charge", self._with_movement(render.charge(one, refunded, modern=self.modern), one.balance)
        )

    def refund(self, one: Refund) -> bytes:
        return self.line("refund", self._with_movement(render.refund(one), one.balance))

    def payout(self, one: Payout) -> bytes:
        data = self._with_movement(render.payout(one, 1), one.balance)
        data["balance_transactions"] = [member.id for member in one.members]
        return self.line("payout", data)

    def movement(self, one: BalanceTransaction) -> bytes:
        """Return a balance transaction, or nothing when its source already carries it."""
        if self.embedded and not self.separate and one.source:
            return b""
        return self.line("balance_transaction", render.balance_transaction(one, _ACCOUNTED))

    def bank(self, one: BankEntry) -> bytes:
        return b'{"source":"bank","type":"camt.053.entry","data":' + _encode(entry_data(one)) + b"}\n"


def _stock_lines(make: _Envelopes, of: Company | object, subscription_states: bool) -> Lines:
    facts: dict[str, Callable[..., render.Json]] = {
        "customers": render.customer,
        "products": render.product,
        "prices": render.price,
    }
    for kind, function in facts.items():
        for one in getattr(of, kind):
            yield make.line(kind[:-1], function(one))
    for one in getattr(of, "subscriptions"):  # noqa: B009
        state = len(one.boundaries) if subscription_states else 0
        yield make.line("subscription", render.subscription(one, state, modern=make.modern))


def _company_lines(make: _Envelopes, company: Company) -> Lines:
    refunded: dict[str, int] = defaultdict(int)
    for refund in company.refunds:
        refunded[refund.charge.id] += refund.amount
    yield from _stock_lines(make, company, subscription_states=True)
    for invoice in company.invoices:
        state = render_invoices.PAID if invoice.paid_at else render_invoices.OPEN
        yield make.line("invoice", render_invoices.invoice(invoice, state, modern=make.modern))
    yield from _links(make, company.invoices)
    yield from (make.charge(one, refunded[one.id]) for one in company.charges)
    yield from map(make.refund, company.refunds)
    yield from map(make.movement, company.balance_transactions)
    yield from map(make.payout, company.payouts)
    yield from map(make.bank, company.bank_entries)


def _links(make: _Envelopes, invoices: Iterable[Invoice]) -> Lines:
    """Yield the invoice payments, which only the newer shape has."""
    if make.modern:
        for invoice in invoices:
            if invoice.payment_intent:
                state = 1 if invoice.paid_at else 0
                yield make.line("invoice_payment", render_invoices.invoice_payment(invoice, state))


def _workload_lines(make: _Envelopes, workload: Workload) -> Lines:
    held = stock(workload)
    if workload.part == "main":
        yield from _stock_lines(make, held, subscription_states=False)
    for batch in batches(workload, held.subscriptions):
        for invoice in batch.invoices:
            state = render_invoices.PAID if invoice.paid_at else render_invoices.OPEN
            yield make.line("invoice", render_invoices.invoice(invoice, state, modern=make.modern))
        yield from _links(make, batch.invoices)
        yield from map(make.charge, batch.charges)
        yield from map(make.refund, batch.refunds)
        yield from map(make.movement, batch.balance_transactions)
        yield from map(make.payout, batch.payouts)
        yield from map(make.bank, batch.bank_entries)


def envelopes(
    of: Company | Workload, *, api_version: str = "2024-06-20", movements: Movements = "both"
) -> Lines:
    """Yield the records of a company, kind by kind, or of a workload, day by day, one JSON line each.

    Args:
        of: Where the facts come from.
        api_version: The shape of the processor's objects.
        movements: Whether balance transactions stand inside their charge, refund or payout, on their own, or both.
            Fees billed on their own always stand alone.
    """
    make = _Envelopes(api_version, movements)
    lines = _workload_lines(make, of) if isinstance(of, Workload) else _company_lines(make, of)
    return filter(None, lines)


def write_envelopes(
    of: Company | Workload,
    path: Path | str,
    *,
    api_version: str = "2024-06-20",
    movements: Movements = "both",
) -> int:
    """Write the records as JSON Lines and return how many there are; see ``envelopes``."""
    count = 0
    with Path(path).open("wb") as file:
        for line in envelopes(of, api_version=api_version, movements=movements):
            file.write(line)
            count += 1
    return count


def _plan(charge: Charge) -> str:
    if charge.invoice is None:
        return "monthly"
    return {0: "monthly", 1: "monthly", 3: "quarterly", 12: "annual"}[charge.invoice.lines[0].price.months]


def _row(charge: Charge, movement: BalanceTransaction) -> str:
    tax = charge.invoice.tax if charge.invoice else 0
    text = f"Invoice {charge.invoice.number}" if charge.invoice else "Payment"
    amounts = (charge.amount, charge.amount - tax, tax, movement.fee)
    cells = (local_date(movement.created).isoformat(), charge.id, charge.customer.id, text, _plan(charge))
    return ",".join((*cells, *map(decimal, amounts))) + "\n"


def write_flat_csv(of: Company | Workload, path: Path | str) -> int:
    """Write one row per succeeded charge, amounts in kroner with two decimals, and return how many there are."""
    count = 0
    groups = (batch.charges for batch in batches(of)) if isinstance(of, Workload) else [of.charges]
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        file.write(_HEADER)
        for charges in groups:
            for charge in charges:
                if charge.balance:
                    file.write(_row(charge, charge.balance))
                    count += 1
    return count
