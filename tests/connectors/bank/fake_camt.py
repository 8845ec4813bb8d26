"""A bank that puts statements into the book's folder: camt.053, and the CSV of its web site."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

Json = dict[str, Any]

IBAN = "DK5000400440116243"
OPENING = 1_000_000
#: No bank writes a longer amount.
MOST = 10**15


class FakeCamt:
    """Statements in camt.053.001.08, each with an opening and a closing balance that fit its entries."""

    page_size = 4
    stream = "camt.053.entry"
    withdraws = False

    def __init__(self) -> None:
        self._statements = 0

    def id_of(self, row: Json) -> str:
        return str(row["AcctSvcrRef"])

    def make_record(self, i: int, at: int, **changes: Any) -> Json:
        return {
            "Acct": {"IBAN": IBAN, "Ccy": "DKK"},
            "NtryRef": None,
            "AcctSvcrRef": f"R{i:04}",
            "Amt": {"Ccy": "DKK", "value": major(min(changes.get("amount", 1_000 + i), MOST))},
            "CdtDbtInd": "DBIT" if i % 3 == 2 else "CRDT",
            "Sts": "BOOK",
            "RvslInd": False,
            "BookgDt": day(at),
            "ValDt": None,
            "BkTxCd": "PMNT/RCDT/ESCT",
            "NtryDtls": None,
            "AddtlNtryInf": f"Transfer {i} æøå & co",
        }

    def files(self, rows: Sequence[Json]) -> Mapping[str, bytes]:
        documents = {}
        for first in range(0, len(rows), self.page_size):
            self._statements += 1
            name = f"files/bank/statement-{self._statements:04}.xml"
            documents[name] = statement(self._statements, rows[first : first + self.page_size])
        return documents


def statement(number: int, rows: Sequence[Json]) -> bytes:
    total = sum(-minor(row) if row["CdtDbtInd"] == "DBIT" else minor(row) for row in rows)
    last = rows[-1]["BookgDt"]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>\n'
        f"<GrpHdr><MsgId>M{number}</MsgId></GrpHdr><Stmt><Id>S{number}</Id>\n"
        f"<Acct><Id><IBAN>{IBAN}</IBAN></Id><Ccy>DKK</Ccy></Acct>\n"
        f"{balance('OPBD', OPENING, last)}\n{balance('CLBD', OPENING + total, last)}\n"
        + "\n".join(entry(row) for row in rows)
        + "\n</Stmt></BkToCstmrStmt></Document>\n"
    ).encode()


def balance(code: str, amount: int, date: str) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="DKK">{major(abs(amount))}</Amt><CdtDbtInd>{"DBIT" if amount < 0 else "CRDT"}</CdtDbtInd>'
        f"<Dt><Dt>{date}</Dt></Dt></Bal>"
    )


def entry(row: Json) -> str:
    domain, family, sub = row["BkTxCd"].split("/")
    return (
        f'<Ntry><Amt Ccy="{row["Amt"]["Ccy"]}">{row["Amt"]["value"]}</Amt>'
        f"<CdtDbtInd>{row['CdtDbtInd']}</CdtDbtInd><Sts><Cd>{row['Sts']}</Cd></Sts>"
        f"<BookgDt><Dt>{row['BookgDt']}</Dt></BookgDt><AcctSvcrRef>{row['AcctSvcrRef']}</AcctSvcrRef>"
        f"<BkTxCd><Domn><Cd>{domain}</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>{sub}</SubFmlyCd></Fmly></Domn></BkTxCd>"
        f"<AddtlNtryInf>{escape(row['AddtlNtryInf'])}</AddtlNtryInf></Ntry>"
    )


def minor(row: Json) -> int:
    """Return an entry's amount; what cannot be read counts as nothing."""
    digits = str(row["Amt"]["value"]).replace(".", "")
    return int(digits) if digits.isdigit() else 0


def major(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02}"


def day(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).date().isoformat()
