"""What is left of a sale after credit notes and refunds took of it.

It is worked out from the legs of the invoice's entry, event by event in the order of their time. All
amounts are base minor units with the sign of the revenue: positive for what was sold.
"""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct, field

from autobook_core.domain.journal import Line
from autobook_core.domain.money import round_half_away, split
from autobook_core.domain.problems import SetAside
from autobook_core.posting.deferral import Credit, Stretch, still_deferred, take_credit


class Over(Struct):
    """A schedule of a deferred leg: ``left`` is what is not taken back, ``credits`` what was of the waiting part."""

    schedule: int
    account_to: str
    stretch: Stretch
    left: int
    credits: list[Credit]


class Part(Struct):
    """A revenue, deferral or VAT leg of a sale. No line: it may be of any line of the invoice."""

    account: str
    left: int
    tax_code: str | None = None
    line: str = ""
    over: Sequence[Over] = ()


class Took(Struct):
    """What one event takes: the lines of its entry (debits), and (schedule, amount) of what waited.

    ``of`` says how much each leg and schedule has less for it.
    """

    lines: list[Line] = field(default_factory=list)
    credits: list[tuple[int, int]] = field(default_factory=list)
    of: list[tuple[Part | Over, int]] = field(default_factory=list)


class Remainder:
    """What is left of one sale. Every ``take`` changes it.

    Refunds are shared out by the running total, so that refunds in parts are exactly the whole. A
    credit note names its own figures: after one, the running total begins anew with what is left.
    """

    def __init__(self, parts: Sequence[Part], vat: Sequence[Part], *, gross: int) -> None:
        """Begin with a sale of ``gross``, VAT included."""
        self.parts = parts
        self.vat = vat
        self.gross = gross
        self._begin()

    def _begin(self) -> None:
        self._from = [part.left for part in self.parts]
        self._vat_from = [part.left for part in self.vat]
        self._gross_from = self.gross
        self._refunded = 0

    def take_share(self, amount: int, day: date) -> Took:
        """Take a refund in proportion: of VAT and of every leg, what is due of all refunds so far."""
        before, after = self._refunded, self._refunded + amount
        vat_whole = sum(self._vat_from)
        vat_before, vat_after = (
            round_half_away(back * vat_whole, self._gross_from) for back in (before, after)
        )
        took = Took()
        for part, share in zip(self.vat, _between(self._vat_from, vat_before, vat_after), strict=True):
            _take(part, share, day, took)
        shares = _between(self._from, before - vat_before, after - vat_after)
        for part, share in zip(self.parts, shares, strict=True):
            _take(part, share, day, took)
        self._refunded = after
        self.gross -= amount
        return took

    def check_line(self, line: str | None, tax: int) -> tuple[list[Part], list[Part]]:
        """Return the legs of a line, or of the invoice as a whole (no line), and its VAT legs.

        Raises:
            SetAside: ``unknown_invoice_line``, or ``unknown_tax_treatment`` where tax is credited that
                the sale does not owe.
        """
        parts = [part for part in self.parts if line is None or part.line in ("", line)]
        if not parts:
            raise SetAside("unknown_invoice_line", f"the invoice has no line {line} with an amount")
        codes = {part.tax_code for part in parts}
        owed = [part for part in self.vat if part.tax_code in codes]
        if tax and not owed:
            raise SetAside("unknown_tax_treatment", f"it credits tax of {tax}, the invoice owes none for it")
        return parts, owed

    def take_line(self, line: str | None, net: int, tax: int, day: date) -> Took:
        """Take what a credit note states for a line, or for the invoice as a whole (no line).

        Raises:
            SetAside: see :meth:`check_line`; nothing is taken then.
        """
        parts, owed = self.check_line(line, tax)
        took = Took()
        for part, share in zip(parts, _shares(parts, net), strict=True):
            _take(part, share, day, took)
        if tax:
            for part, share in zip(owed, _shares(owed, tax), strict=True):
                _take(part, share, day, took)
        self.gross -= net + tax
        self._begin()
        return took

    def take_all(self, day: date) -> Took:
        """Take everything that is left."""
        took = Took()
        for part in (*self.parts, *self.vat):
            _take(part, part.left, day, took)
        self.gross = 0
        self._begin()
        return took

    def give_back(self, took: Took, gross: int, day: date) -> Took:
        """Undo on a later day what a credit note took."""
        for holder, amount in took.of:
            holder.left += amount
        by_schedule = {over.schedule: over for part in self.parts for over in part.over}
        for schedule, amount in took.credits:
            by_schedule[schedule].credits.append((day, -amount))
        self.gross += gross
        self._begin()
        return Took(
            [Line(line.account, -line.amount, line.tax_code) for line in took.lines],
            [(schedule, -amount) for schedule, amount in took.credits],
        )


def earned_share(parts: Sequence[Part], tax_code: str, day: date) -> tuple[int, int]:
    """Return how much of a sale under one VAT code was delivered when a day begins, and the whole of it."""
    earned = whole = 0
    for part in parts:
        if part.tax_code != tax_code:
            continue
        amount = sum(over.stretch.total for over in part.over) if part.over else part.left
        waits = sum(still_deferred(over.stretch, (), day) for over in part.over)
        whole += amount
        earned += amount - waits
    return earned, whole


def _between(weights: list[int], before: int, after: int) -> list[int]:
    """Return what is due of each weight now: its part of all so far minus that of the earlier."""
    if not any(weights):
        return [0] * len(weights)
    return [now - then for now, then in zip(split(after, weights), split(before, weights), strict=True)]


def _shares(parts: Sequence[Part], amount: int) -> list[int]:
    """Split an amount over parts by what is left of them; where nothing is, the first bears it."""
    left = [part.left for part in parts]
    if sum(left) == 0:
        return [amount] + [0] * (len(parts) - 1)
    return split(amount, left)


def _take(part: Part, amount: int, day: date, took: Took) -> None:
    """Take an amount of one leg: of a deferred one what waits first, then what was earned."""
    if not amount:
        return
    part.left -= amount
    took.of.append((part, amount))
    if not part.over:
        took.lines.append(Line(part.account, amount, part.tax_code))
        return
    weights = [over.left for over in part.over]
    shares = split(amount, weights) if sum(weights) else [amount] + [0] * (len(weights) - 1)
    for over, share in zip(part.over, shares, strict=True):
        waiting, earned = take_credit(over.stretch, over.credits, day, share)
        over.left -= share
        took.of.append((over, share))
        if waiting:
            over.credits.append((day, waiting))
            took.credits.append((over.schedule, waiting))
            took.lines.append(Line(part.account, waiting, part.tax_code))
        if earned:
            took.lines.append(Line(over.account_to, earned, part.tax_code))
