"""A rotated refresh token outlives the process that got it, and gives way to newly configured credentials."""

import stat
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from autobook_core.book import Book
from autobook_core.config import init_book
from tests.host.conftest import Telling

PLUGIN = """
from dataclasses import dataclass

import autobook_core.connector as api


@dataclass(frozen=True)
class Config:
    token: str = api.secret("The refresh token")
    address: str = api.option("Where the API lives")


class Pay(api.Source):
    Config = Config
    streams = (api.Stream("movement", kind="charge"),)

    @property
    def base_url(self):
        return self.config.address

    def auth(self):
        return api.OAuth2(self.config.address + "/token", "client", "very secret client", self.config.token)

    def check(self, ctx):
        return api.Health(ok=True, account_id=ctx.http.get("/account").json()["id"])

    def fetch(self, ctx, stream, cursor):
        ctx.http.get("/account")
        return api.Page([], {"at": 1}, False)

    def translate(self, stream, raw):
        return []


@api.hookimpl
def autobook_connectors():
    return [api.ConnectorSpec("pay", "Pay", Pay)]
"""


class _Server(ThreadingHTTPServer):
    """Rotates the refresh token every time; an old one is refused."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.refresh = "configured-token-0"
        self.asked: list[str] = []


class _Handler(Telling, BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        body = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
        given = body["refresh_token"][0]
        self.server.asked.append(given)
        if given != self.server.refresh:
            self.say(400, {"error": "invalid_grant"})
            return
        self.server.refresh = f"rotated-token-{len(self.server.asked)}"
        self.say(200, {"access_token": f"access-{len(self.server.asked)}", "token_type": "bearer",
                        "expires_in": 3600, "refresh_token": self.server.refresh})  # fmt: skip

    def do_GET(self) -> None:
        good = self.headers.get("authorization", "").startswith("Bearer access-")
        self.say(200 if good else 401, {"id": "acct_1"})


@pytest.fixture
def server() -> Iterator[_Server]:
    made = _Server()
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


def sync(folder: Path, token: str) -> dict[str, Any]:
    with Book(folder, env={"PAY_TOKEN": token}) as book:
        result: dict[str, Any] = book.sync(deliver=False)["connections"][0]
        return result


def test_each_run_uses_the_token_that_the_run_before_was_given(tmp_path: Path, server: _Server) -> None:
    folder = tmp_path / "book"
    init_book(folder, company="Acme ApS")
    (folder / "plugins").mkdir()
    (folder / "plugins" / "pay.py").write_text(PLUGIN)
    (folder / "connections").mkdir(exist_ok=True)
    address = f"http://127.0.0.1:{server.server_port}"
    (folder / "connections" / "pay.toml").write_text(
        f'type = "pay"\n[options]\ntoken = "env:PAY_TOKEN"\naddress = "{address}"\n'
    )
    for _ in range(3):
        assert sync(folder, "configured-token-0")["outcome"] == "ok"
    assert server.asked == ["configured-token-0", "rotated-token-1", "rotated-token-2"]
    kept = folder / ".secrets" / "pay.token.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert "configured-token-0" not in kept.read_text()

    server.refresh = "configured-anew"
    assert sync(folder, "configured-anew")["outcome"] == "ok"
    assert server.asked[-1] == "configured-anew"
