"""The wire under the client: HTTP/1.1 over connections that are kept open between requests.

With it, httpx's client reads a page of 114 KB in about three fifths of the processor time that its own transport
needs; tests/http/test_transport.py measures the pair. Certificates are verified, bodies come as
they were sent (httpx decompresses), and every failure is one of httpx's exceptions.
"""

import select
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader

import httpx

from autobook_core.http.wire import read_answer, request_bytes

#: A connection unused for longer may have been dropped in silence on its way, in seconds.
_IDLE_SECONDS = 15
_MOST_IDLE = 8
_BUFFER_BYTES = 65_536

_Origin = tuple[str, str, int]


class _Link:
    """An open connection."""

    def __init__(self, link: socket.socket) -> None:
        self.socket = link
        reader = link.makefile("rb", _BUFFER_BYTES)
        assert isinstance(reader, BufferedReader)
        self.reader = reader
        self.used_at = 0.0

    def is_quiet(self) -> bool:
        """Tell that nothing came while idle: else it is a goodbye, or an answer that nobody asked for."""
        poll = select.poll()
        poll.register(self.socket, select.POLLIN)
        if poll.poll(0):
            return False
        self.socket.settimeout(0)
        try:
            return not self.reader.peek(1)
        except ssl.SSLWantReadError:
            return True
        except OSError:
            return False

    def close(self) -> None:
        self.reader.close()
        self.socket.close()


class KeepAliveTransport(httpx.BaseTransport):
    """Sends requests over kept connections; may be used by several threads."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        """Open nothing yet.

        Args:
            context: how certificates are verified; httpx's default when left out.
        """
        self._context = context
        self._lock = threading.Lock()
        self._idle: dict[_Origin, list[_Link]] = {}
        self._closed = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request and read its whole answer.

        Raises:
            httpx.TransportError: anything that went wrong on the way, as its fitting subclass.
        """
        data = request_bytes(request)
        timeouts = request.extensions.get("timeout", {})
        origin = _origin(request.url)
        link = self._kept(origin) or self._opened(origin, timeouts.get("connect"))
        try:
            with _as_httpx(httpx.WriteTimeout, httpx.WriteError):
                link.socket.settimeout(timeouts.get("write"))
                link.socket.sendall(data)
            with _as_httpx(httpx.ReadTimeout, httpx.ReadError):
                link.socket.settimeout(timeouts.get("read"))
                answer = read_answer(link.reader, request.method)
        except BaseException:
            link.close()
            raise
        if answer.reusable:
            self._keep(origin, link)
        else:
            link.close()
        return httpx.Response(
            answer.status, headers=answer.headers, stream=httpx.ByteStream(answer.body), request=request
        )

    def close(self) -> None:
        """Close every connection that is not in use; those in use are closed after their answer."""
        with self._lock:
            self._closed = True
            kept = [link for pool in self._idle.values() for link in pool]
            self._idle.clear()
        for link in kept:
            link.close()

    def _kept(self, origin: _Origin) -> _Link | None:
        while True:
            with self._lock:
                pool = self._idle.get(origin)
                if not pool:
                    return None
                link = pool.pop()
            if time.monotonic() - link.used_at < _IDLE_SECONDS and link.is_quiet():
                return link
            link.close()

    def _keep(self, origin: _Origin, link: _Link) -> None:
        link.used_at = time.monotonic()
        with self._lock:
            pool = self._idle.setdefault(origin, [])
            if not self._closed and len(pool) < _MOST_IDLE:
                pool.append(link)
                return
        link.close()

    def _opened(self, origin: _Origin, timeout: float | None) -> _Link:
        scheme, host, port = origin
        with _as_httpx(httpx.ConnectTimeout, httpx.ConnectError):
            link = socket.create_connection((host, port), timeout)
            try:
                link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if scheme == "https":
                    link = self._verifying().wrap_socket(link, server_hostname=host)
                return _Link(link)
            except BaseException:
                link.close()
                raise

    def _verifying(self) -> ssl.SSLContext:
        with self._lock:
            if self._context is None:
                self._context = httpx.create_ssl_context()
                self._context.set_alpn_protocols(["http/1.1"])
            return self._context


def _origin(url: httpx.URL) -> _Origin:
    if url.scheme not in {"http", "https"}:
        raise httpx.UnsupportedProtocol(f"cannot send to {url.scheme}://")
    return url.scheme, url.raw_host.decode("ascii"), url.port or (443 if url.scheme == "https" else 80)


@contextmanager
def _as_httpx(timeout: type[httpx.TransportError], failure: type[httpx.TransportError]) -> Iterator[None]:
    """Translate the system's errors; the cause is kept."""
    try:
        yield
    except TimeoutError as error:
        raise timeout(str(error) or "timed out") from error
    except (OSError, UnicodeError) as error:
        raise failure(str(error)) from error
