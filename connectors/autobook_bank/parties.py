"""Who stands on the other side of an entry: the debtor of money that came, the creditor of money that went."""

from typing import Any

from autobook_bank.grammar import account_number
from autobook_bank.identity import details_of


def counterparty(raw: dict[str, Any]) -> tuple[str | None, str | None]:
    """Return name and IBAN of the other side; None for what is not said or differs within a batch."""
    role = "Dbtr" if raw.get("CdtDbtInd") == "CRDT" else "Cdtr"
    if raw.get("RvslInd") in (True, "true", "1"):
        # A returned payment keeps the roles of the payment, while the money goes the other way.
        role = "Cdtr" if role == "Dbtr" else "Dbtr"
        return _only(raw, role) if any(_only(raw, role)) else _only(raw, "Cdtr" if role == "Dbtr" else "Dbtr")
    return _only(raw, role)


def _only(raw: dict[str, Any], role: str) -> tuple[str | None, str | None]:
    names, numbers = set(), set()
    for detail in details_of(raw):
        parties = detail.get("RltdPties")
        if not isinstance(parties, dict):
            continue
        names.add(_name(parties.get(role)) or _name(parties.get(f"Ultmt{role}")))
        numbers.add(_number(parties.get(f"{role}Acct")))
    return (
        names.pop() if len(names) == 1 else None,
        numbers.pop() if len(numbers) == 1 else None,
    )


def _name(value: object) -> str | None:
    if isinstance(value, dict):
        return _name(value.get("Pty")) or _name(value.get("Nm"))
    return (value.strip() or None) if isinstance(value, str) else None


def _number(value: object) -> str | None:
    if isinstance(value, dict):
        return _number(value.get("IBAN")) or _number(value.get("Id"))
    return account_number(value) or None
