import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from autobook_core.errors import ConfigurationError
from autobook_core.workbench.bench import Workbench
from autobook_core.workbench.paging import Begin
from tests.workbench.acme_server import Acme

from .conftest import MakeBench, change


def ids(found: dict[str, Any]) -> list[list[str]]:
    return [[row["id"] for row in page["rows"]] for page in found["pages"]]


def test_each_call_asks_for_the_page_after_the_last_one(on_bench: MakeBench) -> None:
    pages = [on_bench().fetch(None, pages=1) for _ in range(3)]
    assert [ids(page) for page in pages] == [[["ch_0", "ch_1"]], [["ch_2", "ch_3"]], [["ch_4"]]]
    assert [page["pages"][0]["number"] for page in pages] == [1, 2, 3]
    assert [page["pages"][0]["has_more"] for page in pages] == [True, True, False]


def test_several_pages_end_with_the_last_of_the_window(bench: Workbench) -> None:
    assert ids(bench.fetch(None, pages=9)) == [["ch_0", "ch_1"], ["ch_2", "ch_3"], ["ch_4"]]


def test_the_cursor_is_shown_before_and_after_with_its_differences(bench: Workbench) -> None:
    bench.fetch(None, pages=1)
    (page,) = bench.fetch(None, pages=1)["pages"]
    assert page["cursor_before"] == {"high": 1_750_000_060, "since": 0, "token": "ch_1"}
    assert page["cursor_after"] == {"high": 1_750_000_180, "since": 0, "token": "ch_3"}
    assert page["cursor_changes"] == [
        {"path": "high", "change": "changed", "before": 1_750_000_060, "after": 1_750_000_180},
        {"path": "token", "change": "changed", "before": "ch_1", "after": "ch_3"},
    ]


def test_a_cursor_given_by_hand_has_the_last_word(bench: Workbench) -> None:
    bench.fetch(None, pages=1)
    assert ids(bench.fetch(None, pages=1, begin=Begin.read("start"))) == [["ch_0", "ch_1"]]
    later = Begin.read(json.dumps({"since": 1_750_000_240, "high": 1_750_000_180}))
    assert ids(bench.fetch(None, pages=1, begin=later)) == [["ch_4"]]
    with pytest.raises(ConfigurationError, match="neither the word start nor a JSON object"):
        Begin.read("[1]")


def test_the_start_is_midnight_where_the_company_is(acme: Acme, on_bench: MakeBench) -> None:
    on_bench(start=date(2025, 6, 15)).fetch(None, pages=1)
    assert "since=1749945600&" in acme.asked[-1]


def test_forgetting_the_session_begins_again(bench: Workbench, tmp_path: Path) -> None:
    bench.fetch(None, pages=1)
    bench.session.reset()
    assert not list(tmp_path.rglob("state.json"))
    assert ids(bench.fetch(None, pages=1)) == [["ch_0", "ch_1"]]


def test_a_cursor_of_an_older_version_is_brought_up_to_date_by_the_connector(
    acme: Acme, on_bench: MakeBench, connector: Path
) -> None:
    on_bench().fetch(None, pages=1)
    change(connector, "lookback=600,", "lookback=600, cursor_version=2,")
    change(
        connector,
        "    def translate",
        "    def migrate_cursor(self, stream, version, cursor):\n"
        "        return {'since': 1750000240, 'high': version}\n\n"
        "    def translate",
    )
    assert ids(on_bench().fetch(None, pages=1)) == [["ch_4"]]


def test_the_raw_file_holds_the_rows_as_they_came(acme: Acme, bench: Workbench, tmp_path: Path) -> None:
    found = bench.fetch(None, pages=2, raw=tmp_path / "rows.json")
    assert found["raw"] == str(tmp_path / "rows.json")
    assert json.loads((tmp_path / "rows.json").read_bytes()) == acme.rows[:4]


def test_a_wrong_name_of_a_stream_is_refused_with_those_there_are(bench: Workbench) -> None:
    with pytest.raises(ConfigurationError, match="no stream 'movment'") as refused:
        bench.fetch("movment", pages=1)
    assert refused.value.fix == "streams are: movement"


FAILURES = {
    "AuthFailed": ((403, "{}"), "the credentials do not allow this", "-o KEY=env:NAME"),
    "RateLimited": ((429, "{}"), "429", "again in 3600 s"),
    "Unavailable": ((302, ""), "refused to follow a redirect", "the trace shows"),
    "HTTPStatusError": ((404, '{"error": "no such list"}'), "404", "compare it with"),
}


@pytest.mark.parametrize(("kind", "case"), FAILURES.items(), ids=FAILURES)
def test_a_failed_request_is_named_by_what_happens_next(
    kind: str, case: tuple[tuple[int, str], str, str], acme: Acme, bench: Workbench
) -> None:
    (status, body), message, fix = case
    acme.faults = [(status, {"retry-after": "3600", "location": "https://elsewhere.example/"}, body)]
    found = bench.fetch(None, pages=2)
    error = found["error"]
    assert error["type"] == kind
    assert message in error["message"]
    assert fix in error["fix"]
    assert error["answer"] == (body if kind == "HTTPStatusError" else "")
    assert [page["ok"] for page in found["pages"]] == [False]
    assert bench.session.position("movement") is None


def test_a_connector_that_raises_shows_its_own_lines_only(on_bench: MakeBench, connector: Path) -> None:
    change(connector, 'instant(row["created_at"])', 'instant(row["born_at"])')
    error = on_bench().fetch(None, pages=1)["error"]
    assert (error["type"], error["message"]) == ("KeyError", "'born_at'")
    assert [line.partition(" in ")[2].partition(":")[0] for line in error["traceback"]] == [
        "fetch",
        "<genexpr>",
        "wrap",
    ]
    assert all(line.startswith("acme.py:") for line in error["traceback"])
    assert 'instant(row["born_at"])' in error["traceback"][-1]


@pytest.mark.parametrize("result", ["None", "[1, 2]", "api.Page((), 'x', False)", "sys.exit(3)"])
def test_something_else_than_a_page_is_the_connectors_fault(
    result: str, on_bench: MakeBench, connector: Path
) -> None:
    change(connector, "        mark = ", f"        import sys\n        return {result}\n        mark = ")
    error = on_bench().fetch(None, pages=1)["error"]
    assert error["type"] in ("ConnectorBug", "SystemExit")
    assert error["fix"] == "mend the connector at the last line shown"


PAGES = {
    "items=[api.Envelope('', 1, {}, 5)]": "1 row without an id: they are set aside (no id)",
    "items=[api.Envelope('a', '', {}, 5)]": "1 row without a version",
    "items=[api.Envelope(x, 1, {}, 0) for x in 'abcd']": "4 rows without created, the instant that leads "
    "their key in the store (a, b, c, ...)",
    "items=[api.Envelope('a', 1, {}, 5.5)]": "with a created that is no instant",
    "items=[api.Envelope('a', 1, {'at': object()}, 5)]": "1 row of something that is no JSON (a)",
    "items=[api.Envelope('a', 1, b'{', 5)]": "1 row of something that is no JSON (a)",
    "items=[api.Envelope('a', 1, {}, 5), api.Envelope('a', 2, {}, 5)]": "ids that come more than once in this page: a",
    "items=[{'id': 1}]": "1 of its items are no Envelope, but dict",
    "cursor={'at': object()}": "the cursor cannot be kept as JSON",
    "cursor={'at': (1, 2)}": "comes back from the store as something else",
    "cursor=dict(cursor or {}), has_more=True": "an empty page that says there is more",
    "cursor=cursor.__setitem__('x', 1) or {} if cursor else {}": "fetch changed the cursor",
    "cursor={'same': 1}, has_more=True": "has_more with the same cursor",
}


@pytest.mark.parametrize(("page", "warning"), PAGES.items(), ids=PAGES)
def test_what_an_engine_would_stumble_over_is_warned_of(
    page: str, warning: str, on_bench: MakeBench, connector: Path
) -> None:
    change(
        connector,
        "        mark = ",
        f"        return api.Page(**(dict(items=[], cursor={{}}, has_more=False) | dict({page})))\n        mark = ",
    )
    found = on_bench().fetch(None, pages=1, begin=Begin({"same": 1}))
    assert found["error"] is None
    assert any(warning in text for text in found["pages"][0]["warnings"]), found["pages"][0]["warnings"]


def test_good_pages_have_no_warnings(bench: Workbench) -> None:
    assert [page["warnings"] for page in bench.fetch(None, pages=3)["pages"]] == [[], [], []]
