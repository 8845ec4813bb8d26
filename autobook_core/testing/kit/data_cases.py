"""What other sides do to rows: repeat, shuffle, tie, change, delay, withdraw and spoil them."""

from collections.abc import Callable
from functools import partial
from typing import Any

from autobook_core.testing.kit.bench import LATER, Bench
from autobook_core.testing.kit.case import Cases, Group, require
from autobook_core.testing.kit.drive import ORDERS, WAITING, answered, benches, offered, pages, parents_first
from autobook_core.testing.kit.file_cases import FILE_CASES
from autobook_core.testing.kit.world import START, newest_first, oldest_first, shuffled

case: Cases[Bench] = Cases(Group.DATA)


@case(
    "clean-run",
    bug="the wrong way to page reads one page only; an edge is trimmed; the first row is passed over",
)
def clean_run(bench: Bench) -> None:
    """Without any trouble, every row of several pages arrives, as it was told."""
    for _, fresh, _ in benches(bench):
        pages(fresh, 4)
        fresh.sync_well()
        fresh.check()
        parents_first(fresh)


@case(
    "nothing-set-aside",
    bug="records that look right and that the books cannot take: a currency in lower case",
)
def nothing_set_aside(bench: Bench) -> None:
    """Rows that are in order are not set aside by the books."""
    pages(bench)
    bench.sync_well()
    refused = {name: code for name, code in bench.state().refused.items() if code not in WAITING}
    require(not refused, f"{len(refused)} records are set aside: {sorted(set(refused.values()))}")


@case("empty-page", bug="a page without rows is taken for a fault, or its cursor is not kept")
def empty_page(bench: Bench) -> None:
    """Nothing there, at first and later, is no trouble; what comes afterwards arrives."""
    bench.sync_well()
    pages(bench, 2)
    bench.sync_well()
    bench.clock.move(LATER)
    bench.sync_well()
    bench.world.insert(1)
    bench.sync_well()
    bench.check()


@case("duplicate-page", bug="a page told twice is booked twice")
def duplicate_page(bench: Bench) -> None:
    """A page that comes again in the place of the next does no harm."""
    for _, fresh, clean in benches(bench):
        fresh.world.insert(2 * fresh.page_size + 1)
        fresh.server.rewrite(2, partial(_first_again, fresh))
        fresh.sync_well()
        fresh.clock.move(LATER)
        fresh.world.insert(2)
        fresh.settle()
        fresh.check_like(clean)


@case("duplicate-rows", bug="a row that stands twice in a page is booked twice")
def duplicate_rows(bench: Bench) -> None:
    """Rows that stand twice in a page count once."""
    pages(bench)
    for request in (1, 2, 3):
        bench.server.rewrite(request, lambda body: _doctored(body, lambda rows: [*rows, *rows]))
    bench.sync_well()
    bench.check()


@case("shuffled-rows", bug="the last row seen is taken for the latest one")
def shuffled_rows(bench: Bench) -> None:
    """Rows in no order at all arrive, those of the next run too."""
    bench.world.order = shuffled
    pages(bench)
    bench.sync_well()
    bench.clock.move(LATER)
    bench.world.insert(bench.page_size + 1)
    bench.sync_well()
    bench.check()


@case(
    "newest-first",
    bug="a watermark that moves with every page loses the older pages of a listing by newest first",
)
def newest_first_server(bench: Bench) -> None:
    """A server that lists the newest first loses nothing, also where the run dies between two pages."""
    for hit in (0, 1, 2):
        fresh = bench.another()
        fresh.world.order = newest_first
        pages(fresh)
        if hit:
            fresh.points.arm("committed", hit)
        fresh.survive()
        fresh.world.insert(fresh.page_size)
        fresh.settle()
        fresh.check()


@case("ties-across-a-page", bug="rows of one instant on both sides of a page's edge are passed over")
def ties_across_a_page(bench: Bench) -> None:
    """Rows of the same instant arrive, however the pages cut them."""
    for order in ORDERS:
        fresh = bench.another()
        fresh.world.order = order
        fresh.world.insert(1)
        fresh.world.insert(2 * fresh.page_size + 1, at=START + 60)
        fresh.sync_well()
        fresh.world.insert(fresh.page_size, at=START + 60)
        fresh.sync_well()
        fresh.check()


@case("malformed-row", bug="one poison row blocks its page and everything after it")
def malformed_row(bench: Bench) -> None:
    """A row nobody can read is set aside alone; corrected, it is read."""
    pages(bench)
    bench.world.spoil(1, lambda _: "n/a")
    bench.sync_well()
    bench.check()
    _only_refused(bench, 1)
    bench.world.facts[1].instead = {}
    bench.world.change(1)
    bench.clock.move(LATER)
    bench.sync_well()
    bench.check()


@case("broken-amount", bug="an amount that is no whole number of minor units slips through as a float")
def broken_amount(bench: Bench) -> None:
    """A row whose amounts are no whole numbers is set aside alone."""
    pages(bench, 2)
    bench.world.spoil(1, lambda amount: amount + 0.5)
    bench.sync_well()
    _only_refused(bench, 1)


@case(
    "expired-page-token",
    bug="a token that is no longer known ends the run for good, or skips the rest of the window",
)
def expired_page_token(bench: Bench) -> None:
    """When a page token has expired, the window is read again from its beginning."""
    expired = offered(bench, "expired")
    for order in ORDERS:
        fresh = bench.another()
        fresh.world.order = order
        pages(fresh)
        fresh.server.fail(lambda _server, request: expired(request), 3)
        fresh.sync_well()
        fresh.check()


@case(
    "cursor-replay",
    bug="a cursor kept on the connector: the same question gives another answer the second time",
)
def cursor_replay(bench: Bench) -> None:
    """The same cursor gives the same page, four times over and backwards, and is not changed by it."""
    pages(bench)
    bench.sync_well()
    source = bench.subject.make_source()
    bench.source.asked.reverse()
    for stream, cursor in bench.source.asked:
        seen = []
        for _ in range(4):
            given = None if cursor is None else dict(cursor)
            page = source.fetch(bench.context, stream, given)
            seen.append((list(page.items), dict(page.cursor), page.has_more))
            require(given == cursor, "fetch changed the cursor it was given")
        require(all(answer == seen[0] for answer in seen), "the same cursor gave different pages")


@case(
    "fresh-objects",
    bug="what one page leaves on the connector is needed for the next, and a restart loses it",
)
def fresh_objects(bench: Bench) -> None:
    """A new connector object for every page makes no difference."""
    for order in ORDERS:
        fresh = bench.another(forgetful=True)
        fresh.world.order = order
        pages(fresh)
        fresh.sync_well()
        fresh.clock.move(LATER)
        fresh.world.insert(fresh.page_size + 1)
        fresh.sync_well()
        fresh.check()


@case("older-cursor", bug="after an upgrade the cursor of the version before is misread")
def older_cursor(bench: Bench) -> None:
    """A cursor of an earlier version is brought up to date, or the stream is read from its beginning."""
    bench.world.order = oldest_first
    pages(bench)
    with bench.store.writing():
        bench.store.connections.move_cursor(
            bench.connection.id, bench.stream.name, bench.stream.cursor_version - 1, "{}", 0
        )
    bench.sync_well()
    bench.check()


def _first_again(bench: Bench, body: Any) -> Any:
    del body
    return answered(bench, 0)


def _doctored(body: Any, change: Callable[[list[Any]], list[Any]]) -> Any:
    """Change every list of objects in a JSON body."""
    if isinstance(body, dict):
        return {name: _doctored(value, change) for name, value in body.items()}
    if isinstance(body, list) and body and all(isinstance(item, dict) for item in body):
        return change(body)
    return body


def _only_refused(bench: Bench, i: int) -> None:
    name = bench.world.id_of(bench.world.row(bench.world.facts[i]))
    refused = set(bench.state().refused)
    bad = [fact for fact in bench.world.facts.values() if fact.instead and fact.i != i]
    assert not bad
    require(name in refused, f"{name} cannot be read, and nobody is told")
    others = {bench.world.id_of(bench.world.row(fact)) for fact in bench.world.facts.values()} - {name}
    require(not (others & _unreadable(bench)), "rows that can be read were set aside with it")


def _unreadable(bench: Bench) -> set[str]:
    codes = ("malformed_record", "non_integer_amount", "missing_required_field", "connector_bug")
    return {name for name, code in bench.state().refused.items() if code in codes}


DATA_CASES = (*case.all, *FILE_CASES)
