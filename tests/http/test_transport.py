"""The wire, on loopback with real sockets, and client and transport together over it."""

import gzip
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest

from autobook_core.clock import ManualClock
from autobook_core.errors import Unavailable
from autobook_core.http import HttpClient, transport, wire
from autobook_core.http.transport import KeepAliveTransport

Opener = Callable[..., HttpClient]
Script = Callable[[socket.socket, int], bool]

PAGE = b'{"data": [' + b",".join(b'{"id": "ch_%d"}' % n for n in range(8000)) + b"]}"


def answer(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    lines = [b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


class Server:
    """A server on loopback that reads requests and leaves the answer to a script.

    The script gets the socket and the number of the request; it returns whether the connection stays open.
    """

    def __init__(self, script: Script) -> None:
        self.script = script
        self.requests: list[bytes] = []
        self.connections = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.done = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                link, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(link,), daemon=True).start()

    def _serve(self, link: socket.socket) -> None:
        with link, link.makefile("rb") as reader:
            while True:
                try:
                    head = b""
                    while not head.endswith(b"\r\n\r\n"):
                        line = reader.readline()
                        if not line:
                            return
                        head += line
                    length = 0
                    for field in head.lower().split(b"\r\n"):
                        if field.startswith(b"content-length:"):
                            length = int(field.partition(b":")[2])
                    self.requests.append(head + reader.read(length))
                    if not self.script(link, len(self.requests)):
                        return
                except OSError:
                    return

    def close(self) -> None:
        self.done.set()
        self.listener.close()


@contextmanager
def serving(script: Script) -> Iterator[Server]:
    server = Server(script)
    try:
        yield server
    finally:
        server.close()


def always(data: bytes, *, keep: bool = True) -> Script:
    def script(link: socket.socket, number: int) -> bool:
        link.sendall(data)
        return keep

    return script


def in_turn(*scripts: Script) -> Script:
    return lambda link, number: scripts[min(number, len(scripts)) - 1](link, number)


def reset(link: socket.socket, number: int) -> bool:
    link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    return False


@contextmanager
def client_of(server: Server, **options: float) -> Iterator[httpx.Client]:
    with httpx.Client(
        transport=KeepAliveTransport(), base_url=server.url, timeout=httpx.Timeout(5, **options)
    ) as client:
        yield client


def test_a_connection_is_kept_between_requests() -> None:
    with serving(always(answer(PAGE))) as server, client_of(server) as client:
        for _ in range(3):
            assert client.get("/rows").content == PAGE
        assert (len(server.requests), server.connections) == (3, 1)


def test_a_request_is_sent_as_httpx_wrote_it() -> None:
    with serving(always(answer(b"{}"))) as server, client_of(server) as client:
        client.post("/rows?a=%C3%A9", json={"b": "æ"}, headers={"X-One": "1"})
        sent = server.requests[0]
    assert sent.startswith(b"POST /rows?a=%C3%A9 HTTP/1.1\r\n")
    assert sent.count(b"\r\nHost: 127.0.0.1") == 1
    assert b"\r\nX-One: 1\r\n" in sent
    assert sent.endswith('\r\n\r\n{"b":"æ"}'.encode())
    assert sent.lower().count(b"content-length") == 1


def test_a_body_in_chunks_is_put_together() -> None:
    chunks = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{"a"\r\n6;x=y\r\n: [1]}\r\n0\r\nX-T: 1\r\n\r\n'
    with serving(always(chunks)) as server, client_of(server) as client:
        assert client.get("/").json() == {"a": [1]}
        assert client.get("/").json() == {"a": [1]}
        assert server.connections == 1


def test_httpx_decompresses() -> None:
    data = answer(gzip.compress(PAGE), b"Content-Encoding: gzip")
    with serving(always(data)) as server, client_of(server) as client:
        assert client.get("/").content == PAGE


def test_an_answer_without_length_ends_with_its_connection() -> None:
    data = b"HTTP/1.1 200 OK\r\n\r\n" + PAGE
    with serving(always(data, keep=False)) as server, client_of(server) as client:
        assert client.get("/").content == PAGE
        assert client.get("/").content == PAGE
        assert server.connections == 2


def test_answers_without_a_body_leave_the_connection_usable() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"
    empty = b"HTTP/1.1 204 No Content\r\n\r\n"
    script = in_turn(always(head), always(empty), always(answer(b"{}")))
    with serving(script) as server, client_of(server) as client:
        assert client.head("/").headers["content-length"] == "99"
        assert client.get("/").status_code == 204
        assert client.get("/").json() == {}
        assert server.connections == 1


@pytest.mark.parametrize("connection", [b"Connection: close", b"connection: Keep-Alive, Close"])
def test_a_connection_that_the_server_will_close_is_not_kept(connection: bytes) -> None:
    with serving(always(answer(b"{}", connection))) as server, client_of(server) as client:
        client.get("/")
        client.get("/")
        assert server.connections == 2


def test_an_answer_that_nobody_asked_for_is_never_taken_for_the_next_one() -> None:
    script = in_turn(always(answer(b'{"n": 1}') + answer(b'{"n": "planted"}')), always(answer(b'{"n": 2}')))
    with serving(script) as server, client_of(server) as client:
        assert client.get("/").json() == {"n": 1}
        assert client.get("/").json() == {"n": 2}
        assert server.connections == 2


def test_header_values_outside_ascii_are_no_fault() -> None:
    with serving(always(answer(b"{}", b"X-Name: S\xf8ren"))) as server, client_of(server) as client:
        assert client.get("/").headers["x-name"] == "Søren"


def test_a_connection_that_the_server_closed_while_idle_is_not_used_again() -> None:
    with serving(always(answer(b"{}"), keep=False)) as server, client_of(server) as client:
        for _ in range(3):
            assert client.get("/").status_code == 200
            time.sleep(0.02)
        assert server.connections == 3


def test_an_idle_connection_is_not_kept_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "_IDLE_SECONDS", 0)
    with serving(always(answer(b"{}"))) as server, client_of(server) as client:
        client.get("/")
        client.get("/")
        assert server.connections == 2


def test_threads_use_connections_of_their_own_and_share_them_afterwards() -> None:
    def slowly(link: socket.socket, number: int) -> bool:
        time.sleep(0.05)
        link.sendall(answer(b'{"n": 1}'))
        return True

    with serving(slowly) as server, client_of(server) as client:
        bodies: list[bytes] = []
        for _ in range(2):
            threads = [
                threading.Thread(target=lambda: bodies.append(client.get("/").content)) for _ in range(4)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert bodies == [b'{"n": 1}'] * 8
        assert server.connections == 4


def test_a_slow_answer_is_a_read_timeout() -> None:
    def silent(link: socket.socket, number: int) -> bool:
        time.sleep(1)
        return False

    with serving(silent) as server, client_of(server, read=0.1) as client, pytest.raises(httpx.ReadTimeout):
        client.get("/")


def test_an_answer_that_drips_for_ever_is_a_read_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "LONGEST_ANSWER_SECONDS", 0.2)

    def drip(link: socket.socket, number: int) -> bool:
        link.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(1000):
            link.sendall(b" ")
            time.sleep(0.02)
        return False

    with serving(drip) as server, client_of(server, read=1.0) as client, pytest.raises(httpx.ReadTimeout):
        client.get("/")


def test_an_answer_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "LARGEST_BODY_BYTES", 1000)
    with (
        serving(always(answer(PAGE))) as server,
        client_of(server) as client,
        pytest.raises(httpx.RemoteProtocolError, match="larger than"),
    ):
        client.get("/")


@pytest.mark.parametrize("data", [answer(PAGE)[:-10], b"hello\r\n\r\n", b""])
def test_an_answer_that_is_cut_or_garbled_is_a_protocol_error(data: bytes) -> None:
    with (
        serving(always(data, keep=False)) as server,
        client_of(server) as client,
        pytest.raises(httpx.RemoteProtocolError),
    ):
        client.get("/")


def test_a_reset_is_a_read_error() -> None:
    with serving(reset) as server, client_of(server) as client, pytest.raises(httpx.ReadError):
        client.get("/")


def test_nobody_listening_is_a_connect_error() -> None:
    with socket.socket() as bound, httpx.Client(transport=KeepAliveTransport()) as client:
        bound.bind(("127.0.0.1", 0))
        with pytest.raises(httpx.ConnectError):
            client.get(f"http://127.0.0.1:{bound.getsockname()[1]}/")


def test_an_unknown_name_is_a_connect_error() -> None:
    with httpx.Client(transport=KeepAliveTransport()) as client, pytest.raises(httpx.ConnectError):
        client.get("http://nowhere.invalid/")


def test_a_server_that_does_not_speak_tls_is_a_connect_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer_in_the_clear() -> None:
            link, _ = listener.accept()
            with link:
                link.sendall(answer(b"{}"))

        threading.Thread(target=answer_in_the_clear, daemon=True).start()
        with httpx.Client(transport=KeepAliveTransport()) as client, pytest.raises(httpx.ConnectError):
            client.get(f"https://127.0.0.1:{listener.getsockname()[1]}/")


def test_a_request_in_chunks_is_not_sent() -> None:
    with serving(always(answer(b"{}"))) as server, client_of(server) as client:
        with pytest.raises(httpx.LocalProtocolError):
            client.post("/", content=iter([b"a", b"b"]))
        with pytest.raises(httpx.LocalProtocolError):
            client.request("GET /x", "/")
        with pytest.raises(httpx.UnsupportedProtocol):
            client.get("ftp://127.0.0.1/x")
        assert server.requests == []


def test_a_read_gets_through_resets_cuts_and_errors(opened: Opener, clock: ManualClock) -> None:
    faults = in_turn(
        reset,
        always(answer(PAGE)[:-1], keep=False),
        always(answer(b"", status=b"503 Service Unavailable")),
        always(answer(b"<html>busy</html>")),
        always(answer(PAGE)),
    )
    with serving(faults) as server:
        client = opened(base_url=server.url)
        assert client.get("/rows").content == PAGE
        assert (len(server.requests), len(clock.slept)) == (5, 4)


def test_a_write_whose_answer_is_lost_is_not_sent_again(opened: Opener) -> None:
    with serving(in_turn(reset, always(answer(b"{}")))) as server:
        with pytest.raises(Unavailable):
            opened(base_url=server.url).post("/rows", json={"a": 1})
        assert len(server.requests) == 1


@pytest.mark.slow
def test_a_page_costs_less_processor_time_than_on_httpx_s_own_transport() -> None:
    """Pairs of batches, so that a busy machine slows both; the server is on a thread of neither."""
    page = answer(
        b'{"data": "' + b"x" * 114_000 + b'"}', *(b"X-Header-%d: some value" % n for n in range(12))
    )
    with (
        serving(always(page)) as server,
        client_of(server) as ours,
        httpx.Client(base_url=server.url, trust_env=False) as theirs,
    ):
        for client in (ours, theirs):
            client.get("/")
        ratios = [_cost(theirs) / _cost(ours) for _ in range(7)]
    sys.stderr.write(f"processor time of httpx / ours: {sorted(round(ratio, 2) for ratio in ratios)}\n")
    assert sorted(ratios)[len(ratios) // 2] > 1.3


def _cost(client: httpx.Client, pages: int = 100) -> float:
    began = time.thread_time()
    for _ in range(pages):
        client.get("/")
    return time.thread_time() - began
