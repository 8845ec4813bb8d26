"""Disputes: the disputed money waits on an account of its own until the bank of the card has decided.

The processor takes amount and fee when the dispute begins and gives back what is won. A dispute that is
lost moves no money any more: what still waits becomes a loss on the day it was closed.
"""

from datetime import date

from autobook_core.domain.journal import Draft, Line
from autobook_core.domain.problems import Problem
from autobook_core.domain.records import BalanceTransaction, Dispute
from autobook_core.posting.payments import fee_lines, movement_draft
from autobook_core.posting.remainder import Remainder, Took
from autobook_core.posting.terms import Terms

#: Categories of movements a dispute causes: money withdrawn, money given back.
DISPUTE_CATEGORIES = frozenset({"dispute", "dispute_reversal"})


def post_dispute_movement(movement: BalanceTransaction, terms: Terms) -> Draft:
    """Return the entry of funds withdrawn for a dispute (negative) or reinstated (positive).

    The fee goes to dispute fees, and comes back from there where the processor returns it.
    """
    clearing = terms.account("stripe_clearing")
    waits = Line(terms.account("disputes_receivable"), -movement.amount)
    lines = [waits, Line(clearing, movement.amount)] if movement.amount else []
    lines += fee_lines(movement, terms, clearing, "dispute_fees")
    name = movement.source or movement.id
    text = f"Dispute {name}: funds {'withdrawn' if movement.amount <= 0 else 'reinstated'}"
    sources = (movement.id,) if movement.source is None else (movement.source, movement.id)
    return movement_draft(movement, terms, text, lines, sources, "Disputes")


def post_dispute_loss(dispute: Dispute, amount: int, day: date, terms: Terms) -> Draft:
    """Return the entry of a lost dispute: what waits, in base minor units, is a loss on a day."""
    return Draft(
        day=day,
        journal="psp",
        text=f"Dispute {dispute.id} lost",
        lines=(
            Line(terms.account("dispute_losses"), amount),
            Line(terms.account("disputes_receivable"), -amount),
        ),
        sources=(dispute.id,),
        rule="Lost disputes",
        rule_version=terms.version,
    )


def post_dispute_cancellation(
    name: str, amount: int, day: date, left: Remainder, terms: Terms
) -> tuple[Draft, list[tuple[int, int]]]:
    """Return the entry of a lost dispute that takes its sale back, and (schedule, amount) of what waited.

    What the sale cannot bear, because credit notes and refunds took it back before, is a loss.

    Args:
        name: id of the dispute.
        amount: what waits of it, base minor units.
        day: when it was closed.
        left: what is left of the sale; what is taken is taken from it.
        terms: the company's terms.
    """
    share = max(0, min(amount, left.gross))
    took = left.take_share(share, day) if share else Took()
    lines = [*took.lines]
    if amount != share:
        lines.append(Line(terms.account("dispute_losses"), amount - share))
    lines.append(Line(terms.account("disputes_receivable"), -amount))
    draft = Draft(
        day=day,
        journal="psp",
        text=f"Dispute {name} lost, its sale taken back",
        lines=tuple(lines),
        sources=(name,),
        rule="Lost disputes",
        rule_version=terms.version,
    )
    return draft, took.credits


def relief_to_review(dispute: Dispute, amount: int) -> Problem:
    """Return the warning of a loss booked in full: its VAT may come back, which a person decides."""
    detail = "The dispute is lost and booked as a loss in full; review whether its VAT can be taken back"
    return _warning("vat_relief_review", dispute, detail, amount)


def note_missing(dispute: Dispute, amount: int) -> Problem:
    """Return the warning of a lost dispute whose sale and VAT were taken back without a credit note."""
    detail = "The dispute is lost; the sale and its VAT were taken back in proportion without a credit note"
    return _warning("credit_note_missing", dispute, detail, amount)


def _warning(code: str, dispute: Dispute, detail: str, amount: int) -> Problem:
    return Problem(
        code=code,
        record=dispute.id,
        detail=detail,
        severity="warning",
        amount=-amount,
        currency=dispute.currency,
    )
