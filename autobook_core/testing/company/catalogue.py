"""The objects the simulated processor holds, each with the moments at which it changes, kept as bytes.

A *horizon* is the "now" of the simulation: objects created after it do not exist yet, and objects that change
later (an open invoice, a payout in transit, a charge before its refund) are shown as they were.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import Any

import msgspec

from . import render, render_invoices
from .facts import Company, Customer, Payout, Refund
from .people import identifier
from .render import Json

FOREVER = 1 << 62
_encode = msgspec.json.Encoder().encode
_ENDPOINTS = {"cus": "customers", "prod": "products", "price": "prices", "sub": "subscriptions", "in": "invoices",
              "ch": "charges", "txn": "balance_transactions", "re": "refunds", "po": "payouts", "txr": "tax_rates",
              "inpay": "invoice_payments", "evt": "events"}  # fmt: skip


class Row(msgspec.Struct):
    """One object: its fact, when it appears, and when it changes."""

    id: str
    created: int
    fact: Any
    changes: tuple[int, ...] = ()

    def state(self, until: int) -> int:
        """Return how many changes have happened by an instant."""
        return bisect_right(self.changes, until)


class Occurrence(msgspec.Struct, frozen=True):
    """An event: what happened to which object, and the object's state right after."""

    type: str
    kind: str
    row: Row
    state: int


def _row(kind: str, fact: Any) -> Row:
    if kind == "invoices":
        paid = () if fact.paid_at is None else (fact.paid_at,)
        return Row(fact.id, fact.created, fact, (fact.effective_at, *paid))
    if kind == "invoice_payments":
        return Row(fact.payment_id, fact.effective_at, fact, () if fact.paid_at is None else (fact.paid_at,))
    if kind == "payouts":
        return Row(fact.id, fact.created, fact, (fact.arrival_date,))
    if kind == "balance_transactions" and fact.available_on > fact.created:
        return Row(fact.id, fact.created, fact, (fact.available_on,))
    if kind == "subscriptions":
        last = fact.boundaries[1:] if fact.ended_at else fact.boundaries[1:-1]
        return Row(fact.id, fact.created, fact, last)
    return Row(fact.id, fact.created, fact)


def status(kind: str, row: Row, until: int) -> str:
    """Return the status an object has at a horizon, empty for kinds without one."""
    state = row.state(until)
    if kind == "invoices":
        return ("draft", "open", "paid")[state]
    if kind == "invoice_payments":
        return ("open", "paid")[state]
    if kind == "payouts":
        return ("in_transit", "paid")[state]
    if kind == "subscriptions":
        return "canceled" if row.fact.ended_at and state == len(row.changes) else "active"
    return ""


class Catalogue:
    """Every object of a company by kind and id, and its JSON at any horizon."""

    def __init__(self, company: Company, *, tax_rate_ids: bool = False) -> None:
        """Arrange the company's facts; nothing is rendered yet."""
        self.company = company
        self._tax_rate_ids = tax_rate_ids
        self.rows: dict[str, list[Row]] = {
            kind: [] for kind in (*_ENDPOINTS.values(), "disputes", "credit_notes")
        }
        self.refunds: dict[str, list[Refund]] = defaultdict(list)
        self.payout_of: dict[str, str] = {}
        self._places: dict[str, dict[str, int]] = {}
        self._bytes: dict[tuple[str, int, bool], bytes] = {}
        self._expanded: dict[tuple[object, ...], bytes] = {}
        for kind in ("customers", "products", "prices", "subscriptions", "invoices", "charges", "refunds",
                     "balance_transactions", "payouts"):  # fmt: skip
            self._arrange(kind, [_row(kind, fact) for fact in getattr(company, kind)])
        rate = render.tax_rate(min((one.created for one in company.products), default=0))
        self._arrange("tax_rates", [Row(rate["id"], rate["created"], rate)])
        linked = [one for one in company.invoices if one.payment_intent]
        self._arrange("invoice_payments", [_row("invoice_payments", one) for one in linked])
        for refund in company.refunds:
            self.refunds[refund.charge.id].append(refund)
        for charge_id, refunds in self.refunds.items():
            self.find("charges", charge_id).changes = tuple(refund.created for refund in refunds)
        for payout in company.payouts:
            self._claim(payout)

    def _claim(self, payout: Payout) -> None:
        self.payout_of.update({member.id: payout.id for member in (*payout.members, payout.balance)})

    def _arrange(self, kind: str, rows: Iterable[Row]) -> None:
        self.rows[kind] = sorted(rows, key=lambda row: (row.created, row.id))
        self._places.pop(kind, None)

    def add(self, kind: str, fact: Customer | Refund | Any) -> Row:
        """Add an object made through the API and return its row."""
        row = _row(kind, fact)
        self._arrange(kind, [*self.rows[kind], row])
        if isinstance(fact, Refund):
            self.refunds[fact.charge.id].append(fact)
            charge = self.find("charges", fact.charge.id)
            charge.changes = (*charge.changes, fact.created)
            self.add("balance_transactions", fact.balance)
        return row

    def place(self, kind: str, object_id: str) -> int | None:
        """Return where in its kind an object stands, oldest first."""
        places = self._places.get(kind)
        if places is None:
            places = self._places[kind] = {row.id: place for place, row in enumerate(self.rows[kind])}
        return places.get(object_id)

    def find(self, kind: str, object_id: str) -> Row:
        """Return an object's row.

        Raises:
            KeyError: There is none.
        """
        place = self.place(kind, object_id)
        if place is None:
            raise KeyError(object_id)
        return self.rows[kind][place]

    def render(self, kind: str, row: Row, state: int, *, modern: bool) -> Json:
        """Return an object in a given state as JSON values."""
        fact = row.fact
        if kind == "charges":
            refunded = sum(one.amount for one in self.refunds[fact.id][:state]) if state else 0
            return render.charge(fact, refunded, modern=modern)
        if kind == "tax_rates":
            return dict(fact)
        if kind == "events":
            return self._event(row, modern=modern)
        plain = _PLAIN.get(kind)
        if plain:
            return plain(fact)
        stateful = _STATEFUL.get(kind)
        if stateful:
            return stateful(fact, state)
        if kind == "subscriptions":
            return render.subscription(fact, state, modern=modern)
        found = render_invoices.invoice(fact, state, modern=modern)
        if self._tax_rate_ids:
            render_invoices.name_tax_rates(found["lines"]["data"])
        return found

    def lines(self, row: Row, *, modern: bool) -> list[Json]:
        """Return the lines of an invoice."""
        lines = render_invoices.invoice_lines(row.fact, modern=modern)
        if self._tax_rate_ids:
            render_invoices.name_tax_rates(lines)
        return lines

    def body(self, kind: str, row: Row, until: int, *, modern: bool, expand: Sequence[str] = ()) -> bytes:
        """Return an object's JSON at a horizon, from the cache when it was asked for before.

        Raises:
            KeyError: A path to expand names a field the object does not have.
        """
        state = row.state(until)
        if not expand:
            key = (row.id, state, modern)
            found = self._bytes.get(key)
            if found is None:
                found = self._bytes[key] = _encode(self.render(kind, row, state, modern=modern))
            return found
        wide = (row.id, until, modern, *expand)
        found = self._expanded.get(wide)
        if found is None:
            value = self.render(kind, row, state, modern=modern)
            for path in expand:
                self._expand(value, path.split("."), until, modern=modern)
            found = self._expanded[wide] = _encode(value)
        return found

    def forget(self) -> None:
        """Drop what is cached for one horizon only."""
        self._expanded.clear()

    def _expand(self, value: Any, path: list[str], until: int, *, modern: bool) -> None:
        if isinstance(value, list):
            for one in value:
                self._expand(one, path, until, modern=modern)
            return
        if value is None:
            return
        if not isinstance(value, dict) or path[0] not in value:
            raise KeyError(path[0])
        child = value[path[0]]
        if isinstance(child, str):
            child = self._lookup(child, until, modern=modern)
            value[path[0]] = child
        if len(path) > 1:
            self._expand(child, path[1:], until, modern=modern)

    def _lookup(self, object_id: str, until: int, *, modern: bool) -> Json | str:
        kind = _ENDPOINTS.get(object_id.split("_", 1)[0])
        try:
            row = self.find(kind or "", object_id)
        except KeyError:
            return object_id
        return self.render(kind or "", row, row.state(until), modern=modern)

    def _event(self, row: Row, *, modern: bool) -> Json:
        what: Occurrence = row.fact
        return {
            "id": row.id,
            "object": "event",
            "api_version": "2025-03-31.basil" if modern else "2024-06-20",
            "created": row.created,
            "data": {"object": self.render(what.kind, what.row, what.state, modern=modern)},
            "livemode": True,
            "pending_webhooks": 0,
            "request": {"id": None, "idempotency_key": None},
            "type": what.type,
        }

    def events(self) -> list[Row]:
        """Return the events, oldest first, making them on first use."""
        if not self.rows["events"]:
            rng = Random(self.company.options.seed ^ 0xE7E27)
            found = [
                (instant, Occurrence(name, kind, row, state))
                for kind in ("customers", "subscriptions", "invoices", "charges", "refunds", "payouts")
                for row in self.rows[kind]
                for state, (instant, name) in enumerate(_event_names(kind, row))
            ]
            found.sort(key=lambda one: one[0])
            self._arrange("events", [Row(identifier(rng, "evt_"), at, what) for at, what in found])
        return self.rows["events"]


def _event_names(kind: str, row: Row) -> list[tuple[int, str]]:
    """Return the instant and the name of the event of each state of an object."""
    fact = row.fact
    if kind == "subscriptions":
        names = ["customer.subscription.created", *["customer.subscription.updated"] * len(row.changes)]
        if fact.ended_at:
            names[-1] = "customer.subscription.deleted"
    elif kind == "invoices":
        names = ["invoice.created", "invoice.finalized", "invoice.paid"]
    elif kind == "charges":
        first = "charge.failed" if fact.failure_code else "charge.succeeded"
        names = [first, *["charge.refunded"] * len(row.changes)]
    else:
        names = {"customers": ["customer.created"], "refunds": ["refund.created"]}.get(
            kind, ["payout.created", "payout.paid"]
        )
    return list(zip((row.created, *row.changes), names, strict=False))


_PLAIN: dict[str, Callable[[Any], Json]] = {
    "customers": render.customer,
    "products": render.product,
    "prices": render.price,
    "refunds": render.refund,
}
_STATEFUL: dict[str, Callable[[Any, int], Json]] = {
    "balance_transactions": render.balance_transaction,
    "payouts": render.payout,
    "invoice_payments": render_invoices.invoice_payment,
}
