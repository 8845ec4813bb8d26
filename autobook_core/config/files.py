"""Writing the files of a book: whole or not at all, and never over what is there."""

import os
from pathlib import Path
from threading import get_ident

from autobook_core.errors import ConfigurationError


def write_new(path: Path, text: str, *, mode: int) -> None:
    """Write a file that must not exist yet; after a crash it is whole or absent.

    Raises:
        ConfigurationError: it exists, or cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{get_ident()}.tmp")
    try:
        try:
            _write(temporary, text, mode)
            _move_new(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
        _sync_folder(path.parent)
    except FileExistsError:
        raise exists(path) from None
    except OSError as error:
        raise ConfigurationError(
            f"cannot be written: {error.strerror}", file=str(path), fix="check the folder and its permissions"
        ) from None


def exists(path: Path) -> ConfigurationError:
    """Return the error that refuses to write over a file."""
    return ConfigurationError(
        "exists already; nothing was written", file=str(path), fix="edit that file, or move it away first"
    )


def _move_new(temporary: Path, path: Path) -> None:
    """Give a written file its name, unless that name is taken."""
    try:
        # Unlike a rename, a link never replaces a file that appeared meanwhile.
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:
        # Some file systems have no links.
        if path.exists():
            raise FileExistsError from None
        temporary.rename(path)


def _write(path: Path, text: str, mode: int) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
