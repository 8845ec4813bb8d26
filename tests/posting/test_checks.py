"""A record that contradicts itself is set aside whole, with the code of what is wrong."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from autobook_core.domain.problems import SetAside
from autobook_core.posting.checks import (
    MOST_MINOR,
    check_balance_transaction,
    check_currency,
    check_instant,
    check_invoice,
    check_live,
    check_service,
)


def refused(check: Any, *args: Any) -> str:
    with pytest.raises(SetAside) as reason:
        check(*args)
    return reason.value.code


def test_a_currency_is_the_books_own_or_needs_a_rate_or_is_none() -> None:
    check_currency("DKK", "DKK")
    assert refused(check_currency, "USD", "DKK") == "missing_exchange_rate"
    assert refused(check_currency, "XXX", "DKK") == "unknown_currency"


def test_what_a_test_account_made_is_set_aside() -> None:
    check_live(True)
    assert refused(check_live, False) == "test_mode_record"


@pytest.mark.parametrize("instant", [0, -1, 946_684_799, 4_102_444_800, 10**18])
def test_another_century_is_implausible(instant: int) -> None:
    assert refused(check_instant, instant, "created") == "implausible_date"


def test_this_century_is_plausible() -> None:
    check_instant(946_684_800, "created")
    check_instant(4_102_444_799, "created")


def test_an_invoice_that_adds_up_passes(make: Any) -> None:
    check_invoice(make.invoice(make.line(discount=1_000, tax=2_250, taxable_amount=9_000), make.annual()))
    inclusive = make.line(12_500, tax=2_500, tax_inclusive=True, taxable_amount=10_000)
    check_invoice(make.invoice(inclusive))


@pytest.mark.parametrize(
    "wrong",
    [{"total": 12_501, "amount_due": 12_501}, {"tax": 2_499}, {"amount_due": 12_400}, {"amount_due": 0}],
)
def test_figures_that_do_not_agree_are_set_aside(make: Any, wrong: dict[str, int]) -> None:
    assert refused(check_invoice, replace(make.invoice(), **wrong)) == "totals_do_not_add_up"


@pytest.mark.parametrize(("starting", "due"), [(-2_500, 10_000), (-20_000, 0), (2_500, 15_000)])
def test_the_amount_due_is_never_below_zero(make: Any, starting: int, due: int) -> None:
    check_invoice(make.invoice(starting_balance=starting, amount_due=due))


def test_amounts_no_company_has_are_set_aside(make: Any) -> None:
    huge = make.invoice(make.line(MOST_MINOR, rate=None))
    assert refused(check_invoice, huge) == "totals_do_not_add_up"


@pytest.mark.parametrize(("off", "fine"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_tax_may_differ_from_its_rate_by_one_unit(make: Any, off: int, fine: bool) -> None:
    invoice = make.invoice(make.line(tax=2_500 + off))
    if fine:
        check_invoice(invoice)
    else:
        assert refused(check_invoice, invoice) == "tax_amount_mismatch"


def test_without_a_taxable_amount_the_net_is_taxed(make: Any) -> None:
    check_invoice(make.invoice(make.line(tax=2_500, taxable_amount=None)))
    assert (
        refused(check_invoice, make.invoice(make.line(tax=2_600, taxable_amount=None)))
        == "tax_amount_mismatch"
    )


@pytest.mark.parametrize("end", ["2025-02-01", "2025-01-31"])
def test_a_service_that_ends_before_it_begins_is_set_aside(make: Any, end: str) -> None:
    line = make.line(period_end=make.at(end))
    assert refused(check_invoice, make.invoice(line)) == "service_period_invalid"
    check_invoice(make.invoice(replace(line, interval=None)))


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"period_start": -(10**15)}, "implausible_date"),
        ({"period_end": 10**15}, "implausible_date"),
        ({"period_start": 0, "period_end": 0, "interval": None}, "implausible_date"),
        (
            {"period_start": 1_735_689_600, "period_end": 1_735_689_600, "interval": None},
            "service_period_invalid",
        ),
    ],
)
def test_revenue_is_spread_over_a_service_of_this_age_only(make: Any, fields: Any, code: str) -> None:
    check_service(make.annual())
    assert refused(check_service, make.annual(**fields)) == code


def test_an_invoice_of_another_age_is_implausible(make: Any) -> None:
    assert refused(check_invoice, make.invoice(effective_at=0)) == "implausible_date"


@given(st.integers(-(10**12), 10**12), st.integers(-(10**6), 10**6), st.integers(-3, 3))
def test_the_net_of_a_movement_is_amount_minus_fee(make: Any, amount: int, fee: int, off: int) -> None:
    movement = replace(make.movement(amount, fee), net=amount - fee + off)
    if off:
        assert refused(check_balance_transaction, movement) == "totals_do_not_add_up"
    else:
        check_balance_transaction(movement)


def test_a_movement_no_company_has_or_of_another_age_is_set_aside(make: Any) -> None:
    assert refused(check_balance_transaction, make.movement(MOST_MINOR)) == "totals_do_not_add_up"
    assert refused(check_balance_transaction, make.movement(1, created=0)) == "implausible_date"
