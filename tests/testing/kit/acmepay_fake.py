"""AcmePay's API, faked for the kit: what an author writes beside the connector."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import httpx

Json = dict[str, Any]


class FakeAcmePay:
    page_size = 4

    def make_record(self, i: int, at: int, **changes: Any) -> Json:
        return {
            "id": f"ch_{i:04}",
            "created_at": datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "updated": changes.get("updated", at),
            "amount": changes.get("amount", 1_000 + i),
            "currency": "eur",
            "void": changes.get("deleted", False),
        }

    def respond(self, request: httpx.Request, rows: Sequence[Json]) -> httpx.Response:
        if request.url.path == "/v1/account":
            account = {"id": "acct_1", "balance": 100}
            return httpx.Response(200, json=account)
        asked, ids = request.url.params, [row["id"] for row in rows]
        begin = ids.index(asked["after"]) + 1 if asked.get("after") else 0
        found = [row for row in rows[begin:] if row["updated"] >= int(asked["since"])]
        page = found[: self.page_size]
        more = len(found) > len(page)
        return httpx.Response(200, json={"data": page, "next": page[-1]["id"] if more else None})

    def expired(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(410, json={"error": "page token expired"})
