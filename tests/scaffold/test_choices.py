"""The names that follow from a connector's type, and those it cannot have."""

import pytest

from autobook_core.errors import ConfigurationError
from autobook_core.scaffold import Choices, check_name


@pytest.mark.parametrize(
    ("name", "module", "folder", "title", "kind"),
    [
        ("acmepay", "autobook_acmepay", "autobook-acmepay", "Acmepay", "Acmepay"),
        ("acme-pay", "autobook_acme_pay", "autobook-acme-pay", "Acme Pay", "AcmePay"),
        ("bank_2", "autobook_bank_2", "autobook-bank-2", "Bank 2", "Bank2"),
        ("any", "autobook_any", "autobook-any", "Any", "AnySource"),
        ("payment", "autobook_payment", "autobook-payment", "Payment", "PaymentSource"),
    ],
)
def test_every_name_follows_from_the_type(name: str, module: str, folder: str, title: str, kind: str) -> None:
    check_name(name)
    choices = Choices(name)
    assert (choices.module, choices.distribution, choices.title) == (module, folder, title)
    assert choices.class_name("Payment") == kind


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("AcmePay", "acmepay"), ("acme pay", "acme-pay"), ("9lives", "lives"), ("acme--pay", "acme-pay"),
        ("../etc", "etc"), ("_x", "x"), ("acme.pay", "acme-pay"), ("é", "acmepay"), ("", "acmepay"),
        ("a" * 41, "a" * 40),
        ("acme\n", "acme"),
    ],
)  # fmt: skip
def test_a_name_that_cannot_be_one_is_refused_with_one_that_can(name: str, near: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        check_name(name)
    assert refused.value.fix.endswith(f"for example {near}")
