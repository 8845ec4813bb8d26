"""AcmePay's API, faked: how a row looks, and how the list is filtered and paged. The kit owns the rows."""

from collections.abc import Sequence
from typing import Any

import httpx

Json = dict[str, Any]


class FakeAcmePay:
    page_size = 4

    def make_record(self, i: int, at: int, **changes: Any) -> Json:
        return {
            "id": f"pay_{i:04}",
            "created": at,
            "changed": changes.get("updated", at),
            "amount": changes.get("amount", 10_000 + i),
            "fee": 30,
            "currency": "DKK",
            "void": changes.get("deleted", False),
        }

    def respond(self, request: httpx.Request, rows: Sequence[Json]) -> httpx.Response:
        if request.url.path == "/v1/account":
            return httpx.Response(200, json={"id": "acct_1", "name": "Example ApS", "live": False})
        asked = request.url.params
        ids = [row["id"] for row in rows]
        begin = ids.index(asked["after"]) + 1 if asked["after"] else 0
        found = [row for row in rows[begin:] if row["changed"] >= int(asked["changed_since"])]
        page = found[: self.page_size]
        more = page[-1]["id"] if len(found) > len(page) else None
        return httpx.Response(200, json={"payments": page, "next": more})
