"""Which refunds pay out a credit the customer had: one of exactly that amount, given before and not used.

A credit is a negative invoice or a credit note to the customer's balance. Invoices use the oldest
credit first. It is a function of all that is known of a customer, so it does not matter what was
read first.
"""

from collections.abc import Iterable
from datetime import date
from typing import Literal

from msgspec import Struct

#: Within a day credits are given before they are used, and used before they are paid out.
_RANK = {"credit": 0, "use": 1, "refund": 2}


class CreditEvent(Struct, frozen=True):
    """What happened to a customer's credit: given, used on an invoice, or a refund that may pay it out.

    ``amount`` is positive, base minor units; ``instant`` orders those of one day.
    """

    day: date
    instant: int
    id: str
    kind: Literal["credit", "use", "refund"]
    amount: int


def refunds_of_credit(events: Iterable[CreditEvent]) -> set[str]:
    """Return the ids of the refunds that pay out an open credit of exactly their amount."""
    open_credits: list[int] = []
    found: set[str] = set()
    for event in sorted(events, key=lambda event: (event.day, _RANK[event.kind], event.instant, event.id)):
        if event.kind == "credit":
            open_credits.append(event.amount)
        elif event.kind == "use":
            _use(open_credits, event.amount)
        elif event.amount in open_credits:
            open_credits.remove(event.amount)
            found.add(event.id)
    return found


def _use(open_credits: list[int], amount: int) -> None:
    """Take an amount from the oldest credits; what they do not cover came from elsewhere."""
    while amount and open_credits:
        part = min(amount, open_credits[0])
        amount -= part
        open_credits[0] -= part
        if not open_credits[0]:
            open_credits.pop(0)
