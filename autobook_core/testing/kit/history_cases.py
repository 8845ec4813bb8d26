"""What changes with time at the other side: rows are corrected, withdrawn, late, or appear while pages are read."""

from functools import partial

from autobook_core.testing.kit.bench import LATER, Bench
from autobook_core.testing.kit.case import Cases, Group, NotApplicable, require
from autobook_core.testing.kit.drive import ORDERS, answered, pages
from autobook_core.testing.kit.world import START, STEP, World, shuffled

case: Cases[Bench] = Cases(Group.DATA)
HISTORY_CASES = case.all

#: How late a row may become visible where the fake does not say, in seconds.
LATE_SECONDS = 300
#: Pages of a history that is longer than most lookbacks.
QUIET_PAGES = 12


@case("tombstone", bug="a voided row stays in the books")
def tombstone(bench: Bench) -> None:
    """A row that is withdrawn after it was read is known to be gone."""
    if not bench.world.withdraws:
        raise NotApplicable("the other side never takes a row back")
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
        fresh.server.when(2, partial(fresh.world.change, 0, amount=7_777))
        fresh.server.when(3, partial(fresh.world.change, 9, amount=8_888))
        fresh.sync_well()
        fresh.settle()
        fresh.check()


@case("old-news", bug="an older snapshot replaces the newer one, because versions do not follow changes")
def old_news(bench: Bench) -> None:
    """A page that a lagging replica tells as it was yesterday replaces nothing."""
    bench.world.insert(min(3, bench.page_size))
    bench.sync_well()
    yesterday = answered(bench, -1)
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
        fresh.server.when(2, partial(_insert, fresh.world, 3, STEP))
        fresh.server.when(3, partial(_insert, fresh.world, 1, 0))
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
        first = len(_asked(fresh))
        fresh.sync_well()
        again = len(_asked(fresh)) - first
        require(again <= QUIET_PAGES // 2 + 1, f"with nothing new, {again} pages are read again")


def _insert(world: World, count: int, later: int) -> None:
    world.insert(count, at=world.high() + later)


def _asked(bench: Bench) -> list[object]:
    """Return the cursors with which the kit's stream was asked for a page."""
    return [cursor for stream, cursor in bench.source.asked if stream.name == bench.stream.name]
