"""The ids of statement entries: the bank's own reference, else a digest that comes out the same again.

Two equal purchases on one day are two facts, so an entry without a reference is counted among
its equals in the statement. A later file that covers the same day counts the same entries in the
same way, and an overlap brings nothing new.
"""

import hashlib
from typing import Any

from autobook_bank.grammar import account_number, any_day, midnight


def account_of(raw: dict[str, Any]) -> str:
    """Return the account a camt row belongs to: its IBAN, else the bank's own number, else empty."""
    account = raw.get("Acct")
    if not isinstance(account, dict):
        return account_number(account)
    return account_number(account.get("IBAN")) or account_number(account.get("Othr"))


def texts_of(raw: dict[str, Any]) -> tuple[str, ...]:
    """Return what the bank wrote to an entry: remittance texts of every detail, then its own words."""
    found: list[str] = []
    for detail in details_of(raw):
        information = detail.get("RmtInf")
        if isinstance(information, dict):
            texts = information.get("Ustrd")
            found += [texts] if isinstance(texts, str) else _strings(texts)
        found += _strings([detail.get("AddtlTxInf")])
    found += _strings([raw.get("AddtlNtryInf")])
    return tuple(text.strip() for text in found if text.strip())


def details_of(raw: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the transaction details of an entry: one as it stands, or the list of a batch."""
    details = raw.get("NtryDtls")
    if not isinstance(details, dict):
        return []
    batch = details.get("TxDtls")
    if isinstance(batch, dict):
        return [batch]
    if isinstance(batch, list):
        return [detail for detail in batch if isinstance(detail, dict)]
    return [details]


def entry_key(raw: dict[str, Any]) -> tuple[str, ...]:
    """Return what makes two entries equal to the eye: account, day, amount, direction, text."""
    amount = raw.get("Amt")
    value, currency = (amount.get("value"), amount.get("Ccy")) if isinstance(amount, dict) else (amount, "")
    return (
        account_of(raw),
        _day_text(raw.get("BookgDt")),
        f"{value} {currency}",
        str(raw.get("CdtDbtInd")),
        "\x1e".join(texts_of(raw)),
    )


def entry_id(raw: dict[str, Any]) -> str:
    """Return the id of an entry: ``AcctSvcrRef``, or the digest where the reader counted it."""
    reference = raw.get("AcctSvcrRef")
    if isinstance(reference, str) and reference.strip() and "Ordinal" not in raw:
        return reference.strip()
    return digest(entry_key(raw), raw.get("Ordinal", 1))


def entry_created(raw: dict[str, Any]) -> int:
    """Return midnight UTC of the booking date in seconds; 0 where there is none to read."""
    try:
        return midnight(any_day(raw.get("BookgDt")))
    except ValueError:
        return 0


def digest(key: tuple[str, ...], ordinal: object) -> str:
    """Return a stable id for a key and its ordinal among equals."""
    text = "\x1f".join([*key, str(ordinal)])
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _day_text(value: object) -> str:
    try:
        return any_day(value).isoformat()
    except ValueError:
        return str(value)


def _strings(values: object) -> list[str]:
    return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []
