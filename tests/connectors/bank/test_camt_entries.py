"""What one entry means, and what is refused about it."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from autobook_bank.source import BankFiles, Config
from autobook_core.connector import Malformed
from autobook_core.domain.records import BankTransaction

SOURCE = BankFiles(Config(accounts=("DK50 0040 0440 1162 43", "DE89370400440532013000")))
STREAMS = {stream.name: stream for stream in SOURCE.streams}
MISSING = object()


def raw(**changes: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "Acct": {"IBAN": "DK5000400440116243", "Ccy": "DKK"},
        "NtryRef": "L2025-0509-1",
        "AcctSvcrRef": "L2025-0509-1",
        "Amt": {"Ccy": "DKK", "value": "293.70"},
        "CdtDbtInd": "CRDT",
        "Sts": "BOOK",
        "RvslInd": False,
        "BookgDt": "2025-05-09",
        "ValDt": "2025-05-08",
        "BkTxCd": "PMNT/RCDT/ESCT",
        "NtryDtls": {
            "Refs": {"EndToEndId": "NOTPROVIDED"},
            "InstdAmt": None,
            "RltdPties": {"Dbtr": "STRIPE", "Cdtr": None},
            "RmtInf": {"Ustrd": ["STRIPE"], "CdtrRefInf": None},
        },
    } | changes
    return {name: value for name, value in row.items() if value is not MISSING}


def translated(**changes: Any) -> BankTransaction:
    (record,) = SOURCE.translate(STREAMS["camt.053.entry"], raw(**changes))
    assert isinstance(record, BankTransaction)
    return record


def code(**changes: Any) -> str:
    with pytest.raises(Malformed) as caught:
        translated(**changes)
    return caught.value.code


def amount_or_code(row: dict[str, Any]) -> object:
    """Return the amount of a row, or the code for which it was set aside."""
    try:
        (record,) = SOURCE.translate(STREAMS["camt.053.entry"], row)
    except Malformed as error:
        return error.code
    assert isinstance(record, BankTransaction)
    return record.amount


def details(**changes: Any) -> dict[str, Any]:
    return {"NtryDtls": raw()["NtryDtls"] | changes}


def test_an_entry_becomes_a_bank_transaction() -> None:
    assert translated() == BankTransaction(
        id="L2025-0509-1",
        created=1746748800,
        account="DK5000400440116243",
        booking_date=date(2025, 5, 9),
        amount=29370,
        currency="DKK",
        direction="CRDT",
        value_date=date(2025, 5, 8),
        text=("STRIPE",),
        counterparty="STRIPE",
        code="PMNT/RCDT/ESCT",
    )


def test_an_imported_row_gets_the_id_and_birth_of_its_record() -> None:
    content = json.dumps(raw()).encode()
    envelope = SOURCE.envelope(STREAMS["camt.053.entry"], content)
    assert (envelope.id, envelope.created, envelope.data) == ("L2025-0509-1", 1746748800, content)


def test_an_imported_row_without_a_reference_gets_a_digest_that_stays() -> None:
    stream, content = STREAMS["camt.053.entry"], json.dumps(raw(AcctSvcrRef=None)).encode()
    envelope = SOURCE.envelope(stream, content)
    assert envelope == SOURCE.envelope(stream, content)
    assert translated(AcctSvcrRef=None).id == envelope.id
    assert translated(AcctSvcrRef=None, Amt={"Ccy": "DKK", "value": "293.71"}).id != envelope.id


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'"x"', b"\xff", b"[" * 100_000])
def test_an_imported_row_that_is_no_object_is_set_aside(content: bytes) -> None:
    with pytest.raises(Malformed):
        SOURCE.envelope(STREAMS["camt.053.entry"], content)


@pytest.mark.parametrize(
    "value",
    [
        "12.345", "1E2", "1e2", "1,00", "1 000.00", " 1.00", "1.00 ", "", ".5", "5.", "-5.00", "+5.00",
        "1_000", "٣.00", "１.00", "NaN", "Infinity", "sNaN", "--5", "12..34", "0x10", "9" * 16, 293.7, 293,
        True, None, ["1"], "1.123456",
    ],
)  # fmt: skip
def test_an_amount_that_is_no_plain_decimal_is_refused(value: object) -> None:
    assert code(Amt={"Ccy": "DKK", "value": value}) == "non_integer_amount"


@pytest.mark.parametrize(
    ("value", "currency", "minor"),
    [
        ("8.85000", "EUR", 885), ("500000", "SEK", 50_000_000), ("1250", "JPY", 1250), ("1250.00", "JPY", 1250),
        ("1.25", "KWD", 1250), ("1.250", "KWD", 1250), ("0.00", "DKK", 0), ("0.10", "DKK", 10),
    ],
)  # fmt: skip
def test_amounts_are_counted_in_the_minor_units_of_their_currency(
    value: str, currency: str, minor: int
) -> None:
    record = translated(
        Amt={"Ccy": currency, "value": value}, Acct={"IBAN": "DK5000400440116243", "Ccy": currency}
    )
    assert (record.amount, record.currency) == (minor, currency)


@pytest.mark.parametrize("currency", ["XXX", "dkk", "", None, 5])
def test_an_unknown_currency_is_refused(currency: object) -> None:
    assert code(Amt={"Ccy": currency, "value": "1.00"}) == "unknown_currency"


def test_another_currency_than_the_accounts_is_refused() -> None:
    assert code(Amt={"Ccy": "EUR", "value": "1.00"}) == "currency_mismatch"


def test_an_account_of_somebody_else_is_refused_without_showing_it() -> None:
    with pytest.raises(Malformed) as caught:
        translated(Acct={"IBAN": "NL26VAYB8060476890", "Ccy": "DKK"})
    assert caught.value.code == "unknown_bank_account"
    assert "NL26VAYB8060476890" not in str(caught.value)


def test_every_account_is_ours_where_none_is_named() -> None:
    (record,) = BankFiles(Config()).translate(
        STREAMS["camt.053.entry"], raw(Acct={"IBAN": "nl26 vayb 8060 4768 90", "Ccy": "DKK"})
    )
    assert isinstance(record, BankTransaction)
    assert record.account == "NL26VAYB8060476890"


@pytest.mark.parametrize(
    "value",
    [
        "2025-02-29", "2025-05-09+14:00", "2025-05-09Z", "20250509", "2025-W19-5", "09-05-2025", "2025-5-9", "x",
        "2025-05-09T10:00:00+14:00", "2025-05-09T25:00:00", "2025-02-30T10:00:00", {"Dt": "2025-13-01"}, {}, 5,
        "２０２５-05-09",
    ],
)  # fmt: skip
def test_a_booking_date_that_is_no_date_is_refused(value: object) -> None:
    assert code(BookgDt=value) == "invalid_date"


@pytest.mark.parametrize("value", [None, "", MISSING])
def test_the_value_date_never_stands_in_for_a_missing_booking_date(value: object) -> None:
    assert code(BookgDt=value) == "missing_required_field"


@pytest.mark.parametrize(
    "value",
    [
        "2025-05-09", {"Dt": "2025-05-09"}, {"DtTm": "2025-05-09T23:30:00-11:00"}, "2025-05-09T00:15:00+02:00",
        "2025-05-09T10:29:00.000000000", "2025-05-09T23:59:59Z",
    ],
)  # fmt: skip
def test_the_booking_date_is_the_date_as_the_bank_wrote_it(value: object) -> None:
    assert translated(BookgDt=value).booking_date == date(2025, 5, 9)


@pytest.mark.parametrize("status", ["BOOK", "PDNG", "INFO"])
def test_the_status_is_kept_as_text_or_code(status: str) -> None:
    assert translated(Sts=status).status == translated(Sts={"Cd": status}).status == status


@pytest.mark.parametrize("value", ["book", "X", {"Cd": "DONE"}, None, {}, MISSING])
def test_an_unknown_status_is_refused(value: object) -> None:
    code(Sts=value)


@pytest.mark.parametrize("value", ["crdt", "C", None, "", {"Cd": "CRDT"}, []])
def test_an_unknown_direction_is_refused(value: object) -> None:
    code(CdtDbtInd=value)


@pytest.mark.parametrize(("direction", "signed"), [("CRDT", 29370), ("DBIT", -29370)])
@pytest.mark.parametrize("reversal", [True, False, "true", "false", "1", "0"])
def test_the_direction_alone_gives_the_sign_of_a_reversal_too(
    direction: str, signed: int, reversal: object
) -> None:
    record = translated(CdtDbtInd=direction, RvslInd=reversal)
    assert record.signed == signed
    assert record.reversal is (reversal in (True, "true", "1"))


def test_the_counterparty_is_the_other_side() -> None:
    parties = {
        "Dbtr": "Payer",
        "Cdtr": {"Pty": {"Nm": "Payee"}},
        "DbtrAcct": {"IBAN": "NL56 AGDH 9619 0084 21"},
        "CdtrAcct": {"Id": {"IBAN": "DE89370400440532013000"}},
    }
    incoming = translated(**details(RltdPties=parties))
    assert (incoming.counterparty, incoming.counterparty_iban) == ("Payer", "NL56AGDH9619008421")
    outgoing = translated(CdtDbtInd="DBIT", **details(RltdPties=parties))
    assert (outgoing.counterparty, outgoing.counterparty_iban) == ("Payee", "DE89370400440532013000")
    returned = translated(RvslInd=True, **details(RltdPties=parties))
    assert returned.counterparty == "Payee"


def test_the_ultimate_debtor_stands_in_for_a_missing_debtor() -> None:
    assert translated(**details(RltdPties={"UltmtDbtr": {"Nm": "Real Payer"}})).counterparty == "Real Payer"


@pytest.mark.parametrize("value", ["RF18 5390 0754 7034", {"Ref": "RF18539007547034", "Tp": "SCOR"}])
def test_a_structured_reference_is_read_without_spaces(value: object) -> None:
    assert translated(**details(RmtInf={"CdtrRefInf": value})).structured_ref == "RF18539007547034"


def test_text_is_what_the_payer_and_the_bank_wrote() -> None:
    record = translated(AddtlNtryInf="Overførsel", **details(RmtInf={"Ustrd": ["Faktura", " ", "F-1006 "]}))
    assert record.text == ("Faktura", "F-1006", "Overførsel")


def test_the_amount_ordered_in_another_currency_is_kept() -> None:
    record = translated(**details(InstdAmt={"Ccy": "USD", "value": "42.50"}))
    assert (record.instructed_amount, record.instructed_currency) == (4250, "USD")


def batch(*amounts: str, **last: Any) -> dict[str, Any]:
    parts: list[dict[str, Any]] = [
        {"Amt": {"Ccy": "DKK", "value": amount}, "Refs": {"EndToEndId": f"E{number}"}}
        for number, amount in enumerate(amounts)
    ]
    parts[-1] |= last
    return {"NtryDtls": {"TxDtls": parts}}


def test_a_batch_is_one_transaction_when_its_parts_add_up() -> None:
    record = translated(**batch("100.00", "193.70"))
    assert (record.amount, record.end_to_end_id, record.counterparty) == (29370, None, None)
    assert translated(**batch("300.00", "6.30", CdtDbtInd="DBIT")).amount == 29370


def test_a_batch_whose_parts_do_not_add_up_is_refused() -> None:
    assert code(**batch("100.00", "193.71")) == "totals_do_not_add_up"


@pytest.mark.parametrize("name", list(raw()))
@pytest.mark.parametrize("value", [None, 5, [], {}, "x", True, [[]], {"x": [1]}])
def test_values_of_any_type_are_refused_or_read_but_never_break(name: str, value: object) -> None:
    assert amount_or_code(raw(**{name: value})) not in (None, "")


def test_a_pending_entry_in_a_file_is_handed_on_as_pending(statement: Callable[..., bytes]) -> None:
    content = statement(
        [{"amount": "5.00", "ref": "A"}, {"amount": "7.00", "ref": "B", "status": "PDNG"}],
        opening="10.00",
        closing="15.00",
    )
    rows = [envelope for name, envelope in SOURCE.read_file("a.xml", content) if name == "camt.053.entry"]
    records = [
        record
        for row in rows
        for record in SOURCE.translate(STREAMS["camt.053.entry"], json.loads(bytes(row.data)))  # type: ignore[arg-type]
    ]
    assert [record.status for record in records if isinstance(record, BankTransaction)] == ["BOOK", "PDNG"]


def test_a_batch_of_two_hundred_in_a_sample_shape_is_checked(
    statement: Callable[..., bytes],
) -> None:
    parts = "".join(
        f'<TxDtls><Amt Ccy="DKK">1.00</Amt><RmtInf><Ustrd>{n}</Ustrd></RmtInf></TxDtls>' for n in range(200)
    )
    for amount, expected in (("200.00", 20000), ("200.01", "totals_do_not_add_up")):
        content = statement([{"amount": amount, "ref": "B", "details": f"<NtryDtls>{parts}</NtryDtls>"}])
        (row,) = (e for name, e in SOURCE.read_file("b.xml", content) if name == "camt.053.entry")
        data = json.loads(bytes(row.data))  # type: ignore[arg-type]
        assert len(data["NtryDtls"]["TxDtls"]) == 200
        assert amount_or_code(data) == expected
