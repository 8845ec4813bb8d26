"""One bad record never stops the others, whatever is wrong with it."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

HUGE = 10**15
BIGGEST = 10**30
BAD: list[Any] = [
    None,
    -1,
    0,
    HUGE,
    10**18,
    BIGGEST,
    -BIGGEST,
    "",
    "x",
    1.5,
    True,
    [],
    {},
    "2025-13-45",
    "\x00",
]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a record, inner ones too."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from places(inner, (*path, key))


def spoiled(fact: Any, path: tuple[Any, ...], value: Any) -> Any:
    wrong = copy.deepcopy(fact)
    inner = wrong["data"]
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return wrong


def kinds(say: Any) -> dict[str, Any]:
    opening = {"date": "2025-01-01", "balances": {"bank": 5, "suspense": -5}}
    return {
        "annual": say.invoice(1, say.annual(id="il_1")),
        "charge": say.charge(9, invoice=None, payment_intent=None),
        "payout": say.payout(1, 5_000),
        "fee": say.fee(1, 5),
        "bank": say.bank(1, 5_000, "AB-1001"),
        "manual": say.manual("M-1", ("bank", 5), ("suspense", -5)),
        "opening": {"source": "book", "type": "opening_balances", "data": opening},
    }


@pytest.mark.parametrize("kind", ["annual", "charge", "payout", "fee", "bank", "manual", "opening"])
def test_a_record_that_is_wrong_anywhere_leaves_the_others_alone(say: Any, company: Any, kind: str) -> None:
    book, good = company(), 0
    fact = kinds(say)[kind]
    for path in places(fact["data"]):
        for value in BAD:
            good += 1
            after = say.manual(f"G-{good}", ("bank", 1), ("suspense", -1))
            book.tell(spoiled(fact, path, value), after, as_of="2025-03-31")
    states = book.states()
    assert all(states[f"G-{n}"] == "posted" for n in range(1, good + 1))
    book.digest()


def test_a_refund_of_an_invoice_of_nothing_stops_nobody(say: Any, company: Any) -> None:
    book = company()
    lines = [say.line(id="il_1"), say.line(-10_000, id="il_2", proration=True)]
    book.tell(
        say.invoice(1, *lines, starting_balance=12_500, amount_due=12_500),
        say.charge(1),
        say.refund(1, 12_500),
    )
    book.tell(say.manual("M-1", ("bank", 5), ("suspense", -5)))
    assert book.states()["M-1"] == "posted"
    assert book.balances().get("stripe_clearing") is None


def test_an_invoice_with_a_line_given_away_is_booked(say: Any, company: Any) -> None:
    book = company()
    free = say.line(5_000, id="il_2", rate=None, discount_amounts=[{"amount": 5_000, "discount": "di_1"}])
    invoice = say.invoice(1, say.line(id="il_1"), free)
    invoice["data"] |= {"subtotal": 15_000, "total": 12_500, "amount_due": 12_500}
    book.tell(invoice)
    assert book.balances() == {"receivables": 12_500, "revenue_monthly": -10_000, "vat_output_25": -2_500}
