"""What other sides do to rows: repeat, shuffle, tie, change, delay, withdraw and spoil them."""

from collections.abc import Callable
from typing import Any

import msgspec

from autobook_core.testing.kit.bench import LATER, Bench
from autobook_core.testing.kit.case import Cases, Group, NotApplicable, require
from autobook_core.testing.kit.drive import ORDERS, benches, offered, pages
from autobook_core.testing.kit.world import START, newest_first, oldest_first, shuffled

case: Cases[Bench] = Cases(Group.DATA)
DATA_CASES = case.all

#: How late a row may become visible where the fake does not say, in seconds.
LATE_SECONDS = 300
#: Pages of a history that is longer than most lookbacks.
QUIET_PAGES = 12


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
        fresh.server.rewrite(2, lambda body, one=fresh: _decoded(one, 0) or body)
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


@case("tombstone", bug="a voided row stays in the books")
def tombstone(bench: Bench) -> None:
    """A row that is withdrawn after it was read is known to be gone."""
    pages(bench)
    bench.sync_well()
    bench.clock.move(LATER)
    bench.world.change(2, deleted=True)
    bench.sync_well()
    bench.check()


@case("update-between-runs", bug="the cursor follows births, and a later change is never seen")
def update_between_runs(bench: Bench) -> None:
    """A change to an old row arrives with the next run."""
    for order in ORDERS:
        fresh = bench.another()
        fresh.world.order = order
        pages(fresh)
        fresh.sync_well()
        fresh.clock.move(LATER)
        fresh.world.insert(30)
        fresh.sync_well()
        fresh.world.change(0, amount=7_777)
        fresh.sync_well()
        fresh.check()


@case("update-while-paging", bug="a row that moves in the listing while it is read is lost or stays old")
def update_while_paging(bench: Bench) -> None:
    """Rows changed between two pages of a run end up as they are told last."""
    for order in ORDERS:
        fresh = bench.another()
        fresh.world.order = order
        pages(fresh)
        fresh.server.when(
            2, lambda one=fresh: (one.world.change(0, amount=7_777), one.world.change(9, amount=8_888))
        )
        fresh.sync_well()
        fresh.settle()
        fresh.check()


@case("old-news", bug="an older snapshot replaces the newer one, because versions do not follow changes")
def old_news(bench: Bench) -> None:
    """A page that a lagging replica tells as it was yesterday replaces nothing."""
    bench.world.insert(min(3, bench.page_size))
    bench.sync_well()
    yesterday = _decoded(bench, -1)
    bench.world.change(0, amount=7_777)
    bench.sync_well()
    bench.server.rewrite(1, lambda _: yesterday)
    bench.sync_well()
    bench.check()


@case(
    "same-instant",
    bug="a query for what is later than the last one passes over rows of the very same instant",
)
def same_instant(bench: Bench) -> None:
    """A row that appears at the exact instant of the latest one read arrives."""
    pages(bench)
    bench.sync_well()
    bench.world.insert(2, at=bench.world.high())
    bench.sync_well()
    bench.check()


@case("late-row", bug="a row that becomes visible late is older than the cursor by then")
def late_row(bench: Bench) -> None:
    """A row that is listed later than it is dated arrives, up to the delay the API is known for."""
    late = getattr(bench.api, "late_seconds", LATE_SECONDS)
    if not late:
        raise NotApplicable("rows of this API never become visible late")
    pages(bench)
    bench.sync_well()
    bench.world.insert(1, at=bench.world.high() - late, visible_from=bench.clock.now() + late)
    bench.sync_well()
    bench.clock.move(late)
    bench.sync_well()
    bench.check()


@case("sweep", bug="a cursor kept beside the one the engine gives: reading afresh repairs nothing")
def sweep(bench: Bench) -> None:
    """A row older than any lookback arrives when the stream is read from its beginning."""
    for order in ORDERS:
        fresh = bench.another()
        fresh.world.order = order
        fresh.world.insert(1)
        fresh.world.insert(5 * fresh.page_size)
        fresh.sync_well()
        fresh.clock.move(LATER)
        fresh.world.insert(1, at=START + 1)
        fresh.sync_well()
        fresh.sync_well(afresh=True)
        fresh.check()


@case(
    "insert-while-paging",
    bug="a row that appears while pages are read shifts the listing, and another is passed over",
)
def insert_while_paging(bench: Bench) -> None:
    """Rows that appear between two pages of a run arrive, at the latest with the next one."""
    for order in (*ORDERS, shuffled):
        fresh = bench.another()
        fresh.world.order = order
        pages(fresh)
        fresh.server.when(2, lambda one=fresh: one.world.insert(3))
        fresh.server.when(3, lambda one=fresh: one.world.insert(1, at=one.world.high()))
        fresh.sync_well()
        fresh.sync_well()
        fresh.check()


@case("quiet-run", bug="a mark that stays behind: every run reads the whole history again")
def quiet_run(bench: Bench) -> None:
    """With nothing new, a run does not read everything again."""
    for order in ORDERS:
        fresh = bench.another()
        fresh.world.order = order
        pages(fresh, QUIET_PAGES)
        fresh.sync_well()
        fresh.sync_well()
        first = len(fresh.source.asked)
        fresh.sync_well()
        again = len(fresh.source.asked) - first
        if fresh.stream.lookback * 2 > fresh.world.high() - START:
            raise NotApplicable(f"the lookback of {fresh.stream.lookback} s spans the kit's rows")
        require(again <= QUIET_PAGES // 2 + 1, f"with nothing new, {again} pages are read again")


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


def _decoded(bench: Bench, answer: int) -> Any:
    return msgspec.json.decode(bench.server.answers[answer])


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
