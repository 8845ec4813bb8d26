"""The small expressions of posting rules: intervals, amount ranges, tax rates and shares.

A rule file is checked when it is read and evaluated when a record is posted. Both read its
expressions here, so a rule that passes the check means the same in the books.
"""

import operator
import re
from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Any

from msgspec import Struct

#: What a rule may look at, besides ``metadata.KEY``.
MATCHABLES = (
    "record", "source", "product", "price", "nickname", "interval", "usage", "proration",
    "customer_country", "vat_number", "currency", "tax", "tax_country", "tax_rate", "category",
    "direction", "text_contains", "counterparty", "amount",
)  # fmt: skip
#: What ``record`` may say in a rule.
MATCHABLE_RECORDS = ("invoice_line", "bank_line", "balance_transaction")

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_COMPARE = {"<": operator.lt, "<=": operator.le, "=": operator.eq, ">=": operator.ge, ">": operator.gt}
_UNITS = ("day", "week", *_MONTHS)
_SIGN = r"(<=|>=|<|>|=)"
_INTERVAL = re.compile(rf"{_SIGN}?\s*(?:([0-9]{{1,4}})\s*)?([a-z]+)")
_COMPARISON = re.compile(rf"{_SIGN}\s*(-?[0-9]{{1,18}})")
_BETWEEN = re.compile(r"(-?[0-9]{1,18})\s*\.\.\s*(-?[0-9]{1,18})")
_RATE = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,3}))?(?:\s*%)?")
_SHARE = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,6}))?\s*%")


class IntervalTest(Struct, frozen=True):
    """A condition on how often a price recurs.

    Attributes:
        sign: ``<``, ``<=``, ``=``, ``>=`` or ``>``; ``None`` asks for a one-off price.
        count, unit: what it is compared with; a day or a week only by ``=``.
    """

    sign: str | None
    count: int = 0
    unit: str = ""

    def holds(self, interval: str | None, count: int = 1) -> bool:
        """Tell whether a price recurring every ``count`` intervals meets the condition.

        Comparison is by whole months; days and weeks count as less than one month. A one-off
        price (``None``) meets only ``"none"``.
        """
        if interval is None or self.sign is None:
            return interval is None and self.sign is None
        if self.unit not in _MONTHS:
            return (interval, count) == (self.unit, self.count)
        months = _MONTHS.get(interval, 0) * count
        return bool(_COMPARE[self.sign](months, self.count * _MONTHS[self.unit]))


class AmountRange(Struct, frozen=True):
    """Whole minor units from ``low`` to ``high``, both included; ``None`` is open."""

    low: int | None = None
    high: int | None = None

    def holds(self, amount: int) -> bool:
        """Tell whether the amount lies in the range."""
        return (self.low is None or self.low <= amount) and (self.high is None or amount <= self.high)


def parse_interval(text: str) -> IntervalTest:
    """Read ``"> 1 month"``, ``"= 1 year"``, ``"month"`` or ``"none"``.

    Raises:
        ValueError: it is no such expression, or nothing can ever meet it.
    """
    plain = text.strip()
    if plain == "none":
        return IntervalTest(None)
    match = _INTERVAL.fullmatch(plain)
    if match is None:
        raise ValueError(f'{text!r} is no interval; write "> 1 month", "= 1 year", "month" or "none"')
    sign, number, word = match.groups()
    unit = word.removesuffix("s")
    if unit not in _UNITS:
        raise ValueError(f"{word!r} is no interval; write day, week, month, quarter, year or none")
    count = int(number) if number else 1
    if count == 0:
        raise ValueError(f"{text!r} can never hold: an interval is at least 1 {unit}")
    if unit not in _MONTHS and sign not in {None, "="}:
        raise ValueError(f'{text!r} compares in {unit}s; compare in months, for example "< 1 month"')
    return IntervalTest(sign or "=", count, unit)


def parse_range(value: Any) -> AmountRange:
    """Read minor units: ``100``, ``">= 100"``, ``"> 0"``, ``"= 5"`` or ``"100..200"``.

    Raises:
        ValueError: it is no such range, or it is empty.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return AmountRange(value, value)
    text = value.strip() if isinstance(value, str) else ""
    if match := _COMPARISON.fullmatch(text):
        return _beyond(match.group(1), int(match.group(2)))
    if match := _BETWEEN.fullmatch(text):
        low, high = int(match.group(1)), int(match.group(2))
        if low > high:
            raise ValueError(f"{value!r} is empty: {low} is more than {high}")
        return AmountRange(low, high)
    raise ValueError(
        f'{_shown(value)} is no amount range; write whole minor units: ">= 100", "100..200" or 100'
    )


def _beyond(sign: str, bound: int) -> AmountRange:
    match sign:
        case "<":
            return AmountRange(None, bound - 1)
        case "<=":
            return AmountRange(None, bound)
        case ">=":
            return AmountRange(bound, None)
        case ">":
            return AmountRange(bound + 1, None)
        case _:
            return AmountRange(bound, bound)


def parse_rate(value: Any) -> int:
    """Read a tax rate as thousandths of a percent: ``parse_rate("25.5 %") == 25500``.

    Takes a whole number or a decimal string of at most three decimals.

    Raises:
        ValueError: it is no rate from 0 to 100 percent.
    """
    match = None if isinstance(value, bool) else _RATE.fullmatch(str(value))
    if match is None:
        raise ValueError(
            f'{_shown(value)} is no tax rate; write 25 or "25.5" (percent, at most three decimals)'
        )
    milli = int(match.group(1)) * 1000 + int((match.group(2) or "").ljust(3, "0"))
    if milli > 100_000:
        raise ValueError(f"{_shown(value)} is no tax rate; allowed are 0 to 100 percent")
    return milli


def parse_share(text: str) -> Fraction | None:
    """Read ``"70 %"`` as seven tenths, and ``"rest"`` as ``None``.

    Raises:
        ValueError: it is neither, or not more than 0 % and at most 100 %.
    """
    plain = text.strip()
    if plain == "rest":
        return None
    match = _SHARE.fullmatch(plain)
    if match is None:
        raise ValueError(f'{text!r} is no share; write a percentage such as "70 %", or "rest"')
    part = match.group(2) or ""
    share = Fraction(int(match.group(1) + part), 100 * 10 ** len(part))
    if not 0 < share <= 1:
        raise ValueError(f"{text!r} is no share; allowed is more than 0 % and at most 100 %")
    return share


def share_weights(shares: Sequence[str]) -> list[int]:
    """Return whole weights in the proportion of the shares, for :func:`~autobook_core.domain.money.split`.

    ``["70 %", "rest"]`` gives ``[7, 3]``.

    Raises:
        ValueError: a share cannot be read, the shares do not make 100 %, or ``rest`` stands
            twice or gets nothing.
    """
    parsed = [parse_share(text) for text in shares]
    rests = parsed.count(None)
    if rests > 1:
        raise ValueError('"rest" stands more than once')
    known = sum((share for share in parsed if share is not None), Fraction(0))
    if rests and known >= 1:
        raise ValueError(f'the shares make {_percent(known)} %, so "rest" gets nothing')
    if not rests and known != 1:
        raise ValueError(f"the shares make {_percent(known)} %, not 100 %")
    exact = [1 - known if share is None else share for share in parsed]
    scale = lcm(*(share.denominator for share in exact))
    return [int(share * scale) for share in exact]


def _percent(share: Fraction) -> str:
    scaled = int(share * 100 * 10**6)
    whole, part = divmod(scaled, 10**6)
    return f"{whole}.{part:06}".rstrip("0").rstrip(".")


def _shown(value: object) -> str:
    return repr(value) if isinstance(value, str) else str(value)
