"""A steady stream of sales for benchmarks, any number of charges in memory that does not grow with them.

Every charge pays an invoice of two lines with 25 % VAT; about one in ten covers a year. Two in a hundred
charges are refunded within a month, every 200 movements are paid out, and for every twenty charges one more
invoice is paid by bank transfer. Batches come day by day; the *tail* is the next 1 % of charges after them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from heapq import heappop, heappush
from random import Random
from typing import Literal, NamedTuple

import msgspec

from .clock import DAY, HOUR, add_months, end_of_day, first_of_month, local_date, local_midnight, utc_midnight
from .facts import (
    BalanceTransaction,
    BankEntry,
    Charge,
    Company,
    Customer,
    Invoice,
    Line,
    Options,
    Payout,
    Price,
    Product,
    Refund,
    Subscription,
    SubscriptionItem,
)
from .money import attempt, give_back, pay_out, payout_entry, transfer_entry
from .people import customer, identifier
from .sales import price_list

__all__ = ["Batch", "Stock", "Workload", "batches", "collect", "stock"]

_PAYOUT_SIZE = 200
_ANNUAL, _MONTHLY = 2, 0
_PLANS = 3


@dataclass(frozen=True, slots=True)
class Workload:
    """How many charges over how many months; ``part`` tells the main stream from its tail."""

    charges: int
    months: int = 24
    seed: int = 0
    start: date = date(2024, 1, 1)
    part: Literal["main", "tail"] = "main"

    def tail(self) -> Workload:
        """Return the next 1 % of charges, continuing after this workload."""
        return replace(self, part="tail")

    @property
    def end(self) -> int:
        """The last second of the main part: the horizon that hides the tail."""
        return end_of_day(first_of_month(self.start, self.months) - timedelta(days=1))

    @property
    def days(self) -> int:
        """How many days the main part takes."""
        return (first_of_month(self.start, self.months) - self.start).days


class Stock(NamedTuple):
    """What exists before the first sale."""

    customers: list[Customer]
    products: tuple[Product, ...]
    prices: tuple[Price, ...]
    subscriptions: list[Subscription]


class Batch(msgspec.Struct):
    """The facts of one day."""

    day: date
    invoices: list[Invoice]
    charges: list[Charge]
    refunds: list[Refund]
    balance_transactions: list[BalanceTransaction]
    payouts: list[Payout]
    bank_entries: list[BankEntry]


def stock(workload: Workload) -> Stock:
    """Return the customers, the price list and one subscription per customer, every tenth of them annual."""
    rng = Random(workload.seed)
    created = local_midnight(workload.start) - DAY
    products, prices = price_list(rng, created)
    count = max(20, workload.charges // 24)
    # They signed up one after the other, so that no second of time is crowded.
    births = [created - (count - 1 - index) * (28 * DAY // count) for index in range(count)]
    customers = [customer(rng, index, "DK", born) for index, born in enumerate(births)]
    subscriptions = []
    for index, one in enumerate(customers):
        term = _MONTHLY if index % 10 else _ANNUAL
        plan, seat = prices[index % _PLANS * 3 + term], prices[_PLANS * 3 + term]
        suffix = one.id[4:]
        items = (
            SubscriptionItem("si_" + suffix, plan, 1),
            SubscriptionItem("si_s" + suffix, seat, 1 + index % 7),
        )
        born = births[index]
        period = (created, add_months(created, plan.months))
        subscriptions.append(
            Subscription("sub_" + suffix, one, items, born, period, None, "charge_automatically", 0)
        )
    return Stock(customers, products, prices, subscriptions)


def _sale(
    rng: Random, number: int, of: Subscription, created: int, *, ends: tuple[int, int], paid_at: int | None
) -> Invoice:
    """Return an invoice of two lines, 25 % VAT each; without ``paid_at`` it is sent and paid by bank transfer."""
    suffix = identifier(rng, "")
    end = ends[of.items[0].price.months > 1]
    lines = []
    for place, item in enumerate(of.items):
        amount = item.price.unit_amount * item.quantity
        line_id = f"il_{place}{suffix[1:]}"
        tax = (amount + 2) // 4
        lines.append(Line(line_id, item.price, item.quantity, amount, 0, tax, created, end, of.id, item.id))
    subtotal = lines[0].amount + lines[1].amount
    tax = lines[0].tax + lines[1].tax
    return Invoice(
        id=identifier(rng, "in_"),
        number=f"NS-{number:07d}",
        customer=of.customer,
        subscription=of.id,
        created=created,
        effective_at=created + HOUR,
        due_date=None if paid_at else created + HOUR + 14 * DAY,
        collection="charge_automatically" if paid_at else "send_invoice",
        reason="subscription_cycle",
        lines=tuple(lines),
        subtotal=subtotal,
        discount=0,
        tax=tax,
        total=subtotal + tax,
        payment_intent="pi_" + suffix if paid_at else None,
        payment_id="inpay_" + suffix,
        paid_at=paid_at,
    )


class _Later:
    """Things that will happen, by the day they are due."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, BankEntry | Refund]] = []
        self._count = 0

    def add(self, due: int, what: BankEntry | Refund) -> None:
        self._count += 1
        heappush(self._heap, (due, self._count, what))

    def due(self, before: int) -> Iterator[BankEntry | Refund]:
        while self._heap and self._heap[0][0] < before:
            yield heappop(self._heap)[2]


def _quota(workload: Workload, index: int) -> int:
    """Return how many charges the day with this index has; days beyond the last belong to the tail."""
    days, charges = workload.days, workload.charges
    if index >= days:
        index, days, charges = index - days, max(1, days // 100), charges // 100
    return charges * (index + 1) // days - charges * index // days


def _all_days(workload: Workload, count: int, subscriptions: list[Subscription]) -> Iterator[Batch]:
    rng = Random(workload.seed + 1)
    later = _Later()
    waiting: deque[BalanceTransaction] = deque()
    number = 0
    for index in range(count):
        day = workload.start + timedelta(days=index)
        midnight, tomorrow = local_midnight(day), local_midnight(day + timedelta(days=1))
        spans = [local_midnight(local_date(add_months(midnight + 12 * HOUR, months))) for months in (1, 12)]
        batch = Batch(day, [], [], [], [], [], [])
        for what in later.due(tomorrow):
            if isinstance(what, Refund):
                batch.refunds.append(what)
                batch.balance_transactions.append(what.balance)
            else:
                batch.bank_entries.append(what)
        for turn in range(_quota(workload, index)):
            for by_card in (True, False) if turn % 20 == index % 20 else (True,):
                number += 1
                since = rng.randrange(78_000)
                created = midnight + since
                paid_at = created + HOUR + 5 + since % 600 if by_card else None
                ends = (spans[0] + since, spans[1] + since)
                of = subscriptions[rng.randrange(len(subscriptions))]
                invoice = _sale(rng, number, of, created, ends=ends, paid_at=paid_at)
                batch.invoices.append(invoice)
                if paid_at is None:
                    paid_on = day + timedelta(days=1 + since % 20)
                    entry = transfer_entry(rng, invoice, paid_on)
                    later.add(utc_midnight(entry.date), entry)
                    continue
                charge = attempt(rng, of.customer, invoice, invoice.total, paid_at, fails=False)
                batch.charges.append(charge)
                if charge.balance:
                    batch.balance_transactions.append(charge.balance)
                if rng.randrange(50) == 0:
                    amount = invoice.total if since % 2 else invoice.total // 3
                    when = paid_at + rng.randrange(DAY, 30 * DAY)
                    later.add(when, give_back(rng, charge, amount, when))
        _pay(rng, batch, waiting, later)
        waiting.extend(sorted(batch.balance_transactions, key=lambda one: (one.available_on, one.created)))
        batch.balance_transactions.extend(payout.balance for payout in batch.payouts)
        yield batch


def _pay(rng: Random, batch: Batch, waiting: deque[BalanceTransaction], later: _Later) -> None:
    """Pay out what waits and is available, 200 movements at a time."""
    created = utc_midnight(batch.day) + 3 * HOUR
    while len(waiting) >= _PAYOUT_SIZE and waiting[_PAYOUT_SIZE - 1].available_on <= created:
        members = tuple(waiting.popleft() for _ in range(_PAYOUT_SIZE))
        payout = pay_out(rng, created, members)
        batch.payouts.append(payout)
        entry = payout_entry(rng, payout, with_trace=rng.randrange(10) < 7)
        later.add(utc_midnight(entry.date), entry)
        created += 1


def batches(workload: Workload, subscriptions: list[Subscription] | None = None) -> Iterator[Batch]:
    """Yield the facts of a workload day by day.

    The tail is reached by going through the main part silently, so both always fit together.

    Args:
        workload: What to make.
        subscriptions: Those of ``stock``, when the caller has them already.
    """
    subscriptions = subscriptions or stock(workload).subscriptions
    days = workload.days
    through = days + max(1, days // 100) if workload.part == "tail" else days
    for index, batch in enumerate(_all_days(workload, through, subscriptions)):
        if workload.part == "main" or index >= days:
            yield batch


def collect(workload: Workload, *, with_tail: bool = False) -> Company:
    """Return a whole workload as a company in memory, to serve it or to know its balances.

    Args:
        workload: What to make.
        with_tail: Whether the tail follows; a server's horizon at ``workload.end`` hides it until it is wanted.
    """
    held = stock(workload)
    parts = (workload, workload.tail()) if with_tail else (workload,)
    days = [batch for part in parts for batch in batches(part, held.subscriptions)]
    return Company(
        options=Options(workload.seed, len(held.customers), workload.months, workload.start),
        account_id="acct_1Workload0000000",
        customers=tuple(held.customers),
        products=held.products,
        prices=held.prices,
        subscriptions=tuple(held.subscriptions),
        invoices=tuple(one for day in days for one in sorted(day.invoices, key=lambda each: each.created)),
        charges=tuple(one for day in days for one in sorted(day.charges, key=lambda each: each.created)),
        refunds=tuple(one for day in days for one in day.refunds),
        balance_transactions=tuple(one for day in days for one in day.balance_transactions),
        payouts=tuple(one for day in days for one in day.payouts),
        bank_entries=tuple(one for day in days for one in day.bank_entries),
    )
