"""Stripe's own table of currencies, and the way from its amounts to ISO 4217 minor units.

Stripe counts most currencies as ISO does. The exceptions: ISK and UGX have no minor unit in ISO, yet Stripe sends
two implied decimals for them, which are always zero; MGA has two decimals in ISO and none at Stripe.
"""

from collections.abc import Callable
from typing import TypeVar

from msgspec.structs import replace

from autobook_core.connector import Malformed, Record
from autobook_core.domain.money import THREE_DECIMAL, TWO_DECIMAL, ZERO_DECIMAL
from autobook_core.domain.records import (
    BalanceTransaction,
    Charge,
    CreditNote,
    CreditNoteLine,
    Dispute,
    Invoice,
    InvoiceLine,
    Payout,
    Price,
    Refund,
)

#: What Stripe's amount is multiplied by and divided by to become minor units.
SCALED: dict[str, tuple[int, int]] = {"ISK": (1, 100), "UGX": (1, 100), "MGA": (100, 1)}

#: Three-decimal currencies that Stripe offers; it says nothing about the decimals of the others.
_THREE_DECIMAL_AT_STRIPE = frozenset(("BHD", "JOD", "KWD", "OMR", "TND"))

#: Stripe's lower-case code to ISO 4217, for every currency whose decimals at Stripe are known.
CODES: dict[str, str] = {
    code.lower(): code
    for code in TWO_DECIMAL | (ZERO_DECIMAL - {"UYI"}) | (THREE_DECIMAL & _THREE_DECIMAL_AT_STRIPE)
}

_AMOUNTS: dict[type, tuple[str, ...]] = {
    Price: ("unit_amount",),
    Invoice: ("subtotal", "tax", "total", "amount_due", "discount", "starting_balance", "ending_balance"),
    InvoiceLine: ("amount", "discount", "tax", "taxable_amount"),
    CreditNote: ("subtotal", "tax", "total", "customer_balance"),
    CreditNoteLine: ("amount", "discount", "tax"),
    Charge: ("amount",),
    Refund: ("amount",),
    Dispute: ("amount",),
    BalanceTransaction: ("amount", "fee", "net"),
    Payout: ("amount",),
}

_R = TypeVar("_R", bound=Record)


def unknown_currency(id: str, currency: str) -> Malformed:
    """Return the refusal of a record whose currency is not in the table."""
    return Malformed(id, f"{currency!r} is no currency known at Stripe", code="unknown_currency")


def to_minor(id: str, amount: int, currency: str) -> int:
    """Return Stripe's amount in ISO 4217 minor units.

    Raises:
        Malformed: the amount is no whole number of minor units.
    """
    times, per = SCALED.get(currency, (1, 1))
    whole, rest = divmod(amount * times, per)
    if rest:
        why = f"{amount} {currency} is no whole number of minor units: Stripe sends two zero decimals"
        raise Malformed(id, why, code="non_integer_amount")
    return whole


def scaled(record: _R, currency: str) -> _R:
    """Return the record of a currency in ``SCALED`` with every amount in ISO 4217 minor units.

    Raises:
        Malformed: an amount is no whole number of minor units.
    """

    def convert(amount: int) -> int:
        return to_minor(record.id, amount, currency)

    changes = _changes(record, convert)
    if isinstance(record, Invoice | CreditNote):
        changes["lines"] = tuple([replace(line, **_changes(line, convert)) for line in record.lines])
    return replace(record, **changes)


def _changes(
    record: Record | InvoiceLine | CreditNoteLine, convert: Callable[[int], int]
) -> dict[str, object]:
    values = ((name, getattr(record, name)) for name in _AMOUNTS[type(record)])
    return {name: convert(value) for name, value in values if value is not None}
