"""The kit's disk takes in a power cut what a real one may take, and nothing else."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from autobook_core.testing.kit.crashes import Crash, Points
from autobook_core.testing.kit.disk import RENAMED, WRITE, Disk


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path, Points())


def sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    os.fsync(number)
    os.close(number)


def never_synced(home: Path) -> None:
    (home / "a").write_text("new")


def bytes_synced(home: Path) -> None:
    (home / "a").write_text("new")
    sync(home / "a")


def name_synced(home: Path) -> None:
    (home / "a").write_text("new")
    sync(home)


def both_synced(home: Path) -> None:
    bytes_synced(home)
    sync(home)


def renamed_only(home: Path) -> None:
    (home / "b").write_text("new")
    sync(home / "b")
    (home / "b").replace(home / "a")


def renamed_and_synced(home: Path) -> None:
    renamed_only(home)
    sync(home)


@pytest.mark.parametrize(
    ("write", "before", "after"),
    [
        (never_synced, None, None),
        (bytes_synced, None, None),
        (name_synced, None, ""),
        (both_synced, None, "new"),
        (renamed_only, None, None),
        (renamed_and_synced, None, "new"),
        (never_synced, "old", "old"),
        (bytes_synced, "old", "new"),
        (renamed_only, "old", "old"),
        (renamed_and_synced, "old", "new"),
    ],
)
def test_a_power_cut_takes_what_nobody_made_durable(
    disk: Disk, tmp_path: Path, write: Callable[[Path], None], before: str | None, after: str | None
) -> None:
    path = tmp_path / "a"
    if before is not None:
        path.write_text(before)
    with disk.watched():
        write(tmp_path)
    disk.lose_power()
    assert (path.read_text() if path.exists() else None) == after


@pytest.mark.parametrize("synced", [False, True])
def test_a_folder_is_as_durable_as_its_name_in_the_folder_above(
    disk: Disk, tmp_path: Path, synced: bool
) -> None:
    with disk.watched():
        (tmp_path / "deep").mkdir()
        both_synced(tmp_path / "deep")
        if synced:
            sync(tmp_path)
    disk.lose_power()
    assert (tmp_path / "deep" / "a").exists() is synced


def test_a_process_that_dies_in_a_write_leaves_half_of_it(disk: Disk, tmp_path: Path) -> None:
    points = Points()
    points.arm(WRITE, 2)

    def write() -> None:
        with (tmp_path / "a").open("w") as file:
            file.write("whole ")
            file.write("half gone")

    with Disk(tmp_path, points).watched(), pytest.raises(Crash):
        write()
    assert (tmp_path / "a").read_text() == "whole half"


def test_a_rename_is_done_when_the_process_dies_after_it(tmp_path: Path) -> None:
    points = Points()
    points.arm(RENAMED, 1)
    with Disk(tmp_path, points).watched(), pytest.raises(Crash):
        renamed_only(tmp_path)
    assert (tmp_path / "a").read_text() == "new"


def test_a_full_disk_takes_half_and_says_so(disk: Disk, tmp_path: Path) -> None:
    disk.full = True
    with disk.watched(), pytest.raises(OSError, match="No space left"):
        (tmp_path / "a").write_bytes(b"12345678")
    assert (tmp_path / "a").read_bytes() == b"1234"


def test_what_lies_elsewhere_is_left_alone(disk: Disk, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "a"
    disk.full = True
    with disk.watched():
        elsewhere.write_text("kept")
    disk.lose_power()
    assert elsewhere.read_text() == "kept"


@pytest.mark.parametrize("spelt", ["12345.07", "-12345.07 DKK", "12345,07", "1234507"])
def test_an_amount_is_altered_however_it_is_spelt(disk: Disk, tmp_path: Path, spelt: str) -> None:
    (tmp_path / "a").write_text(f"before {spelt} after")
    assert disk.alter(1_234_507)
    assert (tmp_path / "a").read_text() == f"before {spelt.replace('07', '08')} after"
    assert not disk.alter(99_999)
