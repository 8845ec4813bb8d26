"""What a table shows fits the terminal, however long or wide the texts are."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autobook_core.cli.looks import Looks
from autobook_core.cli.text import width
from autobook_tui.viewmodels import ages
from autobook_tui.viewmodels.cells import MOST_ROWS, Cell, Column, Row, fitted, length, outside, spread

LOOKS = Looks()


@given(st.text(), st.integers(30, 200), st.booleans())
def test_no_cell_is_wider_than_its_column_nor_the_table_than_its_room(
    text: str, room: int, plain: bool
) -> None:
    looks = Looks(ascii=plain)
    columns = [Column("A", 8), Column("B"), Column("C", 6, right=True)]
    row = Row("1", (outside(text, looks), outside(text, looks), outside(text, looks)))
    table = fitted(columns, [row], room=room, looks=looks)
    assert all(
        width(cell.text) <= column.width
        for cell, column in zip(table.rows[0].cells, table.columns, strict=True)
    )
    assert sum(column.width + 2 for column in table.columns) <= room


def test_what_is_beyond_the_most_rows_is_counted_and_its_command_named() -> None:
    rows = [Row(str(at), (Cell(str(at)),)) for at in range(MOST_ROWS + 1_234)]
    table = fitted([Column("A")], rows, room=80, looks=LOOKS, command="autobook exceptions")
    assert len(table.rows) == MOST_ROWS
    assert table.note == "1 234 more: autobook exceptions"
    assert fitted([Column("A")], rows[:MOST_ROWS], room=80, looks=LOOKS).note == ""


def test_the_left_part_is_cut_where_there_is_no_room() -> None:
    left, right = (Cell("A "), Cell("long name")), (Cell("right"),)
    for room, told in ((20, "A long name    right"), (12, "A lon… right"), (8, "A  right")):
        assert "".join(cell.text for cell in spread(left, right, room, LOOKS)) == told
        assert length(spread(left, right, room, LOOKS)) == room


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(-5, "0s"), (59, "59s"), (60, "1m"), (3_599, "59m"), (11_040, "3h 04m"), (108_000, "1d 06h")],
)
def test_a_span_has_two_units_at_most(seconds: int, told: str) -> None:
    assert ages.span(seconds) == told


def test_a_try_that_is_due_says_so(now: Any) -> None:
    assert ages.until("2025-06-15T15:16:40Z", now) == "next try in 10m"
    assert ages.until("2025-06-15T15:00:00Z", now) == "next try is due"
    assert ages.until(None, now) == ages.since(None, now) == ""
