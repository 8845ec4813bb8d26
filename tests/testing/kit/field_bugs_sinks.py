"""AcmeBooks with mistakes that cost somebody money, each with the public thread that tells of it."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid4

from autobook_core.connector import Context, Delivery, Receipt, Remote, Unavailable
from tests.testing.kit.acmebooks import AcmeBooks, AcmeBooksWithKeys


class FreshKeyPerAttempt(AcmeBooksWithKeys):
    """spree/spree#14500: the second attempt makes a key of its own, which is the server's cue to do it again."""

    def send(self, ctx: Context, key: str, body: Mapping[str, Any]) -> str:
        sent = {"ref": key, "entry": body}
        with contextlib.suppress(Unavailable):
            return str(ctx.http.post("/v1/entries", json=sent).json()["id"])
        return super().send(ctx, str(uuid4()), body)


class RetriesALostReply(AcmeBooks):
    """drt-hub/drt#897: takes a lost answer for a lost request, and sends again what was done already."""

    def send(self, ctx: Context, key: str, body: Mapping[str, Any]) -> str:
        with contextlib.suppress(Unavailable):
            return super().send(ctx, key, body)
        return super().send(ctx, key, body)


class ResendsWithoutLooking(AcmeBooks):
    """drt-hub/drt#1047: what was sent cannot be looked up, so that a second try is a second document."""

    def find(self, ctx: Context, keys: Sequence[str]) -> Mapping[str, list[Remote]]:
        return {}


class DroppedCountsAsDelivered(AcmeBooks):
    """influxdata/telegraf#19625: what the other side refuses for good is dropped and counted as written."""

    def deliver(self, ctx: Context, items: Sequence[Delivery]) -> Iterator[Receipt]:
        for receipt in super().deliver(ctx, items):
            yield Receipt(receipt.key, "accepted", remote_id=receipt.remote_id)


class PoisonBlocksTheBatch(AcmeBooks):
    """influxdata/telegraf#13826: one document that is refused keeps back all that comes after it."""

    def deliver(self, ctx: Context, items: Sequence[Delivery]) -> Iterator[Receipt]:
        for item in items:
            yield Receipt(item.key, "accepted", remote_id=self.send(ctx, item.key, item.body))
