"""AcmePay with webhooks, a balance and golden files: what a connector may offer beside its rows."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from autobook_core.connector import (
    Balance,
    Context,
    Envelope,
    Malformed,
    Money,
    Stream,
    WebhookRequest,
    WebhookResult,
    secret,
)
from autobook_core.domain.records import BalanceTransaction, Record
from tests.testing.kit.acmepay import AcmePay, Config, Movement, instant
from tests.testing.kit.acmepay_fake import FakeAcmePay


@dataclass(frozen=True)
class HookedConfig(Config):
    signing_key: str = secret("Secret that deliveries are signed with (Developers > Webhooks)")
    signing_key_before: str = secret("The one before it, while they are being exchanged", default="")


#: Its settings in these tests, while the signing key is being exchanged.
HOOKED = {
    "api_key": "canary-4711-key",
    "signing_key": "canary-4712-new",
    "signing_key_before": "canary-4713-old",
}


class HookedAcmePay(AcmePay):
    Config = HookedConfig
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
        given = request.headers.get("acme-signature", "")
        good = [signature(key, at, request.body) for key in self.live_keys()]
        return any(hmac.compare_digest(given, one) for one in good)

    def live_keys(self) -> list[str]:
        return [key for key in (self.config.signing_key, self.config.signing_key_before) if key]

    def rows(self, event: dict[str, Any]) -> list[tuple[str, Envelope]]:
        known = event["type"] == "movement.changed"
        return [("movement", self.wrap(event["data"]))] if known else []

    def balance(self, ctx: Context, at: int) -> Sequence[Balance]:
        body = ctx.http.get("/v1/account").json()
        return [Balance(body["id"], Money(body["balance"], "EUR"), at)]


class FakeHookedAcmePay(FakeAcmePay):
    webhook_secrets = (HOOKED["signing_key"], HOOKED["signing_key_before"])
    past_cursors: ClassVar[dict[str, Any]] = {"movement": {1: {"last": 1_750_000_060}}}

    def make_record(self, i: int, at: int, **changes: Any) -> dict[str, Any]:
        return super().make_record(i, at, **changes) | {"currency": changes.get("currency", "EUR").lower()}

    def without_mark(self, row: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in row.items() if name != "updated"}

    def delivery(
        self, row: dict[str, Any], *, id: str, at: int, secret: str = HOOKED["signing_key"]
    ) -> WebhookRequest:
        return event(id, "movement.changed", at, row, secret)

    def unknown_delivery(self, *, id: str, at: int) -> WebhookRequest:
        return event(id, "mandate.revoked", at, {"id": "md_1"}, HOOKED["signing_key"])


def event(id: str, type: str, at: int, data: dict[str, Any], secret: str) -> WebhookRequest:
    body = json.dumps({"id": id, "type": type, "data": data}).encode()
    headers = {"acme-time": str(at), "acme-signature": signature(secret, str(at), body)}
    return WebhookRequest(body, headers, at)


def signature(key: str, at: str, body: bytes) -> str:
    return hmac.new(key.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
