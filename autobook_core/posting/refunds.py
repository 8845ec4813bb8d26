"""Refunds: they pay out what a credit note or a customer's credit left owing, else they take the sale back.

Without a credit note the sale is taken back in proportion.
The VAT part of a refund is that of all refunds so far minus what earlier ones took, so a full
refund in parts is exact; the rest is spread over the invoice's lines in the same way. What was
prepaid and not yet earned is reduced first. The processor keeps its fee.
"""

from msgspec import Struct

from autobook_core.domain.journal import Draft, Line
from autobook_core.domain.problems import Problem
from autobook_core.domain.records import BalanceTransaction, Refund
from autobook_core.posting.remainder import Remainder, Took
from autobook_core.posting.terms import Terms


class Taken(Struct, frozen=True, kw_only=True):
    """A refund's entry and what it takes from schedules: (schedule, amount)."""

    draft: Draft
    credits: tuple[tuple[int, int], ...]
    problem: Problem


def refund_sale(
    refund: Refund,
    movement: BalanceTransaction,
    left: Remainder,
    terms: Terms,
    customer: str | None,
    invoice: str,
) -> Taken:
    """Return what a refund without a credit note does to what is left of a sale.

    What the sale cannot bear, because credit notes took it back already, pays what they left owing.
    """
    day = terms.day(movement.created)
    amount = -movement.amount
    share = max(0, min(amount, left.gross))
    took = left.take_share(share, day) if share else Took()
    lines = [*took.lines]
    if amount != share:
        lines.append(Line(terms.account("receivables"), amount - share, customer=customer, invoice=invoice))
    draft = _draft(refund, movement, lines, terms)
    problem = _no_credit_note(refund, movement)
    return Taken(draft=draft, credits=tuple(took.credits), problem=problem)


def settle_refund(
    refund: Refund,
    movement: BalanceTransaction,
    terms: Terms,
    account: str,
    customer: str | None,
    invoice: str | None,
) -> Draft:
    """Return the entry of a refund that pays out what is owed on an account already.

    That is receivables where a credit note names the refund, customer credit where the customer has
    a credit of the same amount, suspense where nobody knows.
    """
    lines: list[Line] = []
    if movement.amount:
        lines.append(Line(terms.account(account), -movement.amount, customer=customer, invoice=invoice))
    return _draft(refund, movement, lines, terms)


def _draft(refund: Refund, movement: BalanceTransaction, lines: list[Line], terms: Terms) -> Draft:
    clearing = terms.account("stripe_clearing")
    lines = [*lines, Line(clearing, movement.amount)] if movement.amount else lines
    if movement.fee:
        lines = [*lines, Line(terms.account("fees"), movement.fee), Line(clearing, -movement.fee)]
    return Draft(
        day=terms.day(movement.created),
        journal="psp",
        text=f"Refund {refund.id}",
        lines=tuple(lines),
        sources=(refund.id, movement.id),
        rule="Refunds",
        rule_version=terms.version,
    )


def _no_credit_note(refund: Refund, movement: BalanceTransaction) -> Problem:
    return Problem(
        code="credit_note_missing",
        record=refund.id,
        detail="The refund has no credit note; the sale and its VAT were taken back in proportion",
        severity="warning",
        amount=-movement.amount,
        currency=movement.currency,
    )
