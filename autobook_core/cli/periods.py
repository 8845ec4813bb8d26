"""Periods as people name them: a year, half a year, a quarter, a month."""

import re
from datetime import date

import typer

from autobook_core.domain.calendar import month_end

_NAME = re.compile(r"(\d{4})(?:-(?:H([12])|Q([1-4])|(0[1-9]|1[0-2])))?", re.IGNORECASE)

Period = tuple[date, date]
"""First and last day, both included."""


def period(text: str) -> Period:
    """Return the days of ``2025``, ``2025-H1``, ``2025-Q2`` or ``2025-06``.

    Raises:
        typer.BadParameter: it is none of these.
    """
    found = _NAME.fullmatch(text.strip())
    if found is None or found.group(1) == "0000":
        raise typer.BadParameter(f"{text!r} is no period; write it as 2025-06, 2025-Q2, 2025-H1 or 2025")
    year, half, quarter, month = found.groups()
    if half:
        first, months = 6 * int(half) - 5, 6
    elif quarter:
        first, months = 3 * int(quarter) - 2, 3
    elif month:
        first, months = int(month), 1
    else:
        first, months = 1, 12
    return date(int(year), first, 1), month_end(date(int(year), first + months - 1, 1))
