"""Files of a book are written whole, once, and with the mode asked for."""

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from autobook_core.config.files import write_new
from autobook_core.errors import ConfigurationError


def test_a_file_has_the_text_and_the_mode_asked_for(tmp_path: Path) -> None:
    write_new(tmp_path / "a", "Søren\n", mode=0o600)
    assert (tmp_path / "a").read_bytes() == "Søren\n".encode()
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600


def test_one_of_many_writers_wins_and_the_others_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a"

    def write(number: int) -> bool:
        try:
            write_new(path, f"{number}\n" * 1000, mode=0o600)
        except ConfigurationError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = [number for number, done in enumerate(pool.map(write, range(40))) if done]
    assert len(won) == 1
    assert path.read_text() == f"{won[0]}\n" * 1000
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_system_without_links_is_written_to_and_never_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(source: Path, target: Path) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    write_new(tmp_path / "a", "first", mode=0o600)
    with pytest.raises(ConfigurationError, match="exists already"):
        write_new(tmp_path / "a", "second", mode=0o600)
    assert (tmp_path / "a").read_text() == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_failed_write_leaves_nothing_and_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigurationError, match=r"a: cannot be written: No space left on device$"):
        write_new(tmp_path / "a", "text", mode=0o600)
    assert list(tmp_path.iterdir()) == []
