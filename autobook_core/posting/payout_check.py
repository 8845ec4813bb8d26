"""Does an automatic payout hold what it says? Its amount must be the sum of what its members moved."""

from collections.abc import Iterable

from autobook_core.domain.money import format_minor
from autobook_core.domain.problems import Problem
from autobook_core.domain.records import BalanceTransaction, Payout

NOT_RECONCILED = "payout_not_reconciled"


def difference(payout: Payout, members: Iterable[BalanceTransaction]) -> int:
    """Return by how many minor units a payout exceeds the net of those of its members that are known."""
    return payout.amount - sum(member.net for member in members)


def not_reconciled(payout: Payout, off: int, missing: int) -> Problem:
    """Return the warning of a payout that is not what its members moved.

    Args:
        payout: the payout.
        off: its difference in minor units.
        missing: how many of its members have not come.
    """
    amount = f"{format_minor(off, payout.currency)} {payout.currency}"
    why = (
        f"{missing} of its {len(payout.members or ())} movements have not come"
        if missing
        else "all have come"
    )
    return Problem(
        code=NOT_RECONCILED,
        record=payout.id,
        detail=f"The payout differs by {amount} from what it holds; {why}",
        severity="warning",
        amount=off,
        currency=payout.currency,
    )
