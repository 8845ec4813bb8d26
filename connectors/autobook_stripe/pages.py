"""One request for one page of a list, and the rows on it as envelopes, without building dictionaries."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec
from msgspec import Raw, Struct

from autobook_core.connector import Context, Envelope, Unavailable

PAGE_SIZE = 100


class ListPage(Struct, gc=False):
    """A page of a list as Stripe sends it; its rows stay text."""

    data: list[Raw]
    has_more: bool = False


class Part(Struct, gc=False):
    """A list inside an object."""

    has_more: bool = False


class Head(Struct, gc=False):
    """What must be known of a row before it is stored."""

    id: str
    created: int = 0


class EventData(Struct, gc=False):
    object: Raw


class Event(Struct, gc=False):
    """An event: what happened when, and the object as it was then."""

    id: str
    created: int
    data: EventData
    type: str = ""
    livemode: bool = True
    account: str | None = None


class EventPage(Struct, gc=False):
    data: list[Event]
    has_more: bool = False


class _Named(Struct, gc=False):
    id: str


class _Problem(Struct, gc=False):
    code: str | None = None
    message: str = ""
    param: str | None = None


class _Refusal(Struct, gc=False):
    error: _Problem


@dataclass(frozen=True, slots=True)
class Refused:
    """Why Stripe refused a request.

    ``unknown_parameter`` means that the list exists but cannot be bounded like that, ``lost_place`` that the row
    the page should start after is gone.
    """

    status: int
    unknown_parameter: bool = False
    lost_place: bool = False
    message: str = ""


_list_page = msgspec.json.Decoder(ListPage)
_event_page = msgspec.json.Decoder(EventPage)
_head = msgspec.json.Decoder(Head)
_named = msgspec.json.Decoder(_Named)
_refusal = msgspec.json.Decoder(_Refusal)


def head_of(raw: Raw | bytes) -> Head:
    """Return id and birth instant of a row; the id is empty where there is none to be read."""
    try:
        return _head.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        try:
            return Head(_named.decode(raw).id)
        except (msgspec.DecodeError, RecursionError):
            return Head("")


def ask(ctx: Context, path: str, params: Mapping[str, Any], headers: Mapping[str, str]) -> bytes | Refused:
    """Return the body of a page, or why Stripe refuses to give it.

    Raises:
        AuthFailed, RateLimited, Unavailable: from the client.
        httpx.HTTPStatusError: any other refusal than 400 and 404.
    """
    try:
        return ctx.http.get(path, params=params, headers=headers).content
    except httpx.HTTPStatusError as error:
        if error.response.status_code not in {400, 404}:
            raise
        return _why(error.response)


def _why(response: httpx.Response) -> Refused:
    try:
        problem = _refusal.decode(response.content).error
    except msgspec.DecodeError:
        return Refused(response.status_code)
    message = problem.message.lower()
    unknown = (
        problem.code == "parameter_unknown"
        or "unknown parameter" in message
        or message.startswith("unexpected ")
    )
    lost = problem.param == "starting_after" or (
        problem.code == "resource_missing" and "starting_after" in message
    )
    return Refused(response.status_code, unknown, lost, problem.message)


def list_page(body: bytes) -> ListPage:
    """Read a page of a list.

    Raises:
        Unavailable: the answer is no list.
    """
    try:
        return _list_page.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Unavailable(f"the answer is no list: {error}") from None


def event_page(body: bytes) -> EventPage:
    """Read a page of events.

    Raises:
        Unavailable: the answer is no list of events.
    """
    try:
        return _event_page.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Unavailable(f"the answer is no list of events: {error}") from None


def text_of(raw: Raw) -> bytes:
    """Return an object's JSON without the white space between its parts.

    Stripe indents its answers by depth, so the same object reads differently in a list and in an event; without
    that, what did not change stays the same to the byte.
    """
    text = bytes(raw)
    return msgspec.json.format(text, indent=-1) if b"\n" in text else text


def envelopes(rows: Sequence[Raw], complete: Callable[[Raw], bytes] | None) -> list[Envelope]:
    """Return the rows of a list as envelopes, completed where Stripe left parts out."""
    items = []
    decode = _head.decode
    for raw in rows:
        try:
            head = decode(raw)
        except (msgspec.DecodeError, RecursionError):
            head = head_of(raw)
        data = text_of(raw) if complete is None else complete(raw)
        items.append(Envelope(head.id, data=data, created=head.created))
    return items


def snapshots(
    events: Iterable[Event], wanted: Sequence[str], complete: Callable[[Raw], bytes] | None
) -> list[Envelope]:
    """Return the newest state of every object the events tell of; they come newest first.

    The instant of the event orders the states of one object. A draft that was deleted is a tombstone.
    """
    newest: dict[str, Envelope] = {}
    ranks: dict[str, tuple[int, bool]] = {}
    for event in events:
        raw = event.data.object
        head = head_of(raw)
        if event.type not in wanted or not head.id:
            continue
        # Of two events of one second the birth is the older.
        rank = (event.created, not event.type.endswith(".created"))
        if head.id in ranks and ranks[head.id] >= rank:
            continue
        ranks[head.id] = rank
        gone = event.type.endswith("invoice.deleted")
        data = text_of(raw) if complete is None or gone else complete(raw)
        newest[head.id] = Envelope(head.id, event.created, data, head.created, deleted=gone)
    return list(newest.values())


def last_id(rows: Sequence[Raw]) -> str:
    """Return the id of the last row that has one, which the next page starts after."""
    for raw in reversed(rows):
        found = head_of(raw).id
        if found:
            return found
    return ""
