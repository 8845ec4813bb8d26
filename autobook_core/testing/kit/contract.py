"""The kit as pytest classes: an author names the connector, its made-up settings and the fake; that is all."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest

from autobook_core.connector import Sink, Source
from autobook_core.testing.kit.bench import Bench
from autobook_core.testing.kit.case import Broken, Case, run_case, unknown_exemptions
from autobook_core.testing.kit.fake import FakeApi, Subject
from autobook_core.testing.kit.golden import write_golden
from autobook_core.testing.kit.shelf import FakeRemote, SinkSubject
from autobook_core.testing.kit.sink_bench import SinkBench
from autobook_core.testing.kit.sink_cases import SINK_CASES
from autobook_core.testing.kit.sources import SOURCE_CASES
from autobook_core.testing.kit.telling import judge, tell


class _Contract:
    """What both kinds of connector share.

    Attributes:
        config: the made-up settings; secrets should be long and unmistakable.
        exempt: case id to the reason why the connector cannot keep it; shown to users.
        maintainers: people who look after the connector, where the package's metadata does not name them.
        cases: the promises, one test each.
    """

    config: ClassVar[Mapping[str, Any]]
    exempt: ClassVar[Mapping[str, str]] = {}
    maintainers: ClassVar[int | None] = None
    cases: ClassVar[Sequence[Case[Any]]]

    def _keeps(
        self,
        case: Case[Any],
        make_bench: Callable[[], Any],
        connector: type[Any],
        request: pytest.FixtureRequest,
        golden: Sequence[tuple[str, bool]] = (),
    ) -> None:
        """Run one case, tell how it ended, and pass, fail or skip."""
        result = run_case(case, make_bench, self.exempt)
        tell(request, connector, result, of=len(self.cases), maintainers=self.maintainers, golden=golden)
        judge(case, result)

    def test_exemptions_have_reasons(self) -> None:
        """Exempt from cases there are, and say why."""
        assert unknown_exemptions(self.exempt, self.cases) == []


class SourceContract(_Contract):
    """Every promise of a source, one test each.

    ::

        class TestAcmePay(SourceContract):
            source, config, api = AcmePay, {"api_key": "canary-4711"}, FakeAcmePay
    """

    source: ClassVar[type[Source]]
    api: ClassVar[type[FakeApi]]
    golden: ClassVar[Path | None] = None
    cases = SOURCE_CASES

    @pytest.mark.parametrize("case", SOURCE_CASES, ids=lambda case: case.id)
    def test_promise(self, case: Case[Bench], request: pytest.FixtureRequest) -> None:
        """Keep one promise; see the case for the bug it comes from."""
        subject = Subject(self.source, self.config, self.api, self.golden)
        written: list[tuple[str, bool]] = []
        if (
            case.id == "golden-translate"
            and case.id not in self.exempt
            and request.config.getoption("autobook_golden", default=False)
        ):
            try:
                written = write_golden(subject.make_source(), self.golden)
            except Broken as wrong:
                pytest.fail(str(wrong), pytrace=False)
        self._keeps(case, lambda: Bench(subject), self.source, request, written)


class SinkContract(_Contract):
    """Every promise of a sink that writes over HTTP, one test each.

    ::

        class TestAcmeBooks(SinkContract):
            sink, config, api = AcmeBooks, {"token": "canary-4711"}, FakeAcmeBooks
    """

    sink: ClassVar[type[Sink]]
    api: ClassVar[type[FakeRemote]]
    cases = SINK_CASES

    @pytest.mark.parametrize("case", SINK_CASES, ids=lambda case: case.id)
    def test_promise(self, case: Case[SinkBench], request: pytest.FixtureRequest) -> None:
        """Keep one promise; see the case for the bug it comes from."""
        subject = SinkSubject(self.sink, self.config, self.api)
        self._keeps(case, lambda: SinkBench(subject), self.sink, request)
