"""The live contract against a real server: it passes where the fake is right, and each difference fails its case."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from autobook_core.clock import SystemClock
from autobook_core.connector import Context, NotSupported
from autobook_core.plugins.conformance import CaseResult, Section, source_digest
from autobook_core.testing import LIVE_CASES
from autobook_core.testing.kit.case import Result, run_case
from autobook_core.testing.kit.report import write_report
from autobook_core.testing.kit.sandbox import Sandbox
from tests.testing.kit import live_service
from tests.testing.kit.acmepay_fake import Json
from tests.testing.kit.live_service import BIRTH, Config, LiveAcmePay, Service, served
from tests.testing.kit.packaged import packaged

KEY = "canary-4711-key"


def changes_nothing(ctx: Context) -> str:
    raise NotSupported("it only reads")


def touch(ctx: Context) -> str:
    name: str = ctx.http.post("/v1/movements", json={}, idempotency_key="1").json()["id"]
    return name


@contextmanager
def sandbox(
    service: Service, touch: Callable[[Context], str] = changes_nothing, most_pages: int = 20
) -> Iterator[Sandbox]:
    """Give a sandbox whose other side is this service."""
    with served(service) as url:
        made = Sandbox(
            lambda: LiveAcmePay(Config(KEY, url)),
            clock=SystemClock(), start=BIRTH - 60, most_pages=most_pages, touch=touch, api=service.fake,
            keep_refresh_token=lambda token: None,
        )  # fmt: skip
        try:
            yield made
        finally:
            made.end()


def verdicts(service: Service, touch: Callable[[Context], str] = changes_nothing) -> dict[str, Result]:
    """Return how each live case ends on a service, by id."""
    with sandbox(service, touch) as opened:
        return {case.id: run_case(case, lambda: opened) for case in LIVE_CASES}


def failed(found: dict[str, Result]) -> dict[str, str]:
    return {name: result.detail for name, result in found.items() if result.outcome == "failed"}


@pytest.mark.parametrize("changing", [changes_nothing, touch])
def test_a_service_that_is_as_the_fake_takes_it_to_be_is_green(changing: Callable[[Context], str]) -> None:
    assert {result.outcome: result.detail for result in verdicts(Service(), changing).values()} == {
        "passed": ""
    }


@pytest.mark.parametrize(
    ("service", "killers", "words"),
    [
        (live_service.ExclusiveFilter, "live-inclusive", "leaves out ch_0003, ch_0004, of that very instant"),
        (live_service.FilterByHour, "live-precise", "the filter is coarser than a second"),
        (live_service.LosesTheEdge, "live-pages", "from 1750000183 on passes over ch_0007"),
        (live_service.TiesAcrossTheEdge, "live-pages", "passed over ch_0004, at a page's edge"),
        (live_service.SharedId, "live-ids", "two different rows of movement have the id ch_0005"),
        (live_service.NoIds, "live-ids", "a row of movement has no id that can be kept: ''"),
        (live_service.MissingField, "live-fields", "missing required field `amount`"),
        (live_service.NoNotes, "live-fields", "ch_0000 has no note, which the fake's rows have"),
        (live_service.TiesInAnyOrder, "live-order", "lists ch_0006 where it listed ch_0005 a moment before"),
        (live_service.TokensOfOnce, "live-refetch", "asked for again, differs in"),
        (live_service.ChangesWithoutVersion, "live-versions", "says something else under the version"),
    ],
)
def test_every_difference_from_the_fake_fails_the_case_for_it(
    service: type[Service], killers: str, words: str
) -> None:
    found = failed(verdicts(service()))
    print(found)
    assert words in found[killers]


@pytest.mark.parametrize(
    ("service", "words"),
    [
        (live_service.ForgetsTheVersion, "reading from 1750000488 on leaves it out"),
        (live_service.ListsByBirth, "reading from 1750000488 on leaves it out"),
    ],
)
def test_a_change_that_nobody_would_hear_of_is_found_by_making_one(
    service: type[Service], words: str
) -> None:
    assert failed(verdicts(service())) == {}
    assert words in failed(verdicts(service(), touch))["live-versions"]


def test_a_change_of_a_row_that_is_nowhere_is_told() -> None:
    assert failed(verdicts(Service(), lambda ctx: "ch_9")) == {
        "live-versions": "touch() says that it changed 'ch_9', which is in no stream"
    }


@pytest.mark.parametrize(
    ("service", "silent", "words"),
    [
        (live_service.Empty, {case.id for case in LIVE_CASES} - {"live-check"}, "the sandbox has no rows"),
        (live_service.OnePage, {"live-inclusive", "live-precise", "live-pages"}, "no stream has two pages"),
    ],
)
def test_a_sandbox_with_too_few_rows_shows_nothing_and_says_so(
    service: type[Service], silent: set[str], words: str
) -> None:
    found = verdicts(service())
    assert {name for name, result in found.items() if result.outcome == "not_applicable"} == silent
    assert all(words in found[name].detail for name in silent)


def test_a_sandbox_that_is_too_large_says_what_to_do() -> None:
    with sandbox(Service(), most_pages=2) as opened:
        result = run_case(LIVE_CASES[1], lambda: opened)
    assert "movement has more than 2 pages in this sandbox; begin later (start = ...)" in result.detail


def test_rows_that_appear_while_the_sandbox_is_read_are_held_against_nobody() -> None:
    class Busy(Service):
        def listed(self) -> list[Json]:
            number = next(self.asked)
            if number > 3:
                self.rows.append(self.make_record(100 + number, BIRTH + 1_000 + number))
            return super().listed()

    assert failed(verdicts(Busy())) == {}


SUITE = """
from autobook_acmepay.source import LiveAcmePay
from autobook_core.testing import LiveSourceContract

class TestLive(LiveSourceContract):
    source, config_from_env = LiveAcmePay, {"api_key": "ACME_KEY", "url": "ACME_URL"}
    start = 1_749_999_000
"""
CODE = "from tests.testing.kit.live_service import LiveAcmePay as Live\n\nclass LiveAcmePay(Live): ...\n"


def test_an_author_s_live_suite_skips_without_keys_refuses_live_ones_and_leaves_its_day(
    tmp_path: Path,
) -> None:
    package = packaged(tmp_path, type="acmepay", name="LiveAcmePay", module="source", code=CODE, suite=SUITE)
    cases = (CaseResult("clean-run", "data", "passed"),)
    before = Section("0.1.0", date(2025, 6, 1), source_digest(package.code), cases)
    write_report(package.code, {"acmepay": before})
    options = ("-m", "live", "--autobook-report", "-rs")
    absent = package.pytest(*options, ACME_KEY=KEY)
    assert "ACME_URL is not set" in absent.stdout
    with served(live_service.Production()) as url:
        refused = package.pytest(*options, ACME_KEY=KEY, ACME_URL=url)
    assert "give the keys of a sandbox: ACME_KEY, ACME_URL" in refused.stdout
    assert f"{len(LIVE_CASES)} failed" in refused.stdout
    assert package.report.connectors["acmepay"] == before
    with served(Service()) as url:
        green = package.pytest(*options, ACME_KEY=KEY, ACME_URL=url)
    assert f"LiveAcmePay, live: green: {len(LIVE_CASES)} passed" in green.stdout
    noted = package.report.connectors["acmepay"]
    assert noted.live is not None
    assert (noted.day, noted.cases) == (before.day, cases)
    assert KEY not in green.stdout + refused.stdout
