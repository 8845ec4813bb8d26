"""One recognition voucher per month-end, by pair of accounts."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from autobook_core.posting.recognition import post_recognition

AT = date(2025, 2, 28)
sums = st.dictionaries(
    st.tuples(st.sampled_from(["8070", "8071"]), st.sampled_from(["1010", "1150", "1200"])),
    st.integers(-(10**9), 10**9),
)


@given(sums)
def test_the_voucher_balances_and_moves_each_sum(of: dict[tuple[str, str], int]) -> None:
    draft = post_recognition(AT, of, rule_version="v")
    if draft is None:
        assert not any(of.values())
        return
    assert sum(line.amount for line in draft.lines) == 0
    for account in {name for pair in of for name in pair}:
        moved = sum(line.amount for line in draft.lines if line.account == account)
        waits = sum(amount for (waiting, _), amount in of.items() if waiting == account)
        earned = sum(amount for (_, revenue), amount in of.items() if revenue == account)
        assert moved == waits - earned


def test_the_voucher_is_dated_and_named_by_its_month() -> None:
    draft = post_recognition(AT, {("8070", "1012"): 28_000, ("8070", "1150"): 0}, rule_version="v")
    assert draft is not None
    assert (draft.day, draft.journal, draft.text) == (AT, "recognition", "Revenue recognition 2025-02")
    assert draft.sources == ("recognition:2025-02",)
    assert [(line.account, line.amount) for line in draft.lines] == [("8070", 28_000), ("1012", -28_000)]
