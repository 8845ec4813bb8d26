"""A whole connector of a made-up processor, and the fake the kit needs to prove it."""

from dataclasses import dataclass
from datetime import datetime

import httpx
import msgspec

from autobook_core.connector import (
    AuthFailed, ConnectorSpec, CursorExpired, Envelope, Health, Limit, Source, Stream, Watermark, hookimpl, option, secret,
)  # fmt: skip
from autobook_core.domain.records import Charge


@dataclass(frozen=True)
class Config:
    api_key: str = secret("Restricted key with read access (Dashboard > Developers)")
    region: str = option("Which AcmePay region holds the account", default="eu")


class Movement(msgspec.Struct):
    id: str
    created_at: str
    amount: int
    currency: str
    void: bool = False


class AcmePay(Source):
    """AcmePay charges."""

    Config = Config
    streams = (Stream("movement", lookback=600, shape=Movement, kind="charge"),)
    limits = (Limit(calls=20, per=1.0),)

    @property
    def base_url(self):
        return f"https://{self.config.region}.acmepay.example"

    def auth(self):
        return httpx.BasicAuth(self.config.api_key, "")

    def check(self, ctx):
        me = ctx.http.get("/v1/account").json()
        if "movements:read" not in me["scopes"]:
            raise AuthFailed("this key lacks the scope movements:read")
        return Health(ok=True, account_id=me["id"], label=me["name"], live=me["live"])

    def fetch(self, ctx, stream, cursor):
        mark = Watermark(cursor, ctx.start, stream.lookback)
        try:
            body = ctx.http.get("/v1/movements", params={"since": mark.since, "after": mark.token or ""}).json()
        except httpx.HTTPStatusError as error:
            raise CursorExpired("the page token has expired") if error.response.status_code == 410 else error
        return mark.page((self.wrap(row) for row in body["data"]), token=body["next"])

    def wrap(self, row):
        return Envelope(row["id"], row["updated"], row, created=instant(row["created_at"]), deleted=row["void"])

    def translate(self, stream, raw):
        yield Charge(id=raw.id, created=instant(raw.created_at), amount=raw.amount, currency=raw.currency,
                     status="canceled" if raw.void else "succeeded")  # fmt: skip


def instant(text):
    return int(datetime.fromisoformat(text).timestamp())
