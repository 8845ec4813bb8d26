"""A whole connector of a made-up processor: what an author writes, and nothing else."""

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


class Movement(msgspec.Struct):
    id: str
    created_at: str
    amount: int
    currency: str
    void: bool = False


class AcmePay(api.Source):
    Config = Config
    streams = (api.Stream("movement", lookback=600, shape=Movement, kind="charge"),)
    limits = (api.Limit(calls=20, per=1.0),)

    @property
    def base_url(self) -> str:
        return "https://api.acmepay.example"

    def auth(self) -> httpx.Auth:
        return httpx.BasicAuth(self.config.api_key, "")

    def check(self, ctx: api.Context) -> api.Health:
        return api.Health(ok=True, account_id=ctx.http.get("/v1/account").json()["id"])

    def fetch(self, ctx: api.Context, stream: api.Stream, cursor: dict[str, Any] | None) -> api.Page:
        mark = api.Watermark(cursor, ctx.start, stream.lookback)
        query = {"since": mark.since, "after": mark.token or ""}
        try:
            body = ctx.http.get("/v1/movements", params=query).json()
        except httpx.HTTPStatusError as refused:
            raise api.CursorExpired if refused.response.status_code == 410 else refused from None
        return mark.page((self.wrap(row) for row in body["data"]), token=body["next"])

    def wrap(self, row: dict[str, Any]) -> api.Envelope:
        return api.Envelope(row["id"], row.get("updated", ""), row, instant(row["created_at"]), row["void"])

    def translate(self, stream: api.Stream, raw: Movement) -> Iterable[api.Record]:
        born, state = instant(raw.created_at), "canceled" if raw.void else "succeeded"
        yield api.Charge(
            id=raw.id, created=born, amount=raw.amount, currency=raw.currency.upper(), status=state
        )


def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())
