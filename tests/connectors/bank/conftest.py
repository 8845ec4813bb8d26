"""A book's folder with a watched subfolder, and a writer of statements that add up."""

import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from autobook_core.connector import Context

IBAN = "DK5000400440116243"


class Surroundings(Context):
    """What the framework hands to a connector: here a folder and a clock that stands."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.log = logging.getLogger("test")
        self.connection_id = "bank"
        self.start = 0

    def now(self) -> int:
        return 1_750_000_000

    def cancelled(self) -> bool:
        return False


def _balance(code: str, amount: str, currency: str) -> str:
    direction = "DBIT" if amount.startswith("-") else "CRDT"
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="{currency}">{amount.removeprefix("-")}</Amt><CdtDbtInd>{direction}</CdtDbtInd>'
        "<Dt><Dt>2025-05-09</Dt></Dt></Bal>"
    )


def _entry(entry: dict[str, Any], currency: str) -> str:
    reference = f"<AcctSvcrRef>{escape(entry['ref'])}</AcctSvcrRef>" if entry.get("ref") else ""
    return (
        f'<Ntry><Amt Ccy="{entry.get("currency", currency)}">{entry["amount"]}</Amt>'
        f"<CdtDbtInd>{entry.get('direction', 'CRDT')}</CdtDbtInd>"
        f"<Sts>{entry.get('status', 'BOOK')}</Sts>"
        f"<BookgDt><Dt>{entry.get('day', '2025-05-09')}</Dt></BookgDt>{reference}"
        f"{entry.get('details', '')}"
        f"<AddtlNtryInf>{escape(entry.get('text', 'Coffee'))}</AddtlNtryInf></Ntry>"
    )


def write_statement(
    entries: Iterable[dict[str, Any]],
    *,
    opening: str | None = None,
    closing: str | None = None,
    currency: str = "DKK",
    iban: str = IBAN,
    version: str = "camt.053.001.02",
    identity: str = "S1",
) -> bytes:
    balances = _balance("OPBD", opening, currency) if opening else ""
    balances += _balance("CLBD", closing, currency) if closing else ""
    body = "".join(_entry(entry, currency) for entry in entries)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{version}">'
        f"<BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr><Stmt><Id>{identity}</Id>"
        f"<Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>{currency}</Ccy></Acct>{balances}{body}"
        "</Stmt></BkToCstmrStmt></Document>\n"
    ).encode()


@pytest.fixture
def ctx(tmp_path: Path) -> Context:
    (tmp_path / "files" / "bank").mkdir(parents=True)
    return Surroundings(tmp_path)


@pytest.fixture
def folder(ctx: Context) -> Path:
    """The watched folder."""
    return ctx.home / "files" / "bank"


@pytest.fixture(scope="session")
def statement() -> Callable[..., bytes]:
    """Write a camt.053 file from a few words about each entry."""
    return write_statement
