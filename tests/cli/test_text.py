import pytest

from autobook_core.cli.looks import Looks
from autobook_core.cli.table import Cell, Column, Row, table
from autobook_core.cli.text import amount, clean, cut, number, width


@pytest.mark.parametrize(
    ("minor", "currency", "shown"),
    [
        (123456789, "DKK", "1 234 567.89"),
        (-50, "DKK", "-0.50"),
        (-123456, "DKK", "-1 234.56"),
        (0, "DKK", "0.00"),
        (1250, "JPY", "1 250"),
        (1250, "KWD", "1.250"),
        (10**17 + 1, "EUR", "1 000 000 000 000 000.01"),
    ],
)
def test_amounts_keep_every_decimal_of_their_currency(minor: int, currency: str, shown: str) -> None:
    assert amount(minor, currency) == shown


def test_counts_have_their_digits_in_groups() -> None:
    assert [number(count) for count in (0, 999, 12345)] == ["0", "999", "12 345"]


@pytest.mark.parametrize(
    "evil", ["\x1b[2J", "\x9b2J", "\x07", "\x7f", "\u202e", "\u2066", "\ufeff", "\x00", "\ud800"]
)
def test_nothing_that_moves_the_cursor_or_hides_text_reaches_the_terminal(evil: str) -> None:
    shown = clean(f"before{evil}after")
    assert shown.isprintable()
    assert shown.startswith("before")
    assert shown.endswith("after")


def test_a_text_of_several_lines_becomes_one() -> None:
    assert clean("Faktura\r\n  117\tok") == "Faktura 117 ok"


def test_letters_of_the_trade_stay_as_they_are() -> None:
    assert clean("Rødgrød ApS, 東京") == "Rødgrød ApS, 東京"


def test_wide_letters_take_two_columns_and_accents_none() -> None:
    assert width("東京") == 4
    assert width("e\u0301") == 1
    assert cut("東京都", 5, "…") == "東京…"
    assert cut("short", 5, "…") == "short"


def test_a_table_lines_up_and_cuts_what_may_be_cut() -> None:
    columns = [Column("NAME", flexible=True), Column("SUM", right=True)]
    rows: list[Row] = [("Rødgrød med fløde ApS", "1 250.00"), ("東京", Cell("-0.50", "bad"))]
    lines = list(table(columns, rows, room=20, looks=Looks()))
    assert lines == ["NAME             SUM", "Rødgrød m…  1 250.00", "東京           -0.50"]
    assert {width(line) for line in lines} == {20}


def test_colour_does_not_move_columns() -> None:
    columns = [Column("A"), Column("B")]
    painted = list(
        table(columns, [(Cell("x", "bad"), "y"), ("long", "z")], room=None, looks=Looks(color=True))
    )
    assert painted[1] == "\x1b[1;31mx\x1b[0m     y"


def test_rows_after_the_measured_ones_still_come() -> None:
    rows = ((str(at),) for at in range(1200))
    assert len(list(table([Column("N")], rows, room=80, looks=Looks()))) == 1201
