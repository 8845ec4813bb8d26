"""Deliveries: who may send them, and what they carry."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from autobook_core.connector import Malformed, NotSupported, WebhookRequest

Json = dict[str, Any]
Connect = Callable[..., Any]
AT = 1_750_000_000
SECRET = "whsec_one"


def signed(body: bytes, secret: str = SECRET, at: int = AT) -> str:
    return hmac.new(secret.encode(), b"%d." % at + body, hashlib.sha256).hexdigest()


def event(data: Json, **more: Any) -> bytes:
    return json.dumps(
        {"id": "evt_1", "object": "event", "created": AT - 5, "type": "charge.succeeded", "livemode": True,
         "data": {"object": data}, **more}
    ).encode()  # fmt: skip


CHARGE = {"id": "ch_1", "object": "charge", "created": AT - 9, "amount": 1}
BODY = event(CHARGE)


def deliver(connect: Connect, body: bytes, header: str | None = None, at: int = AT, **options: str) -> Any:
    reader = connect(**{"webhook_secret": SECRET, **options})
    header = f"t={AT},v1={signed(body)}" if header is None else header
    return reader.source.webhook(reader.context, WebhookRequest(body, {"stripe-signature": header}, at))


def test_a_signed_delivery_carries_its_object_in_the_state_of_the_event(connect: Connect) -> None:
    result = deliver(connect, BODY)
    assert result.delivery_id == "evt_1"
    ((stream, item),) = result.items
    assert (stream, item.id, item.version, item.created) == ("charge", "ch_1", AT - 5, AT - 9)
    assert json.loads(item.data) == CHARGE


def test_a_signature_made_by_openssl_holds(connect: Connect) -> None:
    """printf '1750000000.{}' | openssl dgst -sha256 -hmac whsec_vector."""
    vector = "b3dec6df9af10655cdbe0c0928ede2b244b749ed12631f6beac78a9229f1fed2"
    # The signature is good; only then is the body read, and it is no event.
    with pytest.raises(Malformed, match="no event"):
        deliver(connect, b"{}", f"t=1750000000,v1={vector}", webhook_secret="whsec_vector")


@pytest.mark.parametrize("offset", [-300, 300, 0])
def test_five_minutes_either_way_are_allowed(connect: Connect, offset: int) -> None:
    assert deliver(connect, BODY, at=AT + offset).items


GOOD = signed(BODY)


@pytest.mark.parametrize(
    "header",
    [
        "",
        f"v1={GOOD}",
        f"t={AT}",
        f"t={AT},v0={GOOD}",
        f"t={AT},v1={GOOD[:-1]}0" if GOOD[-1] != "0" else f"t={AT},v1={GOOD[:-1]}1",
        f"t={AT},v1={GOOD.upper()}",
        f"t={AT - 1},v1={GOOD}",
        f"t=abc,v1={GOOD}",
        f"t=-1,v1={GOOD}",
        f"t=9e99,v1={GOOD}",
        f"t={'9' * 400},v1={GOOD}",
        f"t=²,v1={GOOD}",
        f"t={AT},v1=é",
        f"t={AT}," + ",".join(["v1=00"] * 200) + f",v1={GOOD}",
        f"t={AT},v1={GOOD}," + "x" * 1_000_000,
    ],
    ids=lambda header: header[:24],
)
def test_a_delivery_without_a_signature_of_ours_is_refused_at_once(connect: Connect, header: str) -> None:
    started = time.process_time()
    with pytest.raises(Malformed) as caught:
        deliver(connect, BODY, header)
    assert caught.value.code == "invalid_signature"
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize("offset", [-301, 301, 100_000])
def test_a_delivery_from_another_time_is_refused(connect: Connect, offset: int) -> None:
    with pytest.raises(Malformed, match="five minutes"):
        deliver(connect, BODY, at=AT + offset)


def test_one_changed_byte_is_refused(connect: Connect) -> None:
    header = f"t={AT},v1={GOOD}"
    with pytest.raises(Malformed, match="no signature"):
        deliver(connect, BODY.replace(b'"amount": 1', b'"amount": 9'), header)


def test_while_a_secret_is_replaced_both_are_good(connect: Connect) -> None:
    secrets = "whsec_new whsec_one"
    assert deliver(connect, BODY, webhook_secret=secrets).items
    assert deliver(connect, BODY, f"t={AT},v1={signed(BODY, 'whsec_new')}", webhook_secret=secrets).items
    assert deliver(connect, BODY, f"t={AT},v1={'0' * 64},v1={GOOD}").items


def test_without_a_secret_nothing_is_taken(connect: Connect) -> None:
    with pytest.raises(NotSupported):
        deliver(connect, BODY, webhook_secret="")


@pytest.mark.parametrize(
    "body", [b"{", b"null", b"\xff\xfe", b"\xef\xbb\xbf{}", b'{"id":"evt_1"}', b"[" * 200_000]
)
def test_a_signed_body_that_is_no_event_is_kept_for_a_person(connect: Connect, body: bytes) -> None:
    with pytest.raises(Malformed) as caught:
        deliver(connect, body)
    assert caught.value.code == "malformed_record"


def test_a_signed_body_that_says_something_twice_is_kept_for_a_person(connect: Connect) -> None:
    body = BODY.replace(b'"amount": 1', b'"amount": 1, "amount": 100')
    with pytest.raises(Malformed, match="'amount' stands twice"):
        deliver(connect, body)


def test_a_test_event_never_enters_a_live_connection(connect: Connect) -> None:
    body = event(CHARGE, livemode=False)
    with pytest.raises(Malformed) as caught:
        deliver(connect, body, api_key="sk_live_x")
    assert caught.value.code == "test_mode_record"
    assert deliver(connect, body, api_key="sk_test_x").items


def test_an_event_of_another_account_is_kept_for_a_person(connect: Connect) -> None:
    with pytest.raises(Malformed, match="another account"):
        deliver(connect, event(CHARGE, account="acct_2"), account="acct_1")
    assert deliver(connect, event(CHARGE, account="acct_1"), account="acct_1").items


@pytest.mark.parametrize(
    "data",
    [
        {"id": "cs_1", "object": "checkout.session"},
        {"object": "invoice", "lines": {"data": []}},
        {"id": "in_1", "object": "invoice", "lines": {"data": [], "has_more": True}},
        {"id": "po_1", "object": "payout", "automatic": True, "status": "paid"},
    ],
    ids=["unknown kind", "upcoming invoice", "lines cut short", "members unknown"],
)
def test_what_cannot_be_read_without_asking_is_left_to_the_next_sync(connect: Connect, data: Json) -> None:
    result = deliver(connect, event(data), payout_members="yes")
    assert result.delivery_id == "evt_1"
    assert list(result.items) == []


def test_a_deleted_draft_is_a_tombstone(connect: Connect) -> None:
    body = event({"id": "in_1", "object": "invoice", "created": 5}, type="invoice.deleted")
    ((_, item),) = deliver(connect, body).items
    assert item.deleted
