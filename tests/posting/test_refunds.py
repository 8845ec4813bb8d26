"""A refund takes the sale back in proportion; refunds in parts are exactly the whole."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autobook_core.domain.records import Refund
from autobook_core.posting.deferral import Stretch, recognised
from autobook_core.posting.invoices import Deferred, Sale, post_invoice
from autobook_core.posting.refunds import Taken, refund_sale, settle_refund
from autobook_core.posting.remainder import Over, Part, Remainder

REFUND = Refund(id="re_1", charge="ch_1", amount=0, currency="DKK", status="succeeded")
OWED = {"receivables", "customer_credit"}
VAT = {"vat_output_25", "vat_oss_payable"}


class Returned:
    """An invoice and what refunds have taken back of it so far."""

    def __init__(self, make: Any, *lines: Any, **fields: Any) -> None:
        self.make, self.terms = make, make.terms()
        self.invoice = make.invoice(*lines, **fields)
        self.sale: Sale = post_invoice(self.invoice, self.terms, "stripe")
        assert self.sale.draft is not None
        self.net: dict[tuple[Any, ...], int] = {}
        self._add(self.sale.draft)
        label = make.chart.label
        waiting = iter(self.sale.deferred)
        parts = [
            Part(leg.account, -leg.amount, leg.tax_code, over=self._over(leg, waiting))
            for leg in self.sale.draft.lines
            if label(leg.account) not in OWED | VAT
        ]
        vat = [
            Part(leg.account, -leg.amount, leg.tax_code)
            for leg in self.sale.draft.lines
            if label(leg.account) in VAT
        ]
        self.remainder = Remainder(parts, vat, gross=self.invoice.total)

    def _over(self, leg: Any, waiting: Iterator[Deferred]) -> list[Over]:
        if self.make.chart.label(leg.account) != "deferred_revenue":
            return []
        item = next(waiting)
        stretch = Stretch(item.total, item.start, item.end, item.method)
        return [Over(item.line_no, item.account_to, stretch, item.total, [])]

    def _add(self, draft: Any) -> None:
        for leg in self.make.legs(draft):
            key = (leg[0], *leg[2:])
            self.net[key] = self.net.get(key, 0) + leg[1]

    def refund(self, amount: int, day: str = "2025-06-15", **fields: Any) -> Taken:
        movement = self.make.movement(-amount, category="refund", created=self.make.at(day), **fields)
        taken = refund_sale(REFUND, movement, self.remainder, self.terms, "cus_1", "in_1")
        self._add(taken.draft)
        return taken

    def left(self) -> dict[tuple[Any, ...], int]:
        """What the ledger says at last: releases included, without receivables and clearing."""
        label = self.make.chart.label
        net = dict(self.net)
        for part in self.remainder.parts:
            for over in part.over:
                earned = recognised(over.stretch, over.credits, date(2100, 1, 31))
                for name, amount in ((label(part.account), earned), (label(over.account_to), -earned)):
                    net[name, "all"] = net.get((name, "all"), 0) + amount
        found: dict[tuple[Any, ...], int] = {}
        for key, amount in net.items():
            if key[0] not in OWED | {"stripe_clearing"}:
                found[key[:1]] = found.get(key[:1], 0) + amount
        return {key: amount for key, amount in found.items() if amount}


def test_a_half_refund_takes_back_half_of_everything(make: Any) -> None:
    taken = Returned(make).refund(6_250)
    assert make.legs(taken.draft) == [
        ("vat_output_25", 1_250, "DK25"), ("revenue_monthly", 5_000, "DK25"), ("stripe_clearing", -6_250),
    ]  # fmt: skip
    assert (taken.draft.day, taken.draft.sources) == (date(2025, 6, 15), ("re_1", "txn_1"))
    assert (taken.problem.code, taken.problem.severity, taken.problem.record) == (
        "credit_note_missing", "warning", "re_1",
    )  # fmt: skip


def test_refunds_by_hand_round_the_running_total(make: Any) -> None:
    # 100.01 gross, VAT 20.00: three refunds of 33.33, 33.33 and 33.35.
    sold = Returned(make, make.line(8_001, tax=2_000))
    vat = [
        next(leg[1] for leg in make.legs(sold.refund(amount).draft) if leg[0] == "vat_output_25")
        for amount in (3_333, 3_333, 3_335)
    ]
    assert vat == [667, 666, 667]
    assert sold.left() == {}


def test_what_waits_is_reduced_before_what_was_earned(make: Any) -> None:
    # 365.00 over 2025; on 1 July 184.00 still wait and 181.00 are earned.
    sold = Returned(make, make.annual(36_500))
    taken = sold.refund(45_625, "2025-07-01")
    assert make.legs(taken.draft) == [
        ("vat_output_25", 9_125, "DK25"), ("deferred_revenue", 18_400, "DK25"),
        ("revenue_annual", 18_100, "DK25"), ("stripe_clearing", -45_625),
    ]  # fmt: skip
    assert taken.credits == ((0, 18_400),)
    assert sold.left() == {}


def test_a_part_that_still_waits_touches_no_earned_revenue(make: Any) -> None:
    taken = Returned(make, make.annual(36_500)).refund(12_500, "2025-07-01")
    assert [leg[0] for leg in make.legs(taken.draft)] == [
        "vat_output_25",
        "deferred_revenue",
        "stripe_clearing",
    ]


def test_several_codes_are_reduced_each_by_its_share(make: Any) -> None:
    sold = Returned(make, make.line(), make.line(10_000, rate=None, id="il_2"), customer_country="NO")
    assert make.legs(sold.refund(11_250).draft) == [
        ("vat_output_25", 1_250, "DK25"), ("revenue_monthly", 5_000, "DK25"),
        ("revenue_non_eu", 5_000, "DK0-NONEU-SERV"), ("stripe_clearing", -11_250),
    ]  # fmt: skip


def test_a_sale_without_vat_is_given_back_without_vat(make: Any) -> None:
    sold = Returned(make, make.line(rate=None), customer_country="US")
    assert make.legs(sold.refund(4_000).draft) == [
        ("revenue_non_eu", 4_000, "DK0-NONEU-SERV"), ("stripe_clearing", -4_000),
    ]  # fmt: skip


def test_a_refund_that_costs_a_fee_leaves_clearing_at_the_processors_balance(make: Any) -> None:
    legs = make.legs(Returned(make).refund(12_500, fee=150).draft)
    assert sum(leg[1] for leg in legs if leg[0] == "stripe_clearing") == -12_650
    assert ("fees", 150) in legs


def test_what_the_sale_cannot_bear_pays_what_a_credit_note_left_owing(make: Any) -> None:
    sold = Returned(make)
    sold.remainder.take_line(None, 8_000, 2_000, date(2025, 6, 1))
    taken = sold.refund(12_500)
    assert make.legs(taken.draft) == [
        ("vat_output_25", 500, "DK25"), ("revenue_monthly", 2_000, "DK25"), ("receivables", 10_000),
        ("stripe_clearing", -12_500),
    ]  # fmt: skip


@pytest.mark.parametrize("account", ["receivables", "customer_credit", "suspense"])
def test_a_refund_of_what_is_owed_already_takes_nothing_of_a_sale(make: Any, account: str) -> None:
    movement = make.movement(-12_500, fee=150, category="refund")
    draft = settle_refund(REFUND, movement, make.terms(), account, "cus_1", "in_1")
    assert make.legs(draft) == [
        (account, 12_500), ("stripe_clearing", -12_500), ("fees", 150), ("stripe_clearing", -150),
    ]  # fmt: skip
    assert (draft.lines[0].customer, draft.lines[0].invoice) == ("cus_1", "in_1")


lines = st.lists(
    st.tuples(
        st.integers(2, 10**6), st.booleans(), st.sampled_from([None, 25_000]), st.sampled_from([1, 1, 1, -1])
    ),
    min_size=1, max_size=4,
).filter(lambda of: sum(net * sign for net, _, _, sign in of) > 100)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=150)
@given(
    lines,
    st.lists(st.integers(0, 10**6), max_size=4),
    st.lists(st.integers(-40, 400), min_size=5, max_size=5),
)
def test_refunds_in_parts_are_exactly_the_whole(
    make: Any, of: Any, cuts: list[int], after: list[int]
) -> None:
    items = [
        (make.annual if yearly else make.line)(net * sign, rate=rate, id=f"il_{n}")
        for n, (net, yearly, rate, sign) in enumerate(of)
    ]
    sold = Returned(make, *items, customer_country="US")
    gross = sold.invoice.total
    if gross <= 0:
        return
    marks = sorted({0, gross, *(cut % gross for cut in cuts)})
    days = sorted(date(2025, 1, 1) + timedelta(days=days) for days in after)
    for n, (low, high) in enumerate(pairwise(marks)):
        sold.refund(high - low, days[min(n, 4)].isoformat())
    assert sold.left() == {}


@pytest.mark.parametrize("share", [1, 6_249, 12_499])
def test_a_part_leaves_the_rest_of_the_sale(make: Any, share: int) -> None:
    sold = Returned(make)
    sold.refund(share)
    assert -sum(sold.left().values()) == 12_500 - share
