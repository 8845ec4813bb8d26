"""Files that mean harm, or were harmed on the way: refused whole, fast, and visibly."""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autobook_bank.source import BankFiles, Config
from autobook_core.connector import Context, Envelope, Malformed

SOURCE = BankFiles(Config())
STREAMS = {stream.name: stream for stream in SOURCE.streams}
SAMPLE = Path(__file__).parent / "files" / "camt" / "bsp_camt.053.001.02.xml"


def refusal(rows: list[tuple[str, Envelope]]) -> Malformed:
    ((name, envelope),) = rows
    with pytest.raises(Malformed) as caught:
        list(SOURCE.translate(STREAMS[name], json.loads(bytes(envelope.data))))  # type: ignore[arg-type]
    return caught.value


def read(content: bytes, name: str = "file.xml") -> list[tuple[str, Envelope]]:
    return list(SOURCE.read_file(name, content))


def attack(doctype: str, text: str) -> str:
    return (
        f'<?xml version="1.0"?>\n{doctype}\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">'
        f"<BkToCstmrStmt><Stmt><Id>{text}</Id></Stmt></BkToCstmrStmt></Document>"
    )


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 40))
ATTACKS = {
    "external entity": attack('<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;"),
    "external document type": attack('<!DOCTYPE d SYSTEM "http://192.0.2.1/evil.dtd">', "1"),
    "billion laughs": attack(f'<!DOCTYPE d [<!ENTITY l0 "lol">{LAUGHS}]>', "&l39;"),
    "in an attribute": attack(f'<!DOCTYPE d [<!ENTITY l0 "lol">{LAUGHS}]>', '<a b="&l39;"/>'),
    "parameter entity": attack('<!DOCTYPE d [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>', "1"),
    "far behind a comment": attack(f"<!--{'x' * 3_000_000}--><!DOCTYPE d>", "1"),
}


@pytest.mark.parametrize("name", ATTACKS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_at_once(name: str, encoding: str) -> None:
    content = ATTACKS[name].encode(encoding)
    started = time.perf_counter()
    found = refusal(read(content))
    assert time.perf_counter() - started < 0.5
    assert found.code == "dtd_forbidden"


def test_a_document_type_across_two_reads_is_still_seen() -> None:
    for shift in range(12):
        content = attack(f"<!--{'x' * ((1 << 20) - 40 - shift)}--><!DOCTYPE d>", "1").encode()
        assert refusal(read(content)).code == "dtd_forbidden"


@pytest.mark.parametrize("encoding", ["UTF-7", "EBCDIC-CP-US", "hz-gb-2312", "UTF-32"])
def test_an_encoding_that_could_hide_a_document_type_is_refused(encoding: str) -> None:
    content = attack("", "1").replace('"1.0"', f'"1.0" encoding="{encoding}"').encode()
    assert refusal(read(content)).code == "unreadable_file"


def test_latin_letters_declared_as_utf8_refuse_the_file(statement: Callable[..., bytes]) -> None:
    content = statement([{"amount": "1.00", "text": "Smørrebrød"}]).decode().encode("latin-1")
    assert refusal(read(content)).code == "unreadable_file"


def test_latin_letters_declared_as_such_are_read(statement: Callable[..., bytes]) -> None:
    text = statement([{"amount": "1.00", "text": "Smørrebrød", "ref": "R"}]).decode()
    content = text.replace('encoding="UTF-8"', 'encoding="ISO-8859-1"').encode("latin-1")
    entries = [envelope for name, envelope in read(content) if name == "camt.053.entry"]
    assert json.loads(bytes(entries[0].data))["AddtlNtryInf"] == "Smørrebrød"  # type: ignore[arg-type]


@given(cut=st.integers(min_value=1, max_value=SAMPLE.stat().st_size - 12))
def test_a_file_cut_anywhere_is_one_refused_row(cut: int) -> None:
    found = refusal(read(SAMPLE.read_bytes()[:cut]))
    assert found.code in {"unreadable_file", "csv_profile_missing"}
    assert found.id == "file:file.xml"


@given(
    position=st.integers(min_value=0, max_value=SAMPLE.stat().st_size - 1),
    put=st.binary(min_size=1, max_size=4),
)
def test_broken_bytes_never_break_the_reader(position: int, put: bytes) -> None:
    content = SAMPLE.read_bytes()
    for name, envelope in read(content[:position] + put + content[position + len(put) :]):
        with suppress(Malformed):
            list(SOURCE.translate(STREAMS[name], json.loads(bytes(envelope.data))))  # type: ignore[arg-type]


@given(st.binary(max_size=300))
def test_bytes_of_any_kind_are_rows_or_one_refusal(content: bytes) -> None:
    for _, envelope in read(content, "download"):
        assert envelope.id


@pytest.mark.parametrize(
    ("namespace", "said"),
    [
        ("urn:iso:std:iso:20022:tech:xsd:camt.053.001.01", "camt.053.001.01"),
        ("urn:iso:std:iso:20022:tech:xsd:camt.053.001.14", "camt.053.001.14"),
        ("urn:iso:std:iso:20022:tech:xsd:camt.054.001.08", "camt.054.001.08"),
        ("urn:iso:std:iso:20022:tech:xsd:pain.001.001.03", "pain.001.001.03"),
        ("", "Document"),
    ],
)
def test_another_message_or_version_is_refused_by_its_name(namespace: str, said: str) -> None:
    found = refusal(read(f'<Document xmlns="{namespace}"/>'.encode()))
    assert found.code == "unsupported_version"
    assert said in found.why


@pytest.mark.parametrize("number", range(2, 14))
def test_every_known_version_is_read(number: int, statement: Callable[..., bytes]) -> None:
    content = statement([{"amount": "1.00", "ref": "R"}], version=f"camt.053.001.{number:02}")
    assert [envelope.id for name, envelope in read(content) if name == "camt.053.entry"] == ["R"]


def test_the_beginning_of_a_refused_file_is_kept(ctx: Context, folder: Path) -> None:
    (folder / "a.xml").write_bytes(b"<Document" + b" " * 1_000_000)
    page = SOURCE.fetch(ctx, STREAMS["camt.053.entry"], None)
    row = json.loads(bytes(page.items[0].data))  # type: ignore[arg-type]
    assert row["File"] == "a.xml"
    assert 80_000 < len(row["Content"]) < 100_000
