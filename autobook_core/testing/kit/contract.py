"""The kit as pytest classes: an author names the connector, its made-up settings and the fake; that is all."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest

from autobook_core.connector import Sink, Source
from autobook_core.testing.kit.bench import Bench
from autobook_core.testing.kit.case import Case, Result, run_case, unknown_exemptions
from autobook_core.testing.kit.fake import FakeApi, Subject
from autobook_core.testing.kit.report import Evidence, report, write_report
from autobook_core.testing.kit.shelf import FakeRemote, SinkSubject
from autobook_core.testing.kit.sink_bench import SinkBench
from autobook_core.testing.kit.sink_cases import SINK_CASES
from autobook_core.testing.kit.sources import SOURCE_CASES


class _Contract:
    """What both kinds of connector share.

    Attributes:
        config: the made-up settings; secrets should be long and unmistakable.
        exempt: case id to the reason why the connector cannot keep it; shown to users.
        report_to: where the JSON report is written after a run in one process, if anywhere.
        evidence: what one offline run cannot show.
    """

    config: ClassVar[Mapping[str, Any]]
    exempt: ClassVar[Mapping[str, str]] = {}
    report_to: ClassVar[Path | None] = None
    evidence: ClassVar[Evidence] = Evidence()
    results: ClassVar[list[Result]]

    @classmethod
    def setup_class(cls) -> None:
        """Begin a report."""
        cls.results = []

    @classmethod
    def teardown_class(cls) -> None:
        """Write the report, if it is wanted."""
        if cls.report_to is not None:
            write_report(cls.report_to, report(cls.__name__, cls.results, cls.evidence))

    def _judge(self, case: Case[Any], make_bench: Any) -> None:
        result = run_case(case, make_bench, self.exempt)
        self.results.append(result)
        if result.outcome == "failed":
            pytest.fail(f"{result.detail}\n\n{case.id}: {case.checks}\nWhy: {case.bug}.", pytrace=False)
        if result.outcome in ("exempt", "not_applicable"):
            pytest.skip(f"{result.outcome}: {result.detail}")


class SourceContract(_Contract):
    """Every promise of a source, one test each.

    ::

    class TestAcmePay(SourceContract):
        source, config, api = AcmePay, {"api_key": "canary-4711"}, FakeAcmePay
    """

    source: ClassVar[type[Source]]
    api: ClassVar[type[FakeApi]]
    golden: ClassVar[Path | None] = None

    @pytest.mark.parametrize("case", SOURCE_CASES, ids=lambda case: case.id)
    def test_promise(self, case: Case[Bench]) -> None:
        """Keep one promise; see the case for the bug it comes from."""
        subject = Subject(self.source, self.config, self.api, self.golden)
        self._judge(case, lambda: Bench(subject))

    def test_exemptions_have_reasons(self) -> None:
        """Exempt from cases there are, and say why."""
        assert unknown_exemptions(self.exempt, SOURCE_CASES) == []


class SinkContract(_Contract):
    """Every promise of a sink that writes over HTTP, one test each.

    ::

    class TestAcmeBooks(SinkContract):
        sink, config, api = AcmeBooks, {"token": "canary-4711"}, FakeAcmeBooks
    """

    sink: ClassVar[type[Sink]]
    api: ClassVar[type[FakeRemote]]

    @pytest.mark.parametrize("case", SINK_CASES, ids=lambda case: case.id)
    def test_promise(self, case: Case[SinkBench]) -> None:
        """Keep one promise; see the case for the bug it comes from."""
        subject = SinkSubject(self.sink, self.config, self.api)
        self._judge(case, lambda: SinkBench(subject))

    def test_exemptions_have_reasons(self) -> None:
        """Exempt from cases there are, and say why."""
        assert unknown_exemptions(self.exempt, SINK_CASES) == []
