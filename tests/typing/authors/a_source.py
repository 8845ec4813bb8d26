"""A source as an author writes it, and what a type checker must not let through in one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec

import autobook_core.connector as api


@dataclass(frozen=True)
class Settings:
    api_key: str = api.secret("Restricted key with read access")
    account: str = api.option("Which account")
    spare_key: str | None = api.secret("The key before it, while they are being exchanged", default=None)
    region: str = api.option("Which region holds the account", default="eu", choices=("eu", "us"))
    pages: int = api.option("Pages in one run", default=100)
    wrong_number: int = api.option("A text is no number", default="100")  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    wrong_secret: bytes = api.secret("A secret is a text")  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]


class Movement(msgspec.Struct):
    id: str
    born: int
    amount: int
    currency: str


class AcmePay(api.Source):
    Config = Settings
    config: Settings
    streams = (api.Stream("movement", lookback=600, shape=Movement, kind="charge"),)
    limits = (api.Limit(calls=20, per=1.0, match="/v1/*"),)

    @property
    def base_url(self) -> str:
        return f"https://{self.config.region}.acmepay.example"

    def auth(self) -> httpx.Auth:
        return httpx.BasicAuth(self.config.api_key, "")

    def check(self, ctx: api.Context) -> api.Health:
        found: dict[str, Any] = ctx.http.get("/v1/account").json()
        return api.Health(ok=True, account_id=found["id"], missing=("movements:read",))

    def fetch(self, ctx: api.Context, stream: api.Stream, cursor: dict[str, Any] | None) -> api.Page:
        mark = api.Watermark(cursor, ctx.start, stream.lookback)
        query = {"since": mark.since, "after": mark.token or ""}
        body = ctx.http.get("/v1/movements", params=query, headers={"accept": "application/json"}).json()
        rows: list[dict[str, Any]] = body["data"]
        return mark.page((api.Envelope(row["id"], row["updated"], row) for row in rows), token=body["next"])

    def translate(self, stream: api.Stream, raw: Movement) -> Iterable[api.Record]:
        if raw.amount < 0:
            raise api.Malformed(raw.id, "a charge is never negative")
        yield api.Charge(
            id=raw.id, created=raw.born, amount=raw.amount, currency=raw.currency, status="succeeded"
        )

    def webhook(self, ctx: api.Context, request: api.WebhookRequest) -> api.WebhookResult:
        row = msgspec.json.decode(request.body, type=Movement)
        return api.WebhookResult("evt_1", [("movement", api.Envelope(row.id, data=request.body))])

    def balance(self, ctx: api.Context, at: int) -> list[api.Balance]:
        return [api.Balance("acct_1", api.Money(1_250, "EUR"), at)]


class InText(api.Source):
    """Marks may be ISO texts as well as numbers."""

    Config = Settings
    streams = (api.Stream("row"),)

    def check(self, ctx: api.Context) -> api.Health:
        return api.Health(ok=True)

    def fetch(self, ctx: api.Context, stream: api.Stream, cursor: dict[str, Any] | None) -> api.Page:
        mark = api.Watermark(cursor, "2025-01-01T00:00:00Z", stream.lookback)
        since: int | str = mark.since
        rows = [api.Envelope(str(since), "2025-01-02T00:00:00Z", b"{}")]
        return mark.page(rows, token=None, mark=lambda row: row.created)

    def translate(self, stream: api.Stream, raw: dict[str, Any]) -> list[api.Record]:
        return [api.Customer(id=raw["id"], country="DK")]


class WrongStreams(api.Source):
    """Streams are no names."""

    streams = ("movement",)  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]


class Wrong(AcmePay):
    """Everything here is refused."""

    def check(self, ctx: api.Context) -> bool:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        ctx.http.get("/v1/account", parms={})  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
        ctx.http.delete("/v1/account")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
        return True

    def fetch(self, ctx: api.Context, stream: api.Stream, cursor: dict[str, Any] | None) -> api.Page:
        api.Watermark(cursor, 1.5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        item = api.Envelope(7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        self.config.apikey  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]  # noqa: B018
        return [item]  # type: ignore[return-value]  # pyright: ignore[reportReturnType]

    def translate(self, stream: api.Stream, raw: Movement) -> Iterable[api.Record]:
        yield api.Charge(id=raw.id, amount=1.25, currency="EUR", status="failed")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        yield api.Charge(id=raw.id, amount=125, currency="EUR")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
        yield {"id": raw.id}  # type: ignore[misc]  # pyright: ignore[reportReturnType]


class Unfinished(api.Source):
    """Three methods have to be written."""


half: api.Source = Unfinished(None)  # type: ignore[abstract]  # pyright: ignore[reportAbstractUsage]
