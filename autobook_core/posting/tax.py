"""The VAT code of a sale follows from its facts: the tax on the line and who buys where.

Denmark has one rate, 25 % (momsloven 33). Services to a business with a VAT number in another EU
country are taxed there by the buyer (ML 16(1), reverse charge); services to buyers outside the
EU are not taxed in Denmark; consumers in another EU country are taxed at their own rate under the
one-stop shop. What does not fit is not guessed: the invoice is set aside.
"""

from autobook_core.domain.problems import SetAside

#: Members of the European Union (Greece has two codes in VAT matters: GR and EL).
EU = frozenset("AT BE BG CY CZ DE DK EE EL ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())

DK25 = "DK25"
EU_SERVICES = "DK0-EU-SERV"
OUTSIDE_EU = "DK0-NONEU-SERV"

_DANISH_RATE_MILLI = 25_000


def region(country: str | None) -> str | None:
    """Return ``DK``, ``EU`` (without Denmark) or ``non-EU``; None where the country is unknown."""
    if country is None:
        return None
    if country == "DK":
        return "DK"
    return "EU" if country in EU else "non-EU"


def tax_code(
    *,
    taxed: bool,
    tax_country: str | None,
    tax_milli: int | None,
    customer_country: str | None,
    vat_number: bool,
    oss_registered: bool,
) -> str:
    """Return the VAT code of a line.

    Args:
        taxed: whether the line carries any tax.
        tax_country: country of that tax.
        tax_milli: its rate in thousandths of a percent.
        customer_country: where the buyer is.
        vat_number: whether the buyer gave one.
        oss_registered: whether the company may charge the tax of other EU countries.

    Raises:
        SetAside: ``unknown_tax_treatment`` or ``oss_not_registered``.
    """
    where = region(customer_country)
    if not taxed:
        if where == "EU" and vat_number:
            return EU_SERVICES
        if where == "non-EU":
            return OUTSIDE_EU
        msg = f"no tax for a buyer in {customer_country or 'an unknown country'} " + (
            "with a VAT number" if vat_number else "without a VAT number"
        )
        raise SetAside("unknown_tax_treatment", msg)
    if tax_country == "DK" and tax_milli == _DANISH_RATE_MILLI:
        return DK25
    if region(tax_country) == "EU" and not vat_number and tax_milli:
        if not oss_registered:
            msg = f"tax of {tax_country} is charged, but the company is not registered for the one-stop shop"
            raise SetAside("oss_not_registered", msg)
        return f"OSS-{tax_country}-{rate_text(tax_milli)}"
    msg = f"tax of {tax_country or 'an unknown country'} at {rate_text(tax_milli or 0)} % is not understood"
    raise SetAside("unknown_tax_treatment", msg)


def rate_text(milli: int) -> str:
    """Return a rate without needless decimals: 25000 is ``25``, 25500 is ``25.5``."""
    whole, part = divmod(milli, 1000)
    return str(whole) if not part else f"{whole}.{part:03}".rstrip("0")


def vat_role(code: str) -> str:
    """Return the role of the account on which the tax of a code is owed."""
    return "vat_oss_payable" if code.startswith("OSS-") else "vat_output_25"
