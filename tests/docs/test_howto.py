"""The connectors that the how-to pages quote keep the promises they are quoted for, or say which they cannot."""

import json
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from autobook_core.clock import ManualClock
from autobook_core.connector import OAuth2, Source, Stream
from autobook_core.http import open_http
from autobook_core.intake.context import RunContext
from autobook_core.testing import (
    SINK_CASES,
    SOURCE_CASES,
    Shelf,
    SinkSubject,
    Subject,
    run_sink_cases,
    run_source_cases,
)
from howto import authentication, backfill, books, paging, rate_limits, statements, webhooks
from tests.docs import howto_fakes as fakes

KEY = {"api_key": "canary-4711-key"}
KEYS = {**KEY, "webhook_secret": "canary-0814-old canary-0815-new"}
TOKEN = {"token": "canary-4711-key"}

WITHOUT_HEADERS = "the kit repeats a page without its headers, and this API's next page stands in one"


class Told(NamedTuple):
    """An example, and the groups of cases it is quoted for."""

    source: type[Source]
    api: type[fakes.FakePayments]
    groups: str
    config: Mapping[str, str] = KEY
    exempt: Mapping[str, str] = {}


EXAMPLES = (
    Told(paging.CursorPaging, fakes.FakeCursor, "data transport"),
    Told(paging.OffsetPaging, fakes.FakeOffset, "data"),
    Told(paging.PageNumbers, fakes.FakePages, "data"),
    Told(
        paging.LinkHeader,
        fakes.FakeLinks,
        "data",
        exempt={"duplicate-page": WITHOUT_HEADERS, "duplicate-rows": WITHOUT_HEADERS},
    ),
    Told(paging.WholeList, fakes.FakeWhole, "data"),
    Told(webhooks.HookedPayments, fakes.FakeHooked, "webhook", KEYS),
    Told(rate_limits.Limited, fakes.FakeCursor, "transport"),
    Told(backfill.SecondVersion, fakes.FakeSecondVersion, "setup"),
)


@pytest.mark.parametrize("told", EXAMPLES, ids=lambda told: told.source.__name__)
def test_a_quoted_source_keeps_its_promises(told: Told) -> None:
    cases = [case for case in SOURCE_CASES if case.group in told.groups.split()]
    results = run_source_cases(Subject(told.source, told.config, told.api), told.exempt, cases)
    failed = {result.id: result.detail for result in results if result.outcome == "failed"}
    assert not failed
    assert sum(result.outcome == "passed" for result in results) >= 3


@pytest.mark.parametrize("sink", [books.AcmeBooks, books.AcmeBooksWithKeys])
def test_a_quoted_sink_keeps_every_promise(sink: type[books.AcmeBooks]) -> None:
    results = run_sink_cases(SinkSubject(sink, TOKEN, FakeAcmeBooks), None, SINK_CASES)
    assert {result.id: result.detail for result in results if result.outcome == "failed"} == {}


class FakeAcmeBooks:
    def respond(self, request: httpx.Request, shelf: Shelf) -> httpx.Response:
        if request.url.path == "/v1/company":
            return httpx.Response(200, json={"id": "co_1"})
        if request.method == "GET":
            found = shelf.under(request.url.params["ref"])
            return httpx.Response(200, json=[{"id": item.remote_id, **item.document} for item in found])
        sent = json.loads(request.content)
        name = shelf.put(sent["ref"], {"entry": sent["entry"]})
        if name is None:
            return httpx.Response(422, json={"error": "the period is closed"})
        return httpx.Response(201, json={"id": name})


Answer = Callable[[httpx.Request], httpx.Response]


def context(source: Source, answer: Answer, home: Path, kept: list[str] | None = None) -> RunContext:
    clock, log = ManualClock(1_750_000_000), logging.getLogger("tests.docs")
    http = open_http(
        base_url=source.base_url,
        auth=source.auth(),
        limits=source.limits,
        secrets=(),
        log=log,
        clock=clock,
        transport=httpx.MockTransport(answer),
        save_refresh_token=([] if kept is None else kept).append,
    )
    return RunContext(http=http, log=log, connection_id="acme", start=1_749_000_000, home=home, clock=clock)


@pytest.mark.parametrize(
    ("source", "header", "value"),
    [
        (authentication.Basic, "authorization", "Basic Y2FuYXJ5LTQ3MTEta2V5Og=="),
        (authentication.Bearer, "authorization", "Bearer canary-4711-key"),
        (authentication.OwnHeader, "x-acme-key", "canary-4711-key"),
    ],
)
def test_the_key_travels_in_the_header_the_page_shows(
    source: type[Source], header: str, value: str, tmp_path: Path
) -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"id": "acct_1"})

    made = source(source.Config(**KEY))
    assert made.check(context(made, answer, tmp_path)).account_id == "acct_1"
    assert seen[0].headers[header] == value


def test_a_rotated_refresh_token_is_kept_before_the_access_token_is_used(tmp_path: Path) -> None:
    kept: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth/token":
            return httpx.Response(200, json={"access_token": "at-1", "refresh_token": "rt-2"})
        assert kept == ["rt-2"]
        assert request.headers["authorization"] == "Bearer at-1"
        return httpx.Response(200, json={"id": "acct_1"})

    grant = authentication.Grant(client_id="app", client_secret="canary-secret", refresh_token="rt-1")
    made = authentication.Consent(grant)
    assert isinstance(made.auth(), OAuth2)
    assert made.check(context(made, answer, tmp_path, kept)).ok


def test_two_equal_bank_lines_stay_two_and_keep_their_ids_when_the_day_grows(tmp_path: Path) -> None:
    coffee = {"day": "2025-06-15", "amount": 4200, "currency": "DKK", "direction": "DBIT", "text": "Café"}
    book = {**coffee, "amount": 19900, "text": "Bookshop"}
    told = [[coffee, coffee], [coffee, book, coffee]]

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.params["from_day"] <= "2025-06-15"
        return httpx.Response(200, json=told[0])

    made = statements.Statements(statements.Statements.Config(**KEY))
    ctx = context(made, answer, tmp_path)
    (stream,) = made.streams
    first = made.fetch(ctx, stream, None)
    told.pop(0)
    second = made.fetch(ctx, stream, first.cursor)
    ids = [{item.id for item in page.items} for page in (first, second)]
    assert len(ids[0]) == 2
    assert ids[0] < ids[1]


def test_a_cursor_of_version_1_is_brought_up_to_date() -> None:
    made = backfill.SecondVersion(backfill.SecondVersion.Config(**KEY))
    stream: Stream = made.streams[0]
    old: dict[str, Any] = {"high": "2025-06-15T15:06:40Z"}
    assert made.migrate_cursor(stream, 1, old) == {"high": 1_750_000_000}
    assert made.migrate_cursor(stream, 1, old | {"token": "7"}) is None


def test_a_registered_webhook_is_taken_away_again(tmp_path: Path) -> None:
    known: dict[str, str] = {}

    def answer(request: httpx.Request) -> httpx.Response:
        match request.method:
            case "POST":
                known["wh_1"] = json.loads(request.content)["url"]
                return httpx.Response(201, json={"id": "wh_1"})
            case "DELETE":
                del known[request.url.path.rpartition("/")[2]]
                return httpx.Response(204)
            case _:
                return httpx.Response(200, json=[{"id": name} for name in known])

    made = webhooks.HookedPayments(webhooks.HookedConfig(**KEYS))
    ctx = context(made, answer, tmp_path)
    assert made.webhook_setup(ctx, "https://books.example/hooks/acme") == "wh_1"
    assert list(known.values()) == ["https://books.example/hooks/acme"]
    made.webhook_teardown(ctx)
    assert known == {}
