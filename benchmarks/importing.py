"""G1, G2, G5, G6, and G9 by file: the first import beside hledger and beangulp, and how it grows."""

import math
from collections.abc import Iterator
from itertools import pairwise

from benchmarks import peers
from benchmarks.measuring import Entrant, ProgramFailed, Usage, contest, median_cpu, median_rss, ratio
from benchmarks.results import Result
from benchmarks.session import LAST_DAY, PEERS_UP_TO, Session, size_name

_CHECKED = "beangulp + bean-check"


def measure(session: Session) -> Iterator[Result]:
    """Give the results of every goal about importing that was asked for."""
    if not session.wants("G1", "G2", "G4", "G5", "G6", "G7", "G9", "G11"):
        return
    ours: dict[int, list[Usage]] = {}
    for size in session.sizes:
        session.say(f"importing {size_name(size)} charges beside the peers")
        runs = contest(_entrants(session, size), session.rounds(size))
        for name, usages in runs.items():
            session.keep(f"{name} {size_name(size)}", usages)
        ours[size] = runs["import"]
        yield from _beside(session, size, runs)
    if session.wants("G5"):
        yield from _exponent(ours)
    if session.wants("G6"):
        yield from _memory(ours)
    if session.wants("G9"):
        yield from _again(session, ours)


def _entrants(session: Session, size: int) -> dict[str, Entrant]:
    entrants: dict[str, Entrant] = {"import": lambda: session.imported(size)[1]}
    if size > PEERS_UP_TO:
        return entrants
    if session.wants("G1") and not peers.missing("hledger"):
        entrants["hledger print"] = lambda: peers.hledger_print(session, size)
    if session.wants("G2") and not peers.missing("beangulp", "beancount"):
        entrants[_CHECKED] = lambda: peers.beangulp_checked(session, size)
    return entrants


def _beside(session: Session, size: int, runs: dict[str, list[Usage]]) -> list[Result]:
    found: list[Result] = []
    if size > PEERS_UP_TO:
        return found
    for goal, peer, needs, must, stretch in (
        ("G1", "hledger print", ("hledger",), 7.0, 10.0),
        ("G2", _CHECKED, ("beangulp", "beancount"), 5.0, 8.0),
    ):
        if not session.wants(goal):
            continue
        what = f"first import of {size_name(size)} charges, throughput against {peer} of the flat table"
        result = Result(goal, what, must, stretch, "higher", None, "x", peers.missing(*needs))
        if peer in runs:
            result.value = ratio(runs[peer], runs["import"])
            result.detail = {
                "rounds": len(runs[peer]),
                "import_cpu": median_cpu(runs["import"]), "import_rss_mb": median_rss(runs["import"]),
                "peer_cpu": median_cpu(runs[peer]), "peer_rss_mb": median_rss(runs[peer]),
            }  # fmt: skip
        found.append(result)
    return found


def _exponent(ours: dict[int, list[Usage]]) -> list[Result]:
    """Return how CPU grows with size: 1 is a straight line."""
    found: list[Result] = []
    sizes = sorted(ours)
    for small, big in pairwise(sizes):
        times = median_cpu(ours[big]) / median_cpu(ours[small])
        what = f"growth of the import's CPU from {size_name(small)} to {size_name(big)} charges, exponent"
        value = math.log(times) / math.log(big / small)
        found.append(Result("G5", what, 1.08, 1.04, "lower", value, detail={"cpu_ratio": times}))
    return found or [
        Result("G5", "growth of the import's CPU", 1.08, 1.04, "lower", None, note="needs two sizes")
    ]


def _memory(ours: dict[int, list[Usage]]) -> list[Result]:
    """Return how peak memory grows over the last step of size, and what it is at the largest."""
    sizes = sorted(ours)
    big = sizes[-1]
    peak = median_rss(ours[big])
    whole = big >= 1_000_000
    note = "" if whole else "the goal is stated for 1M charges: make bench-large"
    found = [
        Result("G6", f"peak memory of the import, {size_name(big)} charges", 200.0 if whole else None,
               120.0 if whole else None, "lower", peak, " MiB", note)
    ]  # fmt: skip
    if len(sizes) > 1:
        small = sizes[-2]
        value = peak / median_rss(ours[small])
        what = f"peak memory, {size_name(big)} over {size_name(small)} charges"
        must, stretch = (1.3, 1.1) if whole else (None, None)
        found.append(Result("G6", what, must, stretch, "lower", value, "x"))
    return found


def _again(session: Session, ours: dict[int, list[Usage]]) -> list[Result]:
    """Read the same file once more: all of it is known, nothing may be booked twice."""
    size = session.peer_size
    book = session.finished(size)
    runs: list[Usage] = []
    for _ in range(session.rounds(size)):
        usage, said = session.told(book, "import", session.envelopes(size), as_of=LAST_DAY)
        if said["new"] or said["posted"]:
            raise ProgramFailed(f"what was known was taken in again: {said}")
        runs.append(usage)
    session.keep(f"import again {size_name(size)}", runs)
    first = median_cpu(ours.get(size) or [session.imported(size, "first")[1]])
    what = f"the same file of {size_name(size)} charges again, CPU over the first import"
    detail = {"first_cpu": first, "again_cpu": median_cpu(runs)}
    return [Result("G9", what, 0.6, 0.45, "lower", median_cpu(runs) / first, "x", detail=detail)]
