"""The process dies, at every place in turn, and starts again: nothing is lost, nothing counts twice."""

from autobook_core.testing.kit import faults
from autobook_core.testing.kit.bench import Bench
from autobook_core.testing.kit.case import Cases, Group, NotApplicable
from autobook_core.testing.kit.drive import ORDERS, clean_run, some, story

case: Cases[Bench] = Cases(Group.CRASH)
CRASH_CASES = case.all

#: Places of one kind at which a run is killed in one case, at most.
MOST_HITS = 5

_POINTS = {
    "request": ("crash-before-answer", "a request that was sent counts as read"),
    "answer": ("crash-after-answer", "an answer that came counts as read"),
    "before fetch": ("crash-before-fetch", "state of the connector runs ahead of what is stored"),
    "after fetch": ("crash-before-commit", "the cursor moves past rows that were never written"),
    "landing": ("crash-in-commit", "rows are written and the cursor is not, or the other way round"),
    "committed": ("crash-after-commit", "the next run begins after the page that was to follow"),
    "translate": ("crash-mid-translate", "half a page is booked, and its other half never or twice"),
    "booked": ("crash-after-booking", "what is booked is booked again"),
}


def _at_every_hit(point: str, name: str, bug: str) -> None:
    @case(name, bug=bug)
    def run(bench: Bench) -> None:
        for order in ORDERS:
            clean, seen = clean_run(bench, order)
            if not seen[point]:
                raise NotApplicable(f"a run of this connector never comes past '{point}'")
            for hit in some(seen[point], MOST_HITS):
                fresh = bench.another()
                fresh.points.arm(point, hit)
                story(fresh, order, tell=fresh.survive)
                fresh.settle()
                fresh.check_like(clean)

    run.__doc__ = f"A process that dies at '{point}', at any of its hits, loses nothing and repeats nothing."


for _point, (_name, _bug) in _POINTS.items():
    _at_every_hit(_point, _name, _bug)


@case(
    "crash-and-fault",
    bug="two misfortunes in one run: the repair of the first assumes that there is no second",
)
def crash_and_fault(bench: Bench) -> None:
    """A crash in a run that is also refused, timed out or cut short loses nothing and repeats nothing."""
    troubles = (
        faults.status(503),
        faults.read_timeout,
        faults.truncated,
        faults.status(429, retry_after="5"),
    )
    for order in ORDERS:
        clean, _ = clean_run(bench, order)
        for number, (fault, point) in enumerate(
            zip(troubles, ("after fetch", "landing", "committed", "answer"), strict=True)
        ):
            fresh = bench.another()
            fresh.points.arm(point, 1 + number % 2)
            fresh.server.fail(fault, 2)
            fresh.server.fail(fault, 4)
            story(fresh, order, tell=fresh.survive)
            fresh.settle()
            fresh.check_like(clean)
