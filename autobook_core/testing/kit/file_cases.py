"""What happens to files in a folder: they come twice, grow, are half there, cannot be read, and are tidied away."""

from collections.abc import Mapping
from contextlib import chdir
from pathlib import PurePosixPath
from typing import Any

import msgspec

from autobook_core.connector import Source
from autobook_core.testing.kit.bench import LATER, Bench
from autobook_core.testing.kit.case import Cases, Group, NotApplicable, require
from autobook_core.testing.kit.drive import WAITING, pages
from autobook_core.testing.kit.fake import Json

case: Cases[Bench] = Cases(Group.DATA)
FILE_CASES = case.all

_RUBBISH = b"\x00\x01\xff\xfe rubbish \x00"
_MARK = b"\xef\xbb\xbf"


@case("file-again", bug="the same file under another name counts as another one, or stops the run")
def file_again(bench: Bench) -> None:
    """A document that comes again under another name brings nothing and stops nothing."""
    folder = bench.folder
    pages(bench, 2)
    bench.sync_well()
    for name, content in folder.contents().items():
        folder.put({_renamed(name, "{stem} copy{ext}"): content})
    _more(bench)
    bench.check()


@case("files-that-overlap", bug="a document that begins with known rows is passed over with its new ones")
def files_that_overlap(bench: Bench) -> None:
    """A document that tells known rows again, before and after new ones, brings just the new ones."""
    folder = bench.folder
    bench.world.insert(3)
    bench.sync_well()
    known = bench.world.listed()
    bench.world.insert(2)
    folder.put(folder.render([*known[1:], *folder.news(), known[0]]))
    _more(bench)
    bench.check()


@case("file-that-grows", bug="a file that was read once is never looked at again")
def file_that_grows(bench: Bench) -> None:
    """A document that is written anew, longer, and then corrected in its old length, is read again."""
    folder = bench.folder
    bench.world.insert(2)
    name = _only(folder.render(folder.news()))[0]
    folder.put({name: _only(folder.render(bench.world.listed()))[1]})
    bench.sync_well()
    for happens in (lambda: bench.world.insert(1), lambda: bench.world.change(0, amount=7_777)):
        bench.clock.move(LATER)
        happens()
        folder.news()
        folder.put({name: _only(folder.render(bench.world.listed()))[1]}, over=True)
        bench.sync_well()
        bench.check()


@case("half-written-file", bug="a file that is still being written counts as read, or stops all the others")
def half_written_file(bench: Bench) -> None:
    """A document that is there in part stops nobody else, and is read when it is whole."""
    folder = bench.folder
    bench.world.insert(2)
    half, whole = _only(folder.render(folder.news()))
    for length in (0, len(whole) // 2, len(whole) - 2, len(whole)):
        folder.put({half: whole[:length]}, over=True)
        bench.world.insert(1)
        bench.sync_well()
        bench.clock.move(60)
    bench.check()


@case("unreadable-file", bug="one broken file in the folder stops all the good ones, or nobody hears of it")
def unreadable_file(bench: Bench) -> None:
    """A document nobody can read is told of, and the good ones beside it are read."""
    folder = bench.folder
    bench.world.insert(2)
    folder.tell()
    good = next(iter(folder.contents()))
    for form in ("0-broken{ext}", "zz-broken{ext}"):
        folder.put({_renamed(good, form): _RUBBISH})
    bench.sync_well()
    told = set(bench.state().refused.values()) - WAITING
    require(told, "a file cannot be read, and nobody is told")
    _more(bench)
    bench.check()


@case(
    "file-tidied-away", bug="a file that is gone takes its rows with it, or leaves a hole the run falls into"
)
def file_tidied_away(bench: Bench) -> None:
    """What was read stays in the books when its document is moved away, and new documents are read."""
    folder = bench.folder
    pages(bench, 2)
    bench.sync_well()
    folder.clear()
    bench.sync_well()
    _more(bench)
    bench.check()


@case(
    "byte-order-mark",
    bug="a file that went through an editor cannot be read for three bytes at its beginning",
)
def byte_order_mark(bench: Bench) -> None:
    """A text that begins with a byte order mark says the same."""
    folder = bench.folder
    bench.world.insert(2)
    name, content = _only(folder.render(folder.news()))
    if content.startswith(_MARK) or not _is_text(content):
        raise NotApplicable("its documents are no UTF-8 text, or always have a mark")
    folder.put({name: _MARK + content})
    bench.sync_well()
    bench.check()


@case("file-names", bug="a file is passed over for a capital letter or a space in its name")
def file_names(bench: Bench) -> None:
    """A name with capitals, spaces and letters beyond ASCII does not matter."""
    folder = bench.folder
    for form in ("{stem} (1) æøå{ext}", "{STEM}{EXT}"):
        bench.world.insert(2)
        name, content = _only(folder.render(folder.news()))
        folder.put({_renamed(name, form): content})
        bench.sync_well()
    bench.check()


@case(
    "file-handed-over", bug="a file that a person hands over counts again beside the same one in the folder"
)
def file_handed_over(bench: Bench) -> None:
    """A document that a person hands over gives the same rows as in the folder."""
    folder = bench.folder
    source = bench.subject.make_source()
    if type(source).read_file is Source.read_file:
        raise NotApplicable("it takes no files from a person")
    pages(bench, 2)
    bench.sync_well()
    handed: dict[str, Any] = {}
    with chdir(folder.home):
        for name, content in folder.contents().items():
            rows = source.read_file(PurePosixPath(name).name, content)
            handed |= {row.id: _plain(row.data) for stream, row in rows if stream == bench.stream.name}
    there = {name: _plain(row.data) for name, (_, row) in bench.state().raw.items()}
    require(
        handed.keys() == there.keys(),
        "a document that is handed over gives rows with other ids than in the folder",
    )
    other = [name for name in there if handed[name] != there[name]]
    require(not other, f"{len(other)} rows say something else when their document is handed over")


def _more(bench: Bench) -> None:
    """Sync, let another document come, and sync again."""
    bench.sync_well()
    bench.clock.move(LATER)
    bench.world.insert(1)
    bench.sync_well()


def _only(documents: Json) -> tuple[str, bytes]:
    """Return the first document with rows; the fakes' page size holds them all."""
    return next(iter(documents.items()))


def _renamed(name: str, form: str) -> str:
    path = PurePosixPath(name)
    stem, ext = path.stem, path.suffix
    return str(path.with_name(form.format(stem=stem, ext=ext, STEM=stem.upper(), EXT=ext.upper())))


def _plain(data: bytes | Mapping[str, Any]) -> Any:
    return msgspec.json.decode(data if isinstance(data, bytes) else msgspec.json.encode(data))


def _is_text(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
