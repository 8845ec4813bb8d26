"""What the network does: refusals, pauses, silence, rubbish. The client retries; the connector must let it."""

from collections import deque
from fnmatch import fnmatchcase
from functools import partial

from autobook_core.testing.kit import faults
from autobook_core.testing.kit.bench import Bench
from autobook_core.testing.kit.case import Cases, Group, NotApplicable, require
from autobook_core.testing.kit.drive import benches, pages, story
from autobook_core.testing.kit.server import Fault

case: Cases[Bench] = Cases(Group.TRANSPORT)
TRANSPORT_CASES = case.all

_PASSING: dict[str, tuple[Fault, str]] = {
    "status-500": (
        faults.status(500),
        "an error taken for an empty page: the rest of the window is never read",
    ),
    "status-502": (faults.status(502), "a gateway's error ends the run for good"),
    "status-503": (faults.status(503), "an overloaded server ends the run for good"),
    "connect-timeout": (faults.connect_timeout, "a time-out that is swallowed passes for no news"),
    "read-timeout": (faults.read_timeout, "a time-out that is swallowed passes for no news"),
    "connection-reset": (faults.reset, "a broken connection ends the run for good"),
    "html-instead-of-json": (faults.html, "200 OK with a page about maintenance passes for an empty page"),
    "truncated-json": (faults.truncated, "half a page passes for a page"),
}


def _passing(name: str, fault: Fault, bug: str) -> None:
    @case(name, bug=bug)
    def run(bench: Bench) -> None:
        for order, fresh, clean in benches(bench):
            for request in (1, 2, 3):
                fresh.server.fail(fault, request * 2)
            story(fresh, order, tell=fresh.sync_well)
            fresh.settle()
            fresh.check_like(clean)
        for order, down, clean in benches(bench):
            story(down, order, tell=partial(_through_an_outage, down, fault))
            down.settle()
            down.check_like(clean)

    run.__doc__ = f"Through {name} once in a while, and for the length of a run, nothing is lost."


def _through_an_outage(bench: Bench, fault: Fault) -> None:
    """One run dies half-way in an outage and must say so; the next one finds everything in order."""
    before = bench.server.failed
    bench.server.fail_all(fault, 2)
    report = bench.sync()
    met = bench.server.failed > before
    require(not met or report.outcome != "ok", "a run during an outage claims to have read everything")
    bench.server.recover()
    bench.clock.move(LONG_PAUSE)
    bench.sync_well()


LONG_PAUSE = 600


def _met(bench: Bench) -> None:
    """Go on where a run met the fault that was planted in its middle.

    Raises:
        NotApplicable: it asked only once.
    """
    if not bench.server.failed:
        raise NotApplicable("one answer tells everything: a run has no middle")


for _name, (_fault, _bug) in _PASSING.items():
    _passing(_name, _fault, _bug)


@case("retry-after", bug="a client that knows better than the server when to come back is banned")
def retry_after(bench: Bench) -> None:
    """After 429 with Retry-After, nothing is asked one second early."""
    pages(bench)
    for number in (1, 2, 3):
        bench.server.fail(faults.status(429, retry_after="7"), number + number - 1)
    bench.sync_well()
    calls = bench.server.calls
    for number in (1, 3, 5)[: bench.server.failed]:
        waited = calls[number].at - calls[number - 1].at
        require(waited >= 7, f"asked again after {waited} s; the server had asked for 7")
    bench.check()


@case(
    "retry-after-an-hour",
    bug="a connector that sleeps or retries through a long pause blocks its thread or is banned",
)
def retry_after_an_hour(bench: Bench) -> None:
    """After 429 with an hour to wait, the run is parked and nothing is asked until it is over."""
    pages(bench)
    bench.server.fail_all(faults.status(429, retry_after="3600"), 2)
    report = bench.sync()
    _met(bench)
    require(report.outcome == "parked", f"the run ended {report.outcome}, not parked")
    require(
        report.retry_at is not None and report.retry_at >= bench.clock.now() + 3_600 - 1,
        f"the run is to go on at {report.retry_at}, before the hour is over",
    )
    require(len(bench.server.calls) == 2, "asked again although the server had asked for an hour")
    bench.clock.move(3_600)
    bench.settle()
    bench.check()


@case("credentials-refused", bug="a key that is revoked half-way passes for the end of the data")
def credentials_refused(bench: Bench) -> None:
    """A 401 in the middle fails the run with a way out; with a good key nothing is missing."""
    for _, fresh, _ in benches(bench):
        pages(fresh)
        fresh.server.fail_all(faults.status(401), 2)
        report = fresh.sync()
        _met(fresh)
        require(report.outcome == "failed", f"a run whose key was refused ended {report.outcome}")
        require(
            "credentials" in report.fix,
            f"nobody is told to renew the credentials: {report.fix or report.error}",
        )
        fresh.settle()
        fresh.check()


@case("declared-limit", bug="a connector with a client of its own goes faster than it declares")
def declared_limit(bench: Bench) -> None:
    """No more requests start in a period than the connector declares."""
    limits = bench.source.limits
    if not limits:
        raise NotApplicable("the connector declares no limit")
    bench.world.insert(bench.page_size)
    for _ in range(min(60, max(limit.calls for limit in limits) + 2)):
        bench.sync_well()
    require(bench.server.calls, "nothing was asked")
    for limit in limits:
        starts: deque[float] = deque(maxlen=limit.calls)
        for call in bench.server.calls:
            if fnmatchcase(call.path, limit.match):
                full = len(starts) == limit.calls
                require(
                    not full or call.at - starts[0] >= limit.per - 1e-6,
                    f"more than {limit.calls} requests to {limit.match} within {limit.per} s",
                )
                starts.append(call.at)
