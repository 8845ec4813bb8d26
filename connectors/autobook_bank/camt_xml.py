"""camt.053 as XML: opened so that no file can make us read elsewhere, expand entities or fill memory.

A document type is refused before a parser sees it: a bank sends none, an attacker needs one. What is
read is thrown away entry by entry, so a file of any size takes the memory of its largest entry.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from autobook_bank.node import Node
from autobook_bank.refusal import FileRefused, Opener

_NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.(?:0[2-9]|1[0-3])")
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_ENCODINGS = {
    "utf-8", "utf-16", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252", "windows-1250", "iso-8859-2",
}  # fmt: skip
_FORBIDDEN = tuple(
    word.encode(encoding)
    for word in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("ascii", "utf-16-le", "utf-16-be")
)
_CHUNK = 1 << 20
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def check_safe(file: BinaryIO) -> None:
    """Read a file through and refuse what may not reach the parser.

    Raises:
        FileRefused: it holds a document type or entities, or its encoding would hide them.
    """
    head = file.read(_CHUNK)
    _check_encoding(head)
    tail, chunk = b"", head
    while chunk:
        window = tail + chunk
        for word in _FORBIDDEN:
            if word in window:
                raise FileRefused("dtd_forbidden", "the file declares a document type or entities")
        tail, chunk = window[-64:], file.read(_CHUNK)


def _check_encoding(head: bytes) -> None:
    if head.startswith(_UTF16_MARKS):
        return
    if b"\x00" in head[:64]:
        raise FileRefused("unreadable_file", "the encoding is neither an 8-bit one nor UTF-16 with its mark")
    declared = _ENCODING.match(head.removeprefix(b"\xef\xbb\xbf"))
    if declared and declared.group(1).decode("ascii").lower() not in _ENCODINGS:
        raise FileRefused("unreadable_file", f"the encoding {declared.group(1).decode('ascii')} is not read")


def check_version(open_file: Opener) -> None:
    """Read the root element and refuse every message but camt.053 in the versions we know.

    Raises:
        FileRefused: with the namespace found, so that a person sees what the bank sent.
    """
    parser = etree.XMLPullParser(
        events=("start",), resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False
    )
    with open_file() as file:
        try:
            while chunk := file.read(4096):
                parser.feed(chunk)
                for _, element in parser.read_events():
                    _check_root(str(getattr(element, "tag", "")))
                    return
        except etree.XMLSyntaxError as error:
            raise FileRefused("unreadable_file", f"not well-formed XML: {error.msg}") from None
    raise FileRefused("unreadable_file", "the file ends before its first element")


def _check_root(tag: str) -> None:
    namespace, _, name = tag.rpartition("}")
    namespace = namespace.removeprefix("{")
    if name == "Document" and _NAMESPACE.fullmatch(namespace):
        return
    short = namespace.rpartition(":")[2]
    raise FileRefused(
        "unsupported_version", f"{short or name} is not read; camt.053.001.02 to camt.053.001.13 are"
    )


def statements(file: BinaryIO) -> Iterator[tuple[str, Node]]:
    """Yield ``("Ntry", element)`` for every entry and ``("Stmt", element)`` at the end of its statement.

    An element must be read before the next is asked for: entries are dropped once they are past.

    Raises:
        FileRefused: the file is not well-formed to its end.
    """
    events = etree.iterparse(
        file,
        events=("end",),
        tag=("{*}Ntry", "{*}Stmt"),
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for _, element in events:
            name = etree.QName(element).localname
            yield name, Node(element)
            element.clear(keep_tail=False)
            _drop_previous(element)
    except etree.XMLSyntaxError as error:
        raise FileRefused("unreadable_file", f"not well-formed XML: {error.msg}") from None


def _drop_previous(element: etree._Element) -> None:
    previous = element.getprevious()
    parent = element.getparent()
    if previous is not None and parent is not None and previous.tag == element.tag:
        parent.remove(previous)
