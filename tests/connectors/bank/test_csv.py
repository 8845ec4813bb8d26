"""CSV by a declared profile: what fits is read exactly, what does not fit refuses the row or the file."""

import json
from pathlib import Path
from typing import Any

import pytest

from autobook_bank.source import BankFiles, Config
from autobook_core.connector import BadConfig, Context, Malformed
from autobook_core.domain.records import BankTransaction

PROFILE = """
header = ["Date", "Text", "Amount", "Balance"]
account = "DK5000400440116243"
currency = "DKK"
delimiter = ";"

[format]
date = "DD-MM-YYYY"
decimal = ","
thousands = "."

[columns]
date = "Date"
text = ["Text"]
amount = "Amount"
balance = "Balance"
"""
UNPROVEN = PROFILE.replace('balance = "Balance"\n', "")
HEADER = "Date;Text;Amount;Balance\n"


def read(tmp_path: Path, profile: str, content: str | bytes, name: str = "bank.csv") -> list[Any]:
    """Return each row's record, or the code for which it was set aside."""
    (tmp_path / "bank.toml").write_text(profile, encoding="utf-8")
    source = BankFiles(Config(profile=str(tmp_path / "bank.toml")))
    streams = {stream.name: stream for stream in source.streams}
    found: list[Any] = []
    content = content.encode() if isinstance(content, str) else content
    for stream, envelope in source.read_file(name, content):
        assert stream == "csv.row"
        raw = json.loads(bytes(envelope.data))  # type: ignore[arg-type]
        assert source.envelope(streams[stream], bytes(envelope.data)) == envelope  # type: ignore[arg-type]
        try:
            (record,) = source.translate(streams[stream], raw)
            assert record.id == envelope.id
            found.append(record)
        except Malformed as error:
            found.append(error.code)
    return found


def signed(found: list[Any]) -> list[Any]:
    return [record.signed if isinstance(record, BankTransaction) else record for record in found]


def test_rows_become_bank_transactions(tmp_path: Path) -> None:
    (first, second) = read(
        tmp_path, PROFILE, HEADER + "09-05-2025;Coffee;-1.234,56;8.765,44\n10-05-2025;Sale;+10,00;8.775,44\n"
    )
    assert (first.signed, first.booking_date.isoformat(), first.text) == (-123456, "2025-05-09", ("Coffee",))
    assert (second.signed, second.account, second.currency) == (1000, "DK5000400440116243", "DKK")
    assert first.created == 1746748800


@pytest.mark.parametrize(
    "amount",
    [
        "1,234.56", "1234.56", "12.34", "1.23,00", "1.2345,00", "1_000", "١٢٣", "１２", "sNaN", "--5", "5-", "(99,00)",
        "1e3", "", "12,345", "1 000,00", "£5,00", ",50", "5,", "+-5", "=1+1", "9999999999999999",
    ],
)  # fmt: skip
def test_an_amount_in_another_form_sets_its_row_aside_alone(amount: str, tmp_path: Path) -> None:
    content = HEADER + f"09-05-2025;a;{amount};0,00\n09-05-2025;b;1,00;0,00\n"
    assert signed(read(tmp_path, UNPROVEN, content)) == ["non_integer_amount", 100]


@pytest.mark.parametrize(
    ("style", "text", "minor"),
    [
        ("minus", "-99,00", -9900), ("minus", "99,00", 9900), ("trailing_minus", "1.234,56-", -123456),
        ("trailing_minus", "5,00", 500), ("parentheses", "(99,00)", -9900), ("parentheses", "99,00", 9900),
    ],
)  # fmt: skip
def test_the_sign_stands_where_the_profile_says(style: str, text: str, minor: int, tmp_path: Path) -> None:
    profile = UNPROVEN.replace('decimal = ","', f'decimal = ","\nnegative = "{style}"')
    assert signed(read(tmp_path, profile, HEADER + f"09-05-2025;a;{text};0\n")) == [minor]


@pytest.mark.parametrize("text", ["99,00-", "(99,00)"])
def test_a_sign_in_another_place_is_refused(text: str, tmp_path: Path) -> None:
    assert read(tmp_path, UNPROVEN, HEADER + f"09-05-2025;a;{text};0\n") == ["non_integer_amount"]


@pytest.mark.parametrize(
    "day", ["05/09/2025", "2025-05-09", "9-5-2025", "31-02-2025", "29-02-2025", "09-13-2025", "09-05-25", "x"]
)
def test_a_date_in_another_form_sets_its_row_aside(day: str, tmp_path: Path) -> None:
    assert read(tmp_path, UNPROVEN, HEADER + f"{day};a;1,00;0\n") == ["invalid_date"]


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("DD/MM/YYYY", "09/05/2025"), ("MM/DD/YYYY", "05/09/2025"), ("YYYY.MM.DD.", "2025.05.09."),
        ("D.M.YY", "9.5.25"), ("DD-MMM-YYYY", "09-May-2025"), ("YYYYMMDD", "20250509"),
    ],
)  # fmt: skip
def test_dates_are_read_in_the_declared_form(form: str, text: str, tmp_path: Path) -> None:
    profile = UNPROVEN.replace("DD-MM-YYYY", form)
    (record,) = read(tmp_path, profile, HEADER + f"{text};a;1,00;0\n")
    assert record.booking_date.isoformat() == "2025-05-09"


@pytest.mark.parametrize(
    "header",
    [
        "Dato;Text;Amount;Balance\n", "Date;Text;Balance;Amount\n", "Date;Text;Amount\n",
        "Date;Text;Amount;Balance;New\n", "Date,Text,Amount,Balance\n", "09-05-2025;a;1,00;1,00\n", "\n",
    ],
)  # fmt: skip
def test_another_header_refuses_the_file(header: str, tmp_path: Path) -> None:
    assert read(tmp_path, PROFILE, header + "09-05-2025;a;1,00;1,00\n") == ["csv_profile_mismatch"]


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ('09-05-2025;"unclosed;1,00;1,00\n10-05-2025;b;1,00;2,00\n', "unreadable_file"),
        ('09-05-2025;"un;1,00;1,00\n10-05-2025;"b;1,00;2,00\n', "unreadable_file"),
        ("09-05-2025;a;1,00;1,00;\n", "csv_profile_mismatch"),
        ("09-05-2025;a;1,00\n", "csv_profile_mismatch"),
        ("\n09-05-2025;a;1,00;1,00\n", "csv_profile_mismatch"),
        ("09-05-2025;a\x00b;1,00;1,00\n", "unreadable_file"),
        (f"09-05-2025;{'x' * 200_000};1,00;1,00\n", "unreadable_file"),
        ('09-05-2025;"two\nlines";1,00;1,00\n', "unreadable_file"),
        ("09-05-2025;a;1,00;1,00\n09-05-2025;b;1,00;2,01\n", "statement_does_not_add_up"),
        ("09-05-2025;a;1,00;1,00\n09-05-2025;b;x;2,00\n", "unreadable_file"),
        ("09-05-2025;a;1,00;1,00\nTotal;;1,00;1,00\n", "statement_does_not_add_up"),
        (HEADER + "09-05-2025;a;1,00;1,00\n", "unreadable_file"),
    ],
)
def test_what_makes_a_file_untrustworthy_refuses_it_whole(lines: str, code: str, tmp_path: Path) -> None:
    assert read(tmp_path, PROFILE, HEADER + lines) == [code]


def test_an_empty_file_is_a_visible_row(tmp_path: Path) -> None:
    assert read(tmp_path, PROFILE, b"") == ["empty_file"]
    assert read(tmp_path, PROFILE, HEADER) == []


def test_lines_are_passed_over_only_where_the_profile_says_so(tmp_path: Path) -> None:
    skip = '[skip]\nlines = 2\nblank = true\nrepeated_header = true\n[[skip.rows]]\ncolumn = "Date"\nequals = "Total"\n'
    content = "Bank\nMay;\n" + HEADER + "09-05-2025;a;1,00;1,00\n\n" + HEADER + "Total;;1,00;1,00\n"
    assert signed(read(tmp_path, PROFILE + skip, content)) == [100]


@pytest.mark.parametrize("order", ["oldest_first", "newest_first"])
def test_the_running_balance_runs_the_declared_way(order: str, tmp_path: Path) -> None:
    lines = ["09-05-2025;a;1,00;1,00\n", "10-05-2025;b;2,00;3,00\n", "11-05-2025;c;-0,50;2,50\n"]
    right = lines if order == "oldest_first" else lines[::-1]
    profile = PROFILE.replace("delimiter", f'order = "{order}"\ndelimiter')
    assert len(read(tmp_path, profile, HEADER + "".join(right))) == 3
    assert read(tmp_path, profile, HEADER + "".join(right[::-1])) == ["statement_does_not_add_up"]


@pytest.mark.parametrize(
    ("debit", "credit", "expected"),
    [("5,00", "", -500), ("", "5,00", 500), ("5,00", "5,00", "non_integer_amount"), ("", "", "non_integer_amount"),
     ("-5,00", "", "non_integer_amount")],
)  # fmt: skip
def test_debit_and_credit_columns_hold_one_positive_amount(
    debit: str, credit: str, expected: object, tmp_path: Path
) -> None:
    profile = UNPROVEN.replace('amount = "Amount"', 'debit = "Amount"\ncredit = "Balance"')
    assert signed(read(tmp_path, profile, HEADER + f"09-05-2025;a;{debit};{credit}\n")) == [expected]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_byte_order_mark_decides_the_encoding(encoding: str, tmp_path: Path) -> None:
    content = (HEADER + "09-05-2025;Kød;1,00;1,00\r\n").encode(encoding)
    (record,) = read(tmp_path, PROFILE, content)
    assert record.text == ("Kød",)


def test_an_encoding_is_declared_never_guessed(tmp_path: Path) -> None:
    content = (HEADER + "09-05-2025;Kød;1,00;1,00\n").encode("cp1252")
    assert read(tmp_path, PROFILE, content) == ["unreadable_file"]
    (record,) = read(tmp_path, 'encoding = "cp1252"\n' + PROFILE, content)
    assert record.text == ("Kød",)


def test_two_equal_rows_stay_two_and_an_overlap_brings_nothing(tmp_path: Path) -> None:
    day = "09-05-2025;Coffee;-5,00;0\n09-05-2025;Coffee;-5,00;0\n"
    first = {record.id for record in read(tmp_path, UNPROVEN, HEADER + day)}
    longer = {record.id for record in read(tmp_path, UNPROVEN, HEADER + "08-05-2025;Tea;-4,00;0\n" + day)}
    assert len(first) == 2
    assert first < longer


def test_a_csv_without_a_profile_is_a_visible_row(ctx: Context, folder: Path) -> None:
    source = BankFiles(Config())
    (folder / "a.csv").write_text(HEADER, encoding="utf-8")
    (item,) = source.fetch(ctx, source.streams[2], None).items
    assert "csv_profile_missing" in bytes(item.data).decode()  # type: ignore[arg-type]


def test_the_profile_is_found_from_the_book(ctx: Context, folder: Path) -> None:
    (folder / "bank.toml").write_text(PROFILE, encoding="utf-8")
    (folder / "a.csv").write_text(HEADER + "09-05-2025;a;1,00;1,00\n", encoding="utf-8")
    source = BankFiles(Config(profile="files/bank/bank.toml"))
    page = source.fetch(ctx, source.streams[2], None)
    assert (len(page.items), page.origin) == (1, "a.csv")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('amount = "Amount"', 'amount = "Nowhere"'), ('amount = "Amount"', ""),
        ('amount = "Amount"', 'debit = "Amount"'),
        ("DD-MM-YYYY", "DD-MM"), ('currency = "DKK"', 'currency = "XXX"'), ('delimiter = ";"', 'delimiter = ";;"'),
        ('delimiter = ";"', 'delimiiter = ";"'), ('account = "DK5000400440116243"', ""), ("[format]", "[format"),
        ('delimiter = ";"', 'encoding = "utf-9"'),
    ],
)  # fmt: skip
def test_a_profile_that_cannot_work_is_refused_before_any_file(
    before: str, after: str, ctx: Context, folder: Path
) -> None:
    assert before in PROFILE
    (folder / "bank.toml").write_text(PROFILE.replace(before, after), encoding="utf-8")
    source = BankFiles(Config(profile="files/bank/bank.toml"))
    with pytest.raises(BadConfig) as caught:
        source.fetch(ctx, source.streams[2], None)
    assert caught.value.field == "profile"
    assert not source.check(ctx).ok


@pytest.mark.parametrize(
    "raw", [{}, {"Fields": {}}, {"Fields": {"text": 5}, "Acct": {}}, {"Acct": 5, "Fields": []}, []]
)
def test_an_imported_row_of_another_shape_is_set_aside(raw: Any) -> None:
    source = BankFiles(Config())
    with pytest.raises(Malformed):
        list(source.translate(source.streams[2], raw))
