"""VAT on the processor's fees: a service bought in another EU country, on which the buyer owes the tax.

The tax is owed and deducted in one voucher at the end of the month: 25 % of the month's fees, rounded
once (momsloven 46 and 37). A processor may hold its payment service exempt; then only its other fees count.
"""

from collections.abc import Mapping
from datetime import date

from autobook_core.domain.journal import Draft, Line
from autobook_core.domain.money import format_minor, round_half_away
from autobook_core.domain.policy import Policy
from autobook_core.posting.terms import Terms

CODE = "EU-SERV-RC"
RULE = "VAT on fees"
_PERCENT = 25
#: Rules of entries whose fees were taken from a payment, or given back with one.
_PROCESSING = frozenset({"Payments", "Failed payments"})
#: Where the processor charged the tax itself, the buyer owes none on it.
_TAXED = frozenset({"Tax on fees"})


def fee_base(fees: Mapping[str, int], policy: Policy) -> int:
    """Return the fees of a month that VAT is owed on, in base minor units.

    Args:
        fees: what the entries of each rule put on the accounts of fees.
        policy: ``fee_vat`` says whether fees taken from payments count.
    """
    out = _TAXED | _PROCESSING if policy.fee_vat == "reverse_charge_except_processing" else _TAXED
    return sum(amount for rule, amount in fees.items() if rule not in out)


def post_fee_vat(at: date, base: int, posted: int, terms: Terms) -> Draft | None:
    """Return the voucher of a month-end, or None where what is posted is right.

    Args:
        at: the month-end.
        base: the fees of the month, base minor units.
        posted: the tax posted for the month so far; late fees are adjusted by the difference.
        terms: the company's terms.

    Raises:
        SetAside: the chart lacks an account of VAT.
    """
    tax = round_half_away(base * _PERCENT, 100) - posted
    if not tax:
        return None
    month = at.isoformat()[:7]
    amount = f"{format_minor(base, terms.base)} {terms.base}"
    return Draft(
        day=at,
        journal="vat",
        text=f"VAT on fees {month}: {_PERCENT} % of {amount}{', the difference' if posted else ''}",
        lines=(
            Line(terms.account("vat_input"), tax, CODE),
            Line(terms.account("vat_reverse_charge_services"), -tax, CODE),
        ),
        sources=(f"fee_vat:{month}",),
        rule=RULE,
        rule_version=terms.version,
    )
