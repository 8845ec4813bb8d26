"""Manual entries and opening balances: a person's figures, through the same checks as all others."""

from autobook_core.domain.journal import Draft, Line, imbalance
from autobook_core.domain.problems import SetAside
from autobook_core.domain.records import ManualEntry, OpeningBalances
from autobook_core.posting.rules import account_number
from autobook_core.posting.terms import Terms


def post_manual_entry(entry: ManualEntry, terms: Terms) -> Draft:
    """Return the entry a person wrote; accounts may be named by number or role.

    Raises:
        SetAside: ``unbalanced_entry``, ``unknown_account`` or ``invalid_line``.
    """
    lines: list[Line] = []
    for line in entry.lines:
        if (line.debit > 0) == (line.credit > 0) or min(line.debit, line.credit) < 0:
            raise SetAside(
                "invalid_line", f"{line.account}: exactly one of debit and credit must be positive"
            )
        lines.append(Line(account_number(terms.chart, line.account), line.debit - line.credit))
    return _balanced(
        Draft(
            day=entry.day,
            journal="general",
            text=entry.text,
            lines=tuple(lines),
            sources=(entry.id,),
            rule="Manual entry",
            rule_version=terms.version,
        )
    )


def post_opening_balances(opening: OpeningBalances, terms: Terms) -> Draft:
    """Return the entry of the balances a book begins with (signed, debit positive).

    Raises:
        SetAside: ``unbalanced_entry`` or ``unknown_account``.
    """
    lines = tuple(
        Line(account_number(terms.chart, name), amount)
        for name, amount in sorted(opening.balances.items())
        if amount
    )
    return _balanced(
        Draft(
            day=opening.day,
            journal="general",
            text="Opening balances",
            lines=lines,
            sources=(opening.id,),
            rule="Opening balances",
            rule_version=terms.version,
        )
    )


def _balanced(draft: Draft) -> Draft:
    off = imbalance(draft.lines)
    if off or not draft.lines:
        raise SetAside(
            "unbalanced_entry", f"debits and credits differ by {off}" if off else "it has no lines"
        )
    return draft
