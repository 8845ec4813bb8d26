"""Writes new files, and never over one that is there."""

from collections.abc import Mapping
from pathlib import Path

from autobook_core.errors import ConfigurationError


def write_new(folder: Path, files: Mapping[str, str], *, whole: bool = True) -> list[Path]:
    """Write files below a folder and return their paths.

    Args:
        folder: where; made if need be.
        files: text by relative path.
        whole: the folder is to hold nothing else, so it may not be there already.

    Raises:
        ConfigurationError: the folder or one of the files exists; nothing was written.
    """
    if whole and (folder.exists() or folder.is_symlink()):
        raise ConfigurationError(
            f"{folder} is there already",
            fix="choose another name or --dir, or move it away: nothing is overwritten",
        )
    paths = {folder / name: text for name, text in files.items()}
    for path in paths:
        if path.exists() or path.is_symlink():
            raise ConfigurationError(
                f"{path} is there already", fix="choose another name, or move it away: nothing is overwritten"
            )
    for path, text in paths.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    return list(paths)
