"""How cases drive a bench: the same small story, told with trouble at every place in it."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from autobook_core.testing.kit.bench import LATER, Bench
from autobook_core.testing.kit.case import Broken, NotApplicable, require
from autobook_core.testing.kit.fake import Fact
from autobook_core.testing.kit.folder import NO_TRANSPORT, Folder
from autobook_core.testing.kit.state import State
from autobook_core.testing.kit.world import newest_first, oldest_first

Order = Callable[[Fact], Any]
#: Both ways in which servers list rows: some mistakes lose money with one of them only.
ORDERS: tuple[Order, ...] = (oldest_first, newest_first)
#: Set aside by the books for want of something else, through no fault of the row.
WAITING = frozenset({"unmatched_bank_line", "charge_without_invoice"})


def story(bench: Bench, order: Order = oldest_first, *, tell: Callable[[], Any] | None = None) -> None:
    """Three pages arrive and are synced; two rows more arrive and are synced."""
    tell = tell or bench.sync
    bench.world.order = order
    bench.world.insert(2 * bench.page_size + 1)
    tell()
    bench.clock.move(LATER)
    bench.world.insert(2)
    tell()


def clean_run(bench: Bench, order: Order = oldest_first) -> tuple[State, Counter[str]]:
    """Tell the story without trouble; return its final state, and how often it came past each point.

    Raises:
        Broken: even that goes wrong.
    """
    clean = bench.another()
    story(clean, order, tell=clean.sync_well)
    seen = Counter(clean.points.seen)
    clean.settle()
    clean.check()
    return clean.state(), seen


def benches(bench: Bench) -> Iterator[tuple[Order, Bench, State]]:
    """Give a fresh bench, and the state a clean run ends in, for each order of listing."""
    for order in ORDERS:
        clean, _ = clean_run(bench, order)
        fresh = bench.another()
        fresh.world.order = order
        yield order, fresh, clean


def parents_first(bench: Bench) -> None:
    """Hold a run to the order in which its streams were read: none before those it comes after."""
    read: list[str] = []
    for stream, _ in bench.source.asked:
        early = {name for name in stream.after if name not in read} & {one.name for one in bench.read}
        require(not early, f"{stream.name} is read before {', '.join(sorted(early))}, which it comes after")
        read.append(stream.name)


def pages(bench: Bench, count: int = 3) -> None:
    """Let so many pages of rows arrive, the last of them not full."""
    bench.world.insert((count - 1) * bench.page_size + max(1, bench.page_size // 2))


def answered(bench: Bench, number: int) -> Any:
    """Return the JSON of an answer that was given, by its place among all of them.

    Raises:
        NotApplicable: the connector asks for no answers.
    """
    if isinstance(bench.server, Folder):
        raise NotApplicable(NO_TRANSPORT)
    return msgspec.json.decode(bench.server.answers[number])


def some(hits: int, most: int) -> list[int]:
    """Return at most so many of the numbers from 1 to ``hits``: the first, the last and some between."""
    if hits <= most:
        return list(range(1, hits + 1))
    return sorted({1 + step * (hits - 1) // (most - 1) for step in range(most)})


def offered(bench: Bench, name: str) -> Callable[..., Any]:
    """Return an optional method of the fake.

    Raises:
        NotApplicable: the fake has none.
    """
    found: Callable[..., Any] | None = getattr(bench.api, name, None)
    if found is None:
        raise NotApplicable(f"the fake has no {name}()")
    return found


def refused_calls(
    call: Callable[[], Any], errors: type[Exception] | tuple[type[Exception], ...], promise: str
) -> None:
    """Make a call that must be refused with one of these errors.

    Raises:
        Broken: it is not.
    """
    try:
        call()
    except errors:
        return
    except Exception as error:
        raise Broken(f"{promise}; it raised {type(error).__name__}: {error}") from error
    require(False, promise)
