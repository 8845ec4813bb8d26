"""A stranger's sink: receipts arrive one by one, and what its process took with it is looked up, never sent twice."""

import json
from pathlib import Path

from autobook_core.book import Book
from autobook_core.clock import ManualClock
from autobook_core.config import init_book

SINK = '''
import json
import os
from dataclasses import dataclass

import autobook_core.connector as api


@dataclass(frozen=True)
class Config:
    folder: str = api.option("Where to write", default="out")


class Shelf(api.Sink):
    """Keeps every document as a file of its own."""

    Config = Config

    def check(self, ctx):
        return api.Health(ok=True, account_id="shelf")

    def _file(self, ctx, key):
        folder = ctx.home / self.config.folder
        folder.mkdir(exist_ok=True)
        return folder / key.replace("/", "_").replace(":", "_")

    def deliver(self, ctx, items):
        for number, item in enumerate(items):
            with open(self._file(ctx, item.key), "a") as file:
                file.write(json.dumps(dict(item.body)) + "\\n")
            if number == 2 and not os.path.exists(ctx.home / "died"):
                open(ctx.home / "died", "w").close()
                os._exit(9)
            yield api.Receipt(item.key, "accepted", remote_id=item.key)

    def find(self, ctx, keys):
        found = {}
        for key in keys:
            path = self._file(ctx, key)
            lines = path.read_text().splitlines() if path.exists() else []
            found[key] = [api.Remote(key, json.loads(line)) for line in lines]
        return found


@api.hookimpl
def autobook_connectors():
    return [api.ConnectorSpec("shelf", "Shelf", Shelf, frozenset({"sink"}))]
'''


def entry(number: int) -> str:
    lines = [{"account": "2391", "debit": number}, {"account": "2810", "credit": number}]
    data = {"ref": f"m{number}", "date": "2025-06-15", "text": "x", "lines": lines}
    return json.dumps({"source": "user", "type": "manual_entry", "data": data})


def test_a_sink_that_dies_half_way_is_taken_up_again_and_delivers_everything_once(tmp_path: Path) -> None:
    folder = tmp_path / "book"
    init_book(folder, company="Acme ApS")
    (folder / "plugins").mkdir()
    (folder / "plugins" / "shelf.py").write_text(SINK)
    (folder / "connections").mkdir(exist_ok=True)
    (folder / "connections" / "shelf.toml").write_text('type = "shelf"\n')
    rows = tmp_path / "rows.jsonl"
    rows.write_text("\n".join(entry(number) for number in range(1, 9)))
    clock = ManualClock()
    with Book(folder, clock=clock) as book:
        imported = book.import_files([rows])
        assert imported["posted"] == 8, book.exceptions()
        (first,) = book.deliver()
        assert "ended its process in deliver (exit code 9)" in first["error"]
        clock.move(200)  # until then, what was sent may still arrive
        (second,) = book.deliver()
        assert second["error"] == ""
        states = [item["state"] for item in book.deliveries()]
    files = list((folder / "out").iterdir())
    assert len(files) == 8
    assert all(len(path.read_text().splitlines()) == 1 for path in files)
    assert set(states) == {"verified"}
