"""The connector of bank files keeps every promise of the kit, for camt.053 and for CSV."""

from pathlib import Path
from typing import ClassVar

import pytest

from autobook_bank.source import BankFiles
from autobook_core.testing import SOURCE_CASES, SourceContract, Subject, run_source_cases
from autobook_core.testing.kit.bench import Bench
from autobook_core.testing.kit.case import Case
from tests.connectors.bank.fake_camt import FakeCamt
from tests.connectors.bank.fake_csv import FakeCsv


class TestBankFiles(SourceContract):
    source, config, api = BankFiles, {"accounts": ()}, FakeCamt
    golden = Path(__file__).parent / "rows"
    exempt: ClassVar[dict[str, str]] = {
        "malformed-row": "a camt.053 statement whose entries do not add up to its balances is set aside as a whole, "
        "because nobody can say which of its entries is the wrong one",
        "broken-amount": "as malformed-row: the whole statement is set aside, not the one entry",
        "balance": "nobody can be asked: the balances come with the statements, as records of their own",
    }


@pytest.mark.parametrize("case", SOURCE_CASES, ids=lambda case: case.id)
def test_csv_by_a_profile_keeps_the_promises_without_exemption(case: Case[Bench]) -> None:
    subject = Subject(BankFiles, {"profile": "files/bank/profile.toml"}, FakeCsv)
    (result,) = run_source_cases(subject, cases=[case])
    assert result.outcome in ("passed", "not_applicable"), result.detail
