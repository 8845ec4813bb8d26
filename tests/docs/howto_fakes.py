"""The other sides of the how-to pages' examples, faked: one API that pages in five ways, with webhooks."""

import json
from collections.abc import Sequence
from typing import Any, ClassVar

import httpx

from autobook_core.connector import WebhookRequest
from howto.webhooks import sign

Json = dict[str, Any]


class FakePayments:
    page_size = 4

    def make_record(self, i: int, at: int, **changes: Any) -> Json:
        return {
            "id": f"pay_{i:04}",
            "created": at,
            "changed": changes.get("updated", at),
            "amount": changes.get("amount", 10_000 + i),
            "currency": "DKK",
            "void": changes.get("deleted", False),
        }

    def respond(self, request: httpx.Request, rows: Sequence[Json]) -> httpx.Response:
        if request.url.path == "/v1/account":
            return httpx.Response(200, json={"id": "acct_1"})
        asked = request.url.params
        since = int(asked.get("changed_since", 0))
        return self.page(asked, rows, [row for row in rows if row["changed"] >= since])

    def page(self, asked: Any, rows: Sequence[Json], found: list[Json]) -> httpx.Response:
        ids = [row["id"] for row in rows]
        begin = ids.index(asked["after"]) + 1 if asked.get("after") else 0
        rest = [row for row in rows[begin:] if row in found]
        page = rest[: self.page_size]
        more = page[-1]["id"] if len(rest) > len(page) else None
        return httpx.Response(200, json={"payments": page, "next": more})


class FakeCursor(FakePayments):
    def expired(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(410, json={"error": "page token expired"})


class FakeOffset(FakePayments):
    def page(self, asked: Any, rows: Sequence[Json], found: list[Json]) -> httpx.Response:
        found.sort(key=lambda row: (row[asked["sort"]], row["id"]))
        begin = int(asked["offset"])
        body = {"offset": begin, "limit": self.page_size, "total": len(found)}
        return httpx.Response(200, json={**body, "payments": found[begin : begin + self.page_size]})


class FakePages(FakePayments):
    def page(self, asked: Any, rows: Sequence[Json], found: list[Json]) -> httpx.Response:
        found.sort(key=lambda row: (row[asked["sort"]], row["id"]))
        number, pages = int(asked["page"]), -(-len(found) // self.page_size)
        begin = (number - 1) * self.page_size
        body = {"page": number, "pages": pages, "payments": found[begin : begin + self.page_size]}
        return httpx.Response(200, json=body)


class FakeLinks(FakePayments):
    def page(self, asked: Any, rows: Sequence[Json], found: list[Json]) -> httpx.Response:
        body = super().page(asked, rows, found).json()
        link = f"/v1/payments?changed_since={asked['changed_since']}&after={body['next']}"
        headers = {"link": f'<{link}>; rel="next"'} if body["next"] else {}
        return httpx.Response(200, json=body["payments"], headers=headers)


class FakeWhole(FakePayments):
    def page(self, asked: Any, rows: Sequence[Json], found: list[Json]) -> httpx.Response:
        return httpx.Response(200, json=list(rows))


class FakeHooked(FakeCursor):
    webhook_secrets: ClassVar = ("canary-0815-new", "canary-0814-old")

    def delivery(self, row: Json, *, id: str, at: int, secret: str = "canary-0815-new") -> WebhookRequest:
        return _event(id, "payment.changed", at, row, secret)

    def unknown_delivery(self, *, id: str, at: int) -> WebhookRequest:
        return _event(id, "mandate.revoked", at, {"id": "md_1"})


def _event(id: str, type: str, at: int, data: Json, secret: str = "canary-0815-new") -> WebhookRequest:
    body = json.dumps({"id": id, "type": type, "data": data}).encode()
    headers = {"acme-time": str(at), "acme-signature": sign(secret, str(at), body)}
    return WebhookRequest(body, headers, at)


class FakeSecondVersion(FakeCursor):
    past_cursors: ClassVar = {"payment": {1: {"high": "2025-06-15T15:06:40Z"}}}
