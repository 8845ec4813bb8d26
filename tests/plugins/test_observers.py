import subprocess
import sys
import textwrap
import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest

from autobook_core.connector import Alert, RunInfo, RunReport, hookimpl
from autobook_core.plugins import Plugins, load_plugins

RUN = RunInfo("run-1", "stripe", "stripe", 1_750_000_000)
ALERT = Alert("alert-1", "warning", "a title")


def given(*plugins: object, **options: Any) -> Plugins:
    return load_plugins(extra=plugins, env={"AUTOBOOK_PLUGINS": "none"}, **options)


def plugin(**hooks: Any) -> object:
    return SimpleNamespace(**{f"autobook_{name}": hookimpl(function) for name, function in hooks.items()})


def test_observers_hear_what_happened_and_may_leave_arguments_out() -> None:
    heard: list[object] = []
    plugins = given(
        plugin(run_started=lambda run: heard.append(("started", run))),
        plugin(run_finished=lambda report: heard.append(("finished", report))),
        plugin(run_finished=lambda run, report: heard.append(("both", run, report))),
        plugin(alert=lambda: heard.append("alert")),
    )
    report = RunReport("ok", rows=7)
    plugins.run_started(RUN)
    plugins.run_finished(RUN, report)
    assert plugins.alert(ALERT) == []
    assert heard[0] == ("started", RUN)
    assert ("finished", report) in heard
    assert ("both", RUN, report) in heard
    assert heard[-1] == "alert"


def boom(alert: Alert) -> None:
    raise ValueError("boom")


def leave(alert: Alert) -> None:
    raise SystemExit


def coroutine(alert: Alert) -> Any:
    async def later() -> None: ...

    return later()


@pytest.mark.parametrize("broken", [boom, leave, coroutine])
def test_an_observer_that_breaks_is_named_and_the_others_hear(
    broken: Any, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[str] = []
    plugins = given(
        plugin(alert=lambda alert: heard.append("a")),
        plugin(alert=broken),
        plugin(alert=lambda alert: heard.append("c")),
    )
    assert plugins.alert(ALERT) == ["given:SimpleNamespace#2"]
    assert sorted(heard) == ["a", "c"]
    assert [record.getMessage() for record in caplog.records] == ["plugin.failed"]


def test_an_observer_that_hangs_costs_its_budget_once_and_one_thread() -> None:
    release = threading.Event()
    heard: list[str] = []
    plugins = given(
        plugin(alert=lambda alert: release.wait(30)),
        plugin(alert=lambda alert: heard.append("b")),
        budget_seconds=0.1,
    )
    before = threading.active_count()
    began = time.monotonic()
    for _ in range(5):
        assert plugins.alert(ALERT) == ["given:SimpleNamespace"]
    assert time.monotonic() - began < 2
    assert threading.active_count() == before + 1
    assert heard == ["b"] * 5
    release.set()
    deadline = time.monotonic() + 5
    while plugins.alert(ALERT) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert plugins.alert(ALERT) == []


def test_observers_wait_for_each_other_at_most_the_budget_together() -> None:
    release = threading.Event()
    hanging = [plugin(alert=lambda alert: release.wait(30)) for _ in range(5)]
    began = time.monotonic()
    assert len(given(*hanging, budget_seconds=0.1).alert(ALERT)) == 5
    assert time.monotonic() - began < 0.4
    release.set()


def test_a_hanging_observer_does_not_keep_the_process_alive() -> None:
    code = """
        import time
        from types import SimpleNamespace
        from autobook_core.connector import Alert, hookimpl
        from autobook_core.plugins import load_plugins
        slow = SimpleNamespace(autobook_alert=hookimpl(lambda alert: time.sleep(60)))
        plugins = load_plugins(extra=[slow], env={"AUTOBOOK_PLUGINS": "none"}, budget_seconds=0.05)
        print(plugins.alert(Alert("1", "info", "t")))
    """
    result = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, timeout=20, check=True
    )
    assert result.stdout.strip() == "['given:SimpleNamespace']"
