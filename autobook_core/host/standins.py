"""Stand-ins: what the core calls instead of a stranger's connector. Every call goes to a worker process."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import msgspec

from autobook_core.connector import (
    Balance,
    Context,
    Delivery,
    Envelope,
    Health,
    Page,
    Receipt,
    Record,
    Remote,
    Sink,
    Source,
    Stream,
    WebhookRequest,
    WebhookResult,
)
from autobook_core.errors import ConnectorBug
from autobook_core.host.forms import About, config_like
from autobook_core.host.limits import Limits
from autobook_core.host.process import WorkerProcess
from autobook_core.host.service import Target
from autobook_core.host.surroundings import Place
from autobook_core.intake.kept_tokens import keep, read_kept, token_file


class StandIn:
    """What stand-ins of both roles share: one process for one connection, begun with the first call.

    Attributes:
        target: the class it stands for.
        about: what is known of it.
        limits: of the process.
    """

    target: ClassVar[Target]
    about: ClassVar[About]
    limits_of_process: ClassVar[Limits]
    config: Any

    def __init__(self, config: Any) -> None:
        self.config = config
        self._worker: WorkerProcess | None = None
        self._place: Place | None = None
        self._begun = 0
        #: What the connector asked for without having declared it.
        self.refused: list[str] = []

    def close(self) -> None:
        """End the process; a later call would begin another."""
        if self._worker is not None:
            self._worker.end()

    def worker(self, ctx: Context | None) -> WorkerProcess:
        """Return a process in which the connector is open.

        Raises:
            ConnectorBug: it ended too often.
        """
        place = None if ctx is None else _place(ctx)
        if self._worker is not None and self._worker.running and place in {None, self._place}:
            return self._worker
        limits = self.limits_of_process
        if self._begun > limits.restarts:
            raise ConnectorBug(
                "the connector's process ended too often in this run",
                fix="report it to the authors of the connector; nothing was lost",
            )
        self.close()
        self._begun += 1
        self._place = place
        kept = None if place is None else token_file(Path(place.home), place.connection_id)
        self._worker = WorkerProcess(
            self.about.title if place is None else place.connection_id,
            limits,
            keep_token=None if kept is None else partial(keep, kept),
            refused=self.refused.append,
        )
        self._worker.start()
        settings = msgspec.to_builtins(dataclasses.asdict(self.config))
        stored = None if kept is None else read_kept(kept)
        self._worker.call("open", self.target, settings, place, stored, seconds=limits.start_seconds)
        return self._worker


def _place(ctx: Context) -> Place:
    return Place(connection_id=ctx.connection_id, start=ctx.start, home=str(ctx.home))


class SourceStandIn(StandIn, Source):
    """Stands for a source."""

    def check(self, ctx: Context) -> Health:
        """Ask the other side whether this configuration works."""
        health: Health = self.worker(ctx).call("check", now=ctx.now())
        return health

    def fetch(self, ctx: Context, stream: Stream, cursor: dict[str, Any] | None) -> Page:
        """Read one page."""
        page: Page = self.worker(ctx).call("fetch", stream.name, cursor, now=ctx.now())
        return page

    def translate(self, stream: Stream, raw: Any) -> Iterable[Record]:
        """Refuse: rows are read a page at a time, see :class:`~.reading.WorkerTranslator`."""
        raise ConnectorBug(f"the rows of {stream.name} are read in another process")

    def envelope(self, stream: Stream, raw: bytes) -> Envelope:
        """Wrap a raw row that came by file."""
        if "envelope" not in self.about.own:
            return super().envelope(stream, raw)
        envelope: Envelope = self.worker(None).call("envelope", stream.name, raw)
        return envelope

    def read_file(self, name: str, content: bytes) -> Iterable[tuple[str, Envelope]]:
        """Read an original file."""
        if "read_file" not in self.about.own:
            yield from super().read_file(name, content)
            return
        for some in self.worker(None).each("read_file", name, content):
            yield from some

    def migrate_cursor(self, stream: Stream, version: int, cursor: dict[str, Any]) -> dict[str, Any] | None:
        """Bring an old cursor up to date."""
        if "migrate_cursor" not in self.about.own:
            return super().migrate_cursor(stream, version, cursor)
        found: dict[str, Any] | None = self.worker(None).call("migrate_cursor", stream.name, version, cursor)
        return found

    def webhook(self, ctx: Context, request: WebhookRequest) -> WebhookResult:
        """Verify a delivery and unpack it."""
        if "webhook" not in self.about.own:
            return super().webhook(ctx, request)
        result: WebhookResult = self.worker(ctx).call("webhook", request, now=ctx.now())
        return result

    def webhook_setup(self, ctx: Context, url: str) -> str:
        """Register our address at the other side."""
        if "webhook_setup" not in self.about.own:
            return super().webhook_setup(ctx, url)
        made: str = self.worker(ctx).call("webhook_setup", url, now=ctx.now())
        return made

    def webhook_teardown(self, ctx: Context) -> None:
        """Remove our address at the other side."""
        if "webhook_teardown" not in self.about.own:
            super().webhook_teardown(ctx)
            return
        self.worker(ctx).call("webhook_teardown", now=ctx.now())

    def balance(self, ctx: Context, at: int) -> Sequence[Balance]:
        """Return what the other side says stands on the account."""
        if "balance" not in self.about.own:
            return super().balance(ctx, at)
        found: list[Balance] = self.worker(ctx).call("balance", at, now=ctx.now())
        return found


class SinkStandIn(StandIn, Sink):
    """Stands for a sink."""

    def check(self, ctx: Context) -> Health:
        """Ask the other side whether this configuration works."""
        health: Health = self.worker(ctx).call("check", now=ctx.now())
        return health

    def deliver(self, ctx: Context, items: Sequence[Delivery]) -> Iterator[Receipt]:
        """Write the items; the worker goes on to the next when its receipt has been kept."""
        yield from self.worker(ctx).each("deliver", list(items), now=ctx.now())

    def find(self, ctx: Context, keys: Sequence[str]) -> Mapping[str, list[Remote]]:
        """Ask the other side which documents carry these keys."""
        found: dict[str, list[Remote]] = self.worker(ctx).call("find", list(keys), now=ctx.now())
        return found


class BothStandIn(SinkStandIn, SourceStandIn):
    """Stands for a connector of both roles."""


def stand_in_class(target: Target, about: About, limits: Limits) -> type[StandIn]:
    """Return the class that stands for a connector class."""
    roles = frozenset(about.roles)
    base: type[StandIn] = SourceStandIn
    if roles == {"sink"}:
        base = SinkStandIn
    elif roles == {"sink", "source"}:
        base = BothStandIn
    return type(
        about.title,
        (base,),
        {
            "__doc__": about.doc,
            "target": target,
            "about": about,
            "limits_of_process": limits,
            "Config": config_like(about.title, about.fields),
            "streams": about.streams,
            "accepts": frozenset(about.accepts),
            "idempotent": about.idempotent,
            "batch": about.batch,
        },
    )
