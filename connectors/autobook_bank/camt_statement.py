"""A statement proves itself: opening balance plus booked entries is the closing balance, to the minor unit.

A file is read through once for these verdicts before a single row of it is handed on. A statement that does not
add up, or that mixes currencies, is refused as a whole: nobody can say which of its entries is the wrong one.
"""

from dataclasses import dataclass, field
from typing import Any

from autobook_bank.balances import balance_minor, opening_and_closing
from autobook_bank.camt_entry import account_row, amount, day
from autobook_bank.camt_xml import check_safe, check_version, statements
from autobook_bank.grammar import amount_minor
from autobook_bank.node import Node, child, children, text
from autobook_bank.refusal import FileRefused, Opener

_KEPT_BALANCES = ("OPBD", "PRCD", "ITBD", "CLBD")


@dataclass
class Frame:
    """A statement without its entries, and what is wrong with it.

    Attributes:
        row: the raw row of the stream ``camt.053.statement``.
        repeated: account servicer references that more than one entry carries.
        refused: code and reason, where nothing of the statement may be booked.
    """

    row: dict[str, Any]
    repeated: frozenset[str] = frozenset()
    refused: dict[str, str] | None = None


@dataclass
class _Sums:
    """Running totals over the entries of one statement."""

    count: int = 0
    booked: int = 0
    unreadable: str = ""
    currencies: set[str] = field(default_factory=set)
    references: set[str] = field(default_factory=set)
    repeated: set[str] = field(default_factory=set)

    def add(self, entry: Node) -> None:
        self.count += 1
        reference = text(entry, "AcctSvcrRef")
        if reference:
            (self.repeated if reference in self.references else self.references).add(reference)
        found = amount(child(entry, "Amt")) or {}
        self.currencies.add(str(found.get("Ccy")))
        if (text(entry, "Sts/Cd") or text(entry, "Sts")) != "BOOK":
            return
        try:
            minor = amount_minor(found.get("value"), str(found.get("Ccy")))
            self.booked += {"CRDT": minor, "DBIT": -minor}[text(entry, "CdtDbtInd") or ""]
        except (KeyError, ValueError):
            self.unreadable = self.unreadable or f"entry {self.count} has no readable amount"


def frames(open_file: Opener) -> list[Frame]:
    """Read a whole file and return the frame of each statement, with the verdict on it.

    Raises:
        FileRefused: the file is not safe, not camt.053, or not well-formed to its end.
    """
    with open_file() as file:
        check_safe(file)
    check_version(open_file)
    found: list[Frame] = []
    ids: dict[str, int] = {}
    sums = _Sums()
    with open_file() as file:
        for name, element in statements(file):
            if name == "Ntry":
                sums.add(element)
                continue
            frame = _frame(element, sums)
            known = ids[frame.row["Id"]] = ids.get(frame.row["Id"], 0) + 1
            if known > 1:
                frame.row["Id"] += f"#{known}"
            found.append(frame)
            sums = _Sums()
    if not found:
        raise FileRefused("no_statement", "the file holds no statement")
    return found


def _frame(statement: Node, sums: _Sums) -> Frame:
    row = {
        "Id": text(statement, "Id") or "",
        "ElctrncSeqNb": text(statement, "ElctrncSeqNb"),
        "LglSeqNb": text(statement, "LglSeqNb"),
        "CreDtTm": text(statement, "CreDtTm"),
        "Acct": account_row(statement),
        "Bal": [_balance(element) for element in children(statement, "Bal")],
        "NbOfNtries": sums.count,
    }
    return Frame(row, frozenset(sums.repeated), _verdict(row, sums))


def _balance(element: Node) -> dict[str, Any]:
    return {
        "Cd": text(element, "Tp/CdOrPrtry/Cd") or text(element, "Tp/CdOrPrtry/Prtry"),
        "Amt": amount(child(element, "Amt")),
        "CdtDbtInd": text(element, "CdtDbtInd"),
        "Dt": day(element, "Dt"),
    }


def _verdict(row: dict[str, Any], sums: _Sums) -> dict[str, str] | None:
    currencies = set(sums.currencies)
    for balance in row["Bal"]:
        if balance["Cd"] in _KEPT_BALANCES and balance["Amt"]:
            currencies.add(str(balance["Amt"]["Ccy"]))
    if row["Acct"]["Ccy"]:
        currencies.add(row["Acct"]["Ccy"])
    if len(currencies) > 1:
        names = ", ".join(sorted(currencies))
        return {"code": "currency_mismatch", "why": f"the statement mixes currencies: {names}"}
    opening, closing = opening_and_closing(row)
    if opening is None or closing is None:
        return None
    try:
        expected = balance_minor(closing) - balance_minor(opening)
    except (KeyError, ValueError) as error:
        return _not_adding_up(f"a balance cannot be read: {error}")
    if sums.unreadable:
        return _not_adding_up(sums.unreadable)
    if expected != sums.booked:
        return _not_adding_up(
            f"opening balance and entries differ from the closing balance by {abs(expected - sums.booked)} minor units"
        )
    return None


def _not_adding_up(why: str) -> dict[str, str]:
    return {"code": "statement_does_not_add_up", "why": why}
