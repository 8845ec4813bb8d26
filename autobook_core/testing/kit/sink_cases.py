"""What happens between a book and the system it writes to: nothing is lost, nothing stands there twice."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import httpx

from autobook_core.connector import AuthFailed, Context, Delivery, Receipt, secret_values
from autobook_core.delivery import checkpoints
from autobook_core.logs import Redactor
from autobook_core.testing.kit.case import Case, Cases, Group, NotApplicable, Result, require, run_case
from autobook_core.testing.kit.drive import refused_calls, some
from autobook_core.testing.kit.file_sink_cases import FILE_SINK_CASES, find_in_files, story
from autobook_core.testing.kit.paper import Paper
from autobook_core.testing.kit.shelf import SinkSubject
from autobook_core.testing.kit.sink_bench import Remote, SinkBench, SinkFault

case: Cases[SinkBench] = Cases(Group.DELIVERY)
MOST_HITS = 6


def lost(remote: Remote, request: httpx.Request) -> httpx.Response:
    """Let a request time out before it arrives."""
    del remote
    raise httpx.ConnectTimeout("planted by the test", request=request)


def lost_reply(remote: Remote, request: httpx.Request) -> httpx.Response:
    """Do what is asked, and lose the answer."""
    remote.answer(request)
    raise httpx.ReadTimeout("planted by the test", request=request)


def refusing(status: int) -> SinkFault:
    """Answer everything with a status."""

    def fault(remote: Remote, request: httpx.Request) -> httpx.Response:
        del remote, request
        return httpx.Response(status, json={"error": "planted by the test"})

    return fault


def _clean(bench: SinkBench) -> Counter[str]:
    """Tell the story without trouble; return how often it came past each point."""
    clean = bench.another()
    story(clean)
    seen = Counter(clean.points.seen)
    clean.check()
    return seen


@case("delivered-once", bug="a document stands there twice, or never, without any trouble at all")
def delivered_once(bench: SinkBench) -> None:
    """Every entry stands at the other side once, under its key, and is read back as it was sent."""
    _clean(bench)
    bench.deliver()
    require(not bench.remote.calls, "the other side is asked although there is nothing to deliver")


def _hits(bench: SinkBench, point: str) -> list[int]:
    """Return some of the times that a run comes past a point."""
    seen = _clean(bench)[point]
    if not seen:
        raise NotApplicable(f"this sink never comes past '{point}'")
    return some(seen, MOST_HITS)


_POINTS = {
    checkpoints.BEFORE_SEND: ("crash-before-send", "what was about to be sent counts as sent"),
    checkpoints.AFTER_SEND: ("crash-after-send", "what was sent is sent again"),
    checkpoints.BEFORE_RECEIPT: ("crash-before-receipt", "a receipt that was not written down is forgotten"),
    checkpoints.AFTER_RECEIPTS: ("crash-after-receipts", "the batch after the last receipt is left out"),
    "request": ("crash-before-arrival", "a request that never arrived counts as accepted"),
    "answer": ("crash-after-arrival", "a document whose answer nobody read is sent again"),
}


def _at_every_hit(point: str, name: str, bug: str) -> None:
    @case(name, bug=bug)
    def run(bench: SinkBench) -> None:
        for hit in _hits(bench, point):
            fresh = bench.another()
            fresh.points.arm(point, hit)
            story(fresh)
            fresh.settle()
            fresh.check()

    run.__doc__ = f"A process that dies at '{point}', at any of its hits, loses nothing and repeats nothing."


for _point, (_name, _bug) in _POINTS.items():
    _at_every_hit(_point, _name, _bug)


def _at_every_request(name: str, fault: SinkFault, bug: str, *, crash: str = "") -> None:
    @case(name, bug=bug)
    def run(bench: SinkBench) -> None:
        for request in _hits(bench, "request"):
            fresh = bench.another()
            fresh.remote.fail(fault, request)
            if crash:
                fresh.points.arm(crash, 1)
            story(fresh)
            fresh.settle()
            fresh.check()

    run.__doc__ = f"With {name.replace('-', ' ')} at any request, every entry stands there once in the end."


_at_every_request(
    "lost-request", lost, "a time-out is swallowed, and the document counts as delivered or refused"
)
_at_every_request(
    "lost-reply", lost_reply, "the answer is lost after the other side did it, and it is sent again"
)
_at_every_request(
    "lost-reply-and-crash", lost_reply, "the same with a crash on top of it", crash=checkpoints.BEFORE_RECEIPT
)


@case("outage", bug="a send that failed is retried at once and arrives twice, or is reported as delivered")
def outage(bench: SinkBench) -> None:
    """While the other side is down nothing counts as delivered; afterwards everything stands there once."""
    amounts = bench.post(3)
    for fault in (refusing(503), lost):
        bench.remote.fail_all(fault)
        bench.deliver()
        claimed = {bench.states().get(amount) for amount in amounts} & {"accepted", "verified", "rejected"}
        require(not claimed, f"during an outage documents count as {', '.join(sorted(map(str, claimed)))}")
        bench.clock.move(600)
    bench.settle()
    bench.check()


@case(
    "poison",
    bug="one document the other side refuses keeps back all the others, or is dropped without a word",
)
def poison(bench: SinkBench) -> None:
    """A refused document is rejected with a reason, alone; the others arrive."""
    bad = bench.post(4)[1]
    bench.shelf.refused = {bad}
    for _ in range(2):
        bench.deliver()
        bench.clock.move(600)
    bench.check(refused=frozenset({bad}))
    why = [row.why for row in bench.store.outbox.all() if row.state == "rejected"]
    require(all(why), "a refusal without a reason leaves a person to guess")


@case("altered", bug="the other side rounds or taxes anew, and nobody reads back what stands there")
def altered(bench: SinkBench) -> None:
    """A document that the other side keeps with another amount is a conflict, and never counts as verified."""
    bad = bench.post(3)[1]
    bench.shelf.altered = {bad}
    bench.deliver()
    bench.settle()
    states = bench.states()
    require(states[bad] == "conflict", f"a document that was altered there is {states[bad]}, not a conflict")
    others = {amount: state for amount, state in states.items() if amount != bad}
    require(set(others.values()) == {"verified"}, f"others are not verified: {others}")


@case("find", bug="a look-up answers from memory, so what is not there passes for being there")
def find(bench: SinkBench) -> None:
    """Looking up tells what stands there now: nothing for what is unknown or gone, all where there are two."""
    shelf = bench.shelf
    if isinstance(shelf, Paper):
        find_in_files(bench)
        return
    one, two = bench.post(2)
    bench.deliver()
    require(len(bench.find(one)) == 1, "what stands there is not found by a new connector object")
    kept = shelf.holding(one)[0]
    shelf.kept.append(kept)
    require(len(bench.find(one)) == 2, "what stands there twice is not found twice")
    shelf.kept = [item for item in shelf.kept if item is not kept]
    gone = bench.sink.find(bench.context, [bench.keys()[one]])
    require(not gone.get(bench.keys()[one]), "what is gone is still found")
    both = bench.sink.find(bench.context, list(bench.keys().values()))
    require(isinstance(both, Mapping), "find gives no mapping")
    require(len(both.get(bench.keys()[two], [])) == 1, "two keys at once find less than one by one")


@case("receipts", bug="a document without a receipt is in doubt for no reason")
def receipts(bench: SinkBench) -> None:
    """Every document gets one receipt of its own, with the id it has there."""
    bench.post(3)
    given: list[Receipt] = []
    real = bench.sink.deliver

    def watched(ctx: Context, items: Sequence[Delivery]) -> Iterator[Receipt]:
        for one in real(ctx, items):
            given.append(one)
            yield one

    vars(bench.sink)["deliver"] = watched
    bench.deliver()
    require(
        Counter(one.key for one in given) == Counter(bench.keys().values()),
        "not one receipt for each document",
    )
    for one in given:
        there = {item.remote_id for item in bench.shelf.under(one.key)}
        require(one.remote_id in there, f"a receipt names {one.remote_id}, which is not there")


@case("sink-check", bug="a refused key is found out when the first document is sent")
def sink_check(bench: SinkBench) -> None:
    """Checking names the account, and refuses credentials that are refused."""
    health = bench.sink.check(bench.context)
    require(health.ok and health.account_id, f"check says {health}")
    bench.remote.fail_all(refusing(401))
    refused_calls(lambda: bench.sink.check(bench.context), AuthFailed, "check must raise AuthFailed on a 401")


@case("sink-canary", bug="a key in a stored reason or an exception is a key in every backup")
def sink_canary(bench: SinkBench) -> None:
    """The secrets of the connection are in no repr, stored byte, report or document."""
    secrets = secret_values(bench.sink.config)
    if not secrets:
        raise NotApplicable("the sink has no secrets")
    told = [repr(bench.sink), str(bench.sink.config)]
    bad = bench.post(3)[0]
    bench.shelf.refused = {bad}
    for fault in (refusing(401), refusing(500), lost, None):
        bench.remote.fail_all(fault)
        told.append(str(bench.deliver()))
        bench.clock.move(600)
    told += bench.store.database.raw.iterdump()
    told += [str(item.document) for item in bench.shelf.kept]
    text = "\n".join(told)
    require(Redactor(secrets)(text) == text, "a secret of the connection is told")


SINK_CASES: tuple[Case[SinkBench], ...] = (*case.all, *FILE_SINK_CASES)


def run_sink_cases(
    subject: SinkSubject,
    exempt: Mapping[str, str] | None = None,
    cases: tuple[Case[SinkBench], ...] = SINK_CASES,
) -> list[Result]:
    """Run cases on a sink, each on a fresh bench, and return how they ended."""
    return [run_case(one, lambda: SinkBench(subject), exempt) for one in cases]
