"""Answers that look well and are not: an error that says 200, and a row without what a cursor goes by."""

from collections.abc import Callable
from typing import Any

from autobook_core.testing.kit import faults
from autobook_core.testing.kit.bench import LATER, Bench
from autobook_core.testing.kit.case import Cases, Group, NotApplicable, require
from autobook_core.testing.kit.drive import ORDERS, offered, pages
from autobook_core.testing.kit.fake import Json

case: Cases[Bench] = Cases(Group.TRANSPORT)
ANSWER_CASES = case.all


@case(
    "error-in-200",
    bug="an answer of 200 that holds an error passes for an empty page: the rest is never read",
)
def error_in_200(bench: Bench) -> None:
    """An error in JSON that says 200 ends the run as failed; afterwards nothing is missing."""
    for order in ORDERS:
        fresh = bench.another()
        fresh.world.order = order
        pages(fresh)
        fresh.server.fail_all(faults.error_in_200, 2)
        report = fresh.sync()
        if not fresh.server.failed:
            raise NotApplicable("one answer tells everything: a run has no middle")
        require(
            report.outcome != "ok",
            "the other side answered 200 with an error in its JSON, and the run says that it read everything: the "
            "error was taken for an empty page. Name such answers with ctx.http.reject_if, and read rows with "
            'body["..."], not with body.get("...", [])',
        )
        fresh.server.recover()
        fresh.clock.move(LATER)
        fresh.settle()
        fresh.check()


@case("row-without-mark", bug="one row without the field that the cursor goes by ends every run at its page")
def row_without_mark(bench: Bench) -> None:
    """A row without its cursor field is kept like the others, and holds up none of them."""
    stripped = offered(bench, "without_mark")
    pages(bench)
    name = bench.world.id_of(bench.world.row(bench.world.facts[1]))
    bench.server.rewrite(1, lambda body: _replaced(body, bench.world.row(bench.world.facts[1]), stripped))
    report = bench.sync()
    require(
        report.outcome == "ok",
        f"{name} came without the field that the cursor goes by, and the run ended {report.outcome}: {report.error}. "
        "An envelope may be without a version: its content decides then, and the mark passes it by",
    )
    require(name in bench.state().raw, f"{name} came without the field that the cursor goes by, and is lost")
    bench.clock.move(LATER)
    bench.world.change(1, amount=7_777)
    bench.settle()
    bench.check()


def _replaced(body: Any, row: Json, change: Callable[[Json], Json]) -> Any:
    """Return a JSON body with one row changed, wherever it stands."""
    if body == row:
        return change(row)
    if isinstance(body, dict):
        return {name: _replaced(value, row, change) for name, value in body.items()}
    if isinstance(body, list):
        return [_replaced(value, row, change) for value in body]
    return body
