"""The bank's side of the company: camt.053 statements whose opening balance, entries and closing balance add up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal
from xml.etree import ElementTree as ET

from .clock import first_of_month, iso_instant, month_end, utc_midnight
from .facts import BIC, COMPANY_NAME, IBAN, BankEntry, Company

__all__ = ["entry_data", "write_bank_files"]

_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
_CURRENCY = "DKK"
_CODES = {
    "payout": ("PMNT", "RCDT", "ESCT"),
    "invoice": ("PMNT", "RCDT", "ESCT"),
    "fee": ("ACMT", "MDOP", "CHRG"),
    "unknown": ("PMNT", "RCDT", "DMCT"),
}


def decimal(minor: int) -> str:
    """Return an amount without its sign, in kroner with two decimals."""
    kroner, oere = divmod(abs(minor), 100)
    return f"{kroner}.{oere:02d}"


def entry_data(entry: BankEntry) -> dict[str, Any]:
    """Return a bank entry as JSON values under its ISO 20022 names, amounts as decimal strings."""
    day = entry.date.isoformat()
    return {
        "Acct": {"IBAN": IBAN, "Ccy": _CURRENCY},
        "NtryRef": entry.ref,
        "AcctSvcrRef": entry.ref,
        "Amt": {"Ccy": _CURRENCY, "value": decimal(entry.amount)},
        "CdtDbtInd": "CRDT" if entry.amount >= 0 else "DBIT",
        "Sts": "BOOK",
        "RvslInd": False,
        "BookgDt": day,
        "ValDt": day,
        "BkTxCd": "/".join(_CODES[entry.kind]),
        "NtryDtls": {
            "Refs": {"EndToEndId": entry.end_to_end_id or "NOTPROVIDED"},
            "InstdAmt": None,
            "RltdPties": {"Dbtr": entry.counterparty or None, "Cdtr": None},
            "RmtInf": {"Ustrd": list(entry.text), "CdtrRefInf": None},
        },
    }


def _sub(parent: ET.Element, path: str, text: str | None = None, **attributes: str) -> ET.Element:
    """Add nested elements and return the innermost."""
    for name in path.split("/"):
        parent = ET.SubElement(parent, name)
    parent.text = text
    parent.attrib.update(attributes)
    return parent


def _amount(parent: ET.Element, minor: int) -> None:
    _sub(parent, "Amt", decimal(minor), Ccy=_CURRENCY)
    _sub(parent, "CdtDbtInd", "CRDT" if minor >= 0 else "DBIT")


def _balance(statement: ET.Element, code: str, minor: int, day: date) -> None:
    balance = _sub(statement, "Bal")
    _sub(balance, "Tp/CdOrPrtry/Cd", code)
    _amount(balance, minor)
    _sub(balance, "Dt/Dt", day.isoformat())


def _entry(statement: ET.Element, entry: BankEntry) -> None:
    booked = _sub(statement, "Ntry")
    _sub(booked, "NtryRef", entry.ref)
    _amount(booked, entry.amount)
    _sub(booked, "RvslInd", "false")
    _sub(booked, "Sts/Cd", "BOOK")
    _sub(booked, "BookgDt/Dt", entry.date.isoformat())
    _sub(booked, "ValDt/Dt", entry.date.isoformat())
    _sub(booked, "AcctSvcrRef", entry.ref)
    domain, family, code = _CODES[entry.kind]
    bank_code = _sub(booked, "BkTxCd/Domn")
    _sub(bank_code, "Cd", domain)
    of = _sub(bank_code, "Fmly")
    _sub(of, "Cd", family)
    _sub(of, "SubFmlyCd", code)
    details = _sub(booked, "NtryDtls/TxDtls")
    _sub(details, "Refs/EndToEndId", entry.end_to_end_id or "NOTPROVIDED")
    if entry.counterparty:
        _sub(details, "RltdPties/Dbtr/Pty/Nm", entry.counterparty)
    remittance = _sub(details, "RmtInf")
    for text in entry.text:
        _sub(remittance, "Ustrd", text)


def statement(number: int, first: date, last: date, opening: int, entries: list[BankEntry]) -> bytes:
    """Return one statement as XML."""
    written = iso_instant(utc_midnight(last + timedelta(days=1)) + 4 * 3600)
    root = ET.Element("Document", xmlns=_NAMESPACE)
    message = _sub(root, "BkToCstmrStmt")
    header = _sub(message, "GrpHdr")
    _sub(header, "MsgId", f"NORDLYS-{number:05d}")
    _sub(header, "CreDtTm", written)
    one = _sub(message, "Stmt")
    _sub(one, "Id", f"{last:%Y%m%d}-{number:05d}")
    _sub(one, "ElctrncSeqNb", str(number))
    _sub(one, "CreDtTm", written)
    account = _sub(one, "Acct")
    _sub(account, "Id/IBAN", IBAN)
    _sub(account, "Ccy", _CURRENCY)
    _sub(account, "Nm", COMPANY_NAME)
    _sub(account, "Svcr/FinInstnId/BICFI", BIC)
    _balance(one, "OPBD", opening, first)
    _balance(one, "CLBD", opening + sum(entry.amount for entry in entries), last)
    for entry in entries:
        _entry(one, entry)
    ET.indent(root, " ")
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _spans(begin: date, end: date, every: Literal["month", "week"]) -> Iterator[tuple[date, date]]:
    """Yield the first and last day of each statement that is complete by ``end``."""
    first = begin
    while True:
        last = month_end(first) if every == "month" else first + timedelta(days=6 - first.weekday())
        if last > end:
            return
        yield first, last
        first = last + timedelta(days=1)


def write_bank_files(
    company: Company,
    folder: Path | str,
    until: date | None = None,
    *,
    every: Literal["month", "week"] = "month",
) -> list[Path]:
    """Write one statement per month or week and return the files, oldest first.

    A file appears whole or not at all, and a statement that has been written never changes.

    Args:
        company: Whose bank account.
        folder: Where to; made when absent.
        until: The last day there is; a statement that is not complete by then is not written yet.
        every: The length of a statement.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    options = company.options
    end = first_of_month(options.start, options.months) - timedelta(days=1)
    if every == "week":
        end += timedelta(days=6 - end.weekday())
    entries = sorted(company.bank_entries, key=lambda one: one.date)
    written = []
    opening = position = 0
    for number, (first, last) in enumerate(_spans(options.start, min(end, until or end), every), 1):
        booked = []
        while position < len(entries) and entries[position].date <= last:
            booked.append(entries[position])
            position += 1
        path = folder / f"camt053-{last.isoformat()}.xml"
        _write(path, statement(number, first, last, opening, booked))
        opening += _total(booked)
        written.append(path)
    return written


def _total(entries: Iterable[BankEntry]) -> int:
    return sum(entry.amount for entry in entries)


def _write(path: Path, content: bytes) -> None:
    half = path.with_suffix(".tmp")
    half.write_bytes(content)
    half.replace(path)
