"""What a worker can be asked: one connector, opened once, and its methods by name."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import msgspec
from msgspec import Struct

from autobook_core.connector import (
    Alert,
    Balance,
    Delivery,
    Envelope,
    Health,
    OAuth2,
    Page,
    Receipt,
    Remote,
    RunInfo,
    RunReport,
    Sink,
    Source,
    Stream,
    WebhookRequest,
    WebhookResult,
)
from autobook_core.errors import ConnectorBug, PluginError
from autobook_core.host.forms import About, described
from autobook_core.host.surroundings import Place
from autobook_core.host.values import Read, as_read, envelope_bytes, page_bytes
from autobook_core.intake.context import RunContext
from autobook_core.intake.kept_tokens import KeptToken, descent, latest
from autobook_core.intake.translation import Translator
from autobook_core.plugins.found import Origin
from autobook_core.store.rows import RawRow

#: Rows of a file that travel together.
_ROWS = 500
_OPTIONAL = {
    "source": ("envelope", "read_file", "migrate_cursor", "webhook", "webhook_setup", "webhook_teardown", "balance"),
    "sink": (),
}  # fmt: skip


class News(Struct, frozen=True):
    """What observers hear; each hook passes some of it."""

    run: RunInfo | None = None
    report: RunReport | None = None
    alert: Alert | None = None


Open = Callable[[Any, Place], RunContext]


class Target(Struct, frozen=True):
    """A connector class: whose plugin, and ``module:Class``."""

    origin: Origin
    load: str


class Raw(Struct, frozen=True):
    """A stored row to be read: its bytes, and whether it is a tombstone."""

    id: str
    data: bytes
    deleted: bool = False


def describe(target: Target) -> About:
    """Return what the core must know of a connector class.

    Raises:
        PluginError: it is no connector.
    """
    found = target.origin.named(target.load)
    if not isinstance(found, type) or not issubclass(found, Source | Sink):
        raise PluginError(f"{target.load} is no Source and no Sink")
    roles = tuple(role for role, base in (("sink", Sink), ("source", Source)) if issubclass(found, base))
    shown: dict[str, Any] = {}
    if issubclass(found, Source):
        shown["streams"] = tuple(replace(stream, shape=None) for stream in found.streams)
    if issubclass(found, Sink):
        shown |= {
            "accepts": tuple(sorted(found.accepts)),
            "idempotent": found.idempotent,
            "batch": found.batch,
        }
    own = [name for role in roles for name in _OPTIONAL[role] if _has_own(found, name)]
    return About(
        title=found.__name__,
        doc=inspect.getdoc(found) or "",
        roles=roles,
        fields=described(found.Config),
        own=tuple(own),
        **shown,
    )


def _has_own(found: type, name: str) -> bool:
    return getattr(found, name) is not getattr(Source, name)


class Service:
    """One connector in a worker."""

    def __init__(self, surround: Open) -> None:
        """Begin with nothing; ``surround`` makes the context once the connector is there."""
        self._surround = surround
        self._connector: Any = None
        self._context: RunContext | None = None
        self._translator: Translator | None = None
        #: By what the configured refresh token is recognised, where there is one.
        self.descent = ""

    def describe(self, target: Target) -> About:
        """Return what there is to know of a class."""
        return describe(target)

    def open(
        self, target: Target, settings: dict[str, Any], place: Place | None, kept: KeptToken | None
    ) -> None:
        """Make the connector; without a place it can translate, and do nothing else."""
        found = target.origin.named(target.load)
        config = msgspec.convert(settings, found.Config, strict=False)
        self._connector = found(config)
        if place is None:
            return
        auth = self._connector.auth()
        if isinstance(auth, OAuth2):
            self.descent = descent(auth.refresh_token)
            self._connector.auth = lambda: latest(auth, kept)
        self._context = self._surround(self._connector, place)

    @property
    def _ctx(self) -> RunContext:
        if self._context is None:
            raise ConnectorBug("the connector was opened for reading only")
        return self._context

    def _stream(self, name: str) -> Stream:
        found: Stream = next(stream for stream in self._connector.streams if stream.name == name)
        return found

    # Sources.

    def check(self) -> Health:
        """Ask the other side."""
        health: Health = self._connector.check(self._ctx)
        return health

    def fetch(self, stream: str, cursor: dict[str, Any] | None) -> Page:
        """Read one page."""
        return page_bytes(self._connector.fetch(self._ctx, self._stream(stream), cursor))

    def read(self, stream: str, rows: list[Raw]) -> list[Read]:
        """Translate rows that are stored."""
        if self._translator is None:
            self._translator = Translator(self._connector)
        stored = [RawRow(row.id, "", 0, row.deleted, b"", row.data) for row in rows]
        return [as_read(found) for found in self._translator.page(stream, stored)]

    def envelope(self, stream: str, raw: bytes) -> Envelope:
        """Wrap a raw row."""
        return envelope_bytes(self._connector.envelope(self._stream(stream), raw))

    def read_file(self, name: str, content: bytes) -> Iterator[list[tuple[str, Envelope]]]:
        """Read an original file, some rows at a time."""
        rows = iter(self._connector.read_file(name, content))
        while some := list(islice(rows, _ROWS)):
            yield [(stream, envelope_bytes(item)) for stream, item in some]

    def migrate_cursor(self, stream: str, version: int, cursor: dict[str, Any]) -> dict[str, Any] | None:
        """Bring an old cursor up to date."""
        found: dict[str, Any] | None = self._connector.migrate_cursor(self._stream(stream), version, cursor)
        return found

    def webhook(self, request: WebhookRequest) -> WebhookResult:
        """Verify and unpack a delivery."""
        found = self._connector.webhook(self._ctx, request)
        return WebhookResult(found.delivery_id, [(name, envelope_bytes(item)) for name, item in found.items])

    def webhook_setup(self, url: str) -> str:
        """Register our address."""
        made: str = self._connector.webhook_setup(self._ctx, url)
        return made

    def webhook_teardown(self) -> None:
        """Remove our address."""
        self._connector.webhook_teardown(self._ctx)

    def balance(self, at: int) -> list[Balance]:
        """Say what stands on the account."""
        return list(self._connector.balance(self._ctx, at))

    # Sinks.

    def deliver(self, items: list[Delivery]) -> Iterator[Receipt]:
        """Write documents, a receipt each."""
        yield from self._connector.deliver(self._ctx, items)

    def find(self, keys: list[str]) -> dict[str, list[Remote]]:
        """Say what stands under keys."""
        found = self._connector.find(self._ctx, keys)
        return {str(key): list(remotes) for key, remotes in found.items()}

    # Observers.

    def observe(self, origin: Origin, hook: str, takes: list[str], told: News) -> None:
        """Call an observing hook of the plugin itself."""
        plugin = origin.load()
        getattr(plugin, hook)(*(getattr(told, name) for name in takes))


#: The methods there are, with the types of what they take.
METHODS: dict[str, tuple[str, ...]] = {
    name: tuple(inspect.signature(method).parameters)[1:]
    for name, method in vars(Service).items()
    if not name.startswith("_") and inspect.isfunction(method)
}
#: What they give, and whether one by one.
ONE_BY_ONE = frozenset({"read_file", "deliver"})
