"""AcmePay with one mistake each in how it reads pages and rows, as found in connectors in the field."""

import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

import httpx

from autobook_core.connector import (
    AuthFailed,
    Context,
    Envelope,
    Malformed,
    Page,
    Stream,
    Unavailable,
    Watermark,
)
from autobook_core.domain.records import Charge, Record
from tests.testing.kit.acmepay import AcmePay, Movement, instant

Cursor = dict[str, Any] | None


class AdvancesEveryPage(AcmePay):
    """The lower bound moves with every page, not with the last one."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        page = super().fetch(ctx, stream, cursor)
        return replace(
            page, cursor=page.cursor | {"since": page.cursor["high"]} if page.has_more else page.cursor
        )


class LastRowIsTheMark(AcmePay):
    """Goes on from the last row seen, as if it were the latest."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        since = (cursor or {}).get("last", ctx.start)
        body = ctx.http.get("/v1/movements", params={"since": since}).json()
        items = [self.wrap(row) for row in body["data"]]
        last = items[-1].version if items else since
        return Page(items, {"last": last}, has_more=body["next"] is not None)


class MarkStaysBehind(AcmePay):
    """The watermark is the last row of the last page, not the highest."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        page = super().fetch(ctx, stream, cursor)
        last = page.items[-1].version if page.items else (cursor or {}).get("high")
        return replace(page, cursor=page.cursor | {"high": last})


class ExclusiveBound(AcmePay):
    """Asks for what is later than the last one, not for what is as late."""

    streams = (replace(AcmePay.streams[0], lookback=0),)

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        since = Watermark(cursor, ctx.start, stream.lookback).since
        page = super().fetch(ctx, stream, cursor)
        return replace(page, items=[item for item in page.items if int(item.version) > int(since)])


class TrimsThePage(AcmePay):
    """Cuts a page to the size it wanted, and goes on after the one it got."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        page = super().fetch(ctx, stream, cursor)
        return replace(page, items=page.items[:3])


class FirstPageOnly(AcmePay):
    """Does not find where the API says that there is more."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        page = super().fetch(ctx, stream, cursor)
        return replace(page, has_more=False, cursor={"high": page.cursor["high"]})


class ErrorIsEmptyPage(AcmePay):
    """Takes an error for the end of the data."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        try:
            return super().fetch(ctx, stream, cursor)
        except Unavailable:
            return Page((), {"high": (cursor or {}).get("high")}, has_more=False)


class RefusalIsEmptyPage(AcmePay):
    """Takes a refused key for the end of the data."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        try:
            return super().fetch(ctx, stream, cursor)
        except AuthFailed:
            return Page((), {"high": (cursor or {}).get("high")}, has_more=False)


class CursorOnSelf(AcmePay):
    """Remembers its place on the object, and does not look at the cursor it is given."""

    def __init__(self, config: Any) -> None:
        super().__init__(config)
        self.place: Cursor = None

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        page = super().fetch(ctx, stream, self.place)
        self.place = page.cursor
        return page


class ChangesTheCursor(AcmePay):
    """Writes into the cursor it was given."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        page = super().fetch(ctx, stream, cursor)
        if cursor is not None:
            cursor.update(page.cursor)
        return page


class FloatMoney(AcmePay):
    """Amounts in major units."""

    def translate(self, stream: Stream, raw: Any) -> Iterable[Record]:
        yield Charge(id=raw.id, created=instant(raw.created_at), amount=raw.amount / 100, currency=raw.currency.upper(),
                     status="canceled" if raw.void else "succeeded")  # fmt: skip


class TakesWhatComes(AcmePay):
    """Looks at no type: half a cent goes into the books as a float."""

    streams = (replace(AcmePay.streams[0], shape=dict),)

    def translate(self, stream: Stream, raw: Any) -> Iterable[Record]:
        if isinstance(raw["amount"], str):
            raise Malformed(raw["id"], "no amount")
        fields = {name: raw[name] for name in ("id", "created_at", "amount", "currency", "void")}
        return super().translate(stream, Movement(**fields))


class NowInTranslate(AcmePay):
    """Dates records by the clock."""

    def translate(self, stream: Stream, raw: Any) -> Iterable[Record]:
        now = int(time.time())
        return super().translate(stream, raw) if now else ()


class LocalTime(AcmePay):
    """Reads an instant as the time of day where the machine stands."""

    def translate(self, stream: Stream, raw: Any) -> Iterable[Record]:
        born = int(datetime.fromisoformat(raw.created_at.removesuffix("Z")).timestamp())
        yield Charge(id=raw.id, created=born, amount=raw.amount, currency=raw.currency.upper(),
                     status="canceled" if raw.void else "succeeded")  # fmt: skip


class IgnoresVoids(AcmePay):
    """Never says that a row is gone."""

    def wrap(self, row: dict[str, Any]) -> Envelope:
        return replace(super().wrap(row), deleted=False)


class BypassesHttp(AcmePay):
    """Brings a client of its own."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        mark = Watermark(cursor, ctx.start, stream.lookback)
        body = httpx.get(f"{self.base_url}/v1/movements", params={"since": mark.since}).json()
        return mark.page((self.wrap(row) for row in body["data"]), token=body["next"])


class VersionIsBirth(AcmePay):
    """The version of a row is its birth, which never changes."""

    def wrap(self, row: dict[str, Any]) -> Envelope:
        return replace(super().wrap(row), version=instant(row["created_at"]))


class ParsesInFetch(AcmePay):
    """Reads amounts while fetching: one row that cannot be read blocks its page."""

    def wrap(self, row: dict[str, Any]) -> Envelope:
        return super().wrap(row | {"amount": int(row["amount"])})


class ErrorIn200IsEmptyPage(AcmePay):
    """Reads rows where there are some, and takes an answer without them for a page without rows."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        mark = Watermark(cursor, ctx.start, stream.lookback)
        query = {"since": mark.since, "after": mark.token or ""}
        try:
            body = ctx.http.get("/v1/movements", params=query).json()
        except httpx.HTTPStatusError:
            return super().fetch(ctx, stream, cursor)
        return mark.page((self.wrap(row) for row in body.get("data", [])), token=body.get("next"))


class NeedsTheMark(AcmePay):
    """Trusts that every row has the field that the cursor goes by."""

    def wrap(self, row: dict[str, Any]) -> Envelope:
        return replace(super().wrap(row), version=row["updated"])
