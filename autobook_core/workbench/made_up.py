"""Made-up values of the same shape: the n-th of a kind is always the same, and says nothing of the real one."""

import re

_NAMES = "Alma Bo Clara David Elin Frida Gustav Hanna Isak Johanne Karl Liva Mads Nora Oskar Petra".split()
_CITIES = "Exampleby Samplestad Mustertal Testholm".split()
_DIGIT = re.compile(r"[0-9]")


def made_up(kind: str, number: int, original: str) -> str:
    """Return a made-up value.

    Args:
        kind: of personal data.
        number: which one of this kind, from 1.
        original: gives the shape: length, separators, letter case.
    """
    match kind:
        case "e-mail":
            return f"person{number}@example.com"
        case "name":
            return _name(number, original)
        case "street":
            return f"{number} Example Street"
        case "city":
            return _CITIES[(number - 1) % len(_CITIES)]
        case "iban":
            return _iban(number, original)
        case "card":
            return _card(number, original)
        case "phone":
            return _phone(number, original)
        case "ip":
            return f"2001:db8::{number:x}" if ":" in original else f"192.0.2.{(number - 1) % 254 + 1}"
        case "link":
            return f"https://example.com/{number}"
        case "date of birth":
            return _DIGIT.sub("1", original) if not original[:4].isdigit() else "1980-01-01"
        case "note":
            return f"note {number}"
        case "identity":
            kept = original[:2] if original[:2].isalpha() else ""
            return kept + _shaped(number, original[len(kept) :])
        case "secret":
            return f"hidden-{number}"
        case _:
            return _shaped(number, original)


def _name(number: int, original: str) -> str:
    name = _NAMES[(number - 1) % len(_NAMES)]
    return f"{name} Example{number}" if " " in original.strip() else f"{name}{number}"


def _phone(number: int, original: str) -> str:
    """Return a number in the same grouping; a country code stays."""
    head = re.match(r"\+[0-9]{1,2}", original)
    kept = head.group() if head else ""
    return kept + _shaped(number, original[len(kept) :])


def _shaped(number: int, original: str) -> str:
    """Return a value with a digit for each digit and a letter for each letter, counting up from the end."""
    made, rest = [], number
    for character in reversed(original):
        if character.isdigit():
            rest, digit = divmod(rest, 10)
            made.append(str(digit))
        elif character.isalpha():
            made.append("X" if character.isupper() else "x")
        else:
            made.append(character)
    return "".join(reversed(made))


def _iban(number: int, original: str) -> str:
    """Return an IBAN of the same country and grouping whose check digits hold."""
    plain = original.replace(" ", "")
    body = _shaped(number, plain[4:])
    rest = int("".join(str(int(character, 36)) for character in f"{body}{plain[:2]}00")) % 97
    made = f"{plain[:2]}{98 - rest:02}{body}"
    return " ".join(made[at : at + 4] for at in range(0, len(made), 4)) if " " in original else made


def _card(number: int, original: str) -> str:
    """Return a number of the same length and grouping whose check digit holds; short ones only count up."""
    digits = sum(character.isdigit() for character in original)
    if digits < 13:
        return _shaped(number, original)
    body = "4" + f"{number:0{digits - 2}}"
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in body[::-2])
    check = -(doubled + sum(int(digit) for digit in body[-2::-2])) % 10
    made = iter(f"{body}{check}")
    return "".join(next(made) if character.isdigit() else character for character in original)
