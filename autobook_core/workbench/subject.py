"""What is on the workbench: a connection of the book, an installed connector, or a file not yet installed."""

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from autobook_core.config import SETTINGS_FILE, BookConfig, load_book, parse_options
from autobook_core.config.document import unknown
from autobook_core.connector import Source
from autobook_core.errors import ConfigurationError, PluginError
from autobook_core.plugins.loader import load_plugins
from autobook_core.plugins.registry import Plugins
from autobook_core.workbench.loading import Connector, load_from_file, names_a_file


class Place:
    """Where the author works: the book that is there, if there is one, and the plugins that are installed."""

    def __init__(self, folder: Path, env: Mapping[str, str], *, needs_book: bool = False) -> None:
        """Read the book's files where there are any.

        Raises:
            ConfigurationError: there is no book though one was named, or its files say something that cannot be.
        """
        self.folder = folder
        self.env = env
        there = needs_book or (folder / SETTINGS_FILE).is_file()
        self.book: BookConfig | None = load_book(folder) if there else None

    @cached_property
    def plugins(self) -> Plugins:
        """Return the plugins, loaded into this process."""
        return load_plugins(env=self.env, folder=self.folder / "plugins")

    def midnight(self, day: date | None) -> int:
        """Return the instant at which a day begins where the company is (UTC without a book); 0 for no day."""
        if day is None:
            return 0
        zone = ZoneInfo(self.book.policy.time_zone) if self.book else UTC
        return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())


@dataclass(frozen=True, slots=True)
class Subject:
    """A connector and how it is set up.

    Attributes:
        what: as it was named.
        name: what its files are called.
        kind: its connector type; empty for a file.
        connector: its class.
        options: its settings, secrets as references.
        home: the folder it may read.
        start: the earliest instant wanted, seconds UTC.
        file: the connection file the settings come from.
        account: the account it is pinned to.
        in_book: it is a connection of the book.
    """

    what: str
    name: str
    kind: str
    connector: Connector
    options: Mapping[str, Any] = field(repr=False)
    home: Path
    start: int = 0
    file: Path | None = None
    account: str | None = None
    in_book: bool = False

    @property
    def source(self) -> type[Source]:
        """Return the class as a source.

        Raises:
            ConfigurationError: it is a sink.
        """
        if not issubclass(self.connector, Source):
            raise ConfigurationError(
                f"{self.what} is a sink: it has no rows to fetch or translate",
                fix=f"try: autobook dev check {self.what}",
            )
        return self.connector

    @property
    def folders(self) -> tuple[str, ...]:
        """Return where the connector's own code lies: its package, or its one file."""
        module = sys.modules[self.connector.__module__]
        top = sys.modules.get(module.__name__.partition(".")[0])
        paths = list(getattr(top, "__path__", ()))
        return tuple(paths) or ((module.__file__,) if module.__file__ else ())


def find_subject(what: str, texts: Sequence[str], place: Place, *, start: date | None = None) -> Subject:
    """Return what a name on the command line stands for.

    Args:
        what: a connection, a connector type, or ``path/to/plugin.py:Class``.
        texts: settings as ``KEY=VALUE``; over a connection's own.
        place: where to look.
        start: the earliest day wanted; over a connection's own.

    Raises:
        ConfigurationError: there is nothing of that name, or a setting is refused.
        PluginError: its code cannot be loaded.
    """
    if names_a_file(what):
        found = load_from_file(what)
        name = f"{Path(what.partition('.py')[0]).name}-{found.__name__}"
        return _subject(what, name, "", found, texts, place, start)
    connection = place.book.connections.get(what) if place.book else None
    if connection is None:
        return _subject(what, what, what, _installed(what, place), texts, place, start)
    found = _installed(connection.type, place)
    given = parse_options(found.Config, texts)
    return Subject(
        what, what, connection.type, found, {**connection.options, **given}, place.folder,
        place.midnight(start or connection.start), None if given else connection.file, connection.account_id,
        in_book=True,
    )  # fmt: skip


def _subject(
    what: str, name: str, kind: str, found: Connector, texts: Sequence[str], place: Place, start: date | None
) -> Subject:
    options = parse_options(found.Config, texts)
    return Subject(what, _plain(name), kind, found, options, place.folder, place.midnight(start))


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name)


def _installed(kind: str, place: Place) -> Connector:
    connector = place.plugins.connectors.get(kind)
    if connector is not None:
        return connector.load()
    broken = next((item for item in place.plugins.broken if item.name.endswith(f":{kind}")), None)
    if broken is not None:
        raise PluginError(f"the connector {kind} did not load: {broken.reason}", fix=broken.fix)
    connections = list(place.book.connections) if place.book else []
    known = [*connections, *place.plugins.connectors]
    raise ConfigurationError(
        unknown(kind, known, "this book and what is installed", kind="connection or connector"),
        fix=f"there are: {', '.join(known) or 'none'}; a file is named as path/to/plugin.py:Class",
    )
