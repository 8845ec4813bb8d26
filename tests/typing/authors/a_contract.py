"""A contract test as an author writes it, with the fake, and what a type checker refuses in one."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import httpx

from autobook_core.testing import (
    Shelf,
    SinkContract,
    SinkSubject,
    SourceContract,
    Subject,
    run_sink_cases,
    run_source_cases,
)
from tests.typing.authors.a_sink import AcmeBooks
from tests.typing.authors.a_source import AcmePay


class FakeAcmePay:
    page_size = 4

    def make_record(self, i: int, at: int, **changes: Any) -> dict[str, Any]:
        return {"id": f"ch_{i}", "updated": at} | changes

    def respond(self, request: httpx.Request, rows: Sequence[dict[str, Any]]) -> httpx.Response:
        return httpx.Response(200, json={"data": list(rows), "next": None})


class FakeAcmeBooks:
    def respond(self, request: httpx.Request, shelf: Shelf) -> httpx.Response:
        return httpx.Response(200, json={"id": shelf.put("key", {"amount": 1})})


class TheSource(SourceContract):
    source, config, api = AcmePay, {"api_key": "canary-4711"}, FakeAcmePay
    exempt: ClassVar[Mapping[str, str]] = {"balance": "AcmePay tells no balance"}


class TheSink(SinkContract):
    sink, config, api = AcmeBooks, {"token": "canary-4711"}, FakeAcmeBooks


class SwappedSource(SourceContract):
    source = AcmeBooks  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    config = {"api_key": "canary-4711"}  # noqa: RUF012
    api = FakeAcmeBooks  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]


def outcomes() -> list[str]:
    results = run_source_cases(Subject(AcmePay, {"api_key": "canary-4711"}, FakeAcmePay))
    results += run_sink_cases(SinkSubject(AcmeBooks, {"token": "canary-4711"}, FakeAcmeBooks))
    run_source_cases(SinkSubject(AcmeBooks, {}, FakeAcmeBooks))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    return [result.outcome for result in results]
