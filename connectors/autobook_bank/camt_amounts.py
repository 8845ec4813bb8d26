"""The amounts of a statement entry, in minor units: positive, in one currency, and equal to the sum of their parts."""

from typing import Any

from autobook_bank.grammar import amount_minor, currency_code
from autobook_bank.identity import details_of
from autobook_core.connector import Malformed


def read_amount(identity: str, value: object, currency: object, name: str) -> tuple[int, str]:
    """Return minor units and currency.

    Raises:
        Malformed: ``unknown_currency`` or ``non_integer_amount``.
    """
    try:
        code = currency_code(currency)
    except KeyError:
        raise Malformed(identity, f"{name}: {currency!r} is no currency", code="unknown_currency") from None
    try:
        return amount_minor(value, code), code
    except ValueError as error:
        raise Malformed(identity, f"{name}: {error}", code="non_integer_amount") from None


def entry_amount(identity: str, raw: dict[str, Any]) -> tuple[int, str]:
    """Return minor units and currency of an entry whose account is in that currency and whose parts add up.

    Raises:
        Malformed: ``missing_required_field``, ``unknown_currency``, ``non_integer_amount``,
            ``currency_mismatch`` or ``totals_do_not_add_up``.
    """
    found = raw.get("Amt")
    if not isinstance(found, dict):
        raise Malformed(identity, "Amt is missing", code="missing_required_field")
    amount, currency = read_amount(identity, found.get("value"), found.get("Ccy"), "Amt")
    account = raw.get("Acct")
    expected = account.get("Ccy") if isinstance(account, dict) else None
    if expected and expected != currency:
        raise Malformed(identity, f"{currency} on an account in {expected}", code="currency_mismatch")
    _check_batch(identity, raw, amount, currency)
    return amount, currency


def _check_batch(identity: str, raw: dict[str, Any], total: int, currency: str) -> None:
    """Refuse a batch whose parts add up to something else; parts without amounts prove nothing."""
    details = details_of(raw)
    amounts = [detail.get("Amt") for detail in details]
    if len(details) < 2 or not all(isinstance(found, dict) for found in amounts):
        return
    parts = 0
    for detail, found in zip(details, amounts, strict=True):
        assert isinstance(found, dict)
        if found.get("Ccy") != currency:
            return
        part, _ = read_amount(identity, found.get("value"), currency, "TxDtls/Amt")
        same_way = detail.get("CdtDbtInd") in (None, raw.get("CdtDbtInd"))
        parts += part if same_way else -part
    if parts != total:
        raise Malformed(
            identity,
            f"{len(details)} details add up to {parts} minor units, the entry says {total}",
            code="totals_do_not_add_up",
        )


def instructed_amount(identity: str, raw: dict[str, Any]) -> tuple[int | None, str | None]:
    """Return the amount in which the payment was ordered, where a single detail names it.

    Raises:
        Malformed: ``unknown_currency`` or ``non_integer_amount``.
    """
    details = details_of(raw)
    found = details[0].get("InstdAmt") if len(details) == 1 else None
    if isinstance(found, dict) and isinstance(found.get("Amt"), dict):
        found = found["Amt"]
    if not isinstance(found, dict):
        return None, None
    return read_amount(identity, found.get("value"), found.get("Ccy"), "InstdAmt")
