"""Broken plugins of every kind are listed, skipped and told of, while the others sync."""

from pathlib import Path
from typing import Any

import pytest

from autobook_core.host import Limits, Processes
from tests.host.conftest import Books
from tests.host.plugin import GOOD, with_method

BROKEN = {
    "raises": "raise RuntimeError('not today')",
    "leaves": "import sys\nsys.exit(3)",
    "ends": "import os\nos._exit(3)",
    "hangs": "import time\ntime.sleep(60)",
    "misspelt": GOOD.replace("def autobook_connectors", "def autobook_conectors"),
    "newer": GOOD.replace('"pay", "Pay", Pay', '"newer", "Pay", Pay, api=99'),
    "twin": GOOD,
    "wrong_type": GOOD.replace('return [api.ConnectorSpec("pay", "Pay", Pay)]', "return 7"),
}
HEARING = """
from autobook_core.connector import hookimpl

@hookimpl
def autobook_alert(alert):
    with open({path!r}, "a") as file:
        file.write(alert.id + "\\n")
"""


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    def keeper() -> Processes:
        return Processes(Limits(quiet_seconds=2), import_seconds=1)

    monkeypatch.setattr("autobook_core.bookkeeping.wiring.Processes", keeper)


def told(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def test_broken_plugins_of_every_kind_are_left_out_and_alerted_once_while_the_others_sync(
    books: Books, tmp_path: Path
) -> None:
    heard = tmp_path / "heard.txt"
    book = books(
        GOOD, **{f"z_{name}": code for name, code in BROKEN.items()}, observer=HEARING.format(path=str(heard))
    )
    result = book.sync(deliver=False)
    assert result["connections"][0] | {"new": 10, "outcome": "ok"} == result["connections"][0]
    names = {alert["id"].split(":")[2] for alert in result["alerts"]}
    assert names == {f"z_{name}.py" for name in BROKEN}
    assert sorted(told(heard)) == sorted(alert["id"] for alert in result["alerts"])
    book.sync(deliver=False)
    assert len(told(heard)) == len(BROKEN)


def test_an_alert_is_over_when_its_cause_is_gone_and_begins_anew_when_it_comes_back(
    books: Books, tmp_path: Path
) -> None:
    heard = tmp_path / "heard.txt"
    observer = HEARING.format(path=str(heard))
    bad = BROKEN["raises"]
    assert len(books(GOOD, bad=bad, observer=observer).sync(deliver=False)["alerts"]) == 1
    assert books(GOOD, bad="", observer=observer).sync(deliver=False)["alerts"] == []
    assert len(books(GOOD, bad=bad, observer=observer).sync(deliver=False)["alerts"]) == 1
    assert len(told(heard)) == 2


def test_an_observer_that_fails_is_told_again(books: Books, tmp_path: Path) -> None:
    heard = tmp_path / "heard.txt"
    failing = HEARING.format(path=str(heard)) + "    raise RuntimeError('the mail server is down')\n"
    book = books(GOOD, bad=BROKEN["raises"], observer=failing)
    book.sync(deliver=False)
    book.sync(deliver=False)
    ids = told(heard)
    assert len(ids) == 2
    assert len(set(ids)) == 1


@pytest.mark.parametrize(
    ("code", "id"),
    [
        (with_method("def fetch(self, ctx, stream, cursor):\n    raise RuntimeError('no luck')"), "run:pay:"),
        (
            with_method(
                "def fetch(self, ctx, stream, cursor):\n    try:\n        open(ctx.home / 'autobook.toml')\n"
                "    except PermissionError:\n        pass\n    return super().fetch(ctx, stream, cursor)"
            ),
            "refused:pay:",
        ),
    ],
    ids=["a bug", "a look where it has no business"],
)
def test_what_a_connector_does_wrong_in_a_run_is_alerted(books: Books, code: str, id: str) -> None:
    alerts: list[dict[str, Any]] = books(code).sync(deliver=False)["alerts"]
    assert [alert["id"].startswith(id) for alert in alerts] == [True]
    assert alerts[0]["connection"] == "pay"
