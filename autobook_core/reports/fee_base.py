"""What VAT was owed on by reverse charge: the fees of the months whose tax is booked.

The vouchers of VAT on fees hold the tax only; its base stands on the accounts of fees. Where these no longer
give the tax that is booked, the base follows from the tax.
"""

from collections.abc import Sequence

from autobook_core.domain.calendar import month_end
from autobook_core.domain.money import round_half_away
from autobook_core.posting.fee_vat import CODE, RULE, fee_base
from autobook_core.reports.asking import Asked
from autobook_core.reports.tax_codes import CodeTotal
from autobook_core.store.reading import Period

_FEES = ("fees", "dispute_fees")
_PERCENT = 25


def base_of_fees(asked: Asked, period: Period, codes: Sequence[CodeTotal]) -> int:
    """Return the base, in minor units, of the tax on fees that is booked within a period without its base."""
    owed = asked.number("vat_reverse_charge_services")
    if owed is None or not any(item.code == CODE and not item.base for item in codes):
        return 0
    moved = asked.store.journal.moved_by_rule("vat", owed, period.iso["first"], period.iso["last"])
    taxes: dict[str, int] = {month: -amount for month, rule, amount in moved if rule == RULE}
    fees = _fees_by_month(asked, period)
    base = 0
    for month, tax in taxes.items():
        exact = fee_base(fees.get(month, {}), asked.policy)
        base += exact if round_half_away(exact * _PERCENT, 100) == tax else tax * 100 // _PERCENT
    return base


def _fees_by_month(asked: Asked, period: Period) -> dict[str, dict[str, int]]:
    """Return what each rule put on the accounts of fees, by month; the months are taken whole."""
    first, last = period.first.replace(day=1).isoformat(), month_end(period.last).isoformat()
    found: dict[str, dict[str, int]] = {}
    for number in sorted({number for role in _FEES if (number := asked.number(role))}):
        for month, rule, amount in asked.store.journal.moved_by_rule("psp", number, first, last):
            by_rule = found.setdefault(month, {})
            by_rule[rule] = by_rule.get(rule, 0) + amount
    return found
