"""Stripe, faked for the kit: lists bounded by birth and newest first by nature, and events that tell of changes."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any, ClassVar

import httpx

from autobook_core.connector import WebhookRequest

Json = dict[str, Any]

SECRETS = ("whsec_canary_4711_new", "whsec_canary_4711_old")
_EMPTY = {
    "/v1/customers", "/v1/products", "/v1/prices", "/v1/tax_rates", "/v1/subscriptions", "/v1/invoices",
    "/v1/invoice_payments", "/v1/credit_notes", "/v1/charges", "/v1/refunds", "/v1/disputes",
    "/v1/balance_transactions", "/v1/payouts",
}  # fmt: skip
_OBJECTS: dict[str, Json] = {
    "/v1/account": {"id": "acct_kit", "object": "account", "email": "books@acme.example"},
    "/v1/balance": {
        "object": "balance",
        "available": [{"amount": 1_250, "currency": "dkk"}],
        "pending": [{"amount": 600, "currency": "dkk"}],
        "livemode": True,
    },
}


class FakeStripe:
    """The rows are charges; each has moved the balance once, which another list tells."""

    page_size = 4
    stream = "charge"
    tells: tuple[str, ...] = ("charge", "balance_transaction")
    withdraws = False
    by_birth = True
    webhook_secrets = SECRETS
    path: ClassVar[str] = "/v1/charges"
    #: The events of a birth and of a change.
    events_of: ClassVar[tuple[str, str]] = ("charge.succeeded", "charge.updated")

    def __init__(self) -> None:
        #: What was told of each row: its birth, last change and whether it is gone. Rows do not say it themselves.
        self._told: dict[str, tuple[int, int, bool]] = {}

    # Rows.

    def make_record(self, i: int, at: int, **changes: Any) -> Json:
        row = self.make_object(
            i, at, changes.get("amount", 1_000 + i), changes.get("currency", "DKK").lower()
        )
        self._told[row["id"]] = (at, changes.get("updated", at), changes.get("deleted", False))
        return row

    def make_object(self, i: int, at: int, amount: int, currency: str) -> Json:
        return {
            "id": f"ch_{i:04}", "object": "charge", "amount": amount, "balance_transaction": f"txn_{i:04}",
            "created": at, "currency": currency, "customer": None, "failure_code": None, "invoice": None,
            "livemode": True, "paid": True, "payment_intent": f"pi_{i:04}",
            "payment_method_details": {"type": "card"}, "status": "succeeded",
        }  # fmt: skip

    # Requests.

    def lists(self, request: httpx.Request) -> bool:
        return request.url.path == self.path

    def respond(self, request: httpx.Request, rows: Sequence[Json]) -> httpx.Response:
        path, asked = request.url.path, request.url.params
        if path in _OBJECTS:
            return httpx.Response(200, json=_OBJECTS[path])
        if path == "/v1/events":
            return self.page(asked, self.events(asked.get_list("types[]"), rows))
        if path == self.path:
            return self.page(asked, [row for row in rows if not self._told[row["id"]][2]])
        if path == "/v1/balance_transactions":
            return self.page(asked, self.movements(rows))
        if path in _EMPTY:
            return self.page(asked, [])
        message = f"Unrecognized request URL (GET: {path})."
        return httpx.Response(404, json={"error": {"type": "invalid_request_error", "message": message}})

    def page(self, asked: httpx.QueryParams, rows: Sequence[Json]) -> httpx.Response:
        found = [row for row in rows if row["created"] >= int(asked.get("created[gte]", 0))]
        after = asked.get("starting_after")
        if after:
            ids = [row["id"] for row in found]
            if after not in ids:
                return self.expired(httpx.Request("GET", "https://api.stripe.com"))
            found = found[ids.index(after) + 1 :]
        size = min(self.page_size, int(asked.get("limit", 10)))
        body = {"object": "list", "data": found[:size], "has_more": len(found) > size}
        return httpx.Response(200, json=body)

    def expired(self, request: httpx.Request) -> httpx.Response:
        del request
        error = {"code": "resource_missing", "param": "starting_after", "message": "No such object"}
        return httpx.Response(400, json={"error": {"type": "invalid_request_error", **error}})

    # What follows from the rows.

    def events(self, types: Sequence[str], rows: Sequence[Json]) -> list[Json]:
        found = []
        for row in rows:
            born, changed, gone = self._told[row["id"]]
            found.append(event(f"evt_{row['id']}_{born}", self.events_of[0], born, row))
            if changed != born:
                what = f"{row['object']}.deleted" if gone else self.events_of[1]
                found.append(event(f"evt_{row['id']}_{changed}", what, changed, row))
        wanted = [item for item in found if not types or item["type"] in types]
        return sorted(wanted, key=lambda item: (-item["created"], item["id"]))

    def movements(self, rows: Sequence[Json]) -> list[Json]:
        """Return what the charges moved when they were born; a later change of a charge moves nothing."""
        return [
            {
                "id": row["balance_transaction"], "object": "balance_transaction", "amount": born, "fee": 30,
                "net": born - 30, "currency": "dkk", "created": row["created"], "available_on": row["created"],
                "reporting_category": "charge", "source": row["id"], "type": "charge",
            }
            for row in rows
            for born in [1_000 + int(row["id"][3:])]
        ]  # fmt: skip

    # Webhooks.

    def delivery(self, row: Json, *, id: str, at: int, secret: str = SECRETS[0]) -> WebhookRequest:
        return signed(event(id, self.events_of[1], at, row), at, secret)

    def unknown_delivery(self, *, id: str, at: int) -> WebhookRequest:
        return signed(
            event(id, "mandate.updated", at, {"id": "mandate_1", "object": "mandate"}), at, SECRETS[0]
        )


def event(id: str, type: str, at: int, row: Json) -> Json:
    return {
        "id": id,
        "object": "event",
        "type": type,
        "created": at,
        "livemode": True,
        "data": {"object": row},
    }


def signed(body: Json, at: int, secret: str) -> WebhookRequest:
    content = json.dumps(body).encode()
    digest = hmac.new(secret.encode(), b"%d." % at + content, hashlib.sha256).hexdigest()
    return WebhookRequest(content, {"stripe-signature": f"t={at},v1={digest}"}, at)
