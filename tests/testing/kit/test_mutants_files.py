"""The kit is held to account for connectors of files too: every broken one fails the cases written for its mistake."""

from typing import Any

import pytest

from autobook_core.testing import SOURCE_CASES, SourceContract, Subject, run_source_cases
from tests.testing.kit.acmefiles import AcmeFiles, FakeAcmeFiles
from tests.testing.kit.mutants_files import FILE_KILLERS


class TestAcmeFiles(SourceContract):
    source, config, api = AcmeFiles, {"folder": "files/acme"}, FakeAcmeFiles


@pytest.mark.parametrize("mutant", FILE_KILLERS, ids=lambda mutant: mutant.__name__)
def test_every_broken_reader_of_files_fails_the_cases_for_its_mistake(mutant: type[AcmeFiles]) -> None:
    killers = set(FILE_KILLERS[mutant].split())
    cases = [case for case in SOURCE_CASES if case.id in killers]
    results = run_source_cases(Subject(mutant, {}, FakeAcmeFiles), cases=cases)
    print("\n".join(f"{mutant.__name__} <- {result.id}: {result.detail}" for result in results))
    assert {result.id for result in results if result.outcome == "failed"} == killers


class NamesNoStream(FakeAcmeFiles):
    stream = "payments"


class SaysNothing:
    page_size = 4

    def make_record(self, i: int, at: int, **changes: Any) -> dict[str, Any]:
        return {}


@pytest.mark.parametrize(
    ("api", "why"),
    [
        (NamesNoStream, "the fake's stream 'payments' is none of the connector's: ['notice', 'payment']"),
        (SaysNothing, "the fake has neither respond() nor files()"),
    ],
)
def test_a_fake_that_cannot_be_used_is_told(api: type[Any], why: str) -> None:
    cases = [case for case in SOURCE_CASES if case.id == "clean-run"]
    (result,) = run_source_cases(Subject(AcmeFiles, {}, api), cases=cases)
    assert (result.outcome, result.detail) == ("failed", why)
