"""The small values that cross the contract. All of them are JSON-able."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from autobook_core.domain.money import Money

#: The version of the contract this core speaks; it loads connectors of this one and the one before.
API_VERSION = 1


@dataclass(frozen=True, slots=True)
class Stream:
    """One kind of row a source offers.

    Attributes:
        name: the source's own name of the row type, as in an envelope's ``type``.
        lookback: seconds by which each query overlaps the one before, for late rows.
        cursor_version: raise it when the meaning of the cursor changes.
        sweep: how often the whole stream is read again to find what lookback cannot.
        after: names of streams that must be read first (parents before children).
        shape: a msgspec type for the raw row. ``translate`` gets the row decoded into it;
            a row that does not fit is set aside with the path of the misfit.
        kind: the kind of record a row becomes, where that is not the stream's name; it lets
            rows that are known already be dropped before they are stored again.
    """

    name: str
    lookback: int = 0
    cursor_version: int = 1
    sweep: timedelta = timedelta(days=7)
    after: tuple[str, ...] = ()
    shape: Any = dict
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One raw row, exactly as the other side said it.

    Attributes:
        id: the row's own id; empty means that it has none and must be set aside.
        version: orders corrections of the same row (a number or an ISO instant). Without
            one, the content decides: other content is a newer version.
        data: the row: JSON bytes as received, or a JSON-able mapping.
        created: an instant (seconds UTC) that never changes for this id; it leads the key
            in the store. 0 where the source gives none.
        deleted: a tombstone: the source says that this row is gone.
    """

    id: str
    version: str | int = ""
    data: bytes | Mapping[str, Any] = b"{}"
    created: int = 0
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """What one ``fetch`` brings: rows, the cursor after them, and whether more follow."""

    items: Sequence[Envelope]
    cursor: dict[str, Any]
    has_more: bool
    #: Names an original document kept beside the rows (a bank's file), if there is one.
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``calls`` requests per ``per`` seconds on the paths that match."""

    calls: int
    per: float = 1.0
    match: str = "*"


@dataclass(frozen=True, slots=True)
class Health:
    """What ``check`` found: whose account it is and whether everything needed is allowed."""

    ok: bool
    account_id: str = ""
    label: str = ""
    live: bool = True
    missing: tuple[str, ...] = ()
    message: str = ""


@dataclass(frozen=True, slots=True)
class Balance:
    """What the other side says stands on an account at an instant (seconds UTC)."""

    account: str
    amount: Money
    at: int


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """A delivery as it came in: exact bytes and headers (lower-case names)."""

    body: bytes
    headers: Mapping[str, str]
    received_at: int


@dataclass(frozen=True, slots=True)
class WebhookResult:
    """A verified delivery: its id for dedupe and the rows it carries, by stream name."""

    delivery_id: str
    items: Sequence[tuple[str, Envelope]] = field(default_factory=tuple)
