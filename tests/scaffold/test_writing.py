"""New files are written, and nothing that is there is touched."""

from pathlib import Path

import pytest

from autobook_core.errors import ConfigurationError
from autobook_core.scaffold import write_new


def test_files_are_written_below_a_new_folder(tmp_path: Path) -> None:
    made = write_new(tmp_path / "a" / "b", {"x.py": "1\n", "deep/er/y.txt": "2\n"})
    assert [path.read_text() for path in made] == ["1\n", "2\n"]


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="is there already") as refused:
        write_new(tmp_path, {"x.py": "1\n"})
    assert str(tmp_path) in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_stops_all_of_them_and_is_named(tmp_path: Path) -> None:
    (tmp_path / "y.py").write_text("mine")
    with pytest.raises(ConfigurationError, match=r"y\.py is there already"):
        write_new(tmp_path, {"x.py": "1\n", "y.py": "2\n"}, whole=False)
    assert [path.name for path in tmp_path.iterdir()] == ["y.py"]
    assert (tmp_path / "y.py").read_text() == "mine"


def test_a_link_to_nowhere_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "x.py").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConfigurationError):
        write_new(tmp_path, {"x.py": "1\n"}, whole=False)
    assert not (tmp_path / "elsewhere").exists()
