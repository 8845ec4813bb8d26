"""AcmePay with one mistake each in what it tells, keeps and takes, as found in connectors in the field."""

import contextlib
import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import httpx

from autobook_core.connector import (
    AuthFailed,
    Context,
    Envelope,
    Health,
    Page,
    RateLimited,
    Stream,
    Unavailable,
    Watermark,
    option,
)
from autobook_core.domain.records import Charge, Record
from tests.testing.kit.acmepay import AcmePay, instant

Cursor = dict[str, Any] | None


class SecretInCursor(AcmePay):
    """Keeps the key in the cursor."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        page = super().fetch(ctx, stream, cursor)
        return replace(page, cursor=page.cursor | {"session": self.config.api_key})


class SecretInRepr(AcmePay):
    """Shows the key when it is shown."""

    def __repr__(self) -> str:
        return f"<AcmePay {self.config.api_key}>"


class SecretInLog(AcmePay):
    """Writes the key to a log of its own."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        logging.getLogger("acmepay").info("asking with %s", self.config.api_key)
        return super().fetch(ctx, stream, cursor)


class SecretInError(AcmePay):
    """Says with which key it was refused."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        try:
            return super().fetch(ctx, stream, cursor)
        except AuthFailed as error:
            raise AuthFailed(f"{self.config.api_key} was refused", fix="renew the credentials") from error


class SecretInRow(AcmePay):
    """Puts the key among the evidence."""

    def wrap(self, row: dict[str, Any]) -> Envelope:
        return super().wrap(row | {"fetched_with": self.config.api_key})


class NoLookback(AcmePay):
    """Trusts that nothing becomes visible late."""

    streams = (replace(AcmePay.streams[0], lookback=0),)


class ReadsAllPagesAtOnce(AcmePay):
    """Goes through the pages inside one call, as far as the server says there are any."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        items: list[Envelope] = []
        while True:
            page = super().fetch(ctx, stream, cursor)
            items += page.items
            if not page.has_more:
                return replace(page, items=items)
            cursor = page.cursor


class PauseIsTheEnd(AcmePay):
    """Takes the request to come back later for the end of the data."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        try:
            return super().fetch(ctx, stream, cursor)
        except RateLimited:
            return Page((), {"high": (cursor or {}).get("high")}, has_more=False)


class ReachesAround(AcmePay):
    """Uses the client inside the one it was handed: no limits, no waits, no retries."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        mark = Watermark(cursor, ctx.start, stream.lookback)
        inner: httpx.Client = vars(ctx.http)["_client"]
        query = {"since": str(mark.since), "after": mark.token or ""}
        body = inner.get(f"{self.base_url}/v1/movements", params=query).json()
        return mark.page((self.wrap(row) for row in body["data"]), token=body["next"])


class RetriesByItself(ReachesAround):
    """Asks again at once, whatever the server says."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        for _ in range(20):
            with contextlib.suppress(httpx.HTTPError, ValueError, KeyError):
                return super().fetch(ctx, stream, cursor)
        raise Unavailable("tried twenty times")


class PlaceInFile(AcmePay):
    """Keeps its place in a file of its own, which is written before the rows are."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        file = ctx.home / "place.json"
        place: Cursor = json.loads(file.read_text()) if file.exists() else None
        page = super().fetch(ctx, stream, place)
        file.write_text(json.dumps(page.cursor))
        return page


class TupleInCursor(AcmePay):
    """Keeps in the cursor what JSON gives back as something else."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        page = super().fetch(ctx, stream, cursor)
        return replace(page, cursor=page.cursor | {"last": (1, 2)})


class LetsTokensExpire(AcmePay):
    """Does not say what an expired page token is."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        mark = Watermark(cursor, ctx.start, stream.lookback)
        body = ctx.http.get("/v1/movements", params={"since": mark.since, "after": mark.token or ""}).json()
        return mark.page((self.wrap(row) for row in body["data"]), token=body["next"])


class ExpiredIsTheEnd(AcmePay):
    """Takes an expired page token for the end of the window."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        try:
            return super().fetch(ctx, stream, cursor)
        except Exception as error:
            if type(error).__name__ != "CursorExpired":
                raise
            return Page((), {"high": (cursor or {})["high"]}, has_more=False)


class EmptyIsAnError(AcmePay):
    """Reads the first row of a page without looking whether there is one."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        page = super().fetch(ctx, stream, cursor)
        assert page.items[0].id
        return page


class DropsKnownRows(AcmePay):
    """Remembers what it has seen, and forgets that rows change."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        page = super().fetch(ctx, stream, cursor)
        known = set((cursor or {}).get("seen", ()))
        fresh = [item for item in page.items if item.id not in known]
        seen = sorted(known | {item.id for item in fresh})
        return replace(page, items=fresh, cursor=page.cursor | {"seen": seen})


class IdByPlace(AcmePay):
    """Makes ids of the place of a row in its page."""

    def fetch(self, ctx: Context, stream: Stream, cursor: Cursor) -> Page:
        page = super().fetch(ctx, stream, cursor)
        return replace(page, items=[replace(item, id=f"{n}-{item.id}") for n, item in enumerate(page.items)])


class MovingBirth(AcmePay):
    """Says that a row was born when it was changed."""

    def wrap(self, row: dict[str, Any]) -> Envelope:
        return replace(super().wrap(row), created=row["updated"])

    def translate(self, stream: Stream, raw: Any) -> Iterable[Record]:
        born = instant(raw.created_at) + (700_000 if raw.amount == 7_777 else 0)
        yield Charge(id=raw.id, created=born, amount=raw.amount, currency=raw.currency.upper(),
                     status="canceled" if raw.void else "succeeded")  # fmt: skip


class TrustsAnOldCursor(AcmePay):
    """Takes a cursor of the version before as its own."""

    def migrate_cursor(self, stream: Stream, version: int, cursor: dict[str, Any]) -> Cursor:
        return cursor | {"high": 1_760_000_000}


class MigratesToNonsense(AcmePay):
    """Brings an old cursor up to date as something that it cannot go on from."""

    streams = (replace(AcmePay.streams[0], cursor_version=2),)

    def migrate_cursor(self, stream: Stream, version: int, cursor: dict[str, Any]) -> Cursor:
        return {"high": f"{cursor['last']} s"} if version == 1 else None


class NoAccount(AcmePay):
    """Does not say whose account it is."""

    def check(self, ctx: Context) -> Health:
        return replace(super().check(ctx), account_id="")


class CheckAlwaysWell(AcmePay):
    """Finds nothing wrong with a refused key."""

    def check(self, ctx: Context) -> Health:
        with contextlib.suppress(AuthFailed):
            return super().check(ctx)
        return Health(ok=True, account_id="acct_1")


class SilentSetting(AcmePay):
    """Has a setting that nobody can fill in."""

    @dataclass(frozen=True)
    class Config:
        api_key: str = "canary"
        region: str = option("", default="eu")


class TwinStreams(AcmePay):
    """Has two streams of one name."""

    streams = (*AcmePay.streams, *AcmePay.streams)  # type: ignore[assignment]
