"""How the money moves: card charges and their fees, refunds, payouts, and the entries of the bank account.

Every payout is the sum of the movements it names, and every bank entry is one payout, one invoice, one bank
fee or a receipt nobody can explain.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from datetime import date, timedelta
from random import Random

from .clock import (
    DAY,
    HOUR,
    first_of_month,
    local_date,
    local_midnight,
    month_end,
    next_weekday,
    utc_date,
    utc_midnight,
)
from .facts import BalanceTransaction, BankEntry, Charge, Customer, Invoice, Options, Payout, Refund
from .people import identifier
from .sales import period

_FEE_PER_MILLE = 14
_FEE_FIXED = 180
_BANK_FEE = 4_900
_BILLING_PER_MILLE = 7
_REFERENCES = ("Faktura {0}", "Betaling faktura {1}", "{0}", "{0} tak", "Fakt. {2}")
_STRANGERS = ("J HANSEN", "MOBILEPAY 4711", "KASSE 3", "OVF FRA KONTO")
_WELL_APART = 500
_RIDDLES = ("diverse", "tak for sidst", "jvf aftale", "indbetaling")


def processing_fee(amount: int) -> int:
    """Return the processor's fee on a charge: 1.4 % rounded half up, and 1.80 DKK."""
    return (amount * _FEE_PER_MILLE + 500) // 1000 + _FEE_FIXED


def charge_movement(rng: Random, charge_id: str, amount: int, created: int) -> BalanceTransaction:
    """Return the movement of a successful charge; its money can be paid out two days later."""
    available_on = (created // DAY + 2) * DAY
    return BalanceTransaction(
        identifier(rng, "txn_"),
        "charge",
        amount,
        processing_fee(amount),
        created,
        available_on,
        charge_id,
        "Payment",
    )


def attempt(
    rng: Random, customer: Customer, invoice: Invoice | None, amount: int, created: int, *, fails: bool
) -> Charge:
    """Return one card payment, with a balance transaction unless it fails."""
    charge_id = identifier(rng, "ch_")
    return Charge(
        id=charge_id,
        amount=amount,
        created=created,
        customer=customer,
        invoice=invoice,
        payment_intent=(invoice.payment_intent if invoice else None) or identifier(rng, "pi_"),
        failure_code="card_declined" if fails else None,
        balance=None if fails else charge_movement(rng, charge_id, amount, created),
    )


def collect(rng: Random, options: Options, invoice: Invoice) -> tuple[int | None, list[tuple[int, bool]]]:
    """Return when a card pays the invoice, if it does, and all attempts as pairs of instant and failure."""
    _, end = period(options)
    first = invoice.effective_at + rng.randint(2, 900)
    attempts = [(first, False)]
    if rng.randrange(100) < options.failed_percent:
        attempts = [(first, True), (first + 3 * DAY + rng.randrange(HOUR), rng.randrange(10) == 0)]
    attempts = [one for one in attempts if one[0] < end]
    paid_at = next((instant for instant, fails in attempts if not fails), None)
    return paid_at, attempts


def give_back(rng: Random, charge: Charge, amount: int, created: int) -> Refund:
    """Return a refund with its movement, which lowers the balance at once."""
    refund_id = identifier(rng, "re_")
    movement = BalanceTransaction(
        identifier(rng, "txn_"), "refund", -amount, 0, created, created, refund_id, "REFUND FOR PAYMENT"
    )
    return Refund(refund_id, charge, amount, created, movement)


def make_refunds(rng: Random, options: Options, charges: Iterable[Charge]) -> list[Refund]:
    """Return refunds of the wanted share of charges, of monthly and of longer plans alike.

    They give back the whole, a part, or two parts that may add up.
    """
    _, end = period(options)
    turns = [rng.randrange(100), rng.randrange(100)]
    refunds = []
    for charge in charges:
        if charge.balance is None or charge.invoice is None:
            continue
        months = max(line.price.months for line in charge.invoice.lines)
        turns[months > 1] += options.refund_percent
        if turns[months > 1] < 100:
            continue
        turns[months > 1] -= 100
        when = charge.created + rng.randrange(HOUR, max(2, months * 20) * DAY)
        whole = rng.randrange(2) == 0
        amount = charge.amount if whole else rng.randint(1_000, charge.amount - 1_000)
        parts = [(when, amount)]
        if not whole and rng.randrange(3) == 0:
            left = charge.amount - amount
            parts.append((when + rng.randrange(DAY, 30 * DAY), rng.choice((left, max(1, left // 3)))))
        refunds += [give_back(rng, charge, part, instant) for instant, part in parts if instant < end]
    return refunds


def billing_fees(rng: Random, options: Options, charges: Iterable[Charge]) -> list[BalanceTransaction]:
    """Return the fee for billing software that the processor takes from the balance on the first of each month."""
    begin, end = period(options)
    volume: dict[date, int] = {}
    for charge in charges:
        if charge.balance:
            month = utc_date(charge.created).replace(day=1)
            volume[month] = volume.get(month, 0) + charge.amount
    fees = []
    for month, amount in sorted(volume.items()):
        created = utc_midnight(first_of_month(month, 1)) + 9 * HOUR
        fee = (amount * _BILLING_PER_MILLE + 500) // 1000
        if begin <= created < end and fee:
            text = f"Billing - Usage Fee ({month:%Y-%m})"
            fees.append(
                BalanceTransaction(
                    identifier(rng, "txn_"), "stripe_fee", -fee, 0, created, created, None, text
                )
            )
    return fees


def pay_out(rng: Random, created: int, members: tuple[BalanceTransaction, ...]) -> Payout:
    """Return the payout of some movements; it arrives two days later."""
    payout_id = identifier(rng, "po_")
    amount = sum(member.net for member in members)
    movement = BalanceTransaction(
        identifier(rng, "txn_"), "payout", -amount, 0, created, created, payout_id, "STRIPE PAYOUT"
    )
    arrival = (created // DAY + 2) * DAY
    trace = "STRIPE-" + identifier(rng, "")[:12].upper()
    return Payout(payout_id, amount, created, arrival, trace, movement, members)


def make_payouts(rng: Random, options: Options, movements: list[BalanceTransaction]) -> list[Payout]:
    """Return the automatic payouts: on weekdays or Mondays, all that is available, only when it is positive."""
    begin, end = period(options)
    queue = sorted(movements, key=lambda one: (max(one.available_on, one.created), one.id))
    waiting: list[BalanceTransaction] = []
    payouts = []
    position = 0
    for day_start in range(begin // DAY * DAY, end, DAY):
        created = day_start + 2 * HOUR + rng.randrange(HOUR)
        weekday = utc_date(created).weekday()
        if created >= end or (weekday != 0 if options.payout_interval == "weekly" else weekday > 4):
            continue
        while position < len(queue) and max(queue[position].available_on, queue[position].created) <= created:
            waiting.append(queue[position])
            position += 1
        if sum(one.net for one in waiting) > 0:
            payouts.append(pay_out(rng, created, tuple(waiting)))
            waiting = []
    return payouts


def payout_entry(rng: Random, payout: Payout, *, with_trace: bool, delay: int = 0) -> BankEntry:
    """Return the bank's entry for a payout, with or without the trace id that names it."""
    day = next_weekday(utc_date(payout.arrival_date) + timedelta(days=delay))
    return BankEntry(
        ref=identifier(rng, "L")[:16].upper(),
        date=day,
        amount=payout.amount,
        kind="payout",
        counterparty="STRIPE",
        text=("STRIPE",),
        end_to_end_id=payout.trace_id if with_trace else None,
        source_id=payout.id,
    )


def transfer_entry(rng: Random, invoice: Invoice, day: date) -> BankEntry:
    """Return the bank's entry for a customer's transfer that names the invoice in one of several hands."""
    number = invoice.number
    spaced = number.lower().replace("-", " ")
    text = rng.choice(_REFERENCES).format(number, spaced, number.replace("-", ""))
    name = invoice.customer.name.upper()
    ref = identifier(rng, "L")[:16].upper()
    return BankEntry(ref, next_weekday(day), invoice.total, "invoice", name, (text,), None, invoice.id)


def _unknown_receipts(rng: Random, options: Options, taken: set[int]) -> list[BankEntry]:
    """Return receipts with an amount and a payer that fit nothing."""
    entries = []
    count = (options.unknown_receipts_per_year * options.months + 6) // 12
    last = (first_of_month(options.start, options.months) - options.start).days

    def clear(amount: int) -> bool:
        return all(abs(amount - other) > _WELL_APART for other in taken)

    for _ in range(count):
        amount = next(value for value in iter(lambda: rng.randint(7_000, 90_000), 0) if clear(value))
        day = next_weekday(options.start + timedelta(days=rng.randrange(last)))
        ref = identifier(rng, "L")[:16].upper()
        entries.append(
            BankEntry(ref, day, amount, "unknown", rng.choice(_STRANGERS), (rng.choice(_RIDDLES),))
        )
    return entries


def make_bank_entries(
    rng: Random, options: Options, invoices: Iterable[Invoice], payouts: list[Payout]
) -> list[BankEntry]:
    """Return the entries of the bank account in order of booking date.

    A payout always carries its trace id when another payout of the same amount arrives within three weeks.
    """
    _, end = period(options)
    same: dict[int, list[int]] = {}
    for payout in payouts:
        same.setdefault(payout.amount, []).append(payout.arrival_date)
    entries = []
    for payout in payouts:
        arrivals = same[payout.amount]
        position = bisect_left(arrivals, payout.arrival_date)
        close = [
            other for other in arrivals[max(0, position - 1) : position + 2] if other != payout.arrival_date
        ]
        twin = any(abs(other - payout.arrival_date) <= 21 * DAY for other in close)
        delay = 1 if rng.randrange(10) == 0 else 0
        entries.append(payout_entry(rng, payout, with_trace=twin or rng.randrange(10) < 7, delay=delay))
    for invoice in invoices:
        if invoice.collection == "send_invoice" and rng.randrange(100) >= options.unpaid_transfer_percent:
            day = local_date(invoice.effective_at) + timedelta(days=rng.randint(1, 20))
            entries.append(transfer_entry(rng, invoice, day))
    for month in range(options.months):
        day = month_end(first_of_month(options.start, month))
        day -= timedelta(days=max(0, day.weekday() - 4))
        ref = identifier(rng, "L")[:16].upper()
        entries.append(BankEntry(ref, day, -_BANK_FEE, "fee", "", ("Gebyr konto",)))
    taken = {entry.amount for entry in entries} | {invoice.total for invoice in invoices}
    entries += _unknown_receipts(rng, options, taken)
    return sorted(
        (one for one in entries if local_midnight(one.date) < end), key=lambda one: (one.date, one.ref)
    )
