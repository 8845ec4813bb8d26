"""One ``Ntry`` of a camt.053 file as a raw row: element names as keys, every value as the bank wrote it.

Elements are found by name, never by order: banks leave out and rearrange what the schema demands.
"""

from typing import Any

from lxml import etree

from autobook_bank.node import Node, child, children, text

_REFERENCES = (
    "MsgId",
    "AcctSvcrRef",
    "PmtInfId",
    "InstrId",
    "EndToEndId",
    "UETR",
    "TxId",
    "MndtId",
    "ChqNb",
    "ClrSysRef",
)


def entry_row(entry: Node, account: dict[str, Any]) -> dict[str, Any]:
    """Return the raw row of an entry of the statement whose account is given."""
    row: dict[str, Any] = {
        "Acct": account,
        "NtryRef": text(entry, "NtryRef"),
        "AcctSvcrRef": text(entry, "AcctSvcrRef"),
        "Amt": amount(child(entry, "Amt")),
        "CdtDbtInd": text(entry, "CdtDbtInd"),
        "Sts": text(entry, "Sts/Cd") or text(entry, "Sts/Prtry") or text(entry, "Sts"),
        "RvslInd": _flag(text(entry, "RvslInd")),
        "BookgDt": day(entry, "BookgDt"),
        "ValDt": day(entry, "ValDt"),
        "BkTxCd": transaction_code(entry),
        "NtryDtls": _details(entry),
    }
    additional = text(entry, "AddtlNtryInf")
    if additional:
        row["AddtlNtryInf"] = additional
    return row


def amount(element: etree._Element | None) -> dict[str, str | None] | None:
    """Return an amount with its currency, unread."""
    if element is None:
        return None
    return {"Ccy": element.get("Ccy"), "value": element.text}


def day(element: Node, name: str) -> str | None:
    """Return a date or instant as written."""
    return text(element, f"{name}/Dt") or text(element, f"{name}/DtTm") or text(element, name)


def transaction_code(entry: Node) -> str | None:
    """Return the code as ``PMNT/RCDT/ESCT``, or the bank's own code."""
    paths = ("BkTxCd/Domn/Cd", "BkTxCd/Domn/Fmly/Cd", "BkTxCd/Domn/Fmly/SubFmlyCd")
    parts = [text(entry, path) or "" for path in paths if path in entry.found]
    return "/".join(parts) or text(entry, "BkTxCd/Prtry/Cd")


def account_row(statement: Node) -> dict[str, Any]:
    """Return the account of a statement: IBAN and currency, or the bank's own number."""
    row = {"IBAN": text(statement, "Acct/Id/IBAN"), "Ccy": text(statement, "Acct/Ccy")}
    if row["IBAN"] is None:
        others = ("Acct/Id/Othr/Id", "Acct/Id/PrtryAcct/Id", "Acct/Id/BBAN")
        row["Othr"] = next((number for path in others if (number := text(statement, path))), None)
    return row


def _details(entry: Node) -> dict[str, Any] | None:
    found = children(entry, "NtryDtls/TxDtls")
    if not found:
        return None
    if len(found) == 1:
        return _detail(found[0])
    return {"TxDtls": [_detail(element) | _detail_amount(element) for element in found]}


def _detail(element: Node) -> dict[str, Any]:
    references = {name: text(element, f"Refs/{name}") for name in _REFERENCES}
    row: dict[str, Any] = {
        "Refs": {name: value for name, value in references.items() if value},
        "InstdAmt": amount(child(element, "AmtDtls/InstdAmt/Amt")),
        "RltdPties": _parties(element),
        "RmtInf": _remittance(element),
    }
    additional = text(element, "AddtlTxInf")
    if additional:
        row["AddtlTxInf"] = additional
    return row


def _detail_amount(element: Node) -> dict[str, Any]:
    found = child(element, "Amt")
    if found is None:
        found = child(element, "AmtDtls/TxAmt/Amt")
    return {"Amt": amount(found), "CdtDbtInd": text(element, "CdtDbtInd")}


def _parties(element: Node) -> dict[str, Any]:
    row: dict[str, Any] = {"Dbtr": _name(element, "Dbtr"), "Cdtr": _name(element, "Cdtr")}
    for role in ("UltmtDbtr", "UltmtCdtr"):
        name = _name(element, role)
        if name:
            row[role] = name
    for role in ("DbtrAcct", "CdtrAcct"):
        iban, other = (
            text(element, f"RltdPties/{role}/Id/IBAN"),
            text(element, f"RltdPties/{role}/Id/Othr/Id"),
        )
        if iban or other:
            row[role] = {"IBAN": iban} if iban else {"Othr": other}
    return row


def _name(element: Node, role: str) -> str | None:
    # From version .08 on a party is wrapped in Pty.
    return text(element, f"RltdPties/{role}/Nm") or text(element, f"RltdPties/{role}/Pty/Nm")


def _remittance(element: Node) -> dict[str, Any]:
    texts = [found.text or "" for found in element.found.get("RmtInf/Ustrd", ())]
    references = [
        {"Tp": text(found, "Tp/CdOrPrtry/Cd") or text(found, "Tp/CdOrPrtry/Prtry"), "Ref": text(found, "Ref")}
        for found in children(element, "RmtInf/Strd/CdtrRefInf")
    ]
    named = [reference for reference in references if reference["Ref"]]
    row: dict[str, Any] = {"Ustrd": texts, "CdtrRefInf": named[0] if named else None}
    if len(named) > 1:
        row["Strd"] = [{"CdtrRefInf": reference} for reference in named]
    return row


def _flag(value: str | None) -> bool | str:
    # What is neither true nor false stays as it is, for translate to refuse.
    known = {None: False, "false": False, "0": False, "true": True, "1": True}
    return known[value] if value in known else str(value)
