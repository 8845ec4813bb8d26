"""The kit is held to account for sinks of files too: every broken one fails the cases written for its mistake."""

import pytest

from autobook_core.testing import SINK_CASES, SinkContract, SinkSubject, run_sink_cases
from tests.testing.kit.acmefolder import AcmeFolder, FakeFolder
from tests.testing.kit.mutants_file_sinks import FILE_SINK_KILLERS


class TestAcmeFolder(SinkContract):
    sink, config, api = AcmeFolder, {"folder": "entries"}, FakeFolder


@pytest.mark.parametrize("mutant", FILE_SINK_KILLERS, ids=lambda mutant: mutant.__name__)
def test_every_broken_writer_of_files_fails_the_cases_for_its_mistake(mutant: type[AcmeFolder]) -> None:
    killers = set(FILE_SINK_KILLERS[mutant].split())
    cases = tuple(case for case in SINK_CASES if case.id in killers)
    results = run_sink_cases(SinkSubject(mutant, {}, FakeFolder), cases=cases)
    print("\n".join(f"{mutant.__name__} <- {result.id}: {result.detail}" for result in results))
    assert {result.id for result in results if result.outcome == "failed"} == killers


class SaysNothing:
    """A fake with no way to tell."""


def test_a_fake_that_cannot_tell_documents_is_told() -> None:
    subject = SinkSubject(AcmeFolder, {}, SaysNothing)  # type: ignore[arg-type]
    (result,) = run_sink_cases(subject, cases=SINK_CASES[:1])
    assert result.detail == "the fake has neither respond() nor documents()"
