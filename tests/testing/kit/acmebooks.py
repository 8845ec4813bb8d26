"""A whole sink to a made-up accounting system, and its fake."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import httpx

from autobook_core.connector import Context, Delivery, Health, Receipt, Remote, Sink, secret
from autobook_core.testing import Shelf


@dataclass(frozen=True)
class Config:
    token: str = secret("Token with the right to write entries (Settings > API)")


class AcmeBooks(Sink):
    """Writes entries to AcmeBooks, one request each."""

    Config: ClassVar[type] = Config
    batch = 4

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
                made = self.send(ctx, item.key, item.body)
            except httpx.HTTPStatusError as refused:
                yield Receipt(item.key, "rejected", why=refused.response.text)
            else:
                yield Receipt(item.key, "accepted", remote_id=made)

    def send(self, ctx: Context, key: str, body: Mapping[str, Any]) -> str:
        sent = ctx.http.post(
            "/v1/entries", json={"ref": key, "entry": body}, idempotency_key=key if self.idempotent else None
        )
        return str(sent.json()["id"])

    def find(self, ctx: Context, keys: Sequence[str]) -> Mapping[str, list[Remote]]:
        return {key: [Remote(item["id"], item["entry"]) for item in self.look(ctx, key)] for key in keys}

    def look(self, ctx: Context, key: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = ctx.http.get("/v1/entries", params={"ref": key}).json()
        return found


class AcmeBooksWithKeys(AcmeBooks):
    """The same, to a server that honours keys."""

    idempotent = True


class FakeAcmeBooks:
    def respond(self, request: httpx.Request, shelf: Shelf) -> httpx.Response:
        if request.url.path == "/v1/company":
            return httpx.Response(200, json={"id": "co_1"})
        if request.method == "GET":
            found = shelf.under(request.url.params["ref"])
            return httpx.Response(200, json=[{"id": item.remote_id, **item.document} for item in found])
        sent = json.loads(request.content)
        name = shelf.put(sent["ref"], {"entry": sent["entry"]})
        if name is None:
            return httpx.Response(422, json={"error": "the period is closed"})
        return httpx.Response(201, json={"id": name})
