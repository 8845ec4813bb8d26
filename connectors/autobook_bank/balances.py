"""The balances of a statement, read from its raw row."""

from typing import Any

from autobook_bank.grammar import amount_minor


def opening_and_closing(row: dict[str, Any]) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """Return the opening (OPBD, else PRCD) and the closing balance (CLBD) of a statement row."""
    balances = [balance for balance in row.get("Bal") or [] if isinstance(balance, dict)]
    by_code: dict[str, list[dict[str, Any]]] = {}
    for balance in balances:
        by_code.setdefault(str(balance.get("Cd")), []).append(balance)
    openings = by_code.get("OPBD") or by_code.get("PRCD")
    closings = by_code.get("CLBD")
    return openings[0] if openings else None, closings[-1] if closings else None


def balance_minor(balance: dict[str, Any]) -> int:
    """Return a balance in signed minor units: a debit balance is negative.

    Raises:
        KeyError, ValueError: amount, currency or direction cannot be read.
    """
    found = balance.get("Amt")
    if not isinstance(found, dict):
        raise KeyError("a balance has no amount")
    minor = amount_minor(found.get("value"), str(found.get("Ccy")))
    return {"CRDT": minor, "DBIT": -minor}[str(balance.get("CdtDbtInd"))]
