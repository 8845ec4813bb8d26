"""The VAT code follows from the facts, row by row of the Danish table; what does not fit is set aside."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autobook_core.domain.problems import SetAside
from autobook_core.posting.tax import EU, rate_text, region, tax_code, vat_role

COUNTRIES = st.sampled_from([None, "DK", "SE", "DE", "EL", "GR", "NO", "GB", "US"])


def code(**facts: Any) -> str:
    values: dict[str, Any] = {
        "taxed": True, "tax_country": None, "tax_milli": None, "customer_country": "DK", "vat_number": False,
        "oss_registered": True,
    } | facts  # fmt: skip
    return tax_code(**values)


@pytest.mark.parametrize("country", [None, "DK", "SE", "US"])
@pytest.mark.parametrize("vat_number", [True, False])
def test_danish_tax_of_25_percent_is_danish_for_any_customer(country: str | None, vat_number: bool) -> None:
    facts = {"tax_country": "DK", "tax_milli": 25_000}
    assert code(**facts, customer_country=country, vat_number=vat_number) == "DK25"


@pytest.mark.parametrize("country", sorted(EU - {"DK"}))
def test_no_tax_for_an_eu_business_is_reverse_charge(country: str) -> None:
    assert code(taxed=False, customer_country=country, vat_number=True) == "DK0-EU-SERV"


@pytest.mark.parametrize("country", ["NO", "GB", "US", "CH", "GL", "FO"])
@pytest.mark.parametrize("vat_number", [True, False])
def test_no_tax_outside_the_eu_is_outside_the_scope(country: str, vat_number: bool) -> None:
    assert code(taxed=False, customer_country=country, vat_number=vat_number) == "DK0-NONEU-SERV"


@pytest.mark.parametrize(
    ("country", "milli", "expected"),
    [("SE", 25_000, "OSS-SE-25"), ("FI", 25_500, "OSS-FI-25.5"), ("LU", 17_000, "OSS-LU-17")],
)
def test_tax_of_another_eu_country_for_a_consumer_is_one_stop_shop(
    country: str, milli: int, expected: str
) -> None:
    facts: dict[str, Any] = {"tax_country": country, "tax_milli": milli, "customer_country": country}
    assert code(**facts) == expected
    with pytest.raises(SetAside) as refused:
        code(**facts, oss_registered=False)
    assert refused.value.code == "oss_not_registered"


@pytest.mark.parametrize(
    "facts",
    [
        {"taxed": False, "customer_country": "DK"},
        {"taxed": False, "customer_country": "DK", "vat_number": True},
        {"taxed": False, "customer_country": "SE"},
        {"taxed": False, "customer_country": None},
        {"taxed": False, "customer_country": None, "vat_number": True},
        {"tax_country": "DK", "tax_milli": 12_000},
        {"tax_country": "DK", "tax_milli": None},
        {"tax_country": "SE", "tax_milli": 25_000, "vat_number": True},
        {"tax_country": "SE", "tax_milli": None},
        {"tax_country": "NO", "tax_milli": 25_000},
        {"tax_country": None, "tax_milli": 25_000},
    ],
)
def test_anything_else_is_an_unknown_treatment(facts: dict[str, Any]) -> None:
    with pytest.raises(SetAside) as refused:
        code(**facts)
    assert refused.value.code == "unknown_tax_treatment"


@given(
    st.booleans(),
    COUNTRIES,
    st.sampled_from([None, 0, 7_000, 25_000]),
    COUNTRIES,
    st.booleans(),
    st.booleans(),
)
def test_every_combination_gives_one_code_or_is_set_aside(
    taxed: bool, tax_country: str | None, milli: int | None, country: str | None, vat: bool, oss: bool
) -> None:
    try:
        found = code(
            taxed=taxed, tax_country=tax_country, tax_milli=milli, customer_country=country, vat_number=vat,
            oss_registered=oss,
        )  # fmt: skip
    except SetAside as reason:
        found = reason.code
    if found in {"unknown_tax_treatment", "oss_not_registered"}:
        return
    assert taxed is (found == "DK25" or found.startswith("OSS-"))
    assert vat_role(found) == ("vat_oss_payable" if found.startswith("OSS-") else "vat_output_25")


def test_greece_is_one_country_under_two_codes() -> None:
    assert region("EL") == region("GR") == "EU"
    assert (region("DK"), region("NO"), region(None)) == ("DK", "non-EU", None)


@pytest.mark.parametrize(
    ("milli", "text"),
    [(25_000, "25"), (25_500, "25.5"), (8_875, "8.875"), (0, "0"), (50, "0.05"), (5_050, "5.05")],
)
def test_a_rate_is_written_without_needless_decimals(milli: int, text: str) -> None:
    assert rate_text(milli) == text
