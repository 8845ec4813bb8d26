"""The watched folder: every file once, in order, in pages; nothing lost, nothing twice, no file in another's way."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autobook_bank import source as source_module
from autobook_bank.folder import scan
from autobook_bank.source import PAGE_ROWS, BankFiles, Config
from autobook_core.connector import BadConfig, Context, Malformed, Page

SOURCE = BankFiles(Config())
STREAMS = {stream.name: stream for stream in SOURCE.streams}
ENTRY = STREAMS["camt.053.entry"]
Write = Callable[..., bytes]


def drain(ctx: Context, cursor: dict[str, Any] | None = None, name: str = "camt.053.entry") -> list[Page]:
    """Fetch until there is no more, as the framework does; the cursor goes through JSON each time."""
    pages = []
    while True:
        page = SOURCE.fetch(ctx, STREAMS[name], cursor)
        pages.append(page)
        assert not (page.has_more and page.cursor == cursor), "no progress"
        cursor = json.loads(json.dumps(page.cursor))
        if not page.has_more:
            return pages


def ids(pages: list[Page]) -> list[str]:
    return [item.id for page in pages for item in page.items]


def many(count: int, first: int = 0) -> list[dict[str, Any]]:
    return [{"amount": "1.00", "ref": f"R{number:06}"} for number in range(first, first + count)]


def test_files_are_read_in_the_order_of_their_names_one_page_each(
    ctx: Context, folder: Path, statement: Write
) -> None:
    (folder / "b.xml").write_bytes(statement([{"amount": "1.00", "ref": "B"}]))
    (folder / "a.xml").write_bytes(statement([{"amount": "1.00", "ref": "A"}]))
    pages = drain(ctx)
    assert [(page.origin, [item.id for item in page.items]) for page in pages if page.items] == [
        ("a.xml", ["A"]),
        ("b.xml", ["B"]),
    ]


def test_a_folder_without_news_costs_no_reading(
    ctx: Context, folder: Path, statement: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.xml").write_bytes(statement(many(3)))
    cursor = drain(ctx)[-1].cursor

    def refuse(*_: object) -> None:
        raise AssertionError("a file was opened")

    monkeypatch.setattr(Path, "open", refuse)
    assert SOURCE.fetch(ctx, ENTRY, cursor) == Page((), cursor, has_more=False)


def test_a_new_file_is_the_only_one_read(ctx: Context, folder: Path, statement: Write) -> None:
    (folder / "b.xml").write_bytes(statement([{"amount": "1.00", "ref": "B"}]))
    cursor = drain(ctx)[-1].cursor
    (folder / "a.xml").write_bytes(statement([{"amount": "1.00", "ref": "A"}]))
    assert ids(drain(ctx, cursor)) == ["A"]


def test_a_copy_under_another_name_brings_nothing(ctx: Context, folder: Path, statement: Write) -> None:
    (folder / "a.xml").write_bytes(statement(many(3)))
    cursor = drain(ctx)[-1].cursor
    shutil.copy(folder / "a.xml", folder / "b.xml")
    assert ids(drain(ctx, cursor)) == []


@pytest.mark.parametrize("count", [PAGE_ROWS - 1, PAGE_ROWS, PAGE_ROWS + 1, 2 * PAGE_ROWS + 500])
def test_a_long_file_comes_in_pages_without_a_gap(
    count: int, ctx: Context, folder: Path, statement: Write
) -> None:
    (folder / "a.xml").write_bytes(statement(many(count)))
    (folder / "b.xml").write_bytes(statement(many(2, first=count)))
    pages = drain(ctx)
    assert max(len(page.items) for page in pages) <= PAGE_ROWS
    assert ids(pages) == [f"R{number:06}" for number in range(count + 2)]


def test_a_page_can_be_asked_for_again_after_a_crash(ctx: Context, folder: Path, statement: Write) -> None:
    (folder / "a.xml").write_bytes(statement(many(2500)))
    first = SOURCE.fetch(ctx, ENTRY, None)
    second = SOURCE.fetch(ctx, ENTRY, first.cursor)
    source_module._readers.clear()
    assert SOURCE.fetch(ctx, ENTRY, first.cursor) == second
    assert SOURCE.fetch(ctx, ENTRY, None) == first


def test_a_file_that_changes_between_two_pages_is_read_from_its_beginning(
    ctx: Context, folder: Path, statement: Write
) -> None:
    (folder / "a.xml").write_bytes(statement(many(1500)))
    first = SOURCE.fetch(ctx, ENTRY, None)
    (folder / "a.xml").write_bytes(statement(many(1600)))
    assert len(ids(drain(ctx, first.cursor))) == 1600


def test_a_half_written_file_is_seen_and_then_read_when_it_is_whole(
    ctx: Context, folder: Path, statement: Write
) -> None:
    whole = statement([{"amount": "1.00", "ref": "A"}])
    (folder / "a.xml").write_bytes(whole[:-40])
    (folder / "b.xml").write_bytes(statement([{"amount": "1.00", "ref": "B"}]))
    pages = drain(ctx)
    assert ids(pages) == ["file:a.xml", "B"]
    refused = json.loads(bytes(pages[0].items[0].data))  # type: ignore[arg-type]
    with pytest.raises(Malformed) as caught:
        list(SOURCE.translate(ENTRY, refused))
    assert caught.value.code == "unreadable_file"

    (folder / "a.xml").write_bytes(whole)
    pages = drain(ctx, pages[-1].cursor)
    assert ids(pages) == ["file:a.xml", "A"], "the refusal is taken back"
    mended = json.loads(bytes(pages[0].items[0].data))  # type: ignore[arg-type]
    (record,) = SOURCE.translate(ENTRY, mended)
    assert record.kind == "other"


def test_each_file_is_refused_by_one_stream_only(ctx: Context, folder: Path) -> None:
    (folder / "a.xml").write_bytes(b"<Document")
    (folder / "b.pdf").write_bytes(b"%PDF-1.7")
    found = {name: ids(drain(ctx, name=name)) for name in STREAMS}
    assert found == {
        "camt.053.statement": [],
        "camt.053.entry": ["file:a.xml"],
        "csv.row": ["file:b.pdf"],
    }


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read every file")
def test_a_file_that_may_not_be_opened_is_refused_and_the_others_are_read(
    ctx: Context, folder: Path, statement: Write
) -> None:
    (folder / "a.xml").write_bytes(b"x")
    (folder / "a.xml").chmod(0)
    (folder / "b.xml").write_bytes(statement([{"amount": "1.00", "ref": "B"}]))
    assert ids(drain(ctx)) == ["file:a.xml", "B"]


def test_a_file_moved_away_while_the_folder_is_read_stops_nothing(
    ctx: Context, folder: Path, statement: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.xml").write_bytes(statement([{"amount": "1.00", "ref": "A"}]))
    (folder / "b.xml").write_bytes(statement([{"amount": "1.00", "ref": "B"}]))
    listed = scan(folder)
    (folder / "a.xml").unlink()
    monkeypatch.setattr(source_module, "scan", lambda _: listed)
    assert ids(drain(ctx)) == ["B"]


def test_links_hidden_files_downloads_and_profiles_are_left_alone(ctx: Context, folder: Path) -> None:
    for name in (".hidden.xml", "bank.toml", "a.xml.part"):
        (folder / name).write_bytes(b"x")
    (folder / "link.xml").symlink_to("/etc/passwd")
    (folder / "sub").mkdir()
    assert [ids(drain(ctx, name=name)) for name in STREAMS] == [[], [], []]


def test_the_cursor_forgets_files_that_are_gone(ctx: Context, folder: Path, statement: Write) -> None:
    (folder / "a.xml").write_bytes(statement(many(1)))
    cursor = drain(ctx)[-1].cursor
    (folder / "a.xml").unlink()
    assert drain(ctx, cursor)[-1].cursor == {"files": {}}


def test_a_missing_folder_names_its_setting(ctx: Context) -> None:
    source = BankFiles(Config(folder="nowhere"))
    with pytest.raises(BadConfig) as caught:
        source.fetch(ctx, ENTRY, None)
    assert caught.value.field == "folder"
    assert not source.check(ctx).ok


def test_the_default_folder_may_be_missing_where_files_are_only_imported(ctx: Context, folder: Path) -> None:
    folder.rmdir()
    assert SOURCE.fetch(ctx, ENTRY, None).items == ()
    assert SOURCE.check(ctx).ok


def test_check_names_the_account_without_showing_it(ctx: Context) -> None:
    health = BankFiles(Config(accounts=("DK5000400440116243",))).check(ctx)
    assert health.ok
    assert health.message == ""
    assert health.label == "DK…6243"
    assert "0040" not in health.account_id + health.label


def test_check_tells_wrong_check_digits(ctx: Context) -> None:
    health = BankFiles(Config(accounts=("DK5100400440116243",))).check(ctx)
    assert "DK…6243" in health.message


def test_importing_a_file_brings_the_same_rows_as_the_folder(
    ctx: Context, folder: Path, statement: Write
) -> None:
    content = statement([{"amount": "1.00"}, {"amount": "1.00"}], opening="0.00", closing="2.00")
    (folder / "a.xml").write_bytes(content)
    for name in STREAMS:
        imported = [envelope for stream, envelope in SOURCE.read_file("a.xml", content) if stream == name]
        assert imported == [item for page in drain(ctx, name=name) for item in page.items]


def test_a_profile_is_asked_for_only_when_csv_is_imported(statement: Write) -> None:
    source = BankFiles(Config(profile="nowhere.toml"))
    assert [name for name, _ in source.read_file("a.xml", statement(many(1)))][-1] == "camt.053.entry"
    with pytest.raises(BadConfig):
        list(source.read_file("a.csv", b"Date;Text\n"))


def test_the_connector_is_announced() -> None:
    import autobook_bank

    (spec,) = autobook_bank.autobook_connectors()
    assert (spec.type, spec.load, spec.roles) == (
        "bank",
        "autobook_bank.source:BankFiles",
        frozenset({"source"}),
    )


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells the peak of one process")
def test_a_large_file_is_read_in_flat_memory(ctx: Context, folder: Path, statement: Write) -> None:
    """Eight times the entries may not cost eight times the memory: what is read is let go."""

    def peak(count: int) -> int:
        (folder / "a.xml").write_bytes(statement(many(count)))
        script = (
            "import pathlib, re, sys\n"
            "from autobook_bank.reading import rows_of\n"
            "path = pathlib.Path(sys.argv[1])\n"
            "n = sum(1 for _ in rows_of('camt.053.entry', path.name, lambda: path.open('rb'), None))\n"
            # Not getrusage: what it tells of a child begins with the peak of the process that started it.
            "print(n, re.search(r'VmHWM:\\s+([0-9]+)', pathlib.Path('/proc/self/status').read_text())[1])\n"
        )
        result = subprocess.run(
            [sys.executable, "-c", script, str(folder / "a.xml")], capture_output=True, text=True, check=True
        )
        read, size = map(int, result.stdout.split())
        assert read == count
        return size

    small, large = peak(2_000), peak(16_000)
    assert large - small < 12_000, f"{small} kB became {large} kB"
