"""Connectors that break their contract: their faults stay theirs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import pytest

from autobook_core.connector import Receipt, Remote, secret
from autobook_core.errors import AuthFailed, Malformed, NotSupported, RateLimited, Unavailable


def endless(ctx: Any, items: Any) -> Iterator[Any]:
    yield from repeat(Receipt("somebody-else", "accepted"))


def one_wrong_state(ctx: Any, items: Any) -> Iterator[Any]:
    yield Receipt(items[0].key, "perhaps")  # type: ignore[arg-type]
    yield from (None, 17, "accepted", Receipt(None, "accepted"), Receipt([], "accepted"))  # type: ignore[arg-type]


def mute(ctx: Any, items: Any) -> Iterator[Any]:
    return iter(())


def nothing_at_all(ctx: Any, items: Any) -> Any:
    return None


def raising(error: Exception) -> Callable[[Any, Any], Any]:
    def deliver(ctx: Any, items: Any) -> Any:
        raise error

    return deliver


@pytest.mark.parametrize("deliver", [endless, one_wrong_state, mute, nothing_at_all, raising(KeyError("id"))])
@pytest.mark.parametrize("idempotent", [True, False])
def test_a_sink_that_answers_rubbish_leaves_everything_in_doubt(
    office: Any, deliver: Any, idempotent: bool
) -> None:
    office.post(30)
    sink = office.sink(idempotent=idempotent, batch=10)
    sink.deliver = deliver
    report = office.deliver(sink)
    assert report.in_doubt == report.sent >= 10
    assert report.error != ""
    assert office.side.documents == []
    office.pass_quietly()
    office.deliver(office.sink(idempotent=idempotent, batch=10))
    assert office.states() == ["verified"] * 30


@pytest.mark.parametrize(
    "error", [AuthFailed("no"), RateLimited("later"), NotSupported("cannot"), Unavailable("down")]
)
def test_trouble_that_concerns_the_whole_side_ends_the_run(office: Any, error: Exception) -> None:
    office.post(40)
    sink = office.sink(idempotent=True)
    sink.deliver = raising(error)
    report = office.deliver(sink)
    assert report.sent <= 8
    assert type(error).__name__ in report.error


def test_a_malformed_document_does_not_end_the_run(office: Any) -> None:
    office.post(12)
    sink = office.sink(idempotent=True)
    plain = sink.deliver

    def deliver(ctx: Any, items: Any) -> Any:
        if any(item.body["number"] == 2 for item in items):
            raise Malformed("A-2025-2", "no")
        return plain(ctx, items)

    sink.deliver = deliver
    report = office.deliver(sink)
    assert (report.verified, report.in_doubt) == (11, 1)


@pytest.mark.parametrize("answer", [None, 17, [], {"k": 1}])
def test_a_look_up_that_answers_rubbish_proves_nothing(office: Any, answer: Any) -> None:
    office.post(3)
    office.side.script = ["fine", "silent"]
    sink = office.sink(idempotent=True)
    sink.find = lambda ctx, keys: dict.fromkeys(keys, 1) if isinstance(answer, dict) else answer
    report = office.deliver(sink)
    assert (report.accepted, report.in_doubt, report.verified) == (2, 1, 0)
    assert "find" in report.error
    assert office.deliver(sink).sent == 0
    assert office.deliver(office.sink()).verified == 3
    assert len(office.side.documents) == 3


def test_new_entries_are_sent_while_looking_up_is_broken(office: Any) -> None:
    office.post(3)
    office.side.looks = ["raise"] * 1_000
    office.deliver(office.sink())
    office.post(9)
    assert office.deliver(office.sink()).accepted == 12
    office.side.looks = []
    assert office.deliver(office.sink()).verified == 12
    assert len(office.side.documents) == 12


def test_one_key_that_breaks_the_look_up_is_isolated(office: Any) -> None:
    office.post(100)
    sink = office.sink(batch=100)
    plain = sink.find
    bad: list[str] = []

    def find(ctx: Any, keys: Any) -> Any:
        bad[:] = bad or [keys[57]]
        if bad[0] in keys:
            raise ValueError("cannot search for this")
        return plain(ctx, keys)

    sink.find = find
    report = office.deliver(sink)
    assert (report.verified, report.accepted) == (99, 1)
    assert "cannot search for this" in office.rows()[57].why


@pytest.mark.parametrize(
    "body", [None, {}, {"lines": 3}, {"date": "2025-01-15", "currency": "DKK", "lines": {}}]
)
def test_a_found_document_that_cannot_be_read_is_a_conflict(office: Any, body: Any) -> None:
    office.post()
    sink = office.sink()
    sink.find = lambda ctx, keys: {key: [Remote("r", body)] for key in keys}
    assert office.deliver(sink).conflict == 1


def test_a_sink_that_spoils_what_it_is_handed_spoils_no_proof(office: Any) -> None:
    office.post(2)
    sink = office.sink()
    plain = sink.deliver

    def spoil(ctx: Any, items: Any) -> Iterator[Any]:
        for item in items:
            item.body["lines"][0]["amount"] += 100
            item.body["lines"][1]["amount"] -= 100
        yield from plain(ctx, items)
        items[1].body.clear()

    sink.deliver = spoil
    assert office.deliver(sink).conflict == 2
    assert "6190 12601" in office.rows()[0].why


def test_a_secret_in_an_error_is_not_shown(office: Any) -> None:
    @dataclass(frozen=True)
    class Config:
        token: str = secret("The key")

    office.post()
    sink = office.sink()
    sink.config = Config("hunter2hunter2")
    sink.deliver = raising(ValueError("bad token hunter2hunter2"))
    report = office.deliver(sink)
    assert report.error == "ValueError: bad token ***"
    assert "hunter2" not in "".join(row.why for row in office.rows())


def test_a_batch_size_that_is_none_is_taken_as_one(office: Any) -> None:
    office.post(3)
    assert office.deliver(office.sink(batch=0)).verified == 3
    assert [len(call) for call in office.side.calls] == [1, 1, 1]
