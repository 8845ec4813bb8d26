"""A person's figures pass the same checks as all others."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autobook_core.domain.problems import SetAside
from autobook_core.domain.records import ManualEntry, ManualLine, OpeningBalances
from autobook_core.posting.manual import post_manual_entry, post_opening_balances


def entry(*lines: ManualLine) -> ManualEntry:
    return ManualEntry(id="M-1", day=date(2025, 1, 31), text="Rent", lines=lines)


def refused(post: Any, *args: Any) -> tuple[str, str]:
    with pytest.raises(SetAside) as reason:
        post(*args)
    return reason.value.code, reason.value.detail


def test_a_manual_entry_is_booked_as_written(make: Any) -> None:
    lines = (ManualLine(account="2500", debit=500), ManualLine(account="bank", credit=500))
    draft = post_manual_entry(entry(*lines), make.terms())
    assert make.legs(draft) == [("2500", 500), ("bank", -500)]
    assert (draft.day, draft.journal, draft.text, draft.sources) == (
        date(2025, 1, 31),
        "general",
        "Rent",
        ("M-1",),
    )


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (ManualLine(account="bank"), "invalid_line"),
        (ManualLine(account="bank", debit=5, credit=5), "invalid_line"),
        (ManualLine(account="bank", debit=-5), "invalid_line"),
        (ManualLine(account="bank", debit=5, credit=-5), "invalid_line"),
        (ManualLine(account="nowhere", debit=5), "unknown_account"),
        (ManualLine(account="bank", debit=6), "unbalanced_entry"),
    ],
)
def test_a_manual_entry_that_cannot_be_is_refused(make: Any, line: ManualLine, code: str) -> None:
    assert (
        refused(post_manual_entry, entry(line, ManualLine(account="2500", credit=5)), make.terms())[0] == code
    )


def test_an_entry_without_lines_is_refused(make: Any) -> None:
    assert refused(post_manual_entry, entry(), make.terms()) == ("unbalanced_entry", "it has no lines")


@given(st.dictionaries(st.sampled_from(["bank", "suspense", "receivables"]), st.integers(-(10**9), 10**9)))
def test_opening_balances_are_booked_where_they_add_up_to_zero(make: Any, balances: dict[str, int]) -> None:
    opening = OpeningBalances(id="o", day=date(2025, 1, 1), balances=balances)
    if sum(balances.values()) or not any(balances.values()):
        assert refused(post_opening_balances, opening, make.terms())[0] == "unbalanced_entry"
    else:
        expected = sorted((name, amount) for name, amount in balances.items() if amount)
        assert make.legs(post_opening_balances(opening, make.terms())) == expected


def test_an_opening_balance_of_an_unknown_account_is_refused(make: Any) -> None:
    opening = OpeningBalances(id="o", day=date(2025, 1, 1), balances={"nowhere": 1, "bank": -1})
    assert refused(post_opening_balances, opening, make.terms())[0] == "unknown_account"
