"""AcmePay's API on loopback: real HTTP, pages of two rows, and answers that go wrong where a test says so."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

CONNECTOR = Path(__file__).with_name("acme_connector.py")
#: Must be found in no output and no file.
CANARY = "canary-4711-key"
PAGE = 2


class Acme:
    """What is true at AcmePay, and what goes wrong next."""

    def __init__(self) -> None:
        self.rows = [movement(i) for i in range(5)]
        self.account: dict[str, Any] = {"id": "acct_1", "name": "Acme sandbox", "live": False}
        #: Answers given before the good ones: (status, headers, body).
        self.faults: list[tuple[int, dict[str, str], str]] = []
        self.asked: list[str] = []
        self.refresh_tokens = ["refresh-0-secret"]
        self.url = ""

    @property
    def settings(self) -> list[str]:
        return ["api_key=env:ACME_KEY", f"api_base={self.url}"]

    def grant(self, said: dict[str, str]) -> tuple[int, dict[str, str], str]:
        """Give an access token and a new refresh token; the one before it is no longer good."""
        if said.get("refresh_token") != self.refresh_tokens[-1]:
            return 400, {}, '{"error": "invalid_grant"}'
        self.refresh_tokens.append(f"refresh-{len(self.refresh_tokens)}-secret")
        access = f"access-{len(self.refresh_tokens)}-secret"
        told = {"access_token": access, "refresh_token": self.refresh_tokens[-1], "expires_in": 3_600}
        return 200, {}, json.dumps(told)

    def answer(self, target: str) -> tuple[int, dict[str, str], str]:
        self.asked.append(target)
        if self.faults:
            return self.faults.pop(0)
        parts = urlsplit(target)
        if parts.path == "/v1/account":
            return 200, {}, json.dumps(self.account)
        asked = dict(parse_qsl(parts.query))
        ids = [row["id"] for row in self.rows]
        begin = ids.index(asked["after"]) + 1 if asked.get("after") else 0
        found = [row for row in self.rows[begin:] if row["updated"] >= int(asked["since"])]
        page, more = found[:PAGE], len(found) > PAGE
        return 200, {}, json.dumps({"data": page, "next": page[-1]["id"] if more else None})


def movement(i: int, **changes: Any) -> dict[str, Any]:
    at = f"2025-06-15T15:{i:02}:40Z"
    row = {
        "id": f"ch_{i}", "created_at": at, "updated": 1_750_000_000 + 60 * i, "amount": 1_000 + i,
        "currency": "dkk", "void": False,
    }  # fmt: skip
    return row | changes


@contextmanager
def serving() -> Iterator[Acme]:
    """Run AcmePay on a free port of loopback."""
    acme = Acme()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            said = self.rfile.read(int(self.headers["content-length"])).decode()
            self.send(*acme.grant(dict(parse_qsl(said))))

        def do_GET(self) -> None:
            self.send(*acme.answer(self.path))

        def send(self, status: int, headers: dict[str, str], body: str) -> None:
            content = body.encode()
            self.send_response(status)
            for name, value in {"content-type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    acme.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield acme
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
