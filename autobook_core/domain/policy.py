"""Policy: the accounting choices a company makes once, with their defaults."""

from typing import Literal

from msgspec import Struct


class Policy(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The ``[policy]`` table of a book; every key may be left out.

    Attributes:
        base_currency: ISO 4217 code the ledger is kept in.
        time_zone: IANA name; booking dates are calendar dates there.
        deferral_method: how prepaid revenue is released, by ``day`` or in equal ``month`` parts.
        monthly_plans: ``immediate`` books plans of a month or less at once.
        payment_tolerance_minor: up to this difference a payment settles its invoice.
        fiscal_year_start: first month of the fiscal year, 1 to 12.
    """

    base_currency: str = "DKK"
    country: str = "DK"
    time_zone: str = "Europe/Copenhagen"
    deferral_method: Literal["day", "month"] = "day"
    monthly_plans: Literal["immediate", "defer"] = "immediate"
    usage_in_arrears: Literal["invoice_date", "service_month"] = "invoice_date"
    fee_vat: Literal["off", "reverse_charge_monthly", "reverse_charge_except_processing"] = "off"
    oss_registered: bool = True
    payment_tolerance_minor: int = 100
    refund_without_credit_note: Literal["reverse", "hold"] = "reverse"
    credit_on_deferred: Literal["deferred_first"] = "deferred_first"
    dispute_lost: Literal["loss", "cancel_sale"] = "loss"
    vat_bad_debt: Literal["on_uncollectible", "off"] = "on_uncollectible"
    unmatched_bank: Literal["suspense"] = "suspense"
    fiscal_year_start: int = 1
