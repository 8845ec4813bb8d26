"""Periods as people name them become days, and nothing else does."""

from datetime import date

import pytest
import typer

from autobook_core.cli.periods import period


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025", "2025-01-01", "2025-12-31"), ("2025-H1", "2025-01-01", "2025-06-30"),
        ("2025-h2", "2025-07-01", "2025-12-31"), ("2025-Q1", "2025-01-01", "2025-03-31"),
        ("2025-Q4", "2025-10-01", "2025-12-31"), ("2024-02", "2024-02-01", "2024-02-29"),
        (" 2025-12 ", "2025-12-01", "2025-12-31"),
    ],
)  # fmt: skip
def test_a_year_half_quarter_or_month_is_its_days(text: str, first: str, last: str) -> None:
    assert period(text) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    "text", ["", "25", "2025-", "2025-13", "2025-0", "2025-Q5", "2025-H3", "0000", "2025-03-01"]
)
def test_anything_else_is_refused_with_how_to_write_it(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="2025-06, 2025-Q2, 2025-H1 or 2025"):
        period(text)
