"""A bank whose rows have no ids."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, ClassVar, Literal

import msgspec

import autobook_core.connector as api
from howto.payments import Config


class Line(msgspec.Struct):
    day: date
    amount: int
    currency: str
    direction: Literal["CRDT", "DBIT"]
    text: str
    id: str


def looks_like(row: dict[str, Any]) -> tuple[Any, ...]:
    """Return what two rows have in common that are equal to the eye; the day is one of it."""
    return row["day"], row["amount"], row["currency"], row["direction"], row["text"]


class Statements(api.Source):
    Config: ClassVar[type] = Config
    streams: ClassVar = (api.Stream("line", lookback=3 * 86_400, shape=Line, kind="bank_transaction"),)

    @property
    def base_url(self) -> str:
        return "https://bank.example"

    def check(self, ctx: api.Context) -> api.Health:
        return api.Health(ok=True, account_id=ctx.http.get("/v1/account").json()["id"])

    def fetch(self, ctx: api.Context, stream: api.Stream, cursor: dict[str, Any] | None) -> api.Page:
        first = datetime.fromtimestamp(ctx.start, UTC).date().isoformat()
        mark = api.Watermark(cursor, first, stream.lookback)
        # Whole days: a day that is cut in two would count its rows from one twice.
        rows = ctx.http.get("/v1/lines", params={"from_day": str(mark.since)[:10]}).json()
        items = (wrap(id, row) for id, row in api.stable_ids(rows, key=looks_like))
        return mark.page(items, token=None)

    def translate(self, stream: api.Stream, raw: Line) -> Iterable[api.Record]:
        yield api.BankTransaction(
            id=raw.id, created=midnight(raw.day), account="main", booking_date=raw.day,
            amount=raw.amount, currency=raw.currency, direction=raw.direction, text=(raw.text,),
        )  # fmt: skip


def wrap(id: str, row: dict[str, Any]) -> api.Envelope:
    return api.Envelope(id, row["day"], {**row, "id": id}, midnight(date.fromisoformat(row["day"])))


def midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
