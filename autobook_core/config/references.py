"""Secrets by reference: the files of a book say where a secret is, never what it is."""

import os
import stat
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

from autobook_core.errors import ConfigurationError

SCHEMES = ("env:", "file:", "keyring:", "credential:")
KEYRING_SERVICE = "autobook"
_HOW = 'write a reference: "env:NAME", "file:PATH", "keyring:NAME" or "credential:NAME"'

#: Turns a reference into the secret.
Resolver = Callable[[str], str]


def is_reference(value: object) -> bool:
    """Tell whether a value says where a secret is."""
    return isinstance(value, str) and value.startswith(SCHEMES) and value.partition(":")[2].strip() != ""


def resolve_secret(reference: str, folder: Path, env: Mapping[str, str]) -> str:
    """Return the secret that a reference names.

    Args:
        reference: ``env:NAME``, ``file:PATH`` (from the book's folder), ``keyring:NAME`` or
            ``credential:NAME`` (a systemd credential).
        folder: the book's folder.
        env: the environment.

    Raises:
        ConfigurationError: it is no reference, or leads nowhere. Never shows a clear text.
    """
    if not is_reference(reference):
        raise ConfigurationError("a secret must be a reference, not the secret itself", fix=_HOW)
    scheme, _, name = reference.partition(":")
    readers: dict[str, Callable[[], str]] = {
        "env": lambda: _from_environment(name, env),
        "file": lambda: _from_file(folder / Path(name).expanduser()),
        "keyring": lambda: _from_keyring(name),
        "credential": lambda: _from_credential(name, env),
    }
    secret = readers[scheme]()
    if not secret:
        raise ConfigurationError(f"the secret {reference} is empty", fix="store the secret there")
    return secret


def resolver(folder: Path, env: Mapping[str, str]) -> Resolver:
    """Return :func:`resolve_secret` for one book and environment."""
    return lambda reference: resolve_secret(reference, folder, env)


def _from_environment(name: str, env: Mapping[str, str]) -> str:
    if name not in env:
        raise ConfigurationError(
            f"the environment variable {name} is not set",
            fix=f"set it where autobook runs: export {name}=...",
        )
    return env[name]


def _from_file(path: Path, *, private: bool = True) -> str:
    try:
        # Without O_NONBLOCK a pipe that nobody writes to would hang the run.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise ConfigurationError(
            f"the secret file {path} cannot be read: {error.strerror}",
            fix="check the path and its permissions",
        ) from None
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise ConfigurationError(
            f"the secret file {path} is no plain file", fix="name a file that holds the secret"
        )
    with os.fdopen(descriptor, "rb") as file:
        mode = stat.S_IMODE(status.st_mode)
        if private and mode & 0o177:
            raise ConfigurationError(
                f"the secret file {path} has mode {mode:04o}; allowed: 0600 or less", fix=f"chmod 600 {path}"
            )
        try:
            return file.read().decode().removesuffix("\n").removesuffix("\r")
        except UnicodeDecodeError:
            raise ConfigurationError(
                f"the secret file {path} is not UTF-8", fix="store the secret as plain text"
            ) from None


def _from_keyring(name: str) -> str:
    try:
        keyring = import_module("keyring")
    except ImportError:
        raise ConfigurationError(
            f"keyring:{name} needs the keyring package, which is not installed",
            fix="pip install keyring, or use env:NAME or file:PATH",
        ) from None
    try:
        secret: str | None = keyring.get_password(KEYRING_SERVICE, name)
    except keyring.errors.KeyringError as error:
        raise ConfigurationError(
            f"the keyring did not give the secret {name!r}: {type(error).__name__}",
            fix="unlock the keyring, or use env:NAME or file:PATH",
        ) from None
    if secret is None:
        raise ConfigurationError(
            f"the keyring has no secret {name!r} of the service {KEYRING_SERVICE!r}",
            fix=f"keyring set {KEYRING_SERVICE} {name}",
        )
    return secret


def _from_credential(name: str, env: Mapping[str, str]) -> str:
    if "/" in name or name in {".", ".."}:
        raise ConfigurationError(f"{name!r} is no name of a credential", fix="write the name only, no path")
    folder = env.get("CREDENTIALS_DIRECTORY")
    if folder is None:
        raise ConfigurationError(
            f"credential:{name} needs systemd, which has passed no credentials",
            fix=f"add LoadCredential={name}:PATH to the unit, or use env:NAME or file:PATH",
        )
    # systemd guards that folder itself and may add a group bit to its files.
    return _from_file(Path(folder) / name, private=False)
