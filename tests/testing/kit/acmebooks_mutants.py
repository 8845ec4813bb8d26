"""AcmeBooks with one mistake each, as found in connectors in the field."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid4

import httpx

from autobook_core.connector import AuthFailed, Context, Delivery, Health, Receipt, Remote, Unavailable
from tests.testing.kit.acmebooks import AcmeBooks


class FindsNothing(AcmeBooks):
    """Looking up is not written yet."""

    def find(self, ctx: Context, keys: Sequence[str]) -> Mapping[str, list[Remote]]:
        return {}


class PoisonFailsBatch(AcmeBooks):
    """A refused document ends the call for all of them."""

    def deliver(self, ctx: Context, items: Sequence[Delivery]) -> Iterator[Receipt]:
        for item in items:
            yield Receipt(item.key, "accepted", remote_id=self.send(ctx, item.key, item.body))


class SaysAccepted(AcmeBooks):
    """Says that it was accepted, whatever was answered."""

    def deliver(self, ctx: Context, items: Sequence[Delivery]) -> Iterator[Receipt]:
        for receipt in super().deliver(ctx, items):
            yield Receipt(receipt.key, "accepted", remote_id=receipt.remote_id)


class RetriesInside(AcmeBooks):
    """Sends again at once what got no answer."""

    def send(self, ctx: Context, key: str, body: Mapping[str, Any]) -> str:
        with contextlib.suppress(Unavailable):
            return super().send(ctx, key, body)
        return super().send(ctx, key, body)


class PretendsKeys(AcmeBooks):
    """Sends a key that the server does not honour, so that the client retries."""

    def send(self, ctx: Context, key: str, body: Mapping[str, Any]) -> str:
        sent = ctx.http.post("/v1/entries", json={"ref": key, "entry": body}, idempotency_key=key)
        return str(sent.json()["id"])


class FreshKeyEachTime(AcmeBooks):
    """Makes a key of its own for every attempt."""

    def send(self, ctx: Context, key: str, body: Mapping[str, Any]) -> str:
        return super().send(ctx, str(uuid4()), body)


class EchoesWhatWasSent(AcmeBooks):
    """Looks up what it remembers, not what stands there."""

    def __init__(self, config: Any) -> None:
        super().__init__(config)
        self.sent: dict[str, Any] = {}

    def send(self, ctx: Context, key: str, body: Mapping[str, Any]) -> str:
        made = super().send(ctx, key, body)
        self.sent[key] = body
        return made

    def find(self, ctx: Context, keys: Sequence[str]) -> Mapping[str, list[Remote]]:
        found = super().find(ctx, keys)
        return {key: [Remote(key, self.sent[key])] if key in self.sent else found[key] for key in keys}


class SwallowsTimeout(AcmeBooks):
    """Takes silence for consent."""

    def send(self, ctx: Context, key: str, body: Mapping[str, Any]) -> str:
        with contextlib.suppress(Unavailable):
            return super().send(ctx, key, body)
        return "unknown"


class SilenceIsRefusal(AcmeBooks):
    """Takes silence for a refusal."""

    def deliver(self, ctx: Context, items: Sequence[Delivery]) -> Iterator[Receipt]:
        for item in items:
            try:
                yield Receipt(item.key, "accepted", remote_id=self.send(ctx, item.key, item.body))
            except (Unavailable, httpx.HTTPStatusError) as error:
                yield Receipt(item.key, "rejected", why=str(error))


class RoundsAmounts(AcmeBooks):
    """Sends whole units."""

    def send(self, ctx: Context, key: str, body: Mapping[str, Any]) -> str:
        lines = [{**line, "amount": round(line["amount"], -2)} for line in body["lines"]]
        return super().send(ctx, key, {**body, "lines": lines})


class ForgetsAReceipt(AcmeBooks):
    """Gives no receipt for the last of a batch."""

    def deliver(self, ctx: Context, items: Sequence[Delivery]) -> Iterator[Receipt]:
        receipts = list(super().deliver(ctx, items))
        yield from receipts[:-1]


class SendsBeforeAskedFor(AcmeBooks):
    """Keeps a batch in memory and sends it with the next one."""

    def __init__(self, config: Any) -> None:
        super().__init__(config)
        self.waiting: list[Delivery] = []

    def deliver(self, ctx: Context, items: Sequence[Delivery]) -> Iterator[Receipt]:
        late, self.waiting = self.waiting, list(items[-1:])
        for item in (*late, *items[:-1]):
            yield from super().deliver(ctx, [item])
        for item in items[-1:]:
            yield Receipt(item.key, "accepted")


class CheckAlwaysWell(AcmeBooks):
    """Finds nothing wrong with a refused token."""

    def check(self, ctx: Context) -> Health:
        with contextlib.suppress(AuthFailed):
            return super().check(ctx)
        return Health(ok=True, account_id="co_1")


class TellsTheToken(AcmeBooks):
    """Shows the token when it is shown."""

    def __repr__(self) -> str:
        return f"<AcmeBooks {self.config.token}>"


class SkipsWithoutAWord(AcmeBooks):
    """Gives no reason for a refusal."""

    def deliver(self, ctx: Context, items: Sequence[Delivery]) -> Iterator[Receipt]:
        for receipt in super().deliver(ctx, items):
            yield Receipt(receipt.key, receipt.state, remote_id=receipt.remote_id)


class PlaceOnDisk(AcmeBooks):
    """Notes what it is about to send, and never sends that again."""

    def deliver(self, ctx: Context, items: Sequence[Delivery]) -> Iterator[Receipt]:
        for item in items:
            note = ctx.home / item.key
            if note.exists():
                yield Receipt(item.key, "accepted")
                continue
            note.touch()
            yield from super().deliver(ctx, [item])


SINK_MUTANTS: tuple[type[AcmeBooks], ...] = tuple(
    found
    for found in globals().values()
    if isinstance(found, type) and issubclass(found, AcmeBooks) and found is not AcmeBooks
)
