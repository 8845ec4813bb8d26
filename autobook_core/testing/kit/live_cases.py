"""The assumptions a fake makes, tried on a sandbox of the live service: filter, pages, order, versions, fields.

Rows that appear or change in the sandbox while it is read are news, and are held against nobody.
"""

from collections.abc import Iterator, Sequence

import msgspec

from autobook_core.connector import Envelope, NotSupported, Stream
from autobook_core.intake.translation import Refusal, Translator
from autobook_core.testing.kit.case import Broken, Case, Cases, Group, NotApplicable, require
from autobook_core.testing.kit.drive import some
from autobook_core.testing.kit.sandbox import Reading, Sandbox

case: Cases[Sandbox] = Cases(Group.LIVE)
#: Pages that are asked for again.
MOST_REFETCHED = 3


@case("live-check", bug="the key opens another account than the one it was made for")
def live_check(sandbox: Sandbox) -> None:
    """Checking names the account, and says the same twice."""
    one, other = sandbox.health, sandbox.make_source().check(sandbox.context())
    require(one.ok, f"check says {one.message or one}")
    require(not one.missing, f"the key is not allowed to read: {', '.join(one.missing)}")
    require(one.account_id, "check does not say whose account it is")
    require(one == other, "check says something else the second time")


@case("live-ids", bug="an id that two rows share makes one of them disappear")
def live_ids(sandbox: Sandbox) -> None:
    """Every row has an id, and no two rows of one version share it."""
    for stream in _filled(sandbox):
        seen: dict[tuple[str, str], bytes] = {}
        for item in sandbox.first(stream).items:
            row = sandbox.row(item)
            require(
                item.id and not row.refused, f"a row of {stream.name} has no id that can be kept: {item.id!r}"
            )
            known = seen.setdefault((row.id, row.version), row.digest)
            require(known == row.digest, f"two different rows of {stream.name} have the id {item.id}")


@case("live-fields", bug="a field that the example in the documentation has, and half of the rows have not")
def live_fields(sandbox: Sandbox) -> None:
    """Every row fits its shape and gives records, and has the fields that the fake's rows have."""
    wanted = set(sandbox.api().make_record(0, sandbox.start)) if sandbox.api is not None else set()
    kit_stream = getattr(sandbox.api, "stream", sandbox.source.streams[0].name)
    for stream in _filled(sandbox):
        translator = Translator(sandbox.make_source())
        for item in sandbox.first(stream).items:
            row = sandbox.row(item)
            found = translator.records(stream.name, row)
            if isinstance(found, Refusal):
                raise Broken(f"{stream.name} {item.id} gives no record: {found.code}: {found.detail}")
            content = msgspec.json.decode(row.data)
            absent = sorted(wanted - set(content)) if stream.name == kit_stream else []
            require(
                not absent, f"{stream.name} {item.id} has no {', '.join(absent)}, which the fake's rows have"
            )


@case(
    "live-inclusive",
    bug="the filter leaves out the very instant it is given, and with it rows of that second",
)
def live_inclusive(sandbox: Sandbox) -> None:
    """A reading from the instant of a row on brings that row."""
    for stream, window in _windows(sandbox):
        lost = [item.id for item in _old(sandbox, stream, sandbox.first(stream))
                if sandbox.mark(stream, item) == window.start and item.id not in window.newest]  # fmt: skip
        require(
            not lost, f"{stream.name} from {window.start} on leaves out {_few(lost)}, of that very instant"
        )


@case(
    "live-precise", bug="the filter goes by the day: every run reads the whole day again, or misses its rest"
)
def live_precise(sandbox: Sandbox) -> None:
    """A reading from an instant on brings nothing from before it."""
    for stream, window in _windows(sandbox):
        early = [item for item in window.items if sandbox.mark(stream, item) < window.start]
        if early:
            seconds = window.start - min(sandbox.mark(stream, item) for item in early)
            raise Broken(
                f"{stream.name} from {window.start} on brings {_few([item.id for item in early])}, from up to "
                f"{seconds} s before: the filter is coarser than a second, or start is not passed on"
            )


@case("live-pages", bug="a row at the edge of a page is on neither side of it")
def live_pages(sandbox: Sandbox) -> None:
    """Pages that begin elsewhere hold the same rows: nothing is lost at an edge."""
    for stream, window in _windows(sandbox):
        whole = sandbox.first(stream).newest
        lost = [item.id for item in _old(sandbox, stream, sandbox.first(stream))
                if sandbox.mark(stream, item) > window.start and item.id not in window.newest]  # fmt: skip
        require(not lost, f"{stream.name} from {window.start} on passes over {_few(lost)}")
        passed = [item.id for item in _old(sandbox, stream, window) if item.id not in whole]
        require(
            not passed,
            f"reading {stream.name} from {sandbox.start} on passed over {_few(passed)}, at a page's edge",
        )


@case("live-order", bug="rows of one instant change places between two requests, and one slips through")
def live_order(sandbox: Sandbox) -> None:
    """Two readings list the rows in the same order."""
    for stream in _filled(sandbox):
        one, other = sandbox.first(stream), sandbox.second(stream)
        same = _unchanged(sandbox, stream, one) & _unchanged(sandbox, stream, other)
        orders = [[item for item in reading.newest if item in same] for reading in (one, other)]
        for before, now in zip(*orders, strict=True):
            require(before == now, f"{stream.name} lists {now} where it listed {before} a moment before")


@case("live-refetch", bug="a page that is asked for again is another page: after a crash, rows are missing")
def live_refetch(sandbox: Sandbox) -> None:
    """A cursor that is used again brings the same rows."""
    for stream in _filled(sandbox):
        reading = sandbox.first(stream)
        for number in some(len(reading.pages), MOST_REFETCHED):
            again = sandbox.fetch(stream, reading.asked[number - 1])
            before, now = (
                {item.id: sandbox.row(item).digest for item in page.items if _is_old(sandbox, stream, item)}
                for page in (reading.pages[number - 1], again)
            )
            if any(not _is_old(sandbox, stream, item) for item in again.items):
                raise NotApplicable("rows changed in the sandbox meanwhile; run it again")
            wrong = [name for name in {**before, **now} if before.get(name) != now.get(name)]
            require(not wrong, f"page {number} of {stream.name}, asked for again, differs in {_few(wrong)}")


@case("live-versions", bug="a row changes and its version does not, so that the change is never taken over")
def live_versions(sandbox: Sandbox) -> None:
    """A row that says something else has a later version, and a reading from the latest mark on brings it."""
    for stream in _filled(sandbox):
        _follow(sandbox, stream, sandbox.first(stream), sandbox.second(stream))
    try:
        name = sandbox.touch(sandbox.context())
    except NotSupported:
        return
    for stream in _filled(sandbox):
        known = sandbox.second(stream).newest.get(name)
        if known is None:
            continue
        latest = max(sandbox.mark(stream, item) for item in sandbox.second(stream).items)
        window = sandbox.read(stream, latest)
        require(
            name in window.newest,
            f"{stream.name} {name} was changed, and reading from {latest} on leaves it out",
        )
        now = sandbox.row(window.newest[name])
        require(
            now.digest != sandbox.row(known).digest, f"{stream.name} {name} was changed, and says the same"
        )
        _follow(sandbox, stream, sandbox.second(stream), window)
        return
    raise Broken(f"touch() says that it changed {name!r}, which is in no stream")


def _follow(sandbox: Sandbox, stream: Stream, one: Reading, other: Reading) -> None:
    """Hold the versions of rows to their contents."""
    for name, item in other.newest.items():
        before = one.newest.get(name)
        if before is None:
            continue
        was, row = sandbox.row(before), sandbox.row(item)
        require(
            was.digest == row.digest or not row.version or row.version > was.version,
            f"{stream.name} {name} says something else under the version {item.version!r}, after {before.version!r}",
        )


def _filled(sandbox: Sandbox) -> list[Stream]:
    """Return the streams that have rows in this sandbox.

    Raises:
        NotApplicable: none has.
    """
    found = [stream for stream in sandbox.source.streams if sandbox.first(stream).items]
    if not found:
        raise NotApplicable("the sandbox has no rows; make some there")
    return found


def _windows(sandbox: Sandbox) -> Iterator[tuple[Stream, Reading]]:
    """Yield readings that begin at the edges of pages.

    Raises:
        NotApplicable: no stream has two pages.
    """
    found = [stream for stream in _filled(sandbox) if len(sandbox.first(stream).pages) > 1]
    if not found:
        raise NotApplicable("no stream has two pages in this sandbox; make more rows there")
    for stream in found:
        for window in sandbox.windows(stream):
            yield stream, window


def _is_old(sandbox: Sandbox, stream: Stream, item: Envelope) -> bool:
    return sandbox.mark(stream, item) <= sandbox.high(stream)


def _old(sandbox: Sandbox, stream: Stream, reading: Reading) -> list[Envelope]:
    """Return the rows of a reading that did not change since the first one."""
    return [item for item in reading.newest.values() if _is_old(sandbox, stream, item)]


def _unchanged(sandbox: Sandbox, stream: Stream, reading: Reading) -> set[str]:
    return {item.id for item in _old(sandbox, stream, reading)}


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")


LIVE_CASES: tuple[Case[Sandbox], ...] = tuple(case.all)
