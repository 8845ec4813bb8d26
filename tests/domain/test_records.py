"""Records say what happened in one vocabulary; the same content is the same version."""

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autobook_core.domain.problems import Problem, SetAside
from autobook_core.domain.records import KINDS, BankTransaction, Charge, InvoiceLine, Record


def test_every_kind_is_listed_by_its_own_name_parents_first() -> None:
    assert all(name == cls.kind for name, cls in KINDS.items())
    order = list(KINDS)
    for parent, child in [
        ("price", "invoice"), ("invoice", "charge"), ("charge", "refund"), ("refund", "balance_transaction"),
        ("payout", "balance_transaction"), ("payout", "bank_transaction"), ("invoice_payment", "charge"),
    ]:  # fmt: skip
        assert order.index(parent) < order.index(child)
    assert {cls for cls in Record.__subclasses__() if cls.__module__ == Record.__module__} == set(
        KINDS.values()
    )


@pytest.mark.parametrize(
    ("amount", "discount", "tax", "inclusive", "net"),
    [
        (10000, 0, 2500, False, 10000),
        (12500, 0, 2500, True, 10000),
        (10000, 1000, 2250, False, 9000),
        (12500, 1250, 2250, True, 9000),
        (-4000, 0, -1000, False, -4000),
        (0, 0, 0, True, 0),
    ],
)
def test_the_net_of_a_line_is_without_discount_and_tax(
    amount: int, discount: int, tax: int, inclusive: bool, net: int
) -> None:
    line = InvoiceLine(id="il", amount=amount, discount=discount, tax=tax, tax_inclusive=inclusive)
    assert line.net == net


def test_a_bank_line_has_the_sign_its_account_sees() -> None:
    into = BankTransaction(
        id="b", account="a", booking_date=date(2025, 1, 1), amount=5, currency="DKK", direction="CRDT"
    )
    assert into.signed == 5
    assert msgspec.structs.replace(into, direction="DBIT").signed == -5


@given(st.text(max_size=5), st.integers(-(10**9), 10**9), st.none() | st.text(max_size=3))
def test_a_record_survives_packing(id: str, amount: int, invoice: str | None) -> None:
    charge = Charge(id=id, amount=amount, currency="DKK", status="succeeded", invoice=invoice, created=1)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(charge), type=Charge) == charge
    assert hash(charge) == hash(msgspec.msgpack.decode(msgspec.msgpack.encode(charge), type=Charge))


def test_a_record_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Charge(id="ch", amount=1, currency="DKK", status="succeeded").amount = 2  # type: ignore[misc]


def test_a_problem_is_an_error_unless_it_says_otherwise() -> None:
    problem = Problem(code="c", record="r", detail="d")
    assert (problem.severity, problem.suggestions, problem.amount) == ("error", (), None)


def test_what_is_set_aside_carries_its_code_and_its_reason() -> None:
    reason = SetAside("unknown_currency", "no such currency")
    assert (reason.code, reason.detail, str(reason)) == (
        "unknown_currency",
        "no such currency",
        "no such currency",
    )
