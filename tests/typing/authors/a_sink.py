"""A sink as an author writes it, and what a type checker must not let through in one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import autobook_core.connector as api


@dataclass(frozen=True)
class Settings:
    token: str = api.secret("Token with the right to write entries")


class AcmeBooks(api.Sink):
    Config = Settings
    config: Settings
    accepts = frozenset({"journal_entry"})
    idempotent = True
    batch = 100

    def auth(self) -> api.OAuth2:
        return api.OAuth2("https://books.acme.example/token", "us", self.config.token, "refresh")

    def check(self, ctx: api.Context) -> api.Health:
        return api.Health(ok=ctx.http.get("/v1/company").is_success)

    def deliver(self, ctx: api.Context, items: Sequence[api.Delivery]) -> Iterator[api.Receipt]:
        for item in items:
            sent = ctx.http.post("/v1/entries", json={**item.body}, idempotency_key=item.key)
            yield api.Receipt(item.key, "accepted", remote_id=str(sent.json()["id"]))

    def find(self, ctx: api.Context, keys: Sequence[str]) -> Mapping[str, list[api.Remote]]:
        return {key: [api.Remote("doc_1", {"id": "doc_1"})] for key in keys}


class WrongKinds(api.Sink):
    """Kinds are a set that cannot change."""

    accepts = ["journal_entry"]  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]  # noqa: RUF012


class Wrong(AcmeBooks):
    """Everything here is refused."""

    def deliver(self, ctx: api.Context, items: Sequence[api.Delivery]) -> Iterator[api.Receipt]:
        for item in items:
            yield api.Receipt(item.key, "done")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
            item.key = "another"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]

    def find(self, ctx: api.Context, keys: Sequence[str]) -> list[api.Remote]:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        return []
