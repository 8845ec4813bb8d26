"""What the company sells and to whom: the price list, the subscriptions, and the invoice of every period.

A line's VAT is 25 % of its net amount for customers in Denmark and nothing for others, rounded half up per
line; an invoice's totals are the sums of its lines.
"""

from __future__ import annotations

from random import Random
from typing import Literal

from .clock import DAY, HOUR, add_months, first_of_month, local_midnight
from .facts import (
    EU_COUNTRIES,
    NON_EU_COUNTRIES,
    Customer,
    Invoice,
    Line,
    Options,
    Price,
    Product,
    Subscription,
    SubscriptionItem,
)
from .people import customer, identifier

_PLANS = (("Nordlys Start", 14_900), ("Nordlys Team", 39_900), ("Nordlys Plus", 99_900))
_SEAT = 4_950
_ONBOARDING = 249_500
_VAT_PERCENT = 25
_DUE_DAYS = 14


def period(options: Options) -> tuple[int, int]:
    """Return the first instant of the simulated period and the first instant after it."""
    return local_midnight(options.start), local_midnight(first_of_month(options.start, options.months))


def vat_on(customer: Customer, net: int) -> int:
    """Return the VAT on a net amount: 25 % in Denmark, half an oere rounds up, none elsewhere."""
    return (net * _VAT_PERCENT + 50) // 100 if customer.country == "DK" else 0


def price_list(rng: Random, created: int) -> tuple[tuple[Product, ...], tuple[Price, ...]]:
    """Return the products and, for each recurring one, its monthly, quarterly and annual price."""
    names = [*_PLANS, ("Extra seat", _SEAT)]
    products = tuple(
        Product(identifier(rng, "prod_"), name, created) for name, _ in [*names, ("Onboarding", 0)]
    )
    prices: list[Price] = []
    for product, (name, amount) in zip(products, names, strict=False):
        terms: tuple[tuple[str, Literal["month", "year"], int, int], ...] = (
            ("monthly", "month", 1, amount),
            ("quarterly", "month", 3, amount * 3 * 95 // 100),
            ("annual", "year", 1, amount * 10 + 7),
        )
        prices += [
            Price(identifier(rng, "price_"), product, f"{name} {term}", unit_amount, interval, count, created)
            for term, interval, count, unit_amount in terms
        ]
    prices.append(
        Price(identifier(rng, "price_"), products[-1], "Onboarding", _ONBOARDING, None, 0, created),
    )
    return products, tuple(prices)


def make_customers(rng: Random, options: Options) -> tuple[Customer, ...]:
    """Return the customers, about two fifths of them from before the simulated period."""
    begin, end = period(options)
    people = []
    for index in range(options.customers):
        roll = rng.randrange(100)
        country = "DK"
        if roll < options.eu_percent:
            country = rng.choice(EU_COUNTRIES)
        elif roll < options.eu_percent + options.non_eu_percent:
            country = rng.choice(NON_EU_COUNTRIES)
        early = rng.randrange(100) < 40
        created = (
            begin - rng.randint(30, 700) * DAY
            if early
            else rng.randrange(begin, max(begin + DAY, end - 20 * DAY))
        )
        created += rng.randrange(DAY) if early else 0
        people.append(customer(rng, index, country, created, options.bank_transfer_percent))
    return tuple(sorted(people, key=lambda one: one.created))


def subscribe(rng: Random, options: Options, owner: Customer, prices: tuple[Price, ...]) -> Subscription:
    """Return a customer's subscription with all its periods up to the end of the simulation or its cancellation.

    Plans longer than a month never start so late in the day that the invoice would fall on the next date.
    """
    _, end = period(options)
    roll = rng.randrange(100)
    monthly = options.monthly_percent
    term = 0 if roll < monthly else 1 if roll < monthly + options.quarterly_percent else 2
    anchor = owner.created + rng.randint(1, 3) * HOUR
    if term:
        anchor = anchor // DAY * DAY + rng.randrange(HOUR, 20 * HOUR)
        anchor += DAY if anchor < owner.created else 0
    plan = prices[rng.randrange(len(_PLANS)) * 3 + term]
    items = [SubscriptionItem(identifier(rng, "si_"), plan, 1)]
    if rng.randrange(100) < 30:
        items.append(
            SubscriptionItem(identifier(rng, "si_"), prices[len(_PLANS) * 3 + term], rng.randint(1, 12))
        )
    boundaries = [anchor]
    while boundaries[-1] < end:
        boundaries.append(add_months(anchor, len(boundaries) * plan.months))
    ended_at = None
    if len(boundaries) > 2 and rng.randrange(100) < options.cancel_percent:
        boundaries = boundaries[: rng.randint(2, len(boundaries) - 1)]
        ended_at = boundaries[-1]
    return Subscription(
        id=identifier(rng, "sub_"),
        customer=owner,
        items=tuple(items),
        created=anchor,
        boundaries=tuple(boundaries),
        ended_at=ended_at,
        collection="send_invoice" if owner.bank_transfer else "charge_automatically",
        percent_off=rng.choice((10, 15, 25)) if rng.randrange(100) < options.discount_percent else 0,
    )


def make_line(rng: Random, of: Subscription, item: SubscriptionItem, start: int, end: int) -> Line:
    """Return an invoice line; one-off lines carry no discount and, as at the processor, no length of time."""
    price = item.price
    amount = price.unit_amount * item.quantity
    recurring = price.interval is not None
    discount = amount * of.percent_off // 100 if recurring else 0
    return Line(
        id=identifier(rng, "il_"),
        price=price,
        quantity=item.quantity,
        amount=amount,
        discount=discount,
        tax=vat_on(of.customer, amount - discount),
        start=start,
        end=end if recurring else start,
        subscription=of.id if recurring else None,
        item=item.id,
    )


def make_invoice(
    rng: Random, of: Subscription, lines: tuple[Line, ...], created: int, *, renewal: bool
) -> Invoice:
    """Return an unnumbered, unpaid invoice with the totals of its lines; renewals are drafts for an hour."""
    effective_at = created + (HOUR if renewal else 1)
    automatic = of.collection == "charge_automatically"
    subtotal = sum(line.amount for line in lines)
    discount = sum(line.discount for line in lines)
    tax = sum(line.tax for line in lines)
    return Invoice(
        id=identifier(rng, "in_"),
        number="",
        customer=of.customer,
        subscription=of.id,
        created=created,
        effective_at=effective_at,
        due_date=None if automatic else effective_at + _DUE_DAYS * DAY,
        collection=of.collection,
        reason="subscription_cycle" if renewal else "subscription_create",
        lines=lines,
        subtotal=subtotal,
        discount=discount,
        tax=tax,
        total=subtotal - discount + tax,
        payment_intent=identifier(rng, "pi_") if automatic else None,
        payment_id=identifier(rng, "inpay_"),
        paid_at=None,
    )


def bill(rng: Random, options: Options, of: Subscription, onboarding: Price) -> list[Invoice]:
    """Return the invoices of a subscription inside the simulated period, unnumbered and unpaid.

    Every fourth first invoice sells the onboarding too.
    """
    begin, end = period(options)
    invoices = []
    for index, (start, stop) in enumerate(zip(of.boundaries, of.boundaries[1:], strict=False)):
        if not begin <= start < end - HOUR:
            continue
        lines = [make_line(rng, of, item, start, stop) for item in of.items]
        if index == 0 and rng.randrange(100) < 25:
            extra = SubscriptionItem(identifier(rng, "ii_"), onboarding, 1)
            lines.append(make_line(rng, of, extra, start, start))
        invoices.append(make_invoice(rng, of, tuple(lines), start, renewal=index > 0))
    return invoices
