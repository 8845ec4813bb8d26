"""Losses on invoices: the VAT in them, day by day, and back again."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autobook_core.posting.remainder import Part
from autobook_core.posting.write_offs import Loss, Relief, losses, post_loss, relief_of

SINCE = date(2025, 2, 20)
FULL = Relief(2_500, 12_500)


def test_the_vat_in_a_danish_loss_is_25_percent_of_80_percent() -> None:
    assert [FULL.of(gross) for gross in (12_500, 7_500, 3, 2)] == [2_500, 1_500, 1, 0]
    assert Relief().of(12_500) == 0


def test_what_moved_before_the_day_is_not_lost_and_what_moves_later_changes_the_loss() -> None:
    moved = [(date(2025, 2, 1), -5_000), (date(2025, 3, 1), -2_500), (date(2025, 3, 9), -9_000)]
    assert losses(12_500, moved, SINCE, FULL) == [
        Loss(SINCE, 7_500, 1_500), Loss(date(2025, 3, 1), -2_500, -500), Loss(date(2025, 3, 9), -5_000, -1_000),
    ]  # fmt: skip


def test_a_receipt_that_fails_later_is_lost_again() -> None:
    moved = [(date(2025, 3, 1), -12_500), (date(2025, 3, 5), 12_500)]
    assert [loss.gross for loss in losses(12_500, moved, SINCE, FULL)] == [12_500, -12_500, 12_500]


def test_a_receipt_of_the_same_day_was_never_lost() -> None:
    assert losses(12_500, [(SINCE, -12_500)], SINCE, FULL) == []


movements = st.lists(st.tuples(st.integers(-30, 60), st.integers(-20_000, 10_000)), max_size=8)


@given(st.integers(0, 10**6), movements, st.integers(0, 10**5), st.integers(1, 10**6))
def test_losses_follow_what_is_open_whatever_the_order(
    due: int, moved: list[tuple[int, int]], vat: int, gross: int
) -> None:
    relief = Relief(min(vat, gross), gross)
    dated = [(SINCE + timedelta(days=after), amount) for after, amount in moved]
    found = losses(due, dated, SINCE, relief)
    assert losses(due, list(reversed(dated)), SINCE, relief) == found
    outstanding = max(0, due + sum(amount for _, amount in dated))
    assert sum(loss.gross for loss in found) == outstanding
    assert sum(loss.vat for loss in found) == relief.of(outstanding)
    assert all(loss.day >= SINCE for loss in found)


@pytest.mark.parametrize(
    ("policy", "fields", "code", "expected"),
    [
        ("on_uncollectible", {}, "DK25", 2_500),
        ("off", {}, "DK25", 0),
        ("on_uncollectible", {"marked_uncollectible_at": None}, "DK25", 0),
        ("on_uncollectible", {}, "OSS-SE-25", 0),
    ],
)
def test_only_danish_vat_on_delivered_service_comes_back(
    make: Any, policy: str, fields: dict[str, Any], code: str, expected: int
) -> None:
    invoice = make.invoice(**({"marked_uncollectible_at": make.at("2025-02-20")} | fields))
    parts, vat = [Part("revenue", 10_000, code)], [Part("vat", 2_500, code)]
    assert relief_of(invoice, parts, vat, make.terms(vat_bad_debt=policy)).of(12_500) == expected


def test_the_entry_of_a_loss(make: Any) -> None:
    draft = post_loss(make.invoice(), Loss(SINCE, 7_500, 1_500), make.terms())
    assert make.legs(draft) == [
        ("bad_debt_loss", 6_000), ("vat_output_25", 1_500, "DK25-BADDEBT"), ("receivables", -7_500),
    ]  # fmt: skip
    assert (draft.day, draft.text) == (SINCE, "Invoice AB-1 uncollectible")
