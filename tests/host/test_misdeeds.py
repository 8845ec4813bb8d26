"""What a connector may do to its own process, and never to ours: each is one call, and what the core makes of it."""

import locale
import logging
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autobook_core.clock import SystemClock
from autobook_core.connector import AuthFailed, ConnectorSpec, Context, Source
from autobook_core.errors import AutobookError, ConnectorBug
from autobook_core.host import Limits, Processes
from autobook_core.intake.context import RunContext
from autobook_core.plugins.found import Candidate, Origin
from autobook_core.store.rows import RawRow
from tests.host.conftest import KEY, Processor
from tests.host.plugin import GOOD, with_method, with_top

LIMITS = Limits(quiet_seconds=1.5, call_seconds=6, cpu_seconds=3, memory_bytes=400 * 1024 * 1024, files=64)
Opened = Callable[..., tuple[Any, Context]]


@pytest.fixture
def opened(tmp_path: Path, processor: Processor) -> Iterator[Opened]:
    """Give a function that makes a stand-in for the connector of this code, and its context."""
    made: list[Any] = []
    keeper = Processes(LIMITS, import_seconds=2)

    def make(code: str, **settings: Any) -> tuple[Source, Context]:
        path = tmp_path / "pay.py"
        path.write_text(code)
        origin = Origin("local:pay.py", path=str(path))
        (told,) = keeper.announced([Candidate("local:pay.py", "", frozenset(), origin.load, origin)])
        assert not told.reason, told
        spec: ConnectorSpec = told.connectors[0].spec()
        stand_in = keeper.connector_class(origin, spec)
        source = stand_in(stand_in.Config(**({"api_key": KEY, "address": processor.address} | settings)))
        made.append(source)
        home = tmp_path / "book"
        (home / "connections").mkdir(parents=True, exist_ok=True)
        (home / "connections" / "other.toml").write_text("secret of another connection")
        context = RunContext(
            http=None, log=logging.getLogger("tests"), connection_id="pay", start=0, home=home, clock=SystemClock()  # type: ignore[arg-type]
        )  # fmt: skip
        return source, context

    yield make
    for source in made:
        source.close()


def complaint(call: Callable[[], Any]) -> AutobookError:
    with pytest.raises(AutobookError) as caught:
        call()
    return caught.value


HARM = {
    "raises": ("raise RuntimeError('no luck')", "RuntimeError: no luck (pay.py:"),
    "leaves by sys.exit": ("import sys; sys.exit('bye')", "SystemExit: bye"),
    "ends its process": ("os._exit(3)", "ended its process in fetch (exit code 3)"),
    "ends it with a word": ("print('out of luck', flush=True); os._exit(1)", "(exit code 1): out of luck"),
    "crashes in native code": ("import ctypes; ctypes.string_at(0)", "crashed in native code"),
    "hangs": ("import time; time.sleep(60)", "gave no sign of life in fetch"),
    "waits for a lock for ever": (
        "import threading; lock = threading.Lock(); lock.acquire(); lock.acquire()", "no sign of life"),
    "loops": ("while True: pass", "no sign of life"),
    "takes all the memory": ("kept = []\nwhile True: kept.append(bytearray(10**8))", "MemoryError"),
    "opens files without end": (
        "kept = [open(os.devnull) for _ in range(10_000)]", "Too many open files"),
    "gives something that is no page": ("return {'items': []}", "gave a dict, not a Page"),
    "gives rows that are no envelopes": (
        "return api.Page([{'id': 'x'}], {}, False)", "gave a dict among its rows"),
    "gives an id that is a number": (
        "return api.Page([api.Envelope(7, data=b'{}')], {}, False)", "Expected `str`, got `int`"),
    "gives a cursor that is no data": (
        "return api.Page([], {'at': object()}, False)", "Encoding objects of type object"),
    "gives seventy megabytes": (
        "return api.Page([api.Envelope('x', data=b'1' * 70_000_000)], {}, False)", "it gave an answer of 700000"),
    "asks another host": ("ctx.http.get('https://other.example/x')", "refused to ask https://other.example"),
    "has a client of its own": (
        "import httpx; httpx.get('http://127.0.0.1:9/')", "refused: the network"),
    "opens a socket": (
        "import socket; socket.create_connection(('127.0.0.1', 9))", "refused: the network"),
    "starts a program": ("import subprocess; subprocess.run(['true'])", "refused: another process"),
    "copies itself": ("os.fork()", "refused: another process"),
    "looks into other connections": (
        "open(ctx.home / 'connections' / 'other.toml').read()", "refused: the file other.toml"),
    "shows its key": ("raise RuntimeError('bad key ' + self.config.api_key)", "RuntimeError: bad key ***"),
}  # fmt: skip


@pytest.mark.parametrize(("body", "words"), HARM.values(), ids=HARM.keys())
def test_a_misdeed_ends_the_call_with_its_reason_and_the_next_one_works(
    opened: Opened, body: str, words: str, tmp_path: Path
) -> None:
    marker = tmp_path / "once"
    lines = "".join(f"        {line}\n" for line in body.splitlines())
    source, context = opened(
        with_method(
            f"def fetch(self, ctx, stream, cursor):\n    if not os.path.exists({str(marker)!r}):\n"
            f"        open({str(marker)!r}, 'w').close()\n{lines}"
            "    return super().fetch(ctx, stream, cursor)"
        )
    )
    began = time.monotonic()
    error = complaint(lambda: source.fetch(context, source.streams[0], None))
    assert isinstance(error, ConnectorBug), repr(error)
    assert words in str(error)
    assert KEY not in str(error)
    assert time.monotonic() - began < 8
    assert len(source.fetch(context, source.streams[0], None).items) == 4


def test_prints_a_new_locale_time_zone_and_handlers_stay_in_its_process(
    opened: Opened, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    before = (
        locale.setlocale(locale.LC_ALL),
        os.environ.get("TZ"),
        time.tzname,
        signal.getsignal(signal.SIGINT),
    )
    source, context = opened(
        with_method(
            "def check(self, ctx):\n"
            "    import locale, signal, time\n"
            "    print('hello ' * 100_000)\n"
            "    locale.setlocale(locale.LC_ALL, 'C')\n"
            "    os.environ['TZ'] = 'Pacific/Chatham'; time.tzset()\n"
            "    signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
            "    return super().check(ctx)"
        )
    )
    with caplog.at_level(logging.INFO):
        assert source.check(context).account_id == "acct_1"
        source.close()
    now = (
        locale.setlocale(locale.LC_ALL),
        os.environ.get("TZ"),
        time.tzname,
        signal.getsignal(signal.SIGINT),
    )
    assert now == before
    assert "hello" not in "".join(capfd.readouterr())
    assert [record.getMessage() for record in caplog.records].count("connector.printed") == 1


def test_the_secrets_of_the_environment_are_not_there(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOMEBODY_ELSES_KEY", "canary-0815")
    source, context = opened(
        with_method(
            "def check(self, ctx):\n    return api.Health(ok=True, account_id=repr(dict(os.environ)))"
        )
    )
    assert "canary-0815" not in source.check(context).account_id


def test_what_it_logs_comes_through_without_its_secrets(
    opened: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    source, context = opened(
        with_method(
            "def check(self, ctx):\n    ctx.log.warning('key %s', self.config.api_key)\n    return super().check(ctx)"
        )
    )
    with caplog.at_level(logging.DEBUG):
        source.check(context)
    told = str([vars(record) for record in caplog.records])
    assert "key ***" in told
    assert KEY not in told


def test_errors_of_the_contract_arrive_as_they_were_raised(opened: Opened) -> None:
    source, context = opened(
        with_method("def check(self, ctx):\n    raise api.AuthFailed('revoked', fix='make a new key')")
    )
    error = complaint(lambda: source.check(context))
    assert isinstance(error, AuthFailed)
    assert (str(error), error.fix) == ("revoked", "make a new key")


ROWS = {
    "ends the process": ("os._exit(1)", "ended its process"),
    "hangs": ("import time; time.sleep(60)", "no sign of life"),
    "gives a float": (
        "return [api.Charge(id=raw['id'], created=raw['created'], amount=1.5, currency='EUR', status='succeeded')]",
        "Expected `int`, got `float`"),
    "gives something else": ("return [{'kind': 'charge'}]", "translate gave a dict"),
    "gives more than 64 bits": (
        "return [api.Charge(id=raw['id'], created=1, amount=2**70, currency='EUR', status='succeeded')]", "kept"),
}  # fmt: skip


@pytest.mark.parametrize(("body", "words"), ROWS.values(), ids=ROWS.keys())
def test_a_row_that_harms_the_process_is_set_aside_alone(opened: Opened, body: str, words: str) -> None:
    source, _ = opened(
        with_method(
            f"def translate(self, stream, raw):\n    if raw['id'] == 'ch_2':\n        {body}\n"
            "    return super().translate(stream, raw)"
        )
    )
    rows = [
        RawRow(f"ch_{i}", "", 0, False, b"", b'{"id":"ch_%d","created":1750000000,"amount":100}' % i)
        for i in range(5)
    ]
    from autobook_core.host.reading import WorkerTranslator

    read = WorkerTranslator(source).page("movement", rows)
    refused = {row.id: found for row, found in zip(rows, read, strict=True) if not isinstance(found, list)}
    assert set(refused) == {"ch_2"}
    assert words in refused["ch_2"].detail


IMPORTS = {
    "raises": ("raise RuntimeError('not today')", "RuntimeError: not today"),
    "leaves": ("import sys; sys.exit(4)", "SystemExit: 4"),
    "ends the process": ("import os; os._exit(4)", "its import ended the process"),
    "hangs": ("import time; time.sleep(60)", "did not end within 2 s"),
    "loops": ("while True: pass", "did not end within 2 s"),
    "needs what is not there": ("import no_such_module", "No module named 'no_such_module'"),
    "is no Python": ("def", "SyntaxError"),
    "asks the network": ("import socket; socket.create_connection(('127.0.0.1', 9))", "refused: the network"),
    "starts a program": ("import os; os.system('true')", "refused: another process"),
    "eats memory": ("x = bytearray(10**9)", "MemoryError"),
}


@pytest.mark.parametrize(("code", "words"), IMPORTS.values(), ids=IMPORTS.keys())
def test_a_plugin_that_cannot_be_imported_says_why_and_the_others_are_there(
    tmp_path: Path, code: str, words: str
) -> None:
    origins = []
    for name, text in (("one", GOOD), ("bad", with_top(code)), ("two", GOOD)):
        path = tmp_path / f"{name}.py"
        path.write_text(text)
        origins.append(Origin(f"local:{name}.py", path=str(path)))
    candidates = [Candidate(item.plugin, "", frozenset(), item.load, item) for item in origins]
    one, bad, two = Processes(LIMITS, import_seconds=2).announced(candidates)
    assert words in bad.reason
    assert [item.connectors[0].type for item in (one, two)] == ["pay", "pay"]
