"""Deliveries that come by themselves: verified over their exact bytes, then unpacked into the same rows."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import ClassVar

from autobook_core.connector import Context, Malformed, WebhookRequest, WebhookResult, secret
from howto.paging import CursorPaging
from howto.payments import wrap

#: A delivery signed longer ago than this is a replay, in seconds.
TOLERANCE = 300


@dataclass(frozen=True)
class HookedConfig:
    api_key: str = secret("Key with the right to read and to register webhooks (Settings > API keys)")
    webhook_secret: str = secret(
        "Signing secret; several, separated by spaces, while one is replaced", default=""
    )


class HookedPayments(CursorPaging):
    Config: ClassVar[type] = HookedConfig

    def webhook(self, ctx: Context, request: WebhookRequest) -> WebhookResult:
        at = request.headers.get("acme-time", "")
        if not at.isdigit() or abs(request.received_at - int(at)) > TOLERANCE:
            raise Malformed("", "the delivery is too old, or does not say when it was signed")
        given = request.headers.get("acme-signature", "")
        secrets = self.config.webhook_secret.split()
        if not any(hmac.compare_digest(given, sign(key, at, request.body)) for key in secrets):
            raise Malformed("", "the signature does not hold", code="invalid_signature")
        event = json.loads(request.body)
        known = event["type"] == "payment.changed"
        return WebhookResult(event["id"], [("payment", wrap(event["data"]))] if known else [])

    def webhook_setup(self, ctx: Context, url: str) -> str:
        made = ctx.http.post("/v1/webhooks", json={"url": url}, idempotency_key=url)
        return str(made.json()["id"])

    def webhook_teardown(self, ctx: Context) -> None:
        for known in ctx.http.get("/v1/webhooks").json():
            ctx.http.request("DELETE", f"/v1/webhooks/{known['id']}", expect_json=False)


def sign(key: str, at: str, body: bytes) -> str:
    return hmac.new(key.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
