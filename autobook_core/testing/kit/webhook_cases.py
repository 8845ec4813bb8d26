"""Deliveries that come by themselves: verified over their exact bytes, unpacked, and never trusted with a cursor."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from autobook_core.connector import AuthFailed, Envelope, Malformed, Source, WebhookRequest, WebhookResult
from autobook_core.intake.landing import land, rows_of
from autobook_core.testing.kit.bench import Bench
from autobook_core.testing.kit.case import Broken, Cases, Group, NotApplicable, require
from autobook_core.testing.kit.drive import offered, pages, refused_calls

case: Cases[Bench] = Cases(Group.WEBHOOK)
WEBHOOK_CASES = case.all

_REFUSALS = (Malformed, AuthFailed)


@case("webhook-good", bug="a delivery brings another row, or an older one, than the listing does")
def good(bench: Bench) -> None:
    """A delivery brings the same rows as the listing, asks nothing of the network, and moves no cursor."""
    pages(bench)
    bench.sync_well()
    cursors, calls = bench.store.connections.cursors(bench.connection.id), len(bench.server.calls)
    bench.clock.move(60)
    bench.world.change(0, amount=7_777)
    result = _take(bench, _request(bench, 0))
    require(result.delivery_id, "a delivery without an id cannot be recognised when it comes again")
    require(len(bench.server.calls) == calls, "unpacking a delivery asks the network")
    _land(bench, result)
    require(bench.store.connections.cursors(bench.connection.id) == cursors, "a delivery moved a cursor")
    bench.check()
    bench.settle()
    bench.check()


@case("webhook-tampered", bug="a signature over something else than the bytes that came")
def tampered(bench: Bench) -> None:
    """A delivery with one changed byte, without its headers, or signed for another body is refused."""
    bench.world.insert(2)
    one, other = _request(bench, 0), _request(bench, 1)
    at = one.body.index(b"1")
    forged = (
        replace(one, body=one.body[:at] + b"2" + one.body[at + 1 :]),
        replace(one, body=one.body + b" "),
        replace(one, headers={}),
        replace(one, headers=other.headers),
    )
    for request in forged:
        refused_calls(partial(_take, bench, request), _REFUSALS, "a forged delivery must be refused")


@case("webhook-stale", bug="a delivery that was caught last week is played again")
def stale(bench: Bench) -> None:
    """A delivery signed a day ago is refused."""
    bench.world.insert(1)
    late = replace(_request(bench, 0), received_at=bench.clock.now() + 86_400)
    refused_calls(lambda: _take(bench, late), _REFUSALS, "a delivery signed a day ago must be refused")


@case("webhook-replayed", bug="a delivery that comes twice counts twice")
def replayed(bench: Bench) -> None:
    """A delivery that comes twice has one id and changes nothing the second time."""
    bench.world.insert(1)
    one, again = (_take(bench, _request(bench, 0)) for _ in range(2))
    require(one.delivery_id == again.delivery_id, "one delivery has two ids")
    for result in (one, again):
        _land(bench, result)
    bench.check()


@case("webhook-out-of-order", bug="the older of two deliveries comes last and wins")
def out_of_order(bench: Bench) -> None:
    """An older delivery that comes after a newer one replaces nothing."""
    bench.world.insert(1)
    older = _take(bench, _request(bench, 0, name="evt_1"))
    bench.world.change(0, amount=7_777)
    bench.clock.move(60)
    newer = _take(bench, _request(bench, 0, name="evt_2"))
    for result in (newer, older):
        _land(bench, result)
    bench.check()


@case("webhook-unknown-type", bug="a type of delivery that was added last night stops all the others")
def unknown_type(bench: Bench) -> None:
    """A good delivery of an unknown type is taken and brings no rows."""
    _takes_webhooks(bench)
    make = offered(bench, "unknown_delivery")
    result = _take(bench, make(id="evt_9", at=bench.clock.now()))
    require(result.delivery_id, "it has no id")
    require(not result.items, "rows were made of a delivery nobody understands")


@case(
    "webhook-rotation",
    bug="while a signing secret is exchanged half of the deliveries are refused, or an empty one lets all in",
)
def rotation(bench: Bench) -> None:
    """While two secrets are live both are taken and no third; when the old one is gone only the new one is."""
    _takes_webhooks(bench)
    secrets: Sequence[str] = getattr(bench.api, "webhook_secrets", ())
    if len(secrets) < 2:
        raise NotApplicable("the fake names no two webhook_secrets that are live at once")
    bench.world.insert(1)
    for secret in secrets:
        try:
            result = _take(bench, _request(bench, 0, secret=secret))
        except _REFUSALS as refusal:
            number = secrets.index(secret) + 1
            raise Broken(f"of two live secrets the one in place {number} is refused: {refusal}") from None
        require(result.items, "a delivery under one of two live secrets brings no rows")
    _only_these(bench, bench.subject.config, ("none-of-the-live-ones", ""), "a secret that is not live")
    current, before = secrets[0], secrets[1:]
    after = {name: _without(value, before) for name, value in bench.subject.config.items()}
    _only_these(bench, after, (*before, ""), "the old secret, which is no longer live")
    alone = bench.subject.source(bench.subject.source.Config(**after))
    require(
        alone.webhook(bench.context, _request(bench, 0, secret=current)).items,
        "with the old secret gone, a delivery under the new one brings no rows",
    )


def _only_these(bench: Bench, config: Mapping[str, Any], secrets: Sequence[str], whose: str) -> None:
    source = bench.subject.source(bench.subject.source.Config(**config))
    for secret in secrets:
        signed = whose if secret else "an empty secret"
        refused_calls(
            partial(source.webhook, bench.context, _request(bench, 0, secret=secret)),
            _REFUSALS,
            f"a delivery signed with {signed} must be refused",
        )


def _without(value: Any, secrets: Sequence[str]) -> Any:
    """Return a setting without these secrets, whether each has a setting of its own or they share one."""
    for secret in secrets:
        value = value.replace(secret, "").strip() if isinstance(value, str) else value
    return value


def _request(bench: Bench, i: int, name: str = "evt_1", **more: str) -> WebhookRequest:
    _takes_webhooks(bench)
    make = offered(bench, "delivery")
    row = bench.world.row(bench.world.facts[i])
    request: WebhookRequest = make(row, id=name, at=bench.clock.now(), **more)
    return request


def _takes_webhooks(bench: Bench) -> None:
    if bench.subject.source.webhook is Source.webhook:
        raise NotApplicable("the connector takes no webhooks")


def _take(bench: Bench, request: WebhookRequest) -> WebhookResult:
    return bench.subject.make_source().webhook(bench.context, request)


def _land(bench: Bench, result: WebhookResult) -> None:
    by_stream: dict[str, list[Envelope]] = {}
    for stream, item in result.items:
        by_stream.setdefault(stream, []).append(item)
    connection = bench.connection
    with bench.store.writing():
        for stream, items in by_stream.items():
            known = connection.translator.streams[stream]
            land(
                bench.store, connection=connection.id, stream=stream, rank=connection.translator.rank(stream),
                rows=rows_of(items), received_at=bench.clock.now(), kind=known.kind or None,
            )  # fmt: skip
    bench.book()
