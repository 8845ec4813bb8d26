"""The same source against five APIs that page in five ways."""

from typing import Any

import httpx

from autobook_core.connector import Context, CursorExpired, Page, Stream, Watermark
from howto.payments import Payments, wrap

Cursor = dict[str, Any] | None


class CursorPaging(Payments):
    """The answer holds a token that asks for the next page."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        mark = Watermark(cursor, ctx.start, stream.lookback)
        query = {"changed_since": mark.since, "after": mark.token or ""}
        try:
            body = ctx.http.get("/v1/payments", params=query).json()
        except httpx.HTTPStatusError as refused:
            raise CursorExpired if refused.response.status_code == 410 else refused from None
        return mark.page(map(wrap, body["payments"]), token=body["next"])


class OffsetPaging(Payments):
    """We say how many rows to pass over; the answer says where it begins and how many there are."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        mark = Watermark(cursor, ctx.start, stream.lookback)
        query = {"changed_since": mark.since, "sort": "created", "offset": mark.token or 0}
        body = ctx.http.get("/v1/payments", params=query).json()
        after = body["offset"] + body["limit"]
        token = str(after) if after < body["total"] else None
        return mark.page(map(wrap, body["payments"]), token=token)


class PageNumbers(Payments):
    """We ask for page 1, 2, 3; the answer says which one it is and how many there are."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        mark = Watermark(cursor, ctx.start, stream.lookback)
        query = {"changed_since": mark.since, "sort": "created", "page": mark.token or 1}
        body = ctx.http.get("/v1/payments", params=query).json()
        token = str(body["page"] + 1) if body["page"] < body["pages"] else None
        return mark.page(map(wrap, body["payments"]), token=token)


class LinkHeader(Payments):
    """A header of the answer holds the address of the next page."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        mark = Watermark(cursor, ctx.start, stream.lookback)
        first = f"/v1/payments?changed_since={mark.since}"
        answer = ctx.http.get(mark.token or first)
        token = answer.links["next"]["url"] if "next" in answer.links else None
        return mark.page(map(wrap, answer.json()), token=token)


class WholeList(Payments):
    """There are no pages: one answer holds everything."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        mark = Watermark(cursor, ctx.start, stream.lookback)
        rows = ctx.http.get("/v1/payments").json()
        return mark.page(map(wrap, rows), token=None)
