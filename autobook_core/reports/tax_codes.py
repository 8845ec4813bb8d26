"""What moved under the tax codes: the tax on the accounts of VAT, the base on all others.

A base belongs to the sale or purchase, on its own date. What is recognised or accrued later moves
the same revenue a second time and is no base.
"""

from collections.abc import Iterable

from msgspec import Struct

from autobook_core.domain.chart import Chart
from autobook_core.store.reading import Taxed

#: Roles of the accounts of VAT.
VAT_ROLES = ("vat_output_25", "vat_reverse_charge_services", "vat_input", "vat_oss_payable")
#: Journals whose entries follow a sale that was booked before, or comes later.
_FOLLOWING = frozenset({"recognition", "accrual"})


class CodeTotal(Struct, frozen=True, kw_only=True):
    """Net base and tax of one code, minor units as in the ledger: sales are negative."""

    code: str
    base: int
    tax: int


def vat_accounts(chart: Chart) -> dict[str, str]:
    """Return the accounts of VAT the chart has: number to role."""
    found = {role: chart.find(role) for role in VAT_ROLES}
    return {account.number: role for role, account in found.items() if account is not None}


def by_code(taxed: Iterable[Taxed], accounts: dict[str, str]) -> list[CodeTotal]:
    """Return base and tax of every code, sorted by code."""
    bases: dict[str, int] = {}
    taxes: dict[str, int] = {}
    for line in taxed:
        if line.account in accounts:
            taxes[line.code] = taxes.get(line.code, 0) + line.amount
        elif line.journal not in _FOLLOWING:
            bases[line.code] = bases.get(line.code, 0) + line.amount
    return [
        CodeTotal(code=code, base=bases.get(code, 0), tax=taxes.get(code, 0))
        for code in sorted({*bases, *taxes})
    ]
