"""Invoices nobody will pay: a loss net of the VAT that comes back, and what is paid after all.

Of the loss on delivered service 80 % of the gross amount leave the VAT base, which is the whole VAT
at the Danish rate (ML 27(6)); later receipts add it again. It is worked out from what is lost after
each day, so that a loss that comes back in parts comes back exactly.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from msgspec import Struct

from autobook_core.domain.journal import Draft, Line
from autobook_core.domain.money import round_half_away
from autobook_core.domain.problems import Problem
from autobook_core.domain.records import Invoice
from autobook_core.posting.remainder import Part, earned_share
from autobook_core.posting.tax import DK25
from autobook_core.posting.terms import Terms

BAD_DEBT = "DK25-BADDEBT"
WRITE_OFFS = "Uncollectible invoices"


class Loss(Struct, frozen=True):
    """By how much the loss on an invoice changes on a day: gross and the VAT in it, base minor units."""

    day: date
    gross: int
    vat: int


class Relief(Struct, frozen=True):
    """The VAT that a loss of the whole invoice would bring back, and what the whole is."""

    vat: int = 0
    gross: int = 0

    def of(self, loss: int) -> int:
        """Return the VAT in a loss."""
        return round_half_away(loss * self.vat, self.gross) if self.gross else 0


def relief_of(invoice: Invoice, parts: Sequence[Part], vat: Sequence[Part], terms: Terms) -> Relief:
    """Return the VAT relief of a sale: that on the service delivered by the day it is written off."""
    if terms.policy.vat_bad_debt == "off" or invoice.marked_uncollectible_at is None:
        return Relief()
    owed = sum(part.left for part in vat if part.tax_code == DK25)
    earned, whole = earned_share(parts, DK25, terms.day(invoice.marked_uncollectible_at))
    if owed <= 0 or whole <= 0 or invoice.total <= 0:
        return Relief()
    return Relief(owed * min(max(earned, 0), whole), invoice.total * whole)


def losses(due: int, moved: Iterable[tuple[date, int]], since: date, relief: Relief) -> list[Loss]:
    """Return how the loss on an invoice moves from the day it is written off.

    Args:
        due: what was receivable with the invoice.
        moved: what moved the receivable on which day, debit positive, without the losses.
        since: the day the invoice was marked as uncollectible.
        relief: the VAT in a loss.
    """
    by_day: dict[date, int] = {since: 0}
    is_open = due
    for day, amount in moved:
        if day <= since:
            is_open += amount
        else:
            by_day[day] = by_day.get(day, 0) + amount
    found: list[Loss] = []
    lost = 0
    for day in sorted(by_day):
        is_open += by_day[day]
        now = max(0, is_open)
        if now != lost:
            found.append(Loss(day, now - lost, relief.of(now) - relief.of(lost)))
        lost = now
    return found


def post_loss(invoice: Invoice, loss: Loss, terms: Terms) -> Draft:
    """Return the entry of a loss, or of what comes back of it (a negative one)."""
    lines = [Line(terms.account("bad_debt_loss"), loss.gross - loss.vat)] if loss.gross != loss.vat else []
    if loss.vat:
        lines.append(Line(terms.account("vat_output_25"), loss.vat, BAD_DEBT))
    owed = Line(terms.account("receivables"), -loss.gross, customer=invoice.customer, invoice=invoice.id)
    what = "uncollectible" if loss.gross > 0 else "no longer lost"
    return Draft(
        day=loss.day,
        journal="general",
        text=f"Invoice {invoice.number or invoice.id} {what}",
        lines=(*lines, owed),
        sources=(invoice.id,),
        rule=WRITE_OFFS,
        rule_version=terms.version,
    )


def documentation(invoice: Invoice, vat: int, currency: str) -> Problem:
    """Return the warning that VAT relief needs proof of the loss."""
    return Problem(
        code="vat_relief_documentation",
        record=invoice.id,
        detail="VAT of a bad debt was taken back; it is only for losses that are ascertained: keep the proof",
        severity="warning",
        amount=vat,
        currency=currency,
    )
