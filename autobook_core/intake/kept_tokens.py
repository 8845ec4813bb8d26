"""Rotated refresh tokens between runs: kept in a file of their own, readable by its owner only.

A rotated token replaces the configured one for as long as it descends from it. Who configures new credentials
has the last word: then the kept token is of other descent and is not used.
"""

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import msgspec
from msgspec import Struct

from autobook_core.connector.source import OAuth2

FOLDER = ".secrets"


class KeptToken(Struct, frozen=True):
    """A refresh token, and the digest of the configured one it descends from."""

    of: str
    token: str


def descent(token: str) -> str:
    """Return what a configured token is recognised by."""
    return hashlib.sha256(token.encode()).hexdigest()


def latest(credentials: OAuth2, kept: KeptToken | None) -> OAuth2:
    """Return credentials with the kept token, where it descends from the configured one."""
    if kept is None or kept.of != descent(credentials.refresh_token):
        return credentials
    return replace(credentials, refresh_token=kept.token)


def token_file(home: Path, connection: str) -> Path:
    """Return where the token of a connection is kept."""
    return home / FOLDER / f"{connection}.token.json"


def read_kept(path: Path) -> KeptToken | None:
    """Return the kept token; None where there is none that can be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=KeptToken)
    except (OSError, msgspec.MsgspecError):
        return None


def keep(path: Path, kept: KeptToken) -> None:
    """Keep a rotated token: it is on disk before this returns."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(msgspec.json.encode(kept))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
