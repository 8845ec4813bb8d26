"""What correct books of the simulated company show: the balance of every account role at any date.

An independent, deliberately simple calculation straight from the facts. It shares no code with the posting
engine, so that each can catch the other. Amounts are whole oere, debit positive; every movement below
balances.

**Invoice**, on the local date it becomes effective: receivables the total; VAT to ``vat_output_25``; each
line's net to its revenue account, or to ``deferred_revenue`` when its price covers more than one month. Where
the customer is decides the account (``revenue_eu_b2b``, ``revenue_non_eu``), else the interval does
(``revenue_monthly``, ``revenue_annual``, ``revenue_one_off``).

**Recognition** of a deferred line: every day from the local start date up to, not including, the local end
date weighs the same. What has accrued through the k-th of n days is the amount times k / n, rounded half away
from zero, so a month's slice is a difference of rounded running totals and the slices add up. A slice is
posted at its month-end, never before.

**Charge**, on the local date of its balance transaction: stripe_clearing gross against receivables
(``suspense`` when it names no invoice), and the fee. **Fee billed on its own**: fees against stripe_clearing.
**Payout**: payouts_in_transit against stripe_clearing at its balance transaction, bank against
payouts_in_transit when the bank books it. **Bank transfer**: bank against receivables. **Bank fee**:
bank_charges. **Unknown receipt**: suspense.

**Refund without a credit note**, on the local date of its balance transaction: stripe_clearing is credited,
and the sale is reversed in proportion. With R the refunds of the charge so far, this one included: the VAT
reversed so far is R x VAT / gross, rounded; the rest N = R - VAT is spread over the lines by rounding the
running total of their nets (line i so far = round(N x net_1..i / net) - round(N x net_1..i-1 / net)). What
earlier refunds took is subtracted. A line that was revenue at once debits its revenue account. A deferred
line first gives up what is *still deferred*: its total less what accrued by day up to, not including, the
refund's date (after earlier credits). The remainder of the credit debits the revenue account at once. What
stays deferred is spread evenly over the days from the refund's date to the end; days already accrued keep
their amounts and are recognised at their month-end as before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from .clock import local_date, month_end
from .facts import EU_COUNTRIES, Charge, Company, Customer, Invoice, Line, Refund

__all__ = ["Movement", "expected_balances", "movements"]


class Movement(NamedTuple):
    """A signed amount on an account role at a date."""

    date: date
    role: str
    amount: int


def rounded(numerator: int, denominator: int) -> int:
    """Return a fraction rounded half away from zero."""
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def revenue_role(customer: Customer, line: Line) -> str:
    """Return the account a line's revenue ends on."""
    if customer.country in EU_COUNTRIES:
        return "revenue_eu_b2b"
    if customer.country != "DK":
        return "revenue_non_eu"
    if line.price.interval is None:
        return "revenue_one_off"
    return "revenue_annual" if line.price.months > 1 else "revenue_monthly"


def spread(amount: int, start: date, end: date) -> dict[date, int]:
    """Return the amount of every day from start up to, not including, end."""
    days = (end - start).days
    running = [rounded(amount * day, days) for day in range(days + 1)]
    return {start + timedelta(days=day): running[day + 1] - running[day] for day in range(days)}


class _Schedule:
    """The days of a deferred line; a credit takes from the days that have not passed."""

    def __init__(self, line: Line) -> None:
        self.end = local_date(line.end)
        self.days = spread(line.net, local_date(line.start), self.end)

    def credit(self, amount: int, day: date) -> int:
        """Take up to ``amount`` from what is still deferred and return how much was taken."""
        ahead = {one: value for one, value in self.days.items() if one >= day}
        if not ahead:
            return 0
        still_deferred = sum(ahead.values())
        taken = min(amount, still_deferred)
        self.days |= spread(still_deferred - taken, min(ahead), self.end)
        return taken

    def month_slices(self) -> dict[date, int]:
        """Return what each month-end recognises."""
        slices: dict[date, int] = defaultdict(int)
        for day, amount in self.days.items():
            slices[month_end(day)] += amount
        return slices


def _refund_parts(invoice: Invoice, amounts: list[int]) -> list[tuple[int, list[int]]]:
    """Return, for each refund in turn, the VAT it reverses and the net it takes from each line."""
    net = invoice.total - invoice.tax
    parts = []
    so_far = vat_before = 0
    lines_before = [0] * len(invoice.lines)
    for amount in amounts:
        so_far += amount
        vat = rounded(so_far * invoice.tax, invoice.total)
        running = prefix = 0
        lines = []
        for line in invoice.lines:
            prefix += line.net
            share = rounded((so_far - vat) * prefix, net)
            lines.append(share - running)
            running = share
        taken = [now - before for now, before in zip(lines, lines_before, strict=True)]
        parts.append((vat - vat_before, taken))
        vat_before, lines_before = vat, lines
    return parts


def _invoice(invoice: Invoice, refunds: list[Refund]) -> Iterator[Movement]:
    """Yield everything a sale leads to by itself: invoice, refunds, recognition."""
    day = local_date(invoice.effective_at)
    yield Movement(day, "receivables", invoice.total)
    yield Movement(day, "vat_output_25", -invoice.tax)
    schedules: list[_Schedule | None] = []
    for line in invoice.lines:
        deferred = line.price.months > 1
        schedules.append(_Schedule(line) if deferred else None)
        role = "deferred_revenue" if deferred else revenue_role(invoice.customer, line)
        yield Movement(day, role, -line.net)
    parts = _refund_parts(invoice, [refund.amount for refund in refunds])
    for refund, (vat, taken) in zip(refunds, parts, strict=True):
        day = local_date(refund.balance.created)
        yield Movement(day, "stripe_clearing", -refund.amount)
        yield Movement(day, "vat_output_25", vat)
        for line, schedule, amount in zip(invoice.lines, schedules, taken, strict=True):
            undeferred = schedule.credit(amount, day) if schedule else 0
            yield Movement(day, "deferred_revenue", undeferred)
            yield Movement(day, revenue_role(invoice.customer, line), amount - undeferred)
    for line, schedule in zip(invoice.lines, schedules, strict=True):
        for end, amount in schedule.month_slices().items() if schedule else ():
            yield Movement(end, "deferred_revenue", amount)
            yield Movement(end, revenue_role(invoice.customer, line), -amount)


def _charge(charge: Charge) -> Iterator[Movement]:
    if charge.balance:
        day = local_date(charge.balance.created)
        yield Movement(day, "stripe_clearing", charge.balance.net)
        yield Movement(day, "fees", charge.balance.fee)
        yield Movement(day, "receivables" if charge.invoice else "suspense", -charge.amount)


_BANK_COUNTERPART = {
    "payout": "payouts_in_transit",
    "invoice": "receivables",
    "fee": "bank_charges",
    "unknown": "suspense",
}


def movements(company: Company) -> Iterator[Movement]:
    """Yield every movement correct books hold, in no particular order; zero amounts may occur."""
    refunds: dict[str, list[Refund]] = defaultdict(list)
    for refund in company.refunds:
        if refund.charge.invoice:
            refunds[refund.charge.invoice.id].append(refund)
    for invoice in company.invoices:
        yield from _invoice(invoice, refunds.get(invoice.id, []))
    for charge in company.charges:
        yield from _charge(charge)
    for fee in company.balance_transactions:
        if fee.type == "stripe_fee":
            yield Movement(local_date(fee.created), "stripe_clearing", fee.amount)
            yield Movement(local_date(fee.created), "fees", -fee.amount)
    for payout in company.payouts:
        day = local_date(payout.balance.created)
        yield Movement(day, "stripe_clearing", -payout.amount)
        yield Movement(day, "payouts_in_transit", payout.amount)
    for entry in company.bank_entries:
        yield Movement(entry.date, "bank", entry.amount)
        yield Movement(entry.date, _BANK_COUNTERPART[entry.kind], -entry.amount)


def total_by_role(of: Iterable[Movement], at: date) -> dict[str, int]:
    """Return the sum per role of the movements up to and including a date, without zeros, sorted by role."""
    balances: dict[str, int] = defaultdict(int)
    for movement in of:
        if movement.date <= at:
            balances[movement.role] += movement.amount
    return {role: amount for role, amount in sorted(balances.items()) if amount}


def expected_balances(company: Company, at: date) -> dict[str, int]:
    """Return the balance of every account role at the end of a day, debit positive, zero balances left out."""
    return total_by_role(movements(company), at)
