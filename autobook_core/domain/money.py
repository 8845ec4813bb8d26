"""Money: whole minor units of an ISO 4217 currency.

No float ever touches an amount. A number of minor units means nothing without its
currency, because the currency decides where the decimal point stands: 1250 is 12.50 DKK,
1250 JPY and 1.250 KWD.
"""

import re

from msgspec import Struct

#: Currencies whose minor unit is the major unit (ISO 4217 exponent 0).
ZERO_DECIMAL = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split())
#: Currencies with three decimals (ISO 4217 exponent 3).
THREE_DECIMAL = frozenset("BHD IQD JOD KWD LYD OMR TND".split())
#: Currencies with two decimals (ISO 4217 exponent 2), those in use.
TWO_DECIMAL = frozenset(
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD "
    "CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD "
    "GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD "
    "MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP "
    "PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS "
    "TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG".split()
)

_DECIMAL = re.compile(r"(-?)([0-9]{1,15})(?:\.([0-9]{1,3}))?")


class Money(Struct, frozen=True, gc=False):
    """An amount in minor units and its currency.

    >>> print(Money(1250, "DKK"), "is not", Money(1250, "JPY"))
    12.50 DKK is not 1250 JPY
    """

    minor: int
    currency: str

    def __str__(self) -> str:
        return f"{format_minor(self.minor, self.currency)} {self.currency}"


def exponent(currency: str) -> int:
    """Return how many decimals the currency has.

    Raises:
        KeyError: the code is not an ISO 4217 currency in use.
    """
    if currency in TWO_DECIMAL:
        return 2
    if currency in ZERO_DECIMAL:
        return 0
    if currency in THREE_DECIMAL:
        return 3
    raise KeyError(currency)


def is_currency(currency: str) -> bool:
    """Tell whether the upper-case code is an ISO 4217 currency in use."""
    return currency in TWO_DECIMAL or currency in ZERO_DECIMAL or currency in THREE_DECIMAL


def parse_decimal(text: str, currency: str) -> int:
    """Read a plain decimal string as minor units: ``parse_decimal("12.5", "DKK") == 1250``.

    Only ASCII digits, an optional leading minus and a point are read: no exponent, no
    thousands mark, no white space, because a guess here is money lost.

    Raises:
        ValueError: the text is no such number, or has more decimals than the currency
            (trailing zeros beyond them are allowed).
        KeyError: the currency is unknown.
    """
    digits = exponent(currency)
    match = _DECIMAL.fullmatch(text)
    if match is None:
        msg = f"{text!r} is not a plain decimal number"
        raise ValueError(msg)
    sign, whole, part = match.group(1), match.group(2), match.group(3) or ""
    if len(part) > digits and part[digits:].strip("0"):
        msg = f"{text!r} has more decimals than {currency} ({digits})"
        raise ValueError(msg)
    minor = int(whole + part[:digits].ljust(digits, "0"))
    return -minor if sign else minor


def format_minor(minor: int, currency: str) -> str:
    """Write minor units as a plain decimal with every decimal of the currency: ``-12.50``."""
    digits = exponent(currency)
    sign, text = ("-" if minor < 0 else ""), str(abs(minor))
    if digits == 0:
        return sign + text
    text = text.rjust(digits + 1, "0")
    return f"{sign}{text[:-digits]}.{text[-digits:]}"


def round_half_away(numerator: int, denominator: int) -> int:
    """Round an exact fraction to whole minor units, halves away from zero.

    Negative amounts mirror positive ones: ``round_half_away(-5, 2) == -3``.
    """
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    if numerator >= 0:
        return (2 * numerator + denominator) // (2 * denominator)
    return -((-2 * numerator + denominator) // (2 * denominator))


def split(total: int, weights: list[int]) -> list[int]:
    """Split a total in proportion to the weights so that the parts add up to it exactly.

    Each part is the difference of two rounded running totals, so the rounding remainder
    never gathers on one part and a negative total mirrors a positive one.

    Raises:
        ValueError: the weights add up to zero while the total does not.
    """
    whole = sum(weights)
    if whole == 0:
        if total:
            msg = "cannot split an amount over weights that add up to zero"
            raise ValueError(msg)
        return [0] * len(weights)
    parts: list[int] = []
    running = done = 0
    for weight in weights:
        running += weight
        target = round_half_away(total * running, whole)
        parts.append(target - done)
        done = target
    return parts
