"""A source: reads rows page by page and translates each into records."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from autobook_core.connector.context import Context
from autobook_core.connector.values import (
    Balance,
    Envelope,
    Health,
    Limit,
    Page,
    Stream,
    WebhookRequest,
    WebhookResult,
)
from autobook_core.domain.records import Record
from autobook_core.errors import Malformed, NotSupported

if TYPE_CHECKING:
    import httpx


@dataclass(frozen=True)
class OAuth2:
    """Client credentials with a refresh token; the framework refreshes and keeps the rotated one."""

    token_url: str
    client_id: str
    client_secret: str
    refresh_token: str


class _Head(msgspec.Struct):
    id: str
    created: int = 0


_head = msgspec.json.Decoder(_Head)


class Source(ABC):
    """Reads one account of one other system.

    One object serves one connection. Methods are plain functions and run in a worker
    thread; nothing may be kept on ``self`` between calls but the configuration.
    """

    #: A frozen dataclass of ``option`` and ``secret`` fields.
    Config: ClassVar[type[Any]]
    streams: ClassVar[Sequence[Stream]]
    limits: ClassVar[Sequence[Limit]] = ()

    def __init__(self, config: Any) -> None:
        self.config = config

    @property
    def base_url(self) -> str:
        """Where the API lives; relative urls start here."""
        return ""

    def auth(self) -> "httpx.Auth | OAuth2 | None":
        """Return how requests prove who we are."""
        return None

    @abstractmethod
    def check(self, ctx: Context) -> Health:
        """Ask the other side whether this configuration works, and whose account it is."""

    @abstractmethod
    def fetch(self, ctx: Context, stream: Stream, cursor: dict[str, Any] | None) -> Page:
        """Read one page. The only method that reads.

        The same page may be asked for again at any time; ``cursor`` None means from
        ``ctx.start``.
        """

    @abstractmethod
    def translate(self, stream: Stream, raw: Any) -> Iterable[Record]:
        """Say in records what one raw row means. Pure: no clock, no I/O, no locale.

        The first record of the row's own kind carries the row's id; further records (a fee
        inside a charge) carry their own.

        Raises:
            Malformed: this row cannot be understood; it is set aside, its page goes on.
        """

    # What follows is optional.

    def envelope(self, stream: Stream, raw: bytes) -> Envelope:
        """Wrap a raw row that came by file: read its id and birth instant.

        Raises:
            Malformed: the row has no readable id.
        """
        try:
            head = _head.decode(raw)
        except msgspec.DecodeError as error:
            raise Malformed("", str(error)) from None
        return Envelope(head.id, data=raw, created=head.created)

    def read_file(self, name: str, content: bytes) -> Iterable[tuple[str, Envelope]]:
        """Read an original file as rows with their stream names, for connectors of files."""
        raise NotSupported(f"{type(self).__name__} reads no files")

    def migrate_cursor(self, stream: Stream, version: int, cursor: dict[str, Any]) -> dict[str, Any] | None:
        """Bring an old cursor up to date; None starts over, which is safe because rows are keyed."""
        return None

    def webhook(self, ctx: Context, request: WebhookRequest) -> WebhookResult:
        """Verify a delivery over its exact bytes and unpack it. No network."""
        raise NotSupported(f"{type(self).__name__} takes no webhooks")

    def webhook_setup(self, ctx: Context, url: str) -> str:
        """Register our address at the other side and return its id there."""
        raise NotSupported(f"{type(self).__name__} takes no webhooks")

    def webhook_teardown(self, ctx: Context) -> None:
        """Remove our address at the other side."""
        raise NotSupported(f"{type(self).__name__} takes no webhooks")

    def balance(self, ctx: Context, at: int) -> Sequence[Balance]:
        """Return what the other side says stands on the account, for the proof."""
        raise NotSupported(f"{type(self).__name__} tells no balance")


def stable_ids(
    rows: Iterable[dict[str, Any]], *, key: Callable[[dict[str, Any]], tuple[Any, ...]]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give ids to rows that have none, so that two equal coffees on one day stay two.

    The id is the digest of the key and the row's ordinal among equal keys. The key must
    hold the day, so that a later file with the same day counts the same rows again.

    >>> coffee = {"day": "2025-06-15", "text": "Coffee", "amount": 4200}
    >>> first, second = stable_ids([coffee, coffee], key=lambda row: tuple(row.values()))
    >>> first[0] == second[0]
    False
    """
    seen: dict[tuple[Any, ...], int] = {}
    for row in rows:
        values = key(row)
        ordinal = seen[values] = seen.get(values, 0) + 1
        text = "\x1f".join([*(str(value) for value in values), str(ordinal)])
        yield hashlib.sha256(text.encode()).hexdigest()[:32], row
