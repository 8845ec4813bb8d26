"""Completing rows: Stripe cuts the lists inside an object short, and leaves a payout's members to be asked for.

The stored row must be whole, because it is translated later and elsewhere, without any network.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import msgspec
from msgspec import Raw, Struct

from autobook_core.connector import Context
from autobook_stripe.config import Config
from autobook_stripe.pages import PAGE_SIZE, Part, Refused, ask, head_of, last_id, list_page, text_of


class _Invoice(Struct, gc=False):
    lines: Part | None = None


class _Subscription(Struct, gc=False):
    items: Part | None = None


class _Payout(Struct, gc=False):
    automatic: bool = False
    status: str = ""
    reconciliation_status: str = "completed"
    balance_transactions: Raw = Raw()


_invoice = msgspec.json.Decoder(_Invoice)
_subscription = msgspec.json.Decoder(_Subscription)
_payout = msgspec.json.Decoder(_Payout)
_fields = msgspec.json.Decoder(dict[str, Raw])


def completion(ctx: Context, config: Config, stream: str) -> Callable[[Raw], bytes] | None:
    """Return what makes a row of this stream whole, or None where rows always are."""
    if stream == "invoice":
        return partial(_whole_invoice, ctx, config)
    if stream == "subscription":
        return partial(_whole_subscription, ctx, config)
    if stream == "payout" and config.payout_members == "yes":
        return partial(_whole_payout, ctx, config)
    return None


def is_whole(stream: str, raw: bytes | Raw, *, members: bool) -> bool:
    """Tell whether a row can be translated as it is, without asking for its other parts."""
    try:
        if stream == "invoice":
            part = _invoice.decode(raw).lines
            return part is None or not part.has_more
        if stream == "subscription":
            part = _subscription.decode(raw).items
            return part is None or not part.has_more
        if stream == "payout" and members:
            return not _lacks_members(_payout.decode(raw))
    except msgspec.DecodeError:
        # Set aside when it is translated, with the reason.
        return True
    return True


def _lacks_members(payout: _Payout) -> bool:
    # An empty Raw means that the field is absent.
    if not payout.automatic or bytes(payout.balance_transactions) or payout.status in {"failed", "canceled"}:
        return False
    return payout.reconciliation_status == "completed"


def _whole_invoice(ctx: Context, config: Config, raw: Raw) -> bytes:
    if is_whole("invoice", raw, members=False):
        return text_of(raw)
    return _splice(ctx, config, raw, "lines", f"/v1/invoices/{head_of(raw).id}/lines", {})


def _whole_subscription(ctx: Context, config: Config, raw: Raw) -> bytes:
    if is_whole("subscription", raw, members=False):
        return text_of(raw)
    return _splice(ctx, config, raw, "items", "/v1/subscription_items", {"subscription": head_of(raw).id})


def _whole_payout(ctx: Context, config: Config, raw: Raw) -> bytes:
    if is_whole("payout", raw, members=True):
        return text_of(raw)
    rows = _every_row(ctx, config, "/v1/balance_transactions", {"payout": head_of(raw).id})
    if rows is None:
        return text_of(raw)
    members = [found for found in (head_of(row).id for row in rows) if found]
    return _with_field(raw, "balance_transactions", msgspec.json.encode(members))


def _splice(
    ctx: Context, config: Config, raw: Raw, field: str, path: str, params: Mapping[str, str]
) -> bytes:
    rows = _every_row(ctx, config, path, params)
    if rows is None:
        return text_of(raw)
    body = b'{"object":"list","data":[' + b",".join([text_of(row) for row in rows]) + b'],"has_more":false}'
    return _with_field(raw, field, body)


def _with_field(raw: Raw, field: str, value: bytes) -> bytes:
    fields = _fields.decode(raw)
    fields[field] = Raw(value)
    return text_of(Raw(msgspec.json.encode(fields)))


def _every_row(ctx: Context, config: Config, path: str, params: Mapping[str, str]) -> list[Raw] | None:
    """Return all rows of a short list, or None if the server has no such list."""
    rows: list[Raw] = []
    asked: dict[str, Any] = {"limit": PAGE_SIZE, **params}
    while True:
        body = ask(ctx, path, asked, config.headers)
        if isinstance(body, Refused):
            return None
        page = list_page(body)
        rows.extend(page.data)
        after = last_id(page.data)
        if not page.has_more or not after or after == asked.get("starting_after"):
            return rows
        asked["starting_after"] = after
