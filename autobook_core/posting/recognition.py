"""Recognition: one voucher per month-end moves what was earned from deferral to revenue."""

from collections.abc import Mapping
from datetime import date

from autobook_core.domain.journal import Draft, Line

Sums = Mapping[tuple[str, str], int]
"""Amounts in base minor units by (account it waits on, revenue account)."""


def post_recognition(at: date, sums: Sums, *, rule_version: str) -> Draft | None:
    """Return the recognition voucher of a month-end, or None where nothing was earned."""
    lines: list[Line] = []
    for (waits_on, revenue), amount in sorted(sums.items()):
        if amount:
            lines += [Line(waits_on, amount), Line(revenue, -amount)]
    if not lines:
        return None
    month = at.isoformat()[:7]
    return Draft(
        day=at,
        journal="recognition",
        text=f"Revenue recognition {month}",
        lines=tuple(lines),
        sources=(f"recognition:{month}",),
        rule="Recognition",
        rule_version=rule_version,
    )
