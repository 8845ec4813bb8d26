"""Reading a stream: the changes since the last complete window first, then the new rows.

Stripe's lists are bounded by birth and say nothing of later changes; its events do, for 30 days. The events come
first because the list, read after them, is the fresher source. Where events are refused, the overlap of the list
is widened instead; what neither finds, the sweeps repair.
"""

from collections.abc import Sequence
from typing import Any

from autobook_core.connector import (
    AuthFailed,
    BadConfig,
    Context,
    Envelope,
    Page,
    Stream,
    Unavailable,
    Watermark,
)
from autobook_stripe.config import Config
from autobook_stripe.listing import DAY, LISTINGS, Listing
from autobook_stripe.pages import (
    PAGE_SIZE,
    ListPage,
    Refused,
    ask,
    envelopes,
    event_page,
    last_id,
    list_page,
    snapshots,
)
from autobook_stripe.whole import completion

#: How late an event may appear, in seconds.
EVENT_LOOKBACK = 600
#: Most objects settle within this time; the overlap of the list where no events tell of changes.
SETTLING = 2 * DAY

State = dict[str, Any]


def read_page(ctx: Context, config: Config, stream: Stream, cursor: State | None) -> Page:
    """Return the next page of a stream.

    The cursor holds a watermark for the list and one for the events, and between pages the ``phase``.

    Raises:
        AuthFailed, RateLimited, Unavailable: from the client.
    """
    listing = LISTINGS[stream.name]
    state = dict(cursor or {})
    if listing.modern and not config.modern:
        return Page((), state, has_more=False)
    if "phase" not in state:
        _open_window(ctx, config, stream, listing, state)
    if state["phase"] == "events":
        page = _changes(ctx, config, stream, listing, state)
        # Where there is no news, the same call goes on with the list.
        if page is not None and (page.items or state["phase"] == "events"):
            return page
    return _new_rows(ctx, config, stream, listing, state)


def _open_window(ctx: Context, config: Config, stream: Stream, listing: Listing, state: State) -> None:
    """Decide what the window begins with, and on the first one, from which event on changes are read.

    That event is the newest there is, whatever our own clock says: the list, read after it, shows every object as
    it is, and only later events tell something new.
    """
    state["phase"] = "list"
    if not listing.types or state.get("no_events"):
        return
    if "events" in state:
        state["phase"] = "events"
        return
    body = _ask_events(ctx, config, {"limit": 1})
    if isinstance(body, Refused):
        _give_up_events(ctx, stream, state, body)
        return
    newest = [event.created for event in event_page(body).data]
    state["events"] = {"high": newest[0]} if newest else {}


def _ask_events(ctx: Context, config: Config, params: State) -> bytes | Refused:
    try:
        return ask(ctx, "/v1/events", params, config.headers)
    except AuthFailed:
        # The key may lack just this right. Where it is refused altogether, the list says so at once.
        return Refused(403)


def _give_up_events(ctx: Context, stream: Stream, state: State, refused: Refused) -> None:
    ctx.log.info("events.refused", extra={"stream": stream.name, "status": refused.status})
    state |= {"no_events": True, "phase": "list"}


def _changes(ctx: Context, config: Config, stream: Stream, listing: Listing, state: State) -> Page | None:
    """Return a page of changed objects, or None where the server refuses to tell."""
    mark = Watermark(state["events"], ctx.start, EVENT_LOOKBACK)
    params = {"limit": PAGE_SIZE, "created[gte]": mark.since}
    typed = {} if state.get("untyped") else {"types[]": listing.types}
    body = _ask_events(ctx, config, _after({**params, **typed}, mark.token))
    if isinstance(body, Refused) and body.lost_place and mark.token:
        body = _ask_events(ctx, config, {**params, **typed})
    if isinstance(body, Refused) and body.status == 400 and typed:
        state["untyped"] = True
        body = _ask_events(ctx, config, _after(params, mark.token))
    if isinstance(body, Refused):
        _give_up_events(ctx, stream, state, body)
        return None
    found = event_page(body)
    token = found.data[-1].id if found.has_more and found.data else None
    items = _older(snapshots(found.data, listing.types, completion(ctx, config, stream.name)), state)
    highest = max([event.created for event in found.data], default=0)
    page = mark.page(items, token=token, mark=lambda _: highest)
    # The newest event of the page counts, whether or not its object was wanted.
    state["events"] = {**page.cursor, "high": max(highest, page.cursor["high"] or 0)}
    if token is None:
        state["phase"] = "list"
    return Page(page.items, state, has_more=True)


def _older(items: Sequence[Envelope], state: State) -> list[Envelope]:
    """Leave out what was born after the last window: the list, read next, brings it as it is now."""
    high = state.get("list", {}).get("high")
    return [item for item in items if high is None or item.created <= high]


def _new_rows(ctx: Context, config: Config, stream: Stream, listing: Listing, state: State) -> Page:
    """Return a page of rows born in the window."""
    overlap = stream.lookback
    if listing.types and state.get("no_events"):
        overlap = max(overlap, SETTLING)
    mark = Watermark(state.get("list"), 0 if listing.reference else ctx.start, overlap)
    since = int(mark.since)
    found = _list(ctx, config, listing, state, since, mark.token)
    items = envelopes(found.data, completion(ctx, config, stream.name))
    token = None
    if found.has_more and not (_unbounded(listing, state) and _reached(items, since)):
        # An empty token asks for the same page again, which the engine notices: nothing is skipped.
        token = last_id(found.data) or mark.token or ""
    kept = [item for item in items if not 0 < item.created < since]
    page = mark.page(kept, token=token, mark=lambda item: item.created or "")
    state["list"] = page.cursor
    if token is None:
        del state["phase"]
    else:
        state["phase"] = "list"
    return Page(page.items, state, page.has_more)


def _list(
    ctx: Context, config: Config, listing: Listing, state: State, since: int, token: str | None
) -> ListPage:
    """Ask for a page of a list, and once more without what this server does not understand.

    Raises:
        BadConfig: the request is refused for another reason than that there is no such list.
    """
    path = listing.paths[-1] if state.get("second_path") else listing.paths[0]
    for _ in range(4):
        params: dict[str, Any] = {"limit": PAGE_SIZE, **dict(listing.extra)}
        if since > 0 and not _unbounded(listing, state):
            params["created[gte]"] = since
        bounded = "created[gte]" in params
        try:
            body = ask(ctx, path, _after(params, token), config.headers)
        except Unavailable:
            # Some stand-ins for Stripe break down over a parameter they do not know.
            if not bounded:
                raise
            state["unbounded"] = True
            continue
        if not isinstance(body, Refused):
            return list_page(body)
        if body.lost_place and token:
            # The row is gone: the window starts over, what was read is known by its key.
            token = None
        elif body.unknown_parameter and bounded:
            state["unbounded"] = True
        elif body.status == 404 and path != listing.paths[-1]:
            state["second_path"] = True
            path = listing.paths[-1]
        elif body.status == 404:
            ctx.log.warning("list.absent", extra={"path": path})
            return ListPage([])
        else:
            raise BadConfig(f"{path} is refused: {body.message or body.status}")
    raise BadConfig(f"{path} is refused whatever it is asked")


def _unbounded(listing: Listing, state: State) -> bool:
    return not listing.filtered or bool(state.get("unbounded"))


def _reached(items: Sequence[Envelope], since: int) -> bool:
    """Tell whether a page that runs from new to old has come to what the last window saw."""
    births = [item.created for item in items]
    return bool(births) and births[-1] < since and births == sorted(births, reverse=True)


def _after(params: dict[str, Any], token: str | None) -> dict[str, Any]:
    return {**params, "starting_after": token} if token else params
