"""Encrypted connections on loopback, with a certificate that only these tests trust."""

import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from autobook_core.http.transport import KeepAliveTransport

PAGE = b'{"data": "' + b"x" * 200_000 + b'"}'


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(PAGE)))
        self.send_header("X-Client", str(self.client_address[1]))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *args: object) -> None:
        pass


class QuietServer(ThreadingHTTPServer):
    def handle_error(self, *args: object) -> None:
        """A client that refuses the certificate is what is tested."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs the openssl command to make a certificate")
    folder = tmp_path_factory.mktemp("tls")
    command = [
        openssl,
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
    ]
    command += ["-addext", "subjectAltName=DNS:localhost"]
    command += ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "cert.pem"


@pytest.fixture
def port(certificate: Path) -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    with QuietServer(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server.server_port
        server.shutdown()


def test_an_encrypted_connection_is_kept_and_carries_pages(certificate: Path, port: int) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    with httpx.Client(transport=KeepAliveTransport(trusting)) as client:
        answers = [client.get(f"https://localhost:{port}/") for _ in range(4)]
    assert {answer.content for answer in answers} == {PAGE}
    assert len({answer.headers["x-client"] for answer in answers}) == 1


def test_an_unknown_certificate_is_a_connect_error(port: int) -> None:
    with (
        httpx.Client(transport=KeepAliveTransport()) as client,
        pytest.raises(httpx.ConnectError, match="certificate verify failed"),
    ):
        client.get(f"https://localhost:{port}/")


def test_a_certificate_for_another_name_is_a_connect_error(certificate: Path, port: int) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    with (
        httpx.Client(transport=KeepAliveTransport(trusting)) as client,
        pytest.raises(httpx.ConnectError, match="certificate verify failed"),
    ):
        client.get(f"https://127.0.0.1:{port}/")
