"""AcmePay with webhooks, a balance and golden files: what a connector may offer beside its rows."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from typing import Any

from autobook_core.connector import (
    Balance,
    Context,
    Envelope,
    Malformed,
    Money,
    Stream,
    WebhookRequest,
    WebhookResult,
)
from autobook_core.domain.records import BalanceTransaction, Record
from tests.testing.kit.acmepay import AcmePay, Movement, instant
from tests.testing.kit.acmepay_fake import FakeAcmePay


class HookedAcmePay(AcmePay):
    tolerance = 300

    def translate(self, stream: Stream, raw: Movement) -> Iterable[Record]:
        yield from super().translate(stream, raw)
        yield BalanceTransaction(
            id=f"{raw.id}:fee",
            created=instant(raw.created_at),
            type="fee",
            category="fee",
            amount=-30,
            fee=0,
            net=-30,
            currency="DKK",
        )

    def webhook(self, ctx: Context, request: WebhookRequest) -> WebhookResult:
        if not self.signed(request):
            raise Malformed("", "the signature does not hold", code="invalid_signature")
        event = json.loads(request.body)
        return WebhookResult(event["id"], self.rows(event))

    def signed(self, request: WebhookRequest) -> bool:
        at = request.headers.get("acme-time", "")
        if not at.isdigit() or abs(request.received_at - int(at)) > self.tolerance:
            return False
        good = signature(self.config.api_key, at, request.body)
        return hmac.compare_digest(request.headers.get("acme-signature", ""), good)

    def rows(self, event: dict[str, Any]) -> list[tuple[str, Envelope]]:
        known = event["type"] == "movement.changed"
        return [("movement", self.wrap(event["data"]))] if known else []

    def balance(self, ctx: Context, at: int) -> Sequence[Balance]:
        body = ctx.http.get("/v1/account").json()
        return [Balance(body["id"], Money(body["balance"], "EUR"), at)]


class FakeHookedAcmePay(FakeAcmePay):
    def delivery(self, row: dict[str, Any], *, id: str, at: int) -> WebhookRequest:
        return event(id, "movement.changed", at, row)

    def unknown_delivery(self, *, id: str, at: int) -> WebhookRequest:
        return event(id, "mandate.revoked", at, {"id": "md_1"})


def event(id: str, type: str, at: int, data: dict[str, Any]) -> WebhookRequest:
    body = json.dumps({"id": id, "type": type, "data": data}).encode()
    headers = {"acme-time": str(at), "acme-signature": signature("canary-4711-key", str(at), body)}
    return WebhookRequest(body, headers, at)


def signature(key: str, at: str, body: bytes) -> str:
    return hmac.new(key.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
