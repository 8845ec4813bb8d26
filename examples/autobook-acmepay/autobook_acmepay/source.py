"""AcmePay: the payments that were taken, and the fee that was kept back from each."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import autobook_core.connector as api
import httpx
import msgspec


@dataclass(frozen=True)
class Config:
    api_key: str = api.secret("Key with the right to read (AcmePay > Settings > API keys)")


class Payment(msgspec.Struct):
    id: str
    created: int
    amount: int
    fee: int
    currency: str
    void: bool


class AcmePay(api.Source):
    Config = Config
    streams = (api.Stream("payment", lookback=600, shape=Payment, kind="charge"),)
    limits = (api.Limit(calls=20, per=1.0),)

    @property
    def base_url(self) -> str:
        return "https://api.acmepay.example"

    def auth(self) -> httpx.Auth:
        return httpx.BasicAuth(self.config.api_key, "")

    def check(self, ctx: api.Context) -> api.Health:
        me = ctx.http.get("/v1/account").json()
        return api.Health(ok=True, account_id=me["id"], label=me["name"], live=me["live"])

    def fetch(self, ctx: api.Context, stream: api.Stream, cursor: dict[str, Any] | None) -> api.Page:
        mark = api.Watermark(cursor, ctx.start, stream.lookback)
        query = {"changed_since": mark.since, "after": mark.token or ""}
        body = ctx.http.get("/v1/payments", params=query).json()
        items = (api.Envelope(o["id"], o["changed"], o, o["created"], o["void"]) for o in body["payments"])
        return mark.page(items, token=body["next"])

    def translate(self, stream: api.Stream, raw: Payment) -> Iterable[api.Record]:
        born, amount, money = raw.created, raw.amount, raw.currency
        status = "canceled" if raw.void else "succeeded"
        yield api.Charge(id=raw.id, created=born, amount=amount, currency=money, status=status)
        yield api.BalanceTransaction(
            id=f"{raw.id}:in", created=born, amount=amount, currency=money, type="charge", category="charge",
            source=raw.id, fee=raw.fee, net=amount - raw.fee,
        )  # fmt: skip
