"""Webhooks of the simulated processor: its events in order of time, and the signature header that goes with a body."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator

from .catalogue import Catalogue
from .facts import Company
from .render import Json, is_modern

__all__ = ["events", "sign"]


def sign(payload: bytes, secret: str, timestamp: int) -> str:
    """Return the ``Stripe-Signature`` header for a body: HMAC-SHA256 over the timestamp, a dot and the body."""
    digest = hmac.new(secret.encode(), b"%d." % timestamp + payload, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={digest}"


def events(company: Company, api_version: str = "2024-06-20") -> Iterator[Json]:
    """Yield the events of the whole simulated period, oldest first, each with the object as it was then."""
    catalogue = Catalogue(company)
    for row in catalogue.events():
        yield catalogue.render("events", row, 0, modern=is_modern(api_version))
