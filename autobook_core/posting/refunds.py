"""Refunds without a credit note: the sale is taken back in proportion.

The VAT part of a refund is that of all refunds so far minus what earlier ones took, so a full
refund in parts is exact; the rest is spread over the invoice's lines in the same way. What was
prepaid and not yet earned is reduced first. The processor keeps its fee.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from msgspec import Struct

from autobook_core.domain.journal import Draft, Line
from autobook_core.domain.money import round_half_away, split
from autobook_core.domain.problems import Problem
from autobook_core.domain.records import BalanceTransaction, Refund
from autobook_core.posting.deferral import Credit, Stretch, take_credit
from autobook_core.posting.terms import Terms


class SoldOver(Struct, frozen=True, kw_only=True):
    """One schedule of an invoice as it stands."""

    schedule: int
    account_to: str
    stretch: Stretch
    credits: tuple[Credit, ...] = ()


class Sold(Struct, frozen=True, kw_only=True):
    """What an invoice did to the books, as its refund has to know it.

    Attributes:
        lines: revenue and deferral legs of its entry in order (amounts are credits: negative).
        vat: its VAT legs.
        over: the schedules of each deferred leg, in the order of the legs.
        deferral_accounts: numbers on which prepaid revenue waits.
        gross: the invoice total.
        refunded: what earlier refunds gave back.
    """

    invoice: str
    customer: str | None
    lines: tuple[Line, ...]
    vat: tuple[Line, ...]
    over: tuple[SoldOver, ...]
    deferral_accounts: frozenset[str]
    gross: int
    refunded: int


class Taken(Struct, frozen=True, kw_only=True):
    """A refund's entry and what it takes from schedules: (schedule, amount)."""

    draft: Draft
    credits: tuple[tuple[int, int], ...]
    problem: Problem


def post_refund(refund: Refund, movement: BalanceTransaction, sold: Sold, terms: Terms) -> Taken:
    """Return what a refund without a credit note does to the books."""
    day = terms.day(movement.created)
    amount = -movement.amount
    vat_total = -sum(line.amount for line in sold.vat)
    vat_before, vat_after = (
        round_half_away(back * vat_total, sold.gross) for back in (sold.refunded, sold.refunded + amount)
    )
    lines: list[Line] = []
    for leg, part in zip(sold.vat, _parts(sold.vat, vat_before, vat_after), strict=True):
        if part:
            lines.append(Line(leg.account, part, leg.tax_code))
    net_before, net_after = sold.refunded - vat_before, sold.refunded + amount - vat_after
    taken: list[tuple[int, int]] = []
    over = iter(sold.over)
    for leg, part in zip(sold.lines, _parts(sold.lines, net_before, net_after), strict=True):
        if leg.account in sold.deferral_accounts:
            lines += _from_schedules(leg, part, over, day, taken)
        elif part:
            lines.append(Line(leg.account, part, leg.tax_code))
    lines.append(Line(terms.account("stripe_clearing"), -amount))
    if movement.fee:
        lines.append(Line(terms.account("fees"), movement.fee))
        lines.append(Line(terms.account("stripe_clearing"), -movement.fee))
    draft = Draft(
        day=day,
        journal="psp",
        text=f"Refund {refund.id}",
        lines=tuple(lines),
        sources=(refund.id, movement.id),
        rule="Refunds",
        rule_version=terms.version,
    )
    return Taken(draft=draft, credits=tuple(taken), problem=_no_credit_note(refund, movement))


def _parts(legs: Sequence[Line], before: int, after: int) -> list[int]:
    """Return what this refund takes from each leg: the part of all refunds minus that of the earlier."""
    amounts = [-leg.amount for leg in legs]
    if not any(amounts):
        return [0] * len(amounts)
    return [now - then for now, then in zip(split(after, amounts), split(before, amounts), strict=True)]


def _from_schedules(
    leg: Line, part: int, over: Iterator[SoldOver], day: date, taken: list[tuple[int, int]]
) -> list[Line]:
    """Take a part of a deferred leg from its schedules: what waits first, then what was earned."""
    group: list[SoldOver] = []
    left = -leg.amount
    while left:
        item = next(over)
        group.append(item)
        left -= item.stretch.total
    shares = split(part, [item.stretch.total for item in group])
    lines: list[Line] = []
    for item, share in zip(group, shares, strict=True):
        waiting, earned = take_credit(item.stretch, item.credits, day, share)
        if waiting:
            taken.append((item.schedule, waiting))
            lines.append(Line(leg.account, waiting, leg.tax_code))
        if earned:
            lines.append(Line(item.account_to, earned, leg.tax_code))
    return lines


def _no_credit_note(refund: Refund, movement: BalanceTransaction) -> Problem:
    return Problem(
        code="credit_note_missing",
        record=refund.id,
        detail="The refund has no credit note; the sale and its VAT were taken back in proportion",
        severity="warning",
        amount=-movement.amount,
        currency=movement.currency,
    )
