"""Another locale and another process: what the kit changes around a translator, and that it puts it back."""

import locale
from dataclasses import dataclass
from typing import Any

from autobook_core.connector import secret
from autobook_core.testing import SOURCE_CASES, Subject, run_source_cases
from autobook_core.testing.kit.elsewhere import said, said_elsewhere
from autobook_core.testing.kit.watch import comma_locale
from tests.testing.kit.acmepay import AcmePay
from tests.testing.kit.acmepay_fake import FakeAcmePay
from tests.testing.kit.mutants_offering import IdFromHash

ROW = ("movement", b'{"id": "ch_1", "created_at": "2025-06-15T15:06:40Z", "amount": 1000, "currency": "eur"}')
HASH_SEED = [case for case in SOURCE_CASES if case.id == "hash-seed"]


def test_decimals_have_a_comma_meanwhile_and_a_point_afterwards() -> None:
    before = locale.localeconv(), locale.setlocale(locale.LC_ALL)
    with comma_locale():
        assert locale.localeconv()["decimal_point"] == ","
        assert locale.str(1.5) == "1,5"
        assert locale.atof("1,5") == 1.5
    assert (locale.localeconv(), locale.setlocale(locale.LC_ALL)) == before


def test_another_process_says_the_same_of_the_same_rows() -> None:
    rows = [ROW, ("movement", b'{"id": "ch_2"}'), ("nothing", b"{}")]
    here = said(AcmePay(AcmePay.Config("canary-4711-key")), rows)
    assert here[0][0]["amount"] == 1_000
    assert here[1:] == [{"refused": "missing_required_field"}, {"refused": "unknown_record_type"}]
    assert said_elsewhere(AcmePay, {"api_key": "canary-4711-key"}, rows, seeds=[7]) == [here]


def test_the_same_seed_gives_the_same_hashes_and_another_gives_others() -> None:
    config = {"api_key": "canary-4711-key", "signing_key": "canary-4712-new"}
    one, again, other = said_elsewhere(IdFromHash, config, [ROW], seeds=[1, 1, 2])
    assert one == again != other


def test_a_connector_that_no_other_process_can_import_is_not_judged() -> None:
    class Local(AcmePay):
        """It has no name outside of this function."""

    (result,) = run_source_cases(Subject(Local, {"api_key": "canary-4711-key"}, FakeAcmePay), cases=HASH_SEED)
    assert result.outcome == "not_applicable"
    assert "Local cannot be loaded elsewhere" in result.detail


@dataclass(frozen=True)
class Settings:
    api_key: str = secret("Key")
    session: Any = None


class WithSession(AcmePay):
    Config = Settings  # type: ignore[assignment]


def test_settings_that_are_no_json_are_not_sent_elsewhere() -> None:
    subject = Subject(WithSession, {"api_key": "canary-4711-key", "session": object()}, FakeAcmePay)
    (result,) = run_source_cases(subject, cases=HASH_SEED)
    assert result.outcome == "not_applicable"
    assert "its settings are no JSON values" in result.detail
