"""Journal entries: what the books say, in debit and credit.

An entry balances to the minor unit in the base currency or it does not exist. Once posted
it never changes; a correction is a reversal and a new entry.
"""

from collections.abc import Sequence
from datetime import date
from typing import Literal

from msgspec import Struct

Journal = Literal["sales", "psp", "bank", "recognition", "vat", "accrual", "general"]


class Line(Struct, frozen=True, gc=False, array_like=True):
    """One leg of an entry.

    Attributes:
        account: account number in the company's chart.
        amount: minor units of the base currency, debit positive, credit negative, never 0.
        tax_code: the VAT code, on revenue, deferral and VAT legs.
        original_currency, original_minor: the amount as invoiced, where that was foreign.
        customer, invoice: whose item it is, on open-item legs.
    """

    account: str
    amount: int
    tax_code: str | None = None
    original_currency: str | None = None
    original_minor: int | None = None
    customer: str | None = None
    invoice: str | None = None


class Draft(Struct, frozen=True, kw_only=True, gc=False):
    """An entry before it is posted: everything but number, posting time and chain.

    Attributes:
        day: the accounting date.
        sources: ids of the records it comes from; the first one is the reason.
        rule, rule_version: names of the rules that decided, and the digest of the rule set.
        document_date: where the entry had to be dated later than its document.
        reverses: id of the entry it takes back.
    """

    day: date
    journal: Journal
    text: str
    lines: tuple[Line, ...]
    sources: tuple[str, ...]
    rule: str
    rule_version: str
    document_date: date | None = None
    reverses: int | None = None
    series: str = "A"


def imbalance(lines: tuple[Line, ...]) -> int:
    """Return by how many minor units the debits exceed the credits (0 for a good entry)."""
    return sum(line.amount for line in lines)


def reversal(
    lines: Sequence[Line],
    *,
    entry: int,
    day: date,
    journal: Journal,
    text: str,
    sources: tuple[str, ...],
    rule: str,
    rule_version: str,
) -> Draft:
    """Return the draft that takes a posted entry back, line by line, so that nothing of it is left.

    Args:
        lines: the entry's.
        entry: its id.
        day: the date of the reversal; the entry's own where its period is open.
        journal: the entry's.
        text: why it is taken back.
        sources: ids of the records it came from.
        rule: the name of the rule that asks for it.
        rule_version: the digest of the rule set.
    """
    return Draft(
        day=day,
        journal=journal,
        text=text,
        lines=tuple(
            Line(
                line.account,
                -line.amount,
                line.tax_code,
                line.original_currency,
                None if line.original_minor is None else -line.original_minor,
                line.customer,
                line.invoice,
            )
            for line in lines
        ),
        sources=sources,
        rule=rule,
        rule_version=rule_version,
        reverses=entry,
    )
