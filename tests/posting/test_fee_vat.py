"""VAT on fees is owed and deducted alike, rounded once a month."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autobook_core.domain.policy import Policy
from autobook_core.posting.fee_vat import fee_base, post_fee_vat

FEES = {
    "Payments": 400,
    "Failed payments": -100,
    "Fees": 1_000,
    "Disputes": 200,
    "Refunds": 30,
    "Tax on fees": 9,
}
AT = date(2025, 2, 28)


@pytest.mark.parametrize(
    ("policy", "base"), [("reverse_charge_monthly", 1_530), ("reverse_charge_except_processing", 1_230)]
)
def test_fees_taken_from_payments_count_unless_that_service_is_exempt(policy: Any, base: int) -> None:
    assert fee_base(FEES, Policy(fee_vat=policy)) == base


def test_the_voucher_of_a_month_names_its_base(make: Any) -> None:
    draft = post_fee_vat(AT, 1_230, 0, make.terms())
    assert draft is not None
    assert make.legs(draft) == [
        ("vat_input", 308, "EU-SERV-RC"),
        ("vat_reverse_charge_services", -308, "EU-SERV-RC"),
    ]
    assert (draft.day, draft.journal, draft.sources) == (AT, "vat", ("fee_vat:2025-02",))
    assert draft.text == "VAT on fees 2025-02: 25 % of 12.30 DKK"


def test_what_is_posted_already_is_not_posted_again(make: Any) -> None:
    assert post_fee_vat(AT, 1_230, 308, make.terms()) is None
    assert post_fee_vat(AT, 0, 0, make.terms()) is None


@given(st.lists(st.integers(-(10**7), 10**7), max_size=6))
def test_late_fees_end_where_all_at_once_would(make: Any, fees: list[int]) -> None:
    terms, base, posted = make.terms(), 0, 0
    for fee in fees:
        base += fee
        draft = post_fee_vat(AT, base, posted, terms)
        posted += 0 if draft is None else draft.lines[0].amount
    at_once = post_fee_vat(AT, sum(fees), 0, terms)
    assert posted == (0 if at_once is None else at_once.lines[0].amount)
    assert abs(4 * posted - base) <= 2
