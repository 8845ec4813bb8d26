"""What a camt.053 row means in records. Pure, and strict where money, dates and accounts are concerned."""

from collections.abc import Collection
from datetime import date
from typing import Any

from autobook_bank.balances import balance_minor, opening_and_closing
from autobook_bank.camt_amounts import entry_amount, instructed_amount
from autobook_bank.grammar import (
    account_number,
    any_day,
    currency_code,
    midnight,
    shown_account,
)
from autobook_bank.identity import account_of, details_of, entry_created, entry_id, texts_of
from autobook_bank.parties import counterparty
from autobook_bank.refusal import raise_refusal
from autobook_core.connector import Malformed, Record
from autobook_core.domain.records import BankStatement, BankTransaction, Other

_STATUSES = ("BOOK", "PDNG", "INFO", "FUTR")


def bank_transaction(raw: dict[str, Any], accounts: Collection[str]) -> BankTransaction:
    """Return the bank transaction of an entry; ``accounts`` empty means that any account is ours.

    Raises:
        Malformed: with a code that says what is wrong.
    """
    identity = raw["RefusedId"] if isinstance(raw.get("RefusedId"), str) else entry_id(raw)
    raise_refusal(identity, raw)
    account = known_account(identity, account_of(raw), accounts)
    amount, currency = entry_amount(identity, raw)
    instructed, instructed_currency = instructed_amount(identity, raw)
    name, iban = counterparty(raw)
    return BankTransaction(
        id=identity,
        created=entry_created(raw),
        account=account,
        booking_date=booking_day(identity, raw.get("BookgDt"), "BookgDt"),
        amount=amount,
        currency=currency,
        direction=direction(identity, raw.get("CdtDbtInd")),
        status=_status(identity, raw.get("Sts")),
        value_date=_value_day(identity, raw.get("ValDt")),
        reversal=_reversal(identity, raw.get("RvslInd")),
        end_to_end_id=_end_to_end_id(raw),
        structured_ref=_structured_reference(raw),
        text=texts_of(raw),
        counterparty=name,
        counterparty_iban=iban,
        instructed_amount=instructed,
        instructed_currency=instructed_currency,
        code=raw["BkTxCd"] if isinstance(raw.get("BkTxCd"), str) else None,
    )


def bank_statement(raw: dict[str, Any], accounts: Collection[str]) -> Record:
    """Return the statement of a frame; one without both balances proves nothing and is only kept.

    Raises:
        Malformed: with a code that says what is wrong.
    """
    identity = statement_id(raw)
    raise_refusal(identity, raw)
    account = known_account(identity, account_of(raw), accounts)
    opening, closing = opening_and_closing(raw)
    if opening is None or closing is None:
        facts = {"account": shown_account(account), "entries": raw.get("NbOfNtries")}
        return Other(
            id=identity, created=statement_created(raw), what="bank_statement_without_balances", facts=facts
        )
    try:
        return BankStatement(
            id=identity,
            created=statement_created(raw),
            account=account,
            currency=currency_code(closing["Amt"]["Ccy"]),
            opening=balance_minor(opening),
            closing=balance_minor(closing),
            opening_date=any_day(opening.get("Dt")),
            closing_date=any_day(closing.get("Dt")),
            entries=int(raw.get("NbOfNtries") or 0),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Malformed(identity, f"a balance cannot be read: {error}") from None


def statement_id(raw: dict[str, Any]) -> str:
    """Return the bank's own id of a statement with the end of the account, which it may number by."""
    return f"{raw.get('Id') or 'statement'}/{account_of(raw)[-4:]}"


def statement_created(raw: dict[str, Any]) -> int:
    """Return midnight UTC of the closing date, else of the opening date, in seconds; 0 without both."""
    for balance in reversed(opening_and_closing(raw)):
        try:
            if balance is not None:
                return midnight(any_day(balance.get("Dt")))
        except ValueError:
            continue
    return 0


def known_account(identity: str, account: str, accounts: Collection[str]) -> str:
    """Return the account if it belongs to the book.

    Raises:
        Malformed: ``missing_required_field`` or ``unknown_bank_account``.
    """
    if not account:
        raise Malformed(identity, "no account is named", code="missing_required_field")
    if accounts and account not in accounts:
        raise Malformed(
            identity,
            f"account {shown_account(account)} is not among the accounts of this connection",
            code="unknown_bank_account",
        )
    return account


def booking_day(identity: str, value: object, name: str) -> date:
    """Return the booking date; another date never takes its place.

    Raises:
        Malformed: ``missing_required_field`` or ``invalid_date``.
    """
    if value is None or value == "":
        raise Malformed(identity, f"{name} is missing", code="missing_required_field")
    try:
        return any_day(value)
    except ValueError as error:
        raise Malformed(identity, f"{name}: {error}", code="invalid_date") from None


def direction(identity: str, value: object) -> Any:
    """Return CRDT or DBIT.

    Raises:
        Malformed: it is neither.
    """
    if value not in ("CRDT", "DBIT"):
        raise Malformed(identity, f"CdtDbtInd is {value!r}, not CRDT or DBIT")
    return value


def _status(identity: str, value: object) -> str:
    if isinstance(value, dict):
        value = value.get("Cd") or value.get("Prtry")
    if not value:
        raise Malformed(identity, "Sts is missing", code="missing_required_field")
    if value not in _STATUSES:
        raise Malformed(identity, f"Sts {value!r} is not known")
    return str(value)


def _value_day(identity: str, value: object) -> date | None:
    return None if value in (None, "") else booking_day(identity, value, "ValDt")


def _reversal(identity: str, value: object) -> bool:
    known: dict[object, bool] = {None: False, "false": False, "0": False, "true": True, "1": True}
    if isinstance(value, bool):
        return value
    if isinstance(value, str | None) and value in known:
        return known[value]
    raise Malformed(identity, f"RvslInd is {value!r}, not true or false")


def _end_to_end_id(raw: dict[str, Any]) -> str | None:
    found = set()
    for detail in details_of(raw):
        references = detail.get("Refs")
        value = references.get("EndToEndId") if isinstance(references, dict) else None
        if isinstance(value, str) and value.strip() and value.strip() != "NOTPROVIDED":
            found.add(value.strip())
    return found.pop() if len(found) == 1 else None


def _structured_reference(raw: dict[str, Any]) -> str | None:
    """Return the creditor reference where there is exactly one to speak of."""
    found = {reference for detail in details_of(raw) for reference in _references(detail.get("RmtInf"))}
    return found.pop() if len(found) == 1 else None


def _references(information: object) -> list[str]:
    if not isinstance(information, dict):
        return []
    structured = information.get("Strd")
    blocks = structured if isinstance(structured, list) else [structured]
    candidates = [information.get("CdtrRefInf")]
    candidates += [block.get("CdtrRefInf", block.get("Ref")) for block in blocks if isinstance(block, dict)]
    named = [found.get("Ref") if isinstance(found, dict) else found for found in candidates]
    return [account_number(name) for name in named if isinstance(name, str) and name.strip()]
