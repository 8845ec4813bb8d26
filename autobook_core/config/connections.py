"""``connections/*.toml``: one file per account elsewhere, named after the connection."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec import field as struct_field

from autobook_core.config.accounts import unknown_account
from autobook_core.config.document import Document
from autobook_core.config.files import exists, write_new
from autobook_core.config.options import check_options
from autobook_core.config.schema import Check, decode, filled, pattern
from autobook_core.domain.chart import Chart
from autobook_core.errors import ConfigurationError

FOLDER = "connections"
_NAME = re.compile(r"[a-z0-9_-]{1,64}")
_NAME_WORDS = "lower-case letters, digits, hyphens and underscores, 64 at most"
_CHECKS: dict[str, Check] = {
    "type": pattern(r"[A-Za-z0-9_.-]+", "the short name of a connector, as in `autobook connectors`"),
    "account_id": filled,
    "role": filled,
}


@dataclass(frozen=True, slots=True)
class ConnectionConfig:
    """One connection as written.

    Attributes:
        name: the file's name without ``.toml``.
        type: of the connector.
        options: the connector's own settings; secrets are references.
        file: where it stands.
        start: the earliest day the books want to know about.
        account_id: the account that was pinned when the connection was made.
        role: role or number of the account that mirrors the money there.
    """

    name: str
    type: str
    options: Mapping[str, Any] = field(repr=False)
    file: Path
    start: date | None = None
    account_id: str | None = None
    role: str | None = None


class _File(Struct, frozen=True, kw_only=True):
    type: str
    start: date | None = None
    account_id: str | None = None
    role: str | None = None
    options: dict[str, Any] = struct_field(default_factory=dict)


def read_connections(folder: Path, chart: Chart) -> dict[str, ConnectionConfig]:
    """Return the connections of a book by name, in the order of their names.

    Raises:
        ConfigurationError: a file is malformed, names an unknown account, or two connections
            have the same pinned account.
    """
    connections: dict[str, ConnectionConfig] = {}
    pinned: dict[tuple[str, str], str] = {}
    for path in sorted((folder / FOLDER).glob("*.toml")):
        if path.name.startswith("."):
            continue
        document = Document.read(path)
        connection = _read(path, document, chart)
        if connection.account_id is not None:
            first = pinned.setdefault((connection.type, connection.account_id), connection.name)
            if first != connection.name:
                raise document.error(
                    ("account_id",),
                    f"account {connection.account_id} is already read by the connection {first!r}",
                    f"remove {FOLDER}/{first}.toml or this file: one account, one connection",
                )
        connections[connection.name] = connection
    return connections


def read_connection(path: Path, chart: Chart) -> ConnectionConfig:
    """Return one connection.

    Raises:
        ConfigurationError: the file is malformed or names an unknown account.
    """
    return _read(path, Document.read(path), chart)


def _read(path: Path, document: Document, chart: Chart) -> ConnectionConfig:
    if not _NAME.fullmatch(path.stem):
        raise ConfigurationError(
            f"{path.stem!r} is no name of a connection; allowed: {_NAME_WORDS}",
            file=str(path),
            line=1,
            fix="rename the file",
        )
    document.table("options")
    content = decode(_File, document.data, document, checks=_CHECKS)
    if content.role is not None and chart.find(content.role) is None:
        raise document.error(
            ("role",), unknown_account(content.role, chart), "name an account of chart.toml, or add it there"
        )
    return ConnectionConfig(
        name=path.stem,
        type=content.type,
        options=content.options,
        file=path,
        start=content.start,
        account_id=content.account_id,
        role=content.role,
    )


def write_connection(
    folder: Path,
    name: str,
    type: str,
    options: Mapping[str, Any],
    *,
    config_class: type | None = None,
    start: date | None = None,
    account_id: str | None = None,
    role: str | None = None,
) -> Path:
    """Write ``connections/NAME.toml``, readable by its owner only, and return its path.

    Args:
        folder: the book's folder.
        name: of the connection: lower-case letters, digits, hyphens and underscores.
        type: of the connector.
        options: its settings; secrets as references. ``None`` values are left out.
        config_class: the connector's dataclass, against which the options are checked.
        start: the earliest day the books want to know about.
        account_id: the account to pin.
        role: role or number of the account that mirrors the money there.

    Raises:
        ConfigurationError: the name is no name, an option is refused, a secret is in clear text,
            or the file exists. Nothing was written.
    """
    import tomli_w

    if not _NAME.fullmatch(name):
        raise ConfigurationError(
            f"{name!r} is no name of a connection; allowed: {_NAME_WORDS}", fix="choose another name"
        )
    path = folder / FOLDER / f"{name}.toml"
    if path.exists():
        raise exists(path)
    if config_class is not None:
        check_options(config_class, options)
    head = {"type": type, "start": start, "account_id": account_id, "role": role}
    content: dict[str, Any] = {key: value for key, value in head.items() if value is not None}
    content["options"] = {key: value for key, value in options.items() if value is not None}
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_new(path, tomli_w.dumps(content), mode=0o600)
    return path
