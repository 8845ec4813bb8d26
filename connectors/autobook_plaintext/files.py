"""Files that are there whole or not at all, also after a power cut."""

import os
from pathlib import Path


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, so that a power cut takes none of them with what lies in it.

    Raises:
        OSError: one of them cannot be made.
    """
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(exist_ok=True)
        sync_folder(path.parent)


def replace_file(path: Path, text: str) -> None:
    """Write a text so that readers see the old content or the new, never a part.

    Raises:
        OSError: nothing was changed.
    """
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        with temporary.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)  # noqa: PTH105 - one name for the one step that matters
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder as durable as their content."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_or_empty(path: Path) -> str:
    """Return the text of a file; empty where there is none."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
