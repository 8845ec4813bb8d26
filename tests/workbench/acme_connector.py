"""The connector of a made-up processor, as its author has it open: one file, not installed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
import msgspec

import autobook_core.connector as api


@dataclass(frozen=True)
class Config:
    api_key: str = api.secret("Restricted key with read access (Dashboard > Developers)")
    api_base: str = api.option("Where the API lives")


class Movement(msgspec.Struct):
    id: str
    created_at: str
    amount: int
    currency: str
    void: bool = False


class AcmePay(api.Source):
    Config = Config
    streams = (api.Stream("movement", lookback=600, shape=Movement, kind="charge"),)
    limits = (api.Limit(calls=50, per=1.0),)

    @property
    def base_url(self) -> str:
        return str(self.config.api_base)

    def auth(self) -> httpx.Auth:
        return httpx.BasicAuth(self.config.api_key, "")

    def check(self, ctx: api.Context) -> api.Health:
        account = ctx.http.get("/v1/account").json()
        return api.Health(ok=True, account_id=account["id"], label=account["name"], live=account["live"])

    def fetch(self, ctx: api.Context, stream: api.Stream, cursor: dict[str, Any] | None) -> api.Page:
        mark = api.Watermark(cursor, ctx.start, stream.lookback)
        query = {"since": mark.since, "after": mark.token or "", "api_key": self.config.api_key}
        body = ctx.http.get("/v1/movements", params=query).json()
        ctx.log.info("asked since %s with %s", mark.since, self.config.api_key)
        return mark.page((wrap(row) for row in body["data"]), token=body["next"])

    def translate(self, stream: api.Stream, raw: Movement) -> Iterable[api.Record]:
        born, state = instant(raw.created_at), "canceled" if raw.void else "succeeded"
        yield api.Charge(
            id=raw.id, created=born, amount=raw.amount, currency=raw.currency.upper(), status=state
        )


def wrap(row: dict[str, Any]) -> api.Envelope:
    return api.Envelope(row["id"], row["updated"], row, instant(row["created_at"]), row["void"])


def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())
