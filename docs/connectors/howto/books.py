"""A sink: entries go to a made-up accounting system, one request each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import httpx

from autobook_core.connector import Context, Delivery, Health, Receipt, Remote, Sink, secret


@dataclass(frozen=True)
class Config:
    token: str = secret("Token with the right to write entries (Settings > API)")


class AcmeBooks(Sink):
    Config: ClassVar[type] = Config
    batch: ClassVar[int] = 50

    @property
    def base_url(self) -> str:
        return "https://books.acme.example"

    def auth(self) -> httpx.Auth:
        return httpx.BasicAuth("autobook", self.config.token)

    def check(self, ctx: Context) -> Health:
        return Health(ok=True, account_id=ctx.http.get("/v1/company").json()["id"])

    def deliver(self, ctx: Context, items: Sequence[Delivery]) -> Iterator[Receipt]:
        for item in items:
            try:
                made = ctx.http.post("/v1/entries", json={"ref": item.key, "entry": item.body})
            except httpx.HTTPStatusError as refused:
                yield Receipt(item.key, "rejected", why=refused.response.text)
            else:
                yield Receipt(item.key, "accepted", remote_id=made.json()["id"])

    def find(self, ctx: Context, keys: Sequence[str]) -> Mapping[str, list[Remote]]:
        return {key: [Remote(one["id"], one["entry"]) for one in self.look(ctx, key)] for key in keys}

    def look(self, ctx: Context, key: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = ctx.http.get("/v1/entries", params={"ref": key}).json()
        return found


class AcmeBooksWithKeys(AcmeBooks):
    """The same where the server remembers keys: it does nothing the second time."""

    idempotent: ClassVar[bool] = True

    def deliver(self, ctx: Context, items: Sequence[Delivery]) -> Iterator[Receipt]:
        for item in items:
            body = {"ref": item.key, "entry": item.body}
            try:
                made = ctx.http.post("/v1/entries", json=body, idempotency_key=item.key)
            except httpx.HTTPStatusError as refused:
                yield Receipt(item.key, "rejected", why=refused.response.text)
            else:
                yield Receipt(item.key, "accepted", remote_id=made.json()["id"])
