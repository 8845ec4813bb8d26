"""What is left of a sale, whatever took of it: nothing is lost, nothing is invented."""

from collections import defaultdict
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autobook_core.domain.problems import SetAside
from autobook_core.posting.deferral import Stretch, recognised
from autobook_core.posting.remainder import Over, Part, Remainder, Took, earned_share

FIRST = date(2025, 1, 1)
FAR = date(2100, 1, 31)
YEAR = Stretch(36_500, FIRST, date(2026, 1, 1), "day")


class Books:
    """Account balances of one sale, with what its schedules release until far in the future."""

    def __init__(self, left: Remainder) -> None:
        self.left = left
        self.sums: dict[str, int] = defaultdict(int)
        for part in (*left.parts, *left.vat):
            self.sums[part.account] -= part.left

    def take(self, took: Took) -> None:
        for line in took.lines:
            self.sums[line.account] += line.amount

    def at_last(self) -> dict[str, int]:
        found = dict(self.sums)
        for part in self.left.parts:
            for over in part.over:
                earned = recognised(over.stretch, sorted(over.credits), FAR)
                found[part.account] = found.get(part.account, 0) + earned
                found[over.account_to] = found.get(over.account_to, 0) - earned
        return {account: amount for account, amount in found.items() if amount}


def deferred(line: str, total: int, method: str = "day", shares: int = 1) -> Part:
    """A leg that waits, over one year, released to one account or shared by several."""
    each = [total // shares] * (shares - 1)
    totals = [*each, total - sum(each)]
    over = [
        Over(n, f"{line}-{n}", Stretch(part, FIRST, date(2026, 1, 1), method), part, [])
        for n, part in enumerate(totals)
    ]
    return Part("deferred", total, "DK25", line, over)


def sale(*, method: str = "day", shares: int = 1, year: int = 36_500, month: int = 8_001) -> Remainder:
    vat = (year + month) // 4
    parts = [deferred("il_1", year, method, shares), Part("monthly", month, "DK25", "il_2")]
    return Remainder(parts, [Part("vat", vat, "DK25")], gross=year + month + vat)


def test_a_refund_is_shared_out_over_all_legs() -> None:
    took = sale(year=30_000, month=10_000).take_share(25_000, FIRST)
    assert [(line.account, line.amount) for line in took.lines] == [
        ("vat", 5_000), ("deferred", 15_000), ("monthly", 5_000),
    ]  # fmt: skip


def test_a_refund_after_a_credit_note_is_shared_out_over_what_is_left() -> None:
    left = sale(year=30_000, month=10_000)
    left.take_line("il_2", 10_000, 2_500, FIRST)
    took = left.take_share(37_500, FIRST)
    assert [(line.account, line.amount) for line in took.lines] == [("vat", 7_500), ("deferred", 30_000)]
    assert left.gross == 0


def test_a_line_with_several_accounts_is_taken_from_each() -> None:
    parts = [Part("ours", 700, "DK25", "il_1"), Part("partner", 301, "DK25", "il_1")]
    left = Remainder(parts, [Part("vat", 250, "DK25")], gross=1_251)
    took = left.take_line("il_1", 1_001, 250, FIRST)
    assert [(line.account, line.amount) for line in took.lines] == [
        ("ours", 700),
        ("partner", 301),
        ("vat", 250),
    ]


def test_a_credit_of_several_vat_codes_takes_the_one_of_its_line() -> None:
    parts = [Part("at home", 1_000, "DK25", "il_1"), Part("abroad", 1_000, "OSS-SE-25", "il_2")]
    left = Remainder(parts, [Part("vat", 250, "DK25"), Part("oss", 250, "OSS-SE-25")], gross=2_500)
    took = left.take_line("il_2", 400, 100, FIRST)
    assert [(line.account, line.amount, line.tax_code) for line in took.lines] == [
        ("abroad", 400, "OSS-SE-25"), ("oss", 100, "OSS-SE-25"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "tax", "code"), [("il_9", 0, "unknown_invoice_line"), ("il_1", 5, "unknown_tax_treatment")]
)
def test_what_the_sale_does_not_have_cannot_be_taken(line: str, tax: int, code: str) -> None:
    left = Remainder([Part("abroad", 100, "DK0-NONEU-SERV", "il_1")], [], gross=100)
    with pytest.raises(SetAside) as refused:
        left.take_line(line, 50, tax, FIRST)
    assert (refused.value.code, left.gross, left.parts[0].left) == (code, 100, 100)


def test_what_was_delivered_is_counted_by_day() -> None:
    parts = [deferred("il_1", 36_500), Part("monthly", 10_000, "DK25"), Part("abroad", 5, "DK0-NONEU-SERV")]
    assert earned_share(parts, "DK25", date(2025, 7, 1)) == (18_100 + 10_000, 46_500)


events = st.lists(
    st.tuples(
        st.sampled_from(["refund", "line", "other line", "whole", "credit and void"]),
        st.integers(1, 40_000), st.integers(-20, 420), st.integers(0, 200),
    ),
    max_size=6,
)  # fmt: skip
sales = st.builds(
    sale, method=st.sampled_from(["day", "month"]), shares=st.integers(1, 3),
    year=st.integers(100, 10**6), month=st.integers(1, 10**5),
)  # fmt: skip


def happen(books: Books, what: str, amount: int, day: date, later: int) -> date:
    """Let one event happen to a sale and return the day it was over."""
    left = books.left
    if what == "refund":
        share = min(amount, left.gross)
        if share > 0:
            books.take(left.take_share(share, day))
        return day
    line = {"line": "il_1", "other line": "il_2"}.get(what)
    parts = [part for part in left.parts if line is None or part.line == line]
    net = min(amount, sum(part.left for part in parts))
    tax = min(net // 4, left.vat[0].left)
    if net <= 0 or net + tax > left.gross:
        return day
    took = left.take_line(line, net, tax, day)
    books.take(took)
    if what == "credit and void":
        day += timedelta(days=later)
        books.take(left.give_back(took, net + tax, day))
    return day


@given(sales, events, st.integers(0, 100))
def test_releases_and_credits_add_up_to_the_sale_whatever_happened_in_between(
    left: Remainder, happened: list[tuple[str, int, int, int]], last: int
) -> None:
    books, day = Books(left), FIRST - timedelta(days=30)
    whole = left.gross
    taken = 0
    for what, amount, after, later in sorted(happened, key=lambda item: item[2]):
        day = max(day, FIRST + timedelta(days=after))
        before = left.gross
        day = happen(books, what, amount, day, later)
        taken += before - left.gross
        assert -sum(books.at_last().values()) == left.gross == whole - taken
        assert sum(part.left for part in (*left.parts, *left.vat)) == left.gross
    books.take(left.take_all(day + timedelta(days=last)))
    assert books.at_last() == {}


@given(sales, st.integers(0, 400), st.integers(0, 100))
def test_a_voided_credit_note_leaves_no_trace_in_the_end(left: Remainder, after: int, later: int) -> None:
    books = Books(left)
    untouched, gross = books.at_last(), left.gross
    day = FIRST + timedelta(days=after)
    took = left.take_line("il_1", left.parts[0].left // 3 + 1, 7, day)
    books.take(took)
    assert books.at_last() != untouched
    books.take(left.give_back(took, gross - left.gross, day + timedelta(days=later)))
    assert (books.at_last(), left.gross) == (untouched, gross)


def test_a_stretch_by_hand_after_a_credit_and_its_void() -> None:
    # 100 a day. On 1 July 9,200 of the 18,400 that wait are credited; on 1 August 31 days earned 50 each,
    # 7,650 wait; the void gives 9,200 back, and 153 days share 16,850.
    over = Over(1, "annual", YEAR, 36_500, [])
    left = Remainder([Part("deferred", 36_500, "DK25", "il_1", [over])], [], gross=36_500)
    took = left.take_line("il_1", 9_200, 0, date(2025, 7, 1))
    left.give_back(took, 9_200, date(2025, 8, 1))
    until = {month: recognised(YEAR, over.credits, date(2025, month, 31)) for month in (7, 8, 12)}
    assert until == {7: 18_100 + 1_550, 8: 18_100 + 1_550 + 3_414, 12: 36_500}
    assert left.gross == 36_500


def test_the_books_of_a_sale_add_up() -> None:
    assert Books(sale()).at_last() == {"il_1-0": -36_500, "monthly": -8_001, "vat": -11_125}
