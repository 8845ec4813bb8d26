"""The sink of plain-text journals keeps every promise of the kit, for each journal and for both."""

import pytest

from autobook_core.testing import SINK_CASES, SinkContract, SinkSubject, run_sink_cases
from autobook_core.testing.kit.case import Case
from autobook_core.testing.kit.sink_bench import SinkBench
from autobook_plaintext.sink import PlainText
from tests.connectors.plaintext.fake_reader import BeancountReader, HledgerReader, Reader


class TestPlainText(SinkContract):
    sink, config, api = PlainText, {"format": "both"}, Reader


@pytest.mark.parametrize("case", SINK_CASES, ids=lambda case: case.id)
@pytest.mark.parametrize(("form", "api"), [("hledger", HledgerReader), ("beancount", BeancountReader)])
def test_one_journal_alone_keeps_the_promises(case: Case[SinkBench], form: str, api: type[Reader]) -> None:
    (result,) = run_sink_cases(SinkSubject(PlainText, {"format": form}, api), cases=(case,))
    assert result.outcome in ("passed", "not_applicable"), result.detail
