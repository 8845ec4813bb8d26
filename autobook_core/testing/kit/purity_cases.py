"""Translation is pure, amounts are whole, secrets stay secret, and no call goes on for ever."""

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from autobook_core.connector import secret_values
from autobook_core.intake.translation import Refusal, Translator
from autobook_core.logs import Redactor
from autobook_core.testing.kit import faults
from autobook_core.testing.kit.bench import Bench
from autobook_core.testing.kit.case import Cases, Group, NotApplicable, require
from autobook_core.testing.kit.crashes import Stopped
from autobook_core.testing.kit.drive import pages
from autobook_core.testing.kit.watch import asked_of_the_machine, time_zone

case: Cases[Bench] = Cases(Group.PURITY)
PURITY_CASES = case.all

#: Requests that one call of fetch may need: a page, and a few details of its rows.
MOST_PER_FETCH = 20


@case(
    "pure-translate",
    bug="a record dated by the clock of the machine that read it is another one after every run",
)
def pure_translate(bench: Bench) -> None:
    """Translating asks no clock, no chance, no file, no network and no locale, and says the same each time."""
    _landed(bench)
    translator = Translator(bench.subject.make_source())
    first = _records(bench, translator)
    with asked_of_the_machine() as asked:
        again = _records(bench, translator)
    require(not asked, f"translate asks the machine: {', '.join(sorted(set(asked)))}")
    _hold(first, again, "translate says something else the second time")


@case("time-zone", bug="an instant read as local time is another one on a server elsewhere")
def other_time_zone(bench: Bench) -> None:
    """Records are the same wherever the machine stands."""
    _landed(bench)
    said = []
    for zone in ("UTC", "Pacific/Chatham", "America/St_Johns"):
        with time_zone(zone):
            page = bench.fetch(None)
            births = {item.id: (str(item.version), item.created) for item in page.items}
            said.append((_records(bench), births))
    for records, births in said[1:]:
        _hold(said[0][0], records, "records change with the time zone of the machine")
        _hold(said[0][1], births, "births or versions of rows change with the machine's time zone")


@case("whole-amounts", bug="amounts in floats are off by a cent sooner or later")
def whole_amounts(bench: Bench) -> None:
    """No record holds a float, whatever the amount."""
    for amount in (1, 29, 1_999, 10_010, 123_456_789_012_345_678):
        (fact,) = bench.world.insert(1)
        fact.changes["amount"] = amount
    bench.sync_well()
    for records in _records(bench).values():
        for record in records:
            path = _float_in(msgspec.to_builtins(record))
            require(path is None, f"a record of kind {record.kind} holds the float {path}")
    bench.check()


@case("canary", bug="a key in a traceback, a log line or a stored cursor is a key in every backup")
def canary(bench: Bench) -> None:
    """The secrets of the connection are in no repr, log line, stored byte, cursor or exception."""
    secrets = secret_values(bench.source.config)
    if not secrets:
        raise NotApplicable("the connector has no secrets")
    hide = Redactor(secrets)
    seen: dict[str, str] = {}
    with _logged() as lines:
        source = bench.subject.make_source()
        seen["the repr of the connector"] = f"{source!r} {source} {source.config!r}"
        pages(bench)
        bench.server.fail(faults.status(503), 2)
        bench.sync_well()
        seen["a cursor"] = "".join(str(cursor) for _, cursor in bench.source.asked)
        for fault in (
            faults.status(401),
            faults.status(400),
            faults.status(500),
            faults.read_timeout,
            faults.html,
        ):
            bench.server.fail_all(fault)
            seen[f"what a failed run tells ({len(seen)})"] = str(bench.sync())
            seen[f"an exception ({len(seen)})"] = _complaint(bench)
            bench.server.recover()
            bench.clock.move(600)
        bench.settle()
    seen["the store"] = bench.dump()
    seen["a log line"] = "\n".join(lines)
    for place, text in seen.items():
        require(hide(text) == text, f"a secret of the connection is in {place}")


@case(
    "endless-pages", bug="a loop inside fetch over a server that always says there is more never comes back"
)
def endless_pages(bench: Bench) -> None:
    """Every call of fetch ends, and a server that repeats itself for ever is given up or left between pages."""
    pages(bench)
    bench.server.most = len(bench.server.calls) + 60
    for request in range(2, 100):
        bench.server.rewrite(request, lambda body: msgspec.json.decode(bench.server.answers[0]) or body)
    try:
        bench.sync()
    except Stopped:
        calls = len(bench.source.asked)
        require(
            calls * MOST_PER_FETCH >= len(bench.server.calls),
            "one call of fetch went on and on over a server's pages",
        )
    else:
        calls = len(bench.source.asked)
        require(
            len(bench.server.calls) <= calls * MOST_PER_FETCH, "one call of fetch asked for page after page"
        )


@case("json-cursor", bug="a cursor that cannot be stored as it is comes back as something else")
def json_cursor(bench: Bench) -> None:
    """Cursors survive the store unchanged, and stay small."""
    pages(bench)
    bench.sync_well()
    for _, cursor in bench.source.asked:
        text = msgspec.json.encode(cursor)
        require(msgspec.json.decode(text) == cursor, f"a cursor does not survive the store: {cursor}")
        require(len(text) <= 4_096, f"a cursor has {len(text)} bytes: it grows with the rows")


def _landed(bench: Bench) -> None:
    pages(bench, 2)
    bench.world.change(0, deleted=True)
    bench.sync_well()


def _records(bench: Bench, translator: Translator | None = None) -> dict[str, Any]:
    """Translate what has landed, with a new connector object if none is given."""
    rows = sorted(bench.state().raw.items())
    translator = translator or Translator(bench.subject.make_source())
    found = {name: translator.records(stream, row) for name, (stream, row) in rows}
    return {name: records for name, records in found.items() if not isinstance(records, Refusal)}


def _hold(one: dict[str, Any], other: dict[str, Any], promise: str) -> None:
    """Hold what was said at one time to what was said at another, by the id of the row."""
    for name in sorted(one.keys() | other.keys()):
        first, second = one.get(name), other.get(name)
        require(first == second, f"{promise}. {name} gave first {first}, then {second}")


def _float_in(value: Any, path: str = "") -> str | None:
    if isinstance(value, float):
        return f"{value!r}{path and ' at ' + path}"
    parts: Any = ()
    if isinstance(value, dict):
        parts = value.items()
    elif isinstance(value, list | tuple):
        parts = enumerate(value)
    return next((found for name, part in parts if (found := _float_in(part, f"{path}.{name}"))), None)


def _complaint(bench: Bench) -> str:
    """Return everything an exception of fetch and of check tells, with what it came from."""
    told = []
    for call in (lambda: bench.fetch(None), lambda: bench.subject.make_source().check(bench.context)):
        try:
            told.append(repr(call()))
        except Exception as error:  # noqa: BLE001 - whatever it is, it may not tell a secret
            told += traceback.format_exception(error)
            told.append(f"{error!r} {vars(error)}")
    return "".join(told)


class _Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        fields = getattr(record, "fields", "")
        self.lines.append(f"{logging.Formatter().format(record)} {fields}")


@contextmanager
def _logged() -> Iterator[list[str]]:
    """Give a list that fills with all that is logged meanwhile, at every level."""
    root, handler = logging.getLogger(), _Lines()
    level = root.level
    # In front of any other: one that redacts cleans the record for all that come after it.
    root.handlers.insert(0, handler)
    root.setLevel(logging.DEBUG)
    try:
        yield handler.lines
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
