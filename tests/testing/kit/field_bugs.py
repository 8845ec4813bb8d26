"""AcmePay with mistakes that cost somebody money, each with the public thread that tells of it."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import httpx

from autobook_core.connector import Context, Envelope, Page, Stream, Watermark
from tests.testing.kit.acmepay import AcmePay, instant
from tests.testing.kit.acmepay_fake import FakeAcmePay, Json

Cursor = dict[str, Any] | None
PATH = "/v1/movements"
WITHOUT_LOOKBACK = (replace(AcmePay.streams[0], lookback=0),)


class FakeWithFilters(FakeAcmePay):
    """The same API with more to filter by: births, and an end that is exclusive."""

    def respond(self, request: httpx.Request, rows: Sequence[Json]) -> httpx.Response:
        asked = request.url.params
        born = int(asked.get("created_since", 0))
        until = int(asked.get("until", 10**10))
        fit = [row for row in rows if instant(row["created_at"]) >= born and row["updated"] < until]
        url = request.url.copy_set_param("since", asked.get("since", "0"))
        return super().respond(httpx.Request("GET", url), fit)


class FakeWithNull(FakeAcmePay):
    """The same API, with null in the place of an empty list."""

    def respond(self, request: httpx.Request, rows: Sequence[Json]) -> httpx.Response:
        answer = super().respond(request, rows)
        body = json.loads(answer.content)
        return httpx.Response(200, json=body | {"data": body["data"] or None}) if "data" in body else answer


class FakeInMilliseconds(FakeAcmePay):
    """The same API with instants in milliseconds, and rows some of them apart."""

    def make_record(self, i: int, at: int, **changes: Any) -> Json:
        row = super().make_record(i, at, **changes)
        return row | {"updated": row["updated"] * 1_000 + 600 + i}


class AcmePayInMilliseconds(AcmePay):
    """The good connector of that API, with marks as exact as its rows."""

    streams = WITHOUT_LOOKBACK

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        mark = Watermark(cursor, ctx.start * 1_000)
        body = ctx.http.get(PATH, params={"since": mark.since, "after": mark.token or ""}).json()
        return mark.page((self.wrap(row) for row in body["data"]), token=body["next"])


# Payments lost by the arithmetic of a watermark.


class MovesBeforeDrained(AcmePay):
    """formancehq/payments#711: the lower bound is the latest row seen, also while older pages are still to come."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        page = super().fetch(ctx, stream, cursor)
        return replace(page, cursor=page.cursor | {"since": page.cursor["high"]}) if page.has_more else page


class LastElementOfThePage(AcmePay):
    """formancehq/payments#757: goes on from the last element of a page, and the API lists the newest first."""

    streams = WITHOUT_LOOKBACK

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        since = (cursor or {}).get("since", ctx.start)
        body = ctx.http.get(PATH, params={"since": since}).json()
        items = [self.wrap(row) for row in body["data"]]
        return Page(items, {"since": items[0].version if items else since}, has_more=False)


class MarkOfAnotherField(AcmePay):
    """formancehq/payments#757: marks by the posting date, which runs ahead of the date that the API filters by."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        mark = Watermark(cursor, ctx.start, stream.lookback)
        body = ctx.http.get(PATH, params={"since": mark.since, "after": mark.token or ""}).json()
        items = [self.wrap(row) for row in body["data"]]
        return mark.page(items, token=body["next"], mark=lambda item: int(item.version) + 2 * 86_400)


class WindowsThatMeet(AcmePay):
    """airbytehq/airbyte#20322: reads in slices whose end is exclusive, and begins the next a second later."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        place = cursor or {"since": ctx.start}
        until = place["since"] + 1_200
        asked = {"since": place["since"], "until": until, "after": place.get("token", "")}
        body = ctx.http.get(PATH, params=asked).json()
        items = [self.wrap(row) for row in body["data"]]
        if body["next"]:
            return Page(items, place | {"token": body["next"]}, has_more=True)
        return Page(items, {"since": until + 1}, has_more=until < ctx.now())


class MarkRoundedUp(AcmePayInMilliseconds):
    """airbytehq/airbyte#84400 and #9915: the mark is rounded up, so it is later than any row there is."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        page = super().fetch(ctx, stream, cursor)
        return replace(page, cursor=page.cursor | {"high": -(-page.cursor["high"] // 1_000) * 1_000})


class LaterThanTheLast(AcmePay):
    """formancehq/payments#782: asks for what is later than the mark, and drops siblings of the same second."""

    streams = WITHOUT_LOOKBACK

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        mark = Watermark(cursor, ctx.start)
        since = int(mark.since) + bool(cursor and "token" not in cursor)
        body = ctx.http.get(PATH, params={"since": since, "after": mark.token or ""}).json()
        return mark.page((self.wrap(row) for row in body["data"]), token=body["next"])


class DropsTheSameSecond(AcmePay):
    """estuary/connectors#5205: gets the rows of the boundary's second again, and discards every one of them."""

    streams = WITHOUT_LOOKBACK

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        page = super().fetch(ctx, stream, cursor)
        last = (cursor or {}).get("high", 0)
        fresh = cursor is None or "token" in cursor
        return (
            page if fresh else replace(page, items=[item for item in page.items if int(item.version) > last])
        )


class TrimsTheOverfetched(AcmePay):
    """formancehq/payments#746: cuts an over-fetched page to the size it wanted, while the place is after all of it."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        page = super().fetch(ctx, stream, cursor)
        return replace(page, items=page.items[:3])


class NoOverlap(AcmePay):
    """airbytehq/airbyte#31963: rows that the API shows an hour late are older than the mark by then."""

    streams = WITHOUT_LOOKBACK


# Updates that a cursor never sees.


class FiltersByCreation(AcmePay):
    """airbytehq/airbyte#15509 and #4921: asks for what was created since, so that a change is never seen."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        mark = Watermark(cursor, ctx.start, stream.lookback)
        body = ctx.http.get(PATH, params={"created_since": mark.since, "after": mark.token or ""}).json()
        items = [self.wrap(row) for row in body["data"]]
        return mark.page(items, token=body["next"], mark=lambda item: item.created)


class UpdatedIsCreated(AcmePay):
    """airbytehq/airbyte#30677: the field that says when a row changed is filled from when it was created."""

    def wrap(self, row: dict[str, Any]) -> Envelope:
        return replace(super().wrap(row), version=instant(row["created_at"]))


# Progress past rows that were never written.


class SavesItsPlaceFirst(AcmePay):
    """z3z1ma/target-bigquery#94: the place is saved by the connector, and the rows are written afterwards or never."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        file = ctx.home / "state.json"
        page = super().fetch(ctx, stream, json.loads(file.read_text()) if file.exists() else None)
        file.write_text(json.dumps(page.cursor))
        return page


class ReadsAhead(AcmePay):
    """meltano/sdk#1165: the place told with a page is one of later rows, still in memory when the process ends."""

    def __init__(self, config: Any) -> None:
        super().__init__(config)
        self.waiting: list[Envelope] = []

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        page = super().fetch(ctx, stream, cursor)
        rows = [*self.waiting, *page.items]
        cut = len(rows) if not page.has_more else max(0, len(rows) - 2)
        self.waiting = rows[cut:]
        return replace(page, items=rows[:cut])


# Answers that are not what they seem.


class ErrorIsNoRows(AcmePay):
    """confidential-containers/guest-components#529: 200 OK with an error in the body, read as a page without rows."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        mark = Watermark(cursor, ctx.start, stream.lookback)
        body = ctx.http.get(PATH, params={"since": mark.since, "after": mark.token or ""}).json()
        return mark.page((self.wrap(row) for row in body.get("data", [])), token=body.get("next"))


class OnePageOnly(AcmePay):
    """dlt-hub/dlt#2586: the way to page is not the API's, so that only one request is made, without a word."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        mark = Watermark(cursor, ctx.start, stream.lookback)
        body = ctx.http.get(PATH, params={"since": mark.since}).json()
        return mark.page((self.wrap(row) for row in body["data"]), token=body.get("next_page"))


class TokenUnderAnotherName(AcmePay):
    """whisper-money/whisper-money#788: sends the token under a name the API ignores, and gets page one for ever."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        mark = Watermark(cursor, ctx.start, stream.lookback)
        body = ctx.http.get(PATH, params={"since": mark.since, "cursor": mark.token or ""}).json()
        return mark.page((self.wrap(row) for row in body["data"]), token=body["next"])


class EveryRowHasTheMark(AcmePay):
    """airbytehq/airbyte-python-cdk#96: a row without the field of the cursor ends the run."""

    def wrap(self, row: dict[str, Any]) -> Envelope:
        return replace(super().wrap(row), version=row["updated"])


class PoisonRow(AcmePay):
    """formancehq/payments#781: one row with an amount nobody can read blocks its page, and everything after it."""

    def wrap(self, row: dict[str, Any]) -> Envelope:
        return super().wrap(row | {"amount": int(row["amount"])})


class NullIsNoList(AcmePay):
    """dlt-hub/dlt#2932: the last page has null in the place of its rows."""


class EmptyPageNeverEnds(AcmePay):
    """redpanda-data/connect#1967: a page without rows is never over and done with."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        page = super().fetch(ctx, stream, cursor)
        return page if page.items else replace(page, has_more=True, cursor=cursor or {})
