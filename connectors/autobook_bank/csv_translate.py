"""What a CSV row means in records. The row carries the declared form of its dates and amounts with it."""

from collections.abc import Collection
from datetime import date
from typing import Any

import msgspec

from autobook_bank.camt_translate import known_account
from autobook_bank.csv_format import Format, plain_amount, read_day
from autobook_bank.grammar import account_number, amount_minor, currency_code, midnight
from autobook_bank.identity import account_of, digest
from autobook_bank.refusal import raise_refusal
from autobook_core.connector import Malformed
from autobook_core.domain.records import BankTransaction


def csv_transaction(raw: dict[str, Any], accounts: Collection[str]) -> BankTransaction:
    """Return the bank transaction of a CSV row.

    Raises:
        Malformed: with a code that says what is wrong.
    """
    identity = csv_id(raw)
    raise_refusal(identity, raw)
    fields = _fields(raw)
    if not fields or not isinstance(raw.get("Acct"), dict):
        raise Malformed(identity, "the row has no Acct or no Fields", code="missing_required_field")
    signed = _signed(identity, raw)
    return BankTransaction(
        id=identity,
        created=csv_created(raw),
        account=known_account(identity, account_of(raw), accounts),
        booking_date=_day(identity, raw, "date"),
        amount=abs(signed),
        currency=raw["Acct"]["Ccy"],
        direction="DBIT" if signed < 0 else "CRDT",
        value_date=_day(identity, raw, "value_date") if fields.get("value_date") else None,
        end_to_end_id=fields.get("end_to_end_id") or None,
        structured_ref=account_number(fields.get("reference")) or None,
        text=tuple(fields.get("text") or ()),
        counterparty=fields.get("counterparty") or None,
        counterparty_iban=account_number(fields.get("counterparty_iban")) or None,
    )


def csv_id(raw: dict[str, Any]) -> str:
    """Return the bank's own id where the profile names one and it is unique, else the digest."""
    identity = _fields(raw).get("id")
    if isinstance(identity, str) and identity and "Ordinal" not in raw:
        return identity
    return digest(csv_key(raw), raw.get("Ordinal", 1))


def csv_key(raw: dict[str, Any]) -> tuple[str, ...]:
    """Return what makes two rows equal to the eye: account, day, amount, other side, text."""
    fields = _fields(raw)
    amounts = [str(fields.get(name) or "") for name in ("amount", "debit", "credit")]
    texts = [str(text) for text in fields.get("text") or ()]
    return (account_of(raw), str(fields.get("date")), *amounts, str(fields.get("counterparty") or ""), *texts)


def csv_created(raw: dict[str, Any]) -> int:
    """Return midnight UTC of the booking date in seconds; 0 where there is none to read."""
    try:
        return midnight(read_day(str(_fields(raw).get("date")), _format(raw).date))
    except (ValueError, msgspec.ValidationError):
        return 0


def signed_minor(raw: dict[str, Any], *, field: str = "amount") -> int:
    """Return the amount, or another field, in signed minor units: into the account positive.

    Raises:
        ValueError: it does not have the declared form, or neither or both of debit and credit are given.
        KeyError: the currency is unknown.
    """
    fields, form = _fields(raw), _format(raw)
    currency = currency_code(raw["Acct"].get("Ccy"))
    if field != "amount":
        return _minor(str(fields.get(field)), msgspec.structs.replace(form, invert=False), currency)
    if "amount" in fields:
        return _minor(str(fields["amount"]), form, currency)
    debit, credit = str(fields.get("debit") or ""), str(fields.get("credit") or "")
    if bool(debit) == bool(credit):
        raise ValueError("exactly one of debit and credit is given")
    value = _minor(debit or credit, form, currency)
    if value < 0:
        raise ValueError("debit and credit columns hold positive amounts")
    return -value if debit else value


def _minor(text: str, form: Format, currency: str) -> int:
    plain = plain_amount(text, form)
    minor = amount_minor(plain.removeprefix("-"), currency)
    return -minor if plain.startswith("-") else minor


def _signed(identity: str, raw: dict[str, Any]) -> int:
    try:
        return signed_minor(raw)
    except KeyError as error:
        raise Malformed(identity, f"{error} is no currency", code="unknown_currency") from None
    except (ValueError, msgspec.ValidationError) as error:
        raise Malformed(identity, str(error), code="non_integer_amount") from None


def _day(identity: str, raw: dict[str, Any], field: str) -> date:
    text = _fields(raw).get(field)
    if not text:
        raise Malformed(identity, f"{field} is missing", code="missing_required_field")
    try:
        return read_day(str(text), _format(raw).date)
    except (ValueError, msgspec.ValidationError) as error:
        raise Malformed(identity, str(error), code="invalid_date") from None


def _format(raw: dict[str, Any]) -> Format:
    found = raw.get("Format")
    return found if isinstance(found, Format) else msgspec.convert(found, Format)


def _fields(raw: dict[str, Any]) -> dict[str, Any]:
    found = raw.get("Fields")
    return found if isinstance(found, dict) and isinstance(found.get("text", []), list) else {}
