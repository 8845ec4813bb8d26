"""What comes back at the processor: payments, refunds and payouts that failed after their money had moved.

Each is booked on the date of its own balance transaction. What the first movement said stays as it is.
"""

from autobook_core.domain.journal import Draft, Line
from autobook_core.domain.problems import Problem
from autobook_core.domain.records import BalanceTransaction, Charge, Payout, Refund
from autobook_core.posting.payments import fee_lines, movement_draft
from autobook_core.posting.terms import Terms

#: The type of a payout taken back by the company itself; it never set out, so nobody need be told.
_CANCELLED = "payout_cancel"


def post_payment_failure(charge: Charge, movement: BalanceTransaction, terms: Terms) -> tuple[Draft, Problem]:
    """Return the entry of a payment that failed after it was booked: its invoice is open again.

    A payment that names no invoice was on suspense, and leaves it.
    """
    clearing = terms.account("stripe_clearing")
    if charge.invoice is None:
        owed = Line(terms.account("suspense"), -movement.amount, customer=charge.customer)
    else:
        owed = Line(
            terms.account("receivables"), -movement.amount, customer=charge.customer, invoice=charge.invoice
        )
    lines = [owed, Line(clearing, movement.amount)] if movement.amount else []
    lines += fee_lines(movement, terms, clearing)
    text = f"Payment {charge.id} failed"
    draft = movement_draft(movement, terms, text, lines, (charge.id, movement.id), "Failed payments")
    what = f"invoice {charge.invoice} is open again" if charge.invoice else "it is no longer on suspense"
    return draft, _warning(
        "payment_failed_after_posting", charge.id, f"The payment failed after it was booked; {what}", movement
    )


def post_refund_failure(
    refund: Refund, movement: BalanceTransaction, terms: Terms, *, customer: str | None
) -> tuple[Draft, Problem]:
    """Return the entry of a refund that did not reach the customer: the money is still owed."""
    clearing = terms.account("stripe_clearing")
    owed = Line(terms.account("customer_credit"), -movement.amount, customer=customer)
    lines = [Line(clearing, movement.amount), owed] if movement.amount else []
    lines += fee_lines(movement, terms, clearing)
    text = f"Refund {refund.id} failed"
    draft = movement_draft(movement, terms, text, lines, (refund.id, movement.id), "Failed refunds")
    detail = "The refund did not reach the customer; the amount is owed as customer credit"
    return draft, _warning("refund_failed", refund.id, detail, movement)


def post_payout_failure(
    payout: Payout, movement: BalanceTransaction, terms: Terms
) -> tuple[Draft, Problem | None]:
    """Return the entry of a payout that came back: from the way to the bank into clearing again."""
    clearing, transit = terms.account("stripe_clearing"), terms.account("payouts_in_transit")
    lines = [Line(clearing, movement.amount), Line(transit, -movement.amount)] if movement.amount else []
    lines += fee_lines(movement, terms, clearing)
    cancelled = movement.type == _CANCELLED
    text = f"Payout {payout.id} {'cancelled' if cancelled else 'failed'}"
    draft = movement_draft(movement, terms, text, lines, (payout.id, movement.id), "Failed payouts")
    if cancelled:
        return draft, None
    detail = "The bank sent the payout back; its amount is in the processor's balance again"
    return draft, _warning("payout_failed", payout.id, detail, movement)


def _warning(code: str, record: str, detail: str, movement: BalanceTransaction) -> Problem:
    return Problem(
        code=code,
        record=record,
        detail=detail,
        severity="warning",
        amount=movement.amount,
        currency=movement.currency,
    )
