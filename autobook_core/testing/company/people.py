"""Names, numbers and identifiers that look like the real thing, all drawn from the given generator of chance."""

from __future__ import annotations

from base64 import b64encode
from random import Random

from .facts import Customer

_BASE62 = bytes.maketrans(b"+/", b"xY")
_FIRST = (
    "Ada", "Alma", "Anker", "Asta", "Birk", "Clara", "Ebbe", "Ella", "Esther", "Freja", "Gry", "Holger", "Ida", "Ivar",
    "Karla", "Laust", "Liv", "Magne", "Nora", "Otto", "Rosa", "Saga", "Signe", "Storm", "Thea", "Ulla", "Vera", "Viggo",
)  # fmt: skip
_LAST = (
    "Bak", "Dahl", "Eng", "Fjord", "Gren", "Hede", "Holm", "Kjaer", "Krog", "Lind", "Lyng", "Mose", "Nygaard", "Ravn",
    "Skov", "Steen", "Toft", "Vang", "Vester", "Winther",
)  # fmt: skip
_TRADES = (
    "Data",
    "Byg",
    "Design",
    "Foods",
    "Kaffe",
    "Logistik",
    "Media",
    "Robotics",
    "Studio",
    "Tandklinik",
    "Vin",
)
_FORMS = {"DK": "ApS", "DE": "GmbH", "SE": "AB", "NL": "B.V.", "US": "Inc", "NO": "AS", "GB": "Ltd"}


def identifier(rng: Random, prefix: str) -> str:
    """Return a processor-like id: the prefix and 24 random letters and digits, telling nothing about time."""
    return prefix + b64encode(rng.randbytes(18)).translate(_BASE62).decode()


def _digits(rng: Random, count: int) -> list[int]:
    return [rng.randint(1, 9), *(rng.randint(0, 9) for _ in range(count - 1))]


def _text(digits: list[int]) -> str:
    return "".join(map(str, digits))


def _weighted(digits: list[int], weights: tuple[int, ...]) -> int:
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=False)) % 11


def vat_number(rng: Random, country: str) -> str:
    """Return a VAT number with a valid check digit for DK, DE, SE or NL."""
    while True:
        if country == "DK":
            digits = _digits(rng, 8)
            if _weighted(digits, (2, 7, 6, 5, 4, 3, 2, 1)) == 0:
                return "DK" + _text(digits)
        elif country == "DE":
            digits = _digits(rng, 8)
            product = 10
            for digit in digits:
                product = ((digit + product) % 10 or 10) * 2 % 11
            return "DE" + _text([*digits, (11 - product) % 10])
        elif country == "SE":
            digits = [5, *_digits(rng, 8)]
            doubled = (sum(divmod(digit * (2 - place % 2), 10)) for place, digit in enumerate(digits))
            return "SE" + _text([*digits, -sum(doubled) % 10]) + "01"
        else:
            digits = _digits(rng, 8)
            check = _weighted(digits, (9, 8, 7, 6, 5, 4, 3, 2))
            if check < 10:
                return "NL" + _text([*digits, check]) + "B01"


def customer(rng: Random, index: int, country: str, created: int, bank_transfer_percent: int = 0) -> Customer:
    """Return a customer; outside Denmark and at every second Danish one it is a business with a number in its name."""
    business = country != "DK" or rng.randrange(2) == 0
    if business:
        name = f"{rng.choice(_LAST)} {rng.choice(_TRADES)} {index + 1} {_FORMS[country]}"
    else:
        name = f"{rng.choice(_FIRST)} {rng.choice(_LAST)} {rng.choice(_LAST)}"
    in_eu = country in ("DK", "DE", "SE", "NL")
    return Customer(
        id=identifier(rng, "cus_"),
        name=name,
        country=country,
        vat_id=vat_number(rng, country) if business and in_eu else None,
        email=f"konto{index + 1}@example.com",
        created=created,
        bank_transfer=business and rng.randrange(100) < bank_transfer_percent,
    )
