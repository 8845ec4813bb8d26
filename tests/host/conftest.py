"""A book with a stranger's plugin in its folder, and the processor it talks to, on loopback."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from autobook_core.book import Book
from autobook_core.config import init_book
from tests.host.plugin import GOOD

KEY = "canary-4711-key"
PAGE = 4
BORN = 1_750_000_000


class Processor(ThreadingHTTPServer):
    """Ten payments, told four a page."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.rows = [
            {"id": f"ch_{i:03}", "created": BORN + 60 * i, "updated": BORN + 60 * i, "amount": 1_000 + i}
            for i in range(10)
        ]  # fmt: skip
        self.asked: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Telling(BaseHTTPRequestHandler):
    """Answers in JSON and writes no log."""

    def say(self, status: int, body: Any) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        del format, args


class _Handler(Telling):
    server: Processor

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        self.server.asked.append(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        if url.path == "/v1/account":
            self.say(200, {"id": "acct_1"})
            return
        ids = [row["id"] for row in self.server.rows]
        begin = ids.index(query["after"]) + 1 if query.get("after") else 0
        found = [row for row in self.server.rows[begin:] if row["updated"] >= int(query.get("since", 0))]  # type: ignore[operator]
        page = found[:PAGE]
        self.say(200, {"data": page, "next": page[-1]["id"] if len(found) > PAGE else None})


@pytest.fixture
def processor() -> Iterator[Processor]:
    server = Processor()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


Books = Callable[..., Book]


@pytest.fixture
def books(tmp_path: Path, processor: Processor) -> Iterator[Books]:
    """Give a function that opens a book with a plugin of this code, connected or not."""
    made: list[Book] = []
    folder = tmp_path / "book"
    init_book(folder, company="Acme ApS")

    def make(code: str = GOOD, *, connected: bool = True, **files: str) -> Book:
        plugins = folder / "plugins"
        plugins.mkdir(exist_ok=True)
        for name, content in {"pay": code, **files}.items():
            (plugins / f"{name}.py").write_text(content)
        if connected:
            (folder / "connections").mkdir(exist_ok=True)
            (folder / "connections" / "pay.toml").write_text(
                f'type = "pay"\n[options]\napi_key = "env:PAY_KEY"\naddress = "{processor.address}"\n'
            )
        book = Book(folder, env={"PAY_KEY": KEY, "OTHER_SECRET": "canary-0815-other"})
        made.append(book)
        return book

    yield make
    for book in made:
        book.close()
