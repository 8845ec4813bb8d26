"""The kit as an author uses it: a class of a few lines, for a source and for a sink."""

from pathlib import Path
from typing import ClassVar

import pytest

from autobook_core.testing import SINK_CASES, SOURCE_CASES, SinkContract, SourceContract
from tests.testing.kit.acmebooks import AcmeBooks, AcmeBooksWithKeys, FakeAcmeBooks
from tests.testing.kit.acmepay import AcmePay
from tests.testing.kit.acmepay_fake import FakeAcmePay
from tests.testing.kit.acmepay_hooks import HOOKED, FakeHookedAcmePay, HookedAcmePay

GOLDEN = Path(__file__).parent / "golden"


class TestAcmePay(SourceContract):
    source, config, api = AcmePay, {"api_key": "canary-4711-key"}, FakeAcmePay
    exempt: ClassVar[dict[str, str]] = {
        "balance": "AcmePay tells no balance",
        "golden-translate": "the example has no kept rows",
    }


class TestHookedAcmePay(SourceContract):
    source, config, api = HookedAcmePay, HOOKED, FakeHookedAcmePay
    golden = GOLDEN


class TestAcmeBooks(SinkContract):
    sink, config, api = AcmeBooks, {"token": "canary-4711-key"}, FakeAcmeBooks


class TestAcmeBooksWithKeys(SinkContract):
    sink, config, api = AcmeBooksWithKeys, {"token": "canary-4711-key"}, FakeAcmeBooks


@pytest.mark.parametrize("case", [*SOURCE_CASES, *SINK_CASES], ids=lambda case: case.id)
def test_every_case_says_what_it_checks_and_which_bug_it_comes_from(case: object) -> None:
    assert getattr(case, "checks", "").endswith((".", ":")), case
    assert len(getattr(case, "bug", "")) > 20


def test_case_ids_are_unique() -> None:
    ids = [case.id for case in SOURCE_CASES] + [case.id for case in SINK_CASES]
    assert len(ids) == len(set(ids))
