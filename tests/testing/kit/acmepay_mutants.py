"""AcmePay with one mistake each, as found in connectors in the field: the kit must tell every one of them."""

import contextlib
import json
import logging
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

import httpx
import msgspec

from autobook_core.connector import (
    AuthFailed,
    Balance,
    Context,
    Envelope,
    Health,
    Malformed,
    Money,
    NotSupported,
    Page,
    RateLimited,
    Stream,
    Unavailable,
    Watermark,
    WebhookRequest,
    WebhookResult,
    option,
)
from autobook_core.domain.records import Charge, Record
from tests.testing.kit.acmepay import AcmePay, Movement, instant
from tests.testing.kit.acmepay_hooks import HookedAcmePay

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
        yield Charge(id=raw.id, created=instant(raw.created_at), amount=raw.amount / 100, currency=raw.currency,
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
        yield Charge(id=raw.id, created=born, amount=raw.amount, currency=raw.currency,
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
        yield Charge(id=raw.id, created=born, amount=raw.amount, currency=raw.currency,
                     status="canceled" if raw.void else "succeeded")  # fmt: skip


class TrustsAnOldCursor(AcmePay):
    """Takes a cursor of the version before as its own."""

    def migrate_cursor(self, stream: Stream, version: int, cursor: dict[str, Any]) -> Cursor:
        return cursor | {"high": 1_760_000_000}


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


class Unverified(HookedAcmePay):
    """Looks at no signature."""

    def signed(self, request: WebhookRequest) -> bool:
        return True


class SignedOverJson(HookedAcmePay):
    """Checks the signature over the JSON, not over the bytes."""

    def signed(self, request: WebhookRequest) -> bool:
        return super().signed(replace(request, body=request.body.strip()))


class NeverStale(HookedAcmePay):
    """Takes a delivery of any age."""

    tolerance = 10**9


class DeliveryByTime(HookedAcmePay):
    """Gives a delivery another id each time."""

    count: ClassVar[list[int]] = []

    def webhook(self, ctx: Context, request: WebhookRequest) -> WebhookResult:
        self.count.append(1)
        return replace(super().webhook(ctx, request), delivery_id=str(len(self.count)))


class DeliveryWithoutVersion(HookedAcmePay):
    """Leaves the version out of what a delivery brings."""

    def webhook(self, ctx: Context, request: WebhookRequest) -> WebhookResult:
        result = super().webhook(ctx, request)
        return replace(result, items=[(stream, replace(item, version="")) for stream, item in result.items])


class DeliveryAsksAgain(HookedAcmePay):
    """Asks the network for what it was told."""

    def webhook(self, ctx: Context, request: WebhookRequest) -> WebhookResult:
        ctx.http.get("/v1/account")
        return super().webhook(ctx, request)


class StumblesOverTheUnknown(HookedAcmePay):
    """Raises at a type of delivery that it does not know."""

    def rows(self, event: dict[str, Any]) -> list[tuple[str, Envelope]]:
        if event["type"] != "movement.changed":
            raise NotSupported(event["type"])
        return super().rows(event)


class OtherCurrency(HookedAcmePay):
    """Writes currencies another way than last year."""

    def translate(self, stream: Stream, raw: Any) -> Iterable[Record]:
        for record in super().translate(stream, raw):
            assert isinstance(record, Charge)
            yield msgspec.structs.replace(record, currency=record.currency.upper())


class FloatBalance(HookedAcmePay):
    """Tells the balance in major units."""

    def balance(self, ctx: Context, at: int) -> list[Balance]:
        body = ctx.http.get("/v1/account").json()
        return [Balance(body["id"], Money(body["balance"] / 100, "EUR"), at)]


MUTANTS: tuple[type[AcmePay], ...] = tuple(
    found
    for name, found in globals().items()
    if isinstance(found, type) and issubclass(found, AcmePay) and found not in (AcmePay, HookedAcmePay)
)
NAMES = {mutant: re.sub(r"(?<!^)(?=[A-Z])", "-", mutant.__name__).lower() for mutant in MUTANTS}
