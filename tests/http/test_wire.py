import io
from contextlib import suppress

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autobook_core.http.wire import Answer, read_answer, request_bytes


def read(data: bytes, method: str = "GET") -> Answer:
    return read_answer(io.BufferedReader(io.BytesIO(data)), method)


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
        b"HTTP/1.1 banana\r\n\r\n",
        b"hello\r\n\r\n",
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}}\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
        b"HTTP/1.1 200 OK\r\nBad Name: 1\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 103 Early Hints\r\n\r\n" * 20,
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 300 + b"\r\n",
    ],
)
def test_an_answer_that_is_cut_garbled_or_ambiguous_is_refused(data: bytes) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        read(data)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reading_in_another_way(data: bytes) -> None:
    for head in (b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"):
        with suppress(httpx.RemoteProtocolError):
            read(head + data)


@given(body=st.binary(max_size=300), cut=st.integers(1, 400))
def test_a_page_that_lost_its_end_never_passes_for_a_page(body: bytes, cut: int) -> None:
    by_length = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    chunk = b"%x\r\n%s\r\n" % (len(body), body) if body else b""
    by_chunks = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%s0\r\n\r\n" % chunk
    for whole in (by_length, by_chunks):
        assert read(whole).body == body
        with pytest.raises(httpx.RemoteProtocolError):
            read(whole[: max(0, len(whole) - cut)])


def test_an_interim_answer_is_passed_over() -> None:
    data = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
    assert (read(data).status, read(data).body) == (200, b"{}")


def test_headers_keep_their_order_and_repetitions() -> None:
    data = b"HTTP/1.1 204 No Content\r\nB: 1\r\nA:2 \r\nB:\t3\r\n\r\n"
    assert read(data).headers == [(b"B", b"1"), (b"A", b"2"), (b"B", b"3")]


@pytest.mark.parametrize(
    ("data", "reusable"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0, 0\r\n\r\n", True),
        (b"HTTP/1.1 200\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\n\r\n", False),
    ],
)
def test_a_connection_is_used_again_only_where_the_end_is_sure(data: bytes, reusable: bool) -> None:
    assert read(data).reusable is reusable


def test_a_request_is_written_whole() -> None:
    request = httpx.Request("PUT", "https://h.example/a%20b?c=1", headers={"X-One": "1"}, content=b"body")
    head, _, body = request_bytes(request).partition(b"\r\n\r\n")
    assert head.startswith(b"PUT /a%20b?c=1 HTTP/1.1\r\nHost: h.example\r\n")
    assert body == b"body"


@pytest.mark.parametrize("value", ["1\r\nX-Two: 2", "1\nX-Two: 2", "1\0"])
def test_a_header_that_would_be_read_as_two_is_not_written(value: str) -> None:
    with pytest.raises(httpx.LocalProtocolError):
        request_bytes(httpx.Request("GET", "https://h.example/", headers={"X-One": value}))
