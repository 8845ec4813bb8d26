"""A small source of payments, without a way to page: what the examples of this folder share."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

import httpx
import msgspec

import autobook_core.connector as api


@dataclass(frozen=True)
class Config:
    api_key: str = api.secret("Key with the right to read (Settings > API keys)")


class Payment(msgspec.Struct):
    id: str
    created: int
    amount: int
    currency: str
    void: bool = False


class Payments(api.Source):
    Config: ClassVar[type] = Config
    streams: ClassVar = (api.Stream("payment", lookback=600, shape=Payment, kind="charge"),)

    @property
    def base_url(self) -> str:
        return "https://api.acmepay.example"

    def auth(self) -> "httpx.Auth | api.OAuth2 | None":
        return httpx.BasicAuth(self.config.api_key, "")

    def check(self, ctx: api.Context) -> api.Health:
        return api.Health(ok=True, account_id=ctx.http.get("/v1/account").json()["id"])

    def translate(self, stream: api.Stream, raw: Payment) -> Iterable[api.Record]:
        status = "canceled" if raw.void else "succeeded"
        yield api.Charge(
            id=raw.id, created=raw.created, amount=raw.amount, currency=raw.currency, status=status
        )


def wrap(row: dict[str, Any]) -> api.Envelope:
    return api.Envelope(row["id"], row["changed"], row, row["created"], row["void"])
