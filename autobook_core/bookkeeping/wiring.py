"""Wiring: from a connection's file to a connector that is ready to be called."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from autobook_core.bookkeeping.implicit import blank_config
from autobook_core.clock import Clock
from autobook_core.config import (
    BookConfig,
    ConnectionConfig,
    build_config,
    load_book,
    parse_options,
    resolver,
    write_connection,
)
from autobook_core.config.document import unknown
from autobook_core.connector import AuthFailed, Context, Health, OAuth2, Sink, secret_values
from autobook_core.connector import Source as SourceClass
from autobook_core.errors import AutobookError, ConfigurationError, PluginError
from autobook_core.host import Processes
from autobook_core.intake.builtin import BUILTIN
from autobook_core.intake.context import RunContext
from autobook_core.intake.fetching import Connection, Fetched
from autobook_core.intake.translation import Translator
from autobook_core.plugins.loader import load_plugins
from autobook_core.plugins.registry import Plugins
from autobook_core.store.store import Store

log = logging.getLogger("autobook_core.bookkeeping")


class Wiring:
    """Connectors and connections of one book."""

    def __init__(self, config: BookConfig, store: Store, clock: Clock, env: Mapping[str, str]) -> None:
        """Load the plugins; no connector is imported yet."""
        self.config = config
        self.store = store
        self.clock = clock
        self.env = env
        self.processes = Processes()
        self.plugins: Plugins = load_plugins(env=env, folder=config.folder / "plugins", apart=self.processes)
        self._translators: dict[str, Translator] = {}
        self._refused: list[tuple[str, str]] = []

    # Looking up.

    def roles(self, kind: str) -> frozenset[str]:
        """Return the roles of a connector type; none where it is not installed."""
        connector = self.plugins.connectors.get(kind)
        return frozenset() if connector is None else frozenset(connector.spec.roles)

    def has_role(self, name: str, role: str) -> bool:
        """Tell whether a connection is a source or a sink."""
        connection = self.config.connections.get(name)
        return connection is not None and role in self.roles(connection.type)

    def _class(self, kind: str) -> Any:
        connector = self.plugins.connectors.get(kind)
        if connector is None:
            broken = next((item for item in self.plugins.broken if item.name.endswith(f":{kind}")), None)
            if broken is not None:
                raise PluginError(f"the connector {kind} did not load: {broken.reason}", fix=broken.fix)
            known = self.plugins.connectors
            raise ConfigurationError(
                unknown(kind, known, "what is installed", kind="connector"),
                fix=f"installed are: {', '.join(known) or 'none'}",
            )
        return connector.load()

    def by_source(self, source: str) -> tuple[str, str, Translator] | None:
        """Return (connection name, type, translator) for an envelope's source: a name or a type."""
        if source in self.config.connections:
            kind = self.config.connections[source].type
            translator = self.translator(source, kind)
            return None if translator is None else (source, kind, translator)
        named = [name for name, item in sorted(self.config.connections.items()) if item.type == source]
        if named:
            return self.by_source(named[0])
        translator = self.translator(source, source)
        return None if translator is None else (source, source, translator)

    def translator(self, name: str, kind: str) -> Translator | None:
        """Return what reads the rows of a connection, or None where its connector is missing."""
        if name not in self._translators:
            found = self._translator(name, kind)
            if found is None:
                return None
            self._translators[name] = found
        return self._translators[name]

    def _translator(self, name: str, kind: str) -> Translator | None:
        if kind in BUILTIN:
            builtin = BUILTIN[kind]
            return Translator(builtin(builtin.Config()))
        if "source" not in self.roles(kind):
            return None
        try:
            found = self._class(kind)
            connection = self.config.connections.get(name)
            options = {} if connection is None else dict(connection.options)
            return self.processes.translator(found(blank_config(found.Config, options)))
        except AutobookError as error:
            log.warning("connector.unusable", extra={"connection": name, "reason": str(error)})
            return None

    # Opening.

    @contextmanager
    def opened(self, names: Sequence[str]) -> Iterator[tuple[list[Connection], list[Fetched]]]:
        """Open sources for reading; those that cannot be opened are reported, the others go on."""
        ready: list[Connection] = []
        failed: list[Fetched] = []
        with ExitStack() as stack:
            for name in names:
                try:
                    ready.append(self._source(stack, self.config.connections[name]))
                except AutobookError as error:
                    failed.append(Fetched(connection=name, outcome="failed", error=str(error), fix=error.fix))
            yield ready, failed

    def _source(self, stack: ExitStack, config: ConnectionConfig) -> Connection:
        source, context = self._opened(stack, config)
        with self.store.writing():
            row = self.store.connections.get(config.name, config.type)
        if not isinstance(source, SourceClass):
            raise PluginError(f"{config.name} is no source")
        return Connection(
            row.id, config.name, config.type, source, self.processes.translator(source), context
        )

    @contextmanager
    def sink(self, name: str) -> Iterator[tuple[int, Sink, Context]]:
        """Open one sink: its number, the connector and its surroundings."""
        with ExitStack() as stack:
            config = self.config.connections[name]
            sink, context = self._opened(stack, config)
            if not isinstance(sink, Sink):
                raise PluginError(f"{name} is no sink")
            with self.store.writing():
                row = self.store.connections.get(name, config.type)
            yield row.id, sink, context

    def _opened(self, stack: ExitStack, config: ConnectionConfig) -> tuple[SourceClass | Sink, Context]:
        found = self._class(config.type)
        settings = build_config(
            found.Config, config.options, resolver(self.config.folder, self.env), file=config.file
        )
        connector = found(settings)
        return connector, self._context(stack, connector, settings, config.name, config.start)

    def _context(
        self, stack: ExitStack, connector: Any, settings: object, name: str, start: date | None
    ) -> Context:
        from autobook_core.http import open_http
        from autobook_core.intake.kept_tokens import KeptToken, descent, keep, latest, read_kept, token_file

        stack.callback(self._closed, name, connector)
        auth, path = connector.auth(), token_file(self.config.folder, name)
        of = descent(auth.refresh_token) if isinstance(auth, OAuth2) else ""
        http = stack.enter_context(
            open_http(
                base_url=connector.base_url,
                auth=latest(auth, read_kept(path)) if isinstance(auth, OAuth2) else auth,
                limits=connector.limits,
                secrets=secret_values(settings),
                log=log,
                clock=self.clock,
                save_refresh_token=lambda token: keep(path, KeptToken(of, token)),
            )
        )
        return RunContext(
            http=http,
            log=log,
            connection_id=name,
            start=self._start(start),
            home=self.config.folder,
            clock=self.clock,
        )

    def _start(self, start: date | None) -> int:
        if start is None:
            return 0
        zone = ZoneInfo(self.config.policy.time_zone)
        return int(datetime(start.year, start.month, start.day, tzinfo=zone).astimezone(UTC).timestamp())

    def _closed(self, name: str, connector: Any) -> None:
        self.processes.close(connector)
        self._refused += [(name, what) for what in self.processes.refusals(connector)]

    def refused(self) -> list[tuple[str, str]]:
        """Return what connectors asked for without having declared it: (connection, what), since last asked."""
        told, self._refused = self._refused, []
        return told

    def close(self) -> None:
        """End the processes in which strangers' rows were read."""
        for translator in self._translators.values():
            self.processes.close(translator.source)

    # Setting up.

    def health(self, name: str) -> Health:
        """Ask a connection's other side how it is, and hold it to the account it was made for."""
        config = self.config.connections[name]
        with ExitStack() as stack:
            connector, context = self._opened(stack, config)
            health = connector.check(context)
        pinned = config.account_id
        if health.ok and pinned and health.account_id and health.account_id != pinned:
            raise AuthFailed(
                f"{name} was made for account {pinned}, the credentials open {health.account_id}",
                fix="give it credentials of its own account, or add another connection",
            )
        return health

    def connect(
        self, kind: str, name: str, options: Sequence[str], *, start: date | None, check: bool
    ) -> dict[str, Any]:
        """Check the settings against the other side, pin the account, write the file.

        Raises:
            ConfigurationError, AuthFailed, PluginError: nothing was written.
        """
        found = self._class(kind)
        given = parse_options(found.Config, options)
        settings = build_config(found.Config, given, resolver(self.config.folder, self.env))
        health = Health(ok=True)
        if check:
            with ExitStack() as stack:
                connector = found(settings)
                health = connector.check(self._context(stack, connector, settings, name, start))
            if not health.ok:
                raise AuthFailed(
                    f"{name}: {health.message or 'the check failed'}", fix="mend it and connect again"
                )
        path: Path = write_connection(
            self.config.folder, name, kind, given, config_class=found.Config, start=start,
            account_id=health.account_id or None,
        )  # fmt: skip
        self.config = load_book(self.config.folder)
        return {
            "name": name, "type": kind, "file": str(path.relative_to(self.config.folder)),
            "account": health.account_id, "label": health.label, "live": health.live,
            "missing": list(health.missing), "message": health.message,
        }  # fmt: skip
