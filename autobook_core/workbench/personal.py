"""Which values of a row are personal data: by the name of the field, and by what the value looks like."""

import ipaddress
import re
from collections.abc import Iterator, Sequence

from autobook_core.workbench.hiding import names_a_secret

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

_NAME = (
    r"(^|_)(first_name|last_name|full_name|given_name|family_name|surname|forename|middle_name|nick_?name|user_?name"
    r"|holder|card_?holder\w*|holder_name|account_holder\w*|owner_name|contact_name|recipient|payer|payee|payer_name"
    r"|payee_name|customer_name|company_name|business_name|legal_name|debtor_name|creditor_name|buyer_name"
    r"|display_name|nm)$"
)
#: Kinds of personal data by the words of a field's name: (kind, pattern over the words joined by "_").
_FIELDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("e-mail", r"(^|_)e?_?mail(_address)?$|^mailto$"),
        ("phone", r"(^|_)(phone|mobile|telephone|tel|fax|msisdn|phone_?number)(_number|_no)?$"),
        ("iban", r"(^|_)ibans?$"),
        ("card", r"(^|_)(card_number|pan|last_?4|fingerprint|card_fingerprint)$"),
        ("account", r"(^|_)(account_number|account_no|bban|sort_code|routing_number)$"),
        ("ip", r"(^|_)ip(_address|_addr|v_?4|v_?6)?$"),
        ("identity", r"(^|_)(ssn|cpr|national_id|personal_id|personal_number|passport\w*|tax_id|vat_id|vat_number)$"),
        ("date of birth", r"(^|_)(dob|birth_?date|date_of_birth|birthday)$"),
        ("street", r"(^|_)(line_?[12]|street\w*|strt_nm|address|adr_line|addr_line\w*|address_line\w*|address_?[12])$"),
        ("city", r"(^|_)(city|town|twn_nm|locality|city_name)$"),
        ("postcode", r"(^|_)(postal_?code|post_?code|zip|zip_?code|pst_cd)$"),
        ("name", _NAME),
        ("link", r"(^|_)(url|href|link|receipt_url|pdf)$"),
        ("note", r"(^|_)(notes?|comments?|memo|private_note)$"),
    )
)  # fmt: skip
#: A bare ``name`` below one of these is the name of a thing.
_THINGS = frozenset(
    """
    product price plan item items line lines tax rate fee category event currency type country status coupon discount
    bank institution network brand method scheme file format unit
    """.split()
)
#: Lists of numbers by which a state knows somebody: each is a ``value``.
_IDENTITY_LIST = re.compile(r"(^|_)(tax_ids?|vat_ids?|identifiers?)$")
#: Texts in which people write to each other; a name in them is found only where it is known from elsewhere.
_FREE_TEXT = re.compile(
    r"(^|_)(description|message|text|ustrd|remittance\w*|reference|details|narrative|subject)$"
)

#: Fields that say what, when and how much, never who.
_NEVER = frozenset(
    "amount at country created currency date kind net object status time total type updated version".split()
)

EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
IBAN = re.compile(
    r"\b[A-Z]{2}[0-9]{2}(?:[A-Z0-9]{11,30}|(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,3})?)(?![A-Za-z0-9])"
)
CARD = re.compile(
    r"(?<![0-9A-Za-z])(?:4|5[1-5]|2[2-7]|3[47]|6(?:011|5))[0-9](?:[ -]?[0-9]){10,16}(?![0-9A-Za-z])"
)
PHONE = re.compile(r"(?<![0-9A-Za-z+])\+[1-9][0-9]{0,2}(?:[ ().-]{0,2}[0-9]){6,13}(?![0-9A-Za-z])")
IPV4 = re.compile(r"(?<![0-9.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![0-9.])")


def kind_by_name(path: Sequence[str]) -> str | None:
    """Return the kind of personal data a field holds by its name and those above it; None for other fields.

    Args:
        path: the stream, then the keys down to the field.
    """
    name = _joined(path[-1])
    if names_a_secret(path[-1]):
        return "secret"
    for kind, pattern in _FIELDS:
        if pattern.search(name):
            return kind
    if name == "value" and any(_IDENTITY_LIST.search(_joined(key)) for key in path[:-1]):
        return "identity"
    if name == "name":
        above = {word.rstrip("s") for key in path[:-1][-2:] for word in _joined(key).split("_")}
        return None if above & {thing.rstrip("s") for thing in _THINGS} else "name"
    return None


def is_free_text(path: Sequence[str]) -> bool:
    """Tell whether a field holds what somebody wrote."""
    return bool(_FREE_TEXT.search(_joined(path[-1])))


def is_id(path: Sequence[str]) -> bool:
    """Tell whether a field names a row, this one or another."""
    words = _joined(path[-1]).split("_")
    return words[-1] in {"id", "ids", "uuid", "key", "ref"}


def is_kept(path: Sequence[str]) -> bool:
    """Tell whether a field says what, when or how much: it stays as it is."""
    return _joined(path[-1]).split("_")[-1] in _NEVER


def found_in(text: str, *, digits: bool) -> Iterator[tuple[str, str]]:
    """Give (kind, value) of everything in a text that looks like personal data.

    Args:
        text: a value.
        digits: whether numbers are looked at too; in ids they are only numbers.
    """
    yield from (("e-mail", match.group()) for match in EMAIL.finditer(text))
    yield from (("iban", iban) for match in IBAN.finditer(text) if (iban := _iban(match.group())))
    if digits:
        yield from (("card", match.group()) for match in CARD.finditer(text) if checks_as_card(match.group()))
        yield from (("phone", match.group()) for match in PHONE.finditer(text))
    yield from (("ip", match.group()) for match in IPV4.finditer(text) if _is_ip(match.group()))
    if ":" in text and _is_ip(text):
        yield "ip", text


def checks_as_iban(text: str) -> bool:
    """Tell whether the check digits of an IBAN hold."""
    plain = text.replace(" ", "")
    digits = "".join(str(int(character, 36)) for character in plain[4:] + plain[:4])
    return len(plain) >= 15 and int(digits) % 97 == 1


def checks_as_card(text: str) -> bool:
    """Tell whether the check digit of a card number holds."""
    digits = [int(character) for character in text if character.isdigit()]
    doubled = sum(sum(divmod(2 * digit, 10)) for digit in digits[-2::-2])
    return 13 <= len(digits) <= 19 and (sum(digits[::-2]) + doubled) % 10 == 0


def _iban(text: str) -> str:
    """Return the IBAN a text begins with, without the words that follow it; empty where there is none."""
    parts = text.split(" ")
    while parts:
        candidate = " ".join(parts)
        if checks_as_iban(candidate):
            return candidate
        parts.pop()
    return ""


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _joined(name: str) -> str:
    return "_".join(_WORDS.findall(name)).lower()
