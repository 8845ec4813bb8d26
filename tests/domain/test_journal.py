"""An entry balances, and its reversal takes it back line by line."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from autobook_core.domain.journal import Draft, Line, imbalance, reversal

lines = st.lists(
    st.builds(
        Line,
        st.sampled_from(["1010", "6190", "7680"]),
        st.integers(-(10**12), 10**12).filter(bool),
        st.sampled_from([None, "DK25"]),
        st.sampled_from([None, "EUR"]),
        st.one_of(st.none(), st.integers(-100, 100)),
        st.sampled_from([None, "cus_1"]),
        st.sampled_from([None, "in_1"]),
    ),
    min_size=1,
    max_size=6,
).map(tuple)


def taken_back(of: tuple[Line, ...]) -> Draft:
    return reversal(
        of, entry=7, day=date(2025, 1, 31), journal="sales", text="Void", sources=("in_1",), rule="Invoices",
        rule_version="v2",
    )  # fmt: skip


@given(lines)
def test_an_entry_and_its_reversal_are_zero_on_every_account(of: tuple[Line, ...]) -> None:
    back = taken_back(of)
    assert imbalance(of) + imbalance(back.lines) == 0
    for line, taken in zip(of, back.lines, strict=True):
        assert line.amount + taken.amount == 0
        assert replace(taken, amount=line.amount, original_minor=line.original_minor) == line
        if line.original_minor is None:
            assert taken.original_minor is None
        else:
            assert taken.original_minor == -line.original_minor


def test_a_reversal_names_what_it_takes_back_and_why() -> None:
    back = taken_back((Line("1", 5), Line("2", -5)))
    assert (back.reverses, back.journal, back.sources) == (7, "sales", ("in_1",))
    assert (back.rule, back.rule_version, back.text) == ("Invoices", "v2", "Void")
    assert (back.day, back.document_date) == (date(2025, 1, 31), None)
