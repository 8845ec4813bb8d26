from pathlib import Path
from typing import Any

import pytest

from autobook_core.config import init_book, write_connection
from autobook_core.errors import ConfigurationError
from autobook_core.workbench.bench import Workbench
from tests.workbench.acme_server import Acme

from .conftest import MakeBench, change


def test_check_shows_health_field_by_field_the_requests_and_the_streams(bench: Workbench) -> None:
    found = bench.check()
    assert found["ok"]
    assert found["health"] == {
        "ok": True, "account_id": "acct_1", "label": "Acme sandbox", "live": False, "missing": [], "message": "",
    }  # fmt: skip
    assert [step["path"] for step in found["steps"]] == ["/v1/account"]
    assert found["streams"] == [
        {
            "name": "movement", "kind": "charge", "after": [], "lookback_seconds": 600, "sweep_seconds": 604_800,
            "cursor_version": 1, "shape": "Movement",
        }
    ]  # fmt: skip
    assert found["limits"] == [{"calls": 50, "per_seconds": 1.0, "match": "*"}]
    assert found["findings"] == []


FINDINGS = {
    ('account_id=account["id"]', 'account_id=""'): ("warning", "names no account_id"),
    ('live=account["live"]', "live=True"): ("warning", "production credentials"),
    (', live=account["live"]', ""): ("warning", "production credentials"),
    ('live=account["live"]', 'live=False, missing=("refunds:read",)'): ("warning", "refunds:read"),
    ("api.Health(ok=True", 'api.Health(ok=False, message="closed"'): ("error", "it does not work: closed"),
    ("api.Health(ok=True", "dict(ok=True"): ("failed", "check gave a dict, not a Health"),
    ("(frozen=True)", ""): ("error", "no frozen dataclass"),
    ('api.option("Where the API lives")', '""'): ("error", "api_base has no help text"),
    ("shape=Movement,", 'shape=Movement, after=("parent",),'): ("error", "comes after parent"),
    ("streams = (", "streams = (api.Stream('movement'), "): ("error", "two streams are called movement"),
    ('ctx.http.get("/v1/account").json()', '{"id": "a", "name": "b", "live": False}'): (
        "warning",
        "asked the other",
    ),
}


@pytest.mark.parametrize(("edit", "finding"), FINDINGS.items(), ids=[found[1] for found in FINDINGS.values()])
def test_what_a_reviewer_would_ask_about_is_found(
    edit: tuple[str, str], finding: tuple[str, str], on_bench: MakeBench, connector: Path, acme: Acme
) -> None:
    change(connector, *edit)

    found = on_bench().check()
    told: list[dict[str, Any]] = [*found["findings"]]
    if found["error"]:
        told.append({"level": "failed", "text": found["error"]["message"]})
    assert [item["level"] for item in told if finding[1] in item["text"]] == [finding[0]], told
    assert found["ok"] == (finding[0] == "warning")


def test_refused_credentials_are_shown_with_the_request_that_was_refused(
    acme: Acme, bench: Workbench
) -> None:
    acme.faults = [(401, {}, '{"error": "no such key"}')]
    found = bench.check()
    assert not found["ok"]
    assert found["error"]["type"] == "AuthFailed"
    assert found["steps"][0]["answer"] == {"error": "no such key"}


def test_a_connection_is_held_to_the_account_it_was_made_for(
    acme: Acme, on_bench: MakeBench, connector: Path, tmp_path: Path
) -> None:
    book = tmp_path / "book"
    init_book(book, company="Acme ApS")
    (book / "plugins").mkdir()
    plugin = connector.read_text() + (
        "\n\n@api.hookimpl\ndef autobook_connectors():\n    return [api.ConnectorSpec('acmepay', 'AcmePay', AcmePay)]\n"
    )
    (book / "plugins" / "acme.py").write_text(plugin)
    write_connection(
        book, "shop", "acmepay", {"api_key": "env:ACME_KEY", "api_base": acme.url}, account_id="acct_9"
    )
    found = on_bench("shop", book=book).check()
    assert (found["what"], found["type"], found["ok"]) == ("shop", "acmepay", False)
    assert "made for account acct_9, these credentials open acct_1" in found["findings"][0]["text"]
    assert on_bench("acmepay", book=book).check()["ok"]
    assert not (book / "books.db").exists()
    with pytest.raises(ConfigurationError, match="did you mean 'acmepay'"):
        on_bench("acmepai", book=book)


def test_a_sink_is_checked_and_has_nothing_to_fetch(on_bench: MakeBench, tmp_path: Path) -> None:
    text = (
        "from dataclasses import dataclass\nimport autobook_core.connector as api\n"
        "@dataclass(frozen=True)\nclass Config:\n"
        "    api_key: str = api.secret('A key')\n    api_base: str = api.option('Where')\n"
        "class Books(api.Sink):\n    Config = Config\n"
        "    def check(self, ctx):\n        return api.Health(ok=True, account_id='a', live=False)\n"
        "    def deliver(self, ctx, items):\n        yield from ()\n    def find(self, ctx, keys):\n        return {}\n"
    )
    (tmp_path / "books.py").write_text(text)
    bench = on_bench(str(tmp_path / "books.py"))
    found = bench.check()
    assert (found["ok"], found["role"], found["streams"]) == (True, "sink", [])
    with pytest.raises(ConfigurationError, match="is a sink"):
        bench.fetch(None, pages=1)
