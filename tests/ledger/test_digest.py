"""The content digest says what the books say, not when or in which order they were told."""

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from autobook_core.domain.journal import Line
from autobook_core.ledger.digest import content_digest


def digest(ledger: Any) -> str:
    return content_digest(ledger.store)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(range(6)), st.integers(1, 6))
def test_order_batches_and_posting_times_do_not_change_it(books: Any, order: list[int], batch: int) -> None:
    first, second = books(), books()
    drafts = [first.draft(n + 1, -n - 1, day=f"2025-01-0{n % 3 + 1}") for n in range(6)]
    first.post(*drafts)
    for at in range(0, 6, batch):
        second.post(*[drafts[n] for n in order[at : at + batch]], posted_at="2026-01-01T00:00:00Z")
    assert digest(first) == digest(second)


def test_a_posting_and_its_taking_back_on_the_same_day_leave_no_trace(books: Any) -> None:
    first, second = books(), books()
    first.post(first.draft(5, -5))
    second.post(second.draft(0 + 7, -7), second.draft(-7, 7), second.draft(2, -2), second.draft(3, -3))
    assert digest(first) == digest(second)


@pytest.mark.parametrize(
    "fields",
    [
        {"day": date(2025, 1, 16)},
        {"lines": (Line("1000", 6), Line("1001", -6))},
        {"lines": (Line("1000", 5), Line("1002", -5))},
        {"lines": (Line("1000", 5, "DK25"), Line("1001", -5))},
        {"lines": (Line("1000", 5, customer="c"), Line("1001", -5))},
        {"lines": (Line("1000", 5, invoice="i"), Line("1001", -5))},
        {"lines": (Line("1000", 5, None, "EUR", 1), Line("1001", -5))},
    ],
)
def test_other_content_changes_it(books: Any, fields: Any) -> None:
    first, second = books(), books()
    first.post(first.draft(5, -5))
    second.post(replace(second.draft(5, -5), **fields))
    assert digest(first) != digest(second)


def test_texts_and_rules_are_not_part_of_it(books: Any) -> None:
    first, second = books(), books()
    first.post(first.draft(5, -5))
    second.post(second.draft(5, -5, text="Other", rule="x", rule_version="y", sources=("z",)))
    assert digest(first) == digest(second)
    assert len(digest(first)) == 64


def test_an_empty_book_has_a_digest_too(ledger: Any) -> None:
    assert digest(ledger) == "0" * 64
