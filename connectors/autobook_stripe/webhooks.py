"""Deliveries of events: proof that Stripe sent them, over the exact bytes, and the objects they carry.

A signature is the HMAC-SHA256 of the instant, a point and the body, by a secret only Stripe and we know. The instant
is part of what is signed, so an old delivery cannot be sent again later.
"""

import hashlib
import hmac
from collections.abc import Sequence

import msgspec

from autobook_core.connector import Envelope, Malformed, NotSupported, WebhookRequest, WebhookResult
from autobook_stripe.config import Config
from autobook_stripe.listing import LISTINGS
from autobook_stripe.pages import Event, head_of, text_of
from autobook_stripe.strict import refuse_repeated_keys
from autobook_stripe.whole import is_whole

#: How far the signed instant may lie from ours, in seconds, either way.
TOLERANCE = 300
_LONGEST_HEADER = 4096
_MOST_SIGNATURES = 16


class _Kind(msgspec.Struct, gc=False):
    object: str = ""


_event = msgspec.json.Decoder(Event)
_kind = msgspec.json.Decoder(_Kind)


def verify(body: bytes, header: str, secrets: Sequence[str], at: int) -> None:
    """Return if one of the secrets signed the body at about this instant.

    Raises:
        Malformed: with the code ``invalid_signature``; the delivery must be refused and not stored.
    """
    stamp, signatures = _parts(header)
    if abs(at - stamp) > TOLERANCE:
        raise _refused("the signed instant is more than five minutes away")
    signed = b"%d." % stamp + body
    good = False
    for secret in secrets:
        expected = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest().encode()
        for signature in signatures:
            good |= hmac.compare_digest(expected, signature)
    if not good:
        raise _refused("no signature of ours fits the body")


def _parts(header: str) -> tuple[int, list[bytes]]:
    if len(header) > _LONGEST_HEADER:
        raise _refused("the signature header is too long")
    stamp, signatures = "", []
    for part in header.split(","):
        name, _, value = part.strip().partition("=")
        if name == "t":
            stamp = value
        elif name == "v1":
            signatures.append(value.encode(errors="replace"))
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        raise _refused("the signature header has no instant")
    if not signatures or len(signatures) > _MOST_SIGNATURES:
        raise _refused(f"the signature header has {len(signatures)} signatures")
    return int(stamp), signatures


def _refused(why: str) -> Malformed:
    return Malformed("", why, code="invalid_signature")


def read_delivery(config: Config, request: WebhookRequest) -> WebhookResult:
    """Return the rows of a delivery whose signature holds.

    Objects that cannot be understood without asking Stripe for more are left to the next sync.

    Raises:
        NotSupported: the connection has no signing secret.
        Malformed: ``invalid_signature``: refuse it. Any other code: it is from Stripe, keep it and set it aside.
    """
    secrets = config.webhook_secret.replace(",", " ").split()
    if not secrets:
        raise NotSupported("the connection has no webhook_secret")
    verify(request.body, request.headers.get("stripe-signature", ""), secrets, request.received_at)
    try:
        event = _event.decode(request.body)
        refuse_repeated_keys(event.id, request.body)
        stream = _kind.decode(event.data.object).object
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed("", f"the delivery is no event: {error}") from None
    if event.account and config.account and event.account != config.account:
        raise Malformed(event.id, f"the event belongs to another account, {event.account}")
    if config.live and not event.livemode:
        raise Malformed(event.id, "a test event on a live connection", code="test_mode_record")
    return WebhookResult(event.id, _rows(config, event, stream))


def _rows(config: Config, event: Event, stream: str) -> tuple[tuple[str, Envelope], ...]:
    raw = event.data.object
    head = head_of(raw)
    gone = event.type == "invoice.deleted"
    if stream not in LISTINGS or not head.id:
        return ()
    if not gone and not is_whole(stream, raw, members=config.payout_members == "yes"):
        return ()
    return ((stream, Envelope(head.id, event.created, text_of(raw), head.created, deleted=gone)),)
