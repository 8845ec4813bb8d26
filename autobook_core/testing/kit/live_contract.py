"""The live contract as a pytest class: an author names the connector and where the keys of a sandbox are."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import pytest

from autobook_core.clock import SystemClock
from autobook_core.connector import BadConfig, Context, Envelope, NotSupported, Source, Stream, redact
from autobook_core.testing.kit.case import Case, run_case, unknown_exemptions
from autobook_core.testing.kit.fake import FakeApi
from autobook_core.testing.kit.live_cases import LIVE_CASES
from autobook_core.testing.kit.sandbox import Sandbox, mark_of
from autobook_core.testing.kit.telling import judge, tell


class LiveSourceContract:
    """What the fake of a source takes for granted, tried on a sandbox of the live service.

    It runs with ``-m live`` only, skips where a variable is not set, and refuses keys of a live account: ``check``
    must say ``live=False`` of a sandbox. It only reads, unless :meth:`touch` is written.

    ::

        class TestAcmePayLive(LiveSourceContract):
            source, config_from_env = AcmePay, {"api_key": "ACMEPAY_SANDBOX_KEY"}

    Attributes:
        source: the connector's class.
        config_from_env: setting to the environment variable that holds it.
        config: further settings; those from the environment are texts.
        api: the fake, whose fields the rows of the sandbox must have too.
        start: the instant (seconds UTC) at which a whole reading begins.
        most_pages: how many pages a stream may have from there.
        exempt: case id to the reason why it cannot be kept.
        maintainers: people who look after the connector, where the package's metadata does not name them.
        cases: the assumptions, one test each.
    """

    pytestmark = pytest.mark.live

    source: ClassVar[type[Source]]
    config_from_env: ClassVar[Mapping[str, str]]
    config: ClassVar[Mapping[str, Any]] = {}
    api: ClassVar[type[FakeApi] | None] = None
    start: ClassVar[int] = 0
    most_pages: ClassVar[int] = 50
    exempt: ClassVar[Mapping[str, str]] = {}
    maintainers: ClassVar[int | None] = None
    cases: ClassVar[Sequence[Case[Sandbox]]] = LIVE_CASES
    _sandbox: ClassVar[Sandbox | None] = None

    def mark(self, stream: Stream, item: Envelope) -> int:
        """Return the instant of a row (seconds UTC) that the filter goes by: its version, or its birth."""
        return mark_of(stream, item)

    def touch(self, ctx: Context) -> str:
        """Change one row in the sandbox and return its id; without it, versions are compared but not tried."""
        raise NotSupported("this contract changes nothing in the sandbox")

    def keep_refresh_token(self, token: str) -> None:
        """Keep a refresh token that replaces the one in the environment, before it is used."""
        raise BadConfig(
            "the other side replaced the refresh token, which is kept nowhere",
            fix="write keep_refresh_token() in the live contract",
        )

    @classmethod
    def teardown_class(cls) -> None:
        """Let go of the sandbox."""
        if cls._sandbox is not None:
            cls._sandbox.end()
            cls._sandbox = None

    @pytest.mark.parametrize("case", LIVE_CASES, ids=lambda case: case.id)
    def test_assumption(self, case: Case[Sandbox], request: pytest.FixtureRequest) -> None:
        """Find the service as the fake takes it to be; see the case for the bug it comes from."""
        sandbox = self._opened()
        result = run_case(case, lambda: sandbox, self.exempt)
        result = replace(result, detail=redact(result.detail, sandbox.secrets))
        tell(request, self.source, result, of=len(self.cases), live=True, maintainers=self.maintainers)
        judge(case, result)

    def test_exemptions_have_reasons(self) -> None:
        """Exempt from cases there are, and say why."""
        assert unknown_exemptions(self.exempt, self.cases) == []

    def _opened(self) -> Sandbox:
        """Return the sandbox, opened once for all tests of the class; skip or fail where it may not be asked."""
        cls = type(self)
        if cls._sandbox is None:
            absent = [name for name in self.config_from_env.values() if not os.environ.get(name)]
            if absent:
                pytest.skip(f"{', '.join(absent)} {'is' if len(absent) == 1 else 'are'} not set")
            given = {option: os.environ[name] for option, name in self.config_from_env.items()}
            settings = self.source.Config(**{**self.config, **given})
            cls._sandbox = Sandbox(
                lambda: self.source(settings),
                clock=SystemClock(),
                start=self.start,
                most_pages=self.most_pages,
                mark=self.mark,
                touch=self.touch,
                api=self.api,
                keep_refresh_token=self.keep_refresh_token,
            )
        sandbox = cls._sandbox
        try:
            live = sandbox.health.live
        except Exception as error:  # noqa: BLE001 - a stranger's code may raise anything; it may not tell a secret
            pytest.fail(
                redact(f"check failed: {type(error).__name__}: {error}", sandbox.secrets), pytrace=False
            )
        if live:
            pytest.fail(
                "check says that this is a live account (Health.live); give the keys of a sandbox: "
                f"{', '.join(self.config_from_env.values())}",
                pytrace=False,
            )
        return sandbox
