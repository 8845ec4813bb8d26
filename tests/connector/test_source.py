"""What a source gets for free: ids for rows without one, envelopes of files, and plain refusals."""

from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autobook_core.connector import (
    Delivery,
    Envelope,
    Health,
    Malformed,
    NotSupported,
    Page,
    Record,
    Sink,
    Source,
    Stream,
    WebhookRequest,
    stable_ids,
)


class Plain(Source):
    """A source that does only what it must."""

    Config: ClassVar[type] = dict
    streams = (Stream("row"),)

    def check(self, ctx: Any) -> Health:
        return Health(ok=True)

    def fetch(self, ctx: Any, stream: Stream, cursor: dict[str, Any] | None) -> Page:
        return Page((), {}, has_more=False)

    def translate(self, stream: Stream, raw: Any) -> list[Record]:
        return []


class Shelf(Sink):
    """A sink that does only what it must."""

    Config: ClassVar[type] = dict

    def check(self, ctx: Any) -> Health:
        return Health(ok=True)

    def deliver(self, ctx: Any, items: Any) -> Any:
        return iter(())

    def find(self, ctx: Any, keys: Any) -> Any:
        return {}


def test_what_a_source_need_not_do_it_says_it_does_not() -> None:
    source, stream, ctx = Plain({"a": 1}), Plain.streams[0], object()
    assert (source.config, source.base_url, source.auth(), source.limits) == ({"a": 1}, "", None, ())
    assert source.migrate_cursor(stream, 0, {"high": 1}) is None
    request = WebhookRequest(b"{}", {}, 0)
    for refused in (
        lambda: source.read_file("a.csv", b""),
        lambda: source.webhook(ctx, request),  # type: ignore[arg-type]
        lambda: source.webhook_setup(ctx, "https://example.test"),  # type: ignore[arg-type]
        lambda: source.webhook_teardown(ctx),  # type: ignore[arg-type]
        lambda: source.balance(ctx, 0),  # type: ignore[arg-type]
    ):
        with pytest.raises(NotSupported, match=r"^Plain "):
            refused()


def test_a_sink_starts_with_careful_defaults() -> None:
    sink = Shelf({})
    assert (sink.base_url, sink.auth(), sink.idempotent, sink.batch) == ("", None, False, 500)
    assert sink.accepts == frozenset({"journal_entry"})
    assert Delivery("k", "journal_entry", {}).replaces is None


def test_a_row_of_a_file_is_known_by_its_id_and_birth() -> None:
    raw = b'{"id": "in_1", "created": 1746439200, "more": [1]}'
    assert Plain({}).envelope(Plain.streams[0], raw) == Envelope("in_1", data=raw, created=1_746_439_200)
    assert Plain({}).envelope(Plain.streams[0], b'{"id": "x"}').created == 0


@pytest.mark.parametrize("raw", [b"", b"[]", b'{"created": 1}', b'{"id": 7}', b'{"id": null}', b"\xff"])
def test_a_row_without_a_readable_id_is_malformed(raw: bytes) -> None:
    with pytest.raises(Malformed):
        Plain({}).envelope(Plain.streams[0], raw)


rows = st.lists(
    st.fixed_dictionaries(
        {"day": st.sampled_from(["2025-01-01", "2025-01-02"]), "amount": st.integers(1, 2)}
    ),
    max_size=10,
)


def key(row: dict[str, Any]) -> tuple[Any, ...]:
    return (row["day"], row["amount"])


@given(rows)
def test_every_row_gets_its_own_id_and_the_same_one_next_time(given_rows: list[dict[str, Any]]) -> None:
    first, again = list(stable_ids(given_rows, key=key)), list(stable_ids(given_rows, key=key))
    assert first == again
    assert [row for _, row in first] == given_rows
    assert len({name for name, _ in first}) == len(given_rows)


@given(rows, rows)
def test_rows_of_another_day_do_not_change_the_ids_of_a_day(
    before: list[dict[str, Any]], day: list[dict[str, Any]]
) -> None:
    other = [row | {"day": "2024-12-31"} for row in before]
    alone = [name for name, _ in stable_ids(day, key=key)]
    assert [name for name, _ in stable_ids(other + day, key=key)][len(other) :] == alone


def test_values_that_read_alike_when_joined_do_not_share_an_id() -> None:
    ids = [name for name, _ in stable_ids([{"k": ("a", "b")}, {"k": ("ab", "")}], key=lambda row: row["k"])]
    assert ids[0] != ids[1]
