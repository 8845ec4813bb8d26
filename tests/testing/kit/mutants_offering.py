"""AcmePay with one mistake each in what it offers beside its rows, and in how its records depend on the machine."""

import locale
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, ClassVar

import msgspec

from autobook_core.connector import (
    Balance,
    Context,
    Envelope,
    Money,
    NotSupported,
    Stream,
    WebhookRequest,
    WebhookResult,
)
from autobook_core.domain.records import BalanceTransaction, Charge, Record
from tests.testing.kit.acmepay import AcmePay
from tests.testing.kit.acmepay_hooks import HookedAcmePay

Cursor = dict[str, Any] | None


class Unverified(HookedAcmePay):
    """Looks at no signature."""

    def signed(self, request: WebhookRequest) -> bool:
        return True


class SignedOverJson(HookedAcmePay):
    """Checks the signature over the JSON, not over the bytes."""

    def signed(self, request: WebhookRequest) -> bool:
        return super().signed(replace(request, body=request.body.strip()))


class NeverStale(HookedAcmePay):
    """Takes a delivery of any age."""

    tolerance = 10**9


class DeliveryByTime(HookedAcmePay):
    """Gives a delivery another id each time."""

    count: ClassVar[list[int]] = []

    def webhook(self, ctx: Context, request: WebhookRequest) -> WebhookResult:
        self.count.append(1)
        return replace(super().webhook(ctx, request), delivery_id=str(len(self.count)))


class DeliveryWithoutVersion(HookedAcmePay):
    """Leaves the version out of what a delivery brings."""

    def webhook(self, ctx: Context, request: WebhookRequest) -> WebhookResult:
        result = super().webhook(ctx, request)
        return replace(result, items=[(stream, replace(item, version="")) for stream, item in result.items])


class DeliveryAsksAgain(HookedAcmePay):
    """Asks the network for what it was told."""

    def webhook(self, ctx: Context, request: WebhookRequest) -> WebhookResult:
        ctx.http.get("/v1/account")
        return super().webhook(ctx, request)


class StumblesOverTheUnknown(HookedAcmePay):
    """Raises at a type of delivery that it does not know."""

    def rows(self, event: dict[str, Any]) -> list[tuple[str, Envelope]]:
        if event["type"] != "movement.changed":
            raise NotSupported(event["type"])
        return super().rows(event)


class FreshIdEachTime(HookedAcmePay):
    """Numbers the fees it makes: every time a row is read, the fee is another one."""

    def __init__(self, config: Any) -> None:
        super().__init__(config)
        self.fees = 0

    def translate(self, stream: Stream, raw: Any) -> Iterable[Record]:
        for record in super().translate(stream, raw):
            self.fees += isinstance(record, BalanceTransaction)
            fee = f"fee_{self.fees}"
            yield record if isinstance(record, Charge) else msgspec.structs.replace(record, id=fee)


class LowerCaseCurrency(HookedAcmePay):
    """Passes on the currency as the API writes it."""

    def translate(self, stream: Stream, raw: Any) -> Iterable[Record]:
        for record in super().translate(stream, raw):
            yield msgspec.structs.replace(record, currency=raw.currency)


class SaysMoreThanLastYear(HookedAcmePay):
    """Translates the rows of last year in another way than last year."""

    def translate(self, stream: Stream, raw: Any) -> Iterable[Record]:
        charge, fee = super().translate(stream, raw)
        assert isinstance(charge, Charge)
        yield from (msgspec.structs.replace(charge, method="card"), fee)


class FloatBalance(HookedAcmePay):
    """Tells the balance in major units."""

    def balance(self, ctx: Context, at: int) -> list[Balance]:
        body = ctx.http.get("/v1/account").json()
        return [Balance(body["id"], Money(body["balance"] / 100, "EUR"), at)]


class LocaleOfTheStart(AcmePay):
    """Asks once, when it is made, how people here write decimals."""

    def __init__(self, config: Any) -> None:
        super().__init__(config)
        self.point = locale.localeconv()["decimal_point"]

    def translate(self, stream: Stream, raw: Any) -> Iterable[Record]:
        whole, _, _ = f"{raw.amount}.00".partition(str(self.point))
        yield from super().translate(stream, msgspec.structs.replace(raw, amount=int(whole)))


class IdFromHash(HookedAcmePay):
    """Makes the id of a fee with hash(), which Python salts in every process."""

    def translate(self, stream: Stream, raw: Any) -> Iterable[Record]:
        charge, fee = super().translate(stream, raw)
        yield from (charge, msgspec.structs.replace(fee, id=f"fee_{hash(raw.id)}"))


class YenAreHundredths(HookedAcmePay):
    """Makes two decimals of every amount, as if a minor unit were a hundredth everywhere."""

    def translate(self, stream: Stream, raw: Any) -> Iterable[Record]:
        hundredfold = raw.amount * 100 if raw.currency == "jpy" else raw.amount
        yield from super().translate(stream, msgspec.structs.replace(raw, amount=hundredfold))


class DinarsAreHundredths(HookedAcmePay):
    """Cuts the third decimal off."""

    def translate(self, stream: Stream, raw: Any) -> Iterable[Record]:
        cut = raw.amount // 10 if raw.currency == "kwd" else raw.amount
        yield from super().translate(stream, msgspec.structs.replace(raw, amount=cut))


class KnowsOneSecret(HookedAcmePay):
    """Looks at one signing key only: while they are exchanged, half of the deliveries are refused."""

    def live_keys(self) -> list[str]:
        return [self.config.signing_key]


class EmptySecretIsLive(HookedAcmePay):
    """Tries the key before it also where there is none: whoever signs with nothing is let in."""

    def live_keys(self) -> list[str]:
        return [self.config.signing_key, self.config.signing_key_before]
