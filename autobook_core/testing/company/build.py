"""Build the whole company from its options: the same options, the same company, to the last letter of every id."""

from __future__ import annotations

from random import Random

from msgspec.structs import replace

from .clock import DAY
from .facts import Charge, Company, Invoice, Options, Subscription
from .money import attempt, billing_fees, collect, make_bank_entries, make_payouts, make_refunds
from .people import identifier
from .sales import bill, make_customers, period, price_list, subscribe

__all__ = ["build"]


def _orphans(rng: Random, options: Options, charges: list[Charge]) -> list[Charge]:
    """Return a few charges that name no invoice."""
    count = len(charges) * options.orphan_charges_per_mille // 1000
    if options.orphan_charges_per_mille and not count:
        count = 1
    _, end = period(options)
    models = rng.sample(charges, min(count, len(charges)))
    return [
        attempt(rng, one.customer, None, one.amount + 11, min(one.created + DAY, end - 1), fails=False)
        for one in models
    ]


def build(options: Options | None = None) -> Company:
    """Return the company those options describe.

    Args:
        options: Size, mix and seed; the defaults make a year of 300 customers.
    """
    options = options or Options()
    rng = Random(options.seed)
    begin, _ = period(options)
    products, prices = price_list(rng, begin - 900 * DAY)
    customers = make_customers(rng, options)
    subscriptions: list[Subscription] = []
    drafts: list[Invoice] = []
    for customer in customers:
        subscription = subscribe(rng, options, customer, prices)
        subscriptions.append(subscription)
        drafts += bill(rng, options, subscription, prices[-1])
    drafts.sort(key=lambda one: (one.effective_at, one.id))
    invoices: list[Invoice] = []
    charges: list[Charge] = []
    for number, draft in enumerate(drafts, 1):
        invoice = replace(draft, number=f"NS-{number:06d}")
        if invoice.collection == "charge_automatically":
            paid_at, attempts = collect(rng, options, invoice)
            invoice = replace(invoice, paid_at=paid_at)
            charges += [
                attempt(rng, invoice.customer, invoice, invoice.total, instant, fails=fails)
                for instant, fails in attempts
            ]
        invoices.append(invoice)
    charges += _orphans(rng, options, charges)
    charges.sort(key=lambda one: (one.created, one.id))
    refunds = sorted(make_refunds(rng, options, charges), key=lambda one: (one.created, one.id))
    movements = [one.balance for one in charges if one.balance]
    movements += [one.balance for one in refunds]
    movements += billing_fees(rng, options, charges)
    payouts = make_payouts(rng, options, movements)
    movements += [one.balance for one in payouts]
    return Company(
        options=options,
        account_id=identifier(rng, "acct_")[:21],
        customers=customers,
        products=products,
        prices=prices,
        subscriptions=tuple(sorted(subscriptions, key=lambda one: one.created)),
        invoices=tuple(sorted(invoices, key=lambda one: (one.created, one.id))),
        charges=tuple(charges),
        refunds=tuple(refunds),
        balance_transactions=tuple(sorted(movements, key=lambda one: (one.created, one.id))),
        payouts=tuple(payouts),
        bank_entries=tuple(make_bank_entries(rng, options, invoices, payouts)),
    )
