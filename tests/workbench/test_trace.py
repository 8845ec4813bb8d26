import json
import socket
from pathlib import Path

import pytest

from autobook_core.workbench.bench import Workbench
from tests.workbench.acme_server import CANARY, Acme

from .conftest import MakeBench, change


def test_the_trace_shows_every_request_with_its_retries_and_waits_in_order(
    acme: Acme, bench: Workbench
) -> None:
    acme.faults = [(500, {}, "out of order"), (429, {"retry-after": "30"}, "{}")]
    (page,) = bench.fetch(None, pages=1)["pages"]
    steps = [(step["step"], step.get("status") or step.get("reason")) for step in page["steps"]]
    assert steps == [
        ("request", 500),
        ("wait", "GET /v1/movements was answered with 500"),
        ("request", 429),
        ("wait", "GET /v1/movements was answered with 429"),
        ("request", 200),
        ("log", None),
    ]
    assert page["steps"][0]["answer"] == "out of order"
    assert page["steps"][3]["milliseconds"] >= 30_000
    last = page["steps"][4]
    assert (last["method"], last["path"], last["number"]) == ("GET", "/v1/movements", 3)
    assert last["query"] == [["since", "0"], ["after", ""], ["api_key", "***"]]
    assert last["bytes"] == len(json.dumps({"data": acme.rows[:2], "next": "ch_1"}))
    assert dict(last["headers"])["authorization"] == "***"


def test_a_server_that_does_not_answer_is_in_the_trace_with_the_reason(on_bench: MakeBench) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
        bench = on_bench()
        bench.subject.options["api_base"] = address  # type: ignore[index]
        found = bench.fetch(None, pages=1)
    assert found["error"]["type"] == "Unavailable"
    requests = [step for step in found["pages"][0]["steps"] if step["step"] == "request"]
    assert len(requests) == 5
    assert {step["status"] for step in requests} == {0}
    assert all(step["error"].startswith("ConnectError") for step in requests)


def test_a_line_of_the_connectors_log_stands_in_the_trace_and_nowhere_else(
    bench: Workbench, caplog: pytest.LogCaptureFixture
) -> None:
    (page,) = bench.fetch(None, pages=1)["pages"]
    assert page["steps"][-1] == {"step": "log", "level": "info", "text": "asked since 0 with ***"}
    assert caplog.records == []


def test_what_a_connector_prints_stands_in_the_trace_and_not_on_standard_output(
    on_bench: MakeBench, connector: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(connector, "        mark = ", '        print("the key is", self.config.api_key)\n        mark = ')
    (page,) = on_bench().fetch(None, pages=1)["pages"]
    assert {"step": "log", "level": "print", "text": "the key is ***"} in page["steps"]
    assert capsys.readouterr().out == ""


def test_a_posted_body_is_shown_without_its_secrets(on_bench: MakeBench, connector: Path) -> None:
    change(
        connector,
        'body = ctx.http.get("/v1/movements", params=query).json()',
        'ctx.http.post("/v1/login", json={"client_secret": "s3cret", "user": {"password": "hunter22"}, "page": 1});'
        ' body = ctx.http.get("/v1/movements", params=query).json()',
    )
    found = on_bench().fetch(None, pages=1)
    body = found["pages"][0]["steps"][0]["body"]
    assert body == {"client_secret": "***", "user": {"password": "***"}, "page": 1}


def test_the_key_is_in_no_output_and_no_file_even_where_the_other_side_tells_it(
    acme: Acme, bench: Workbench, tmp_path: Path
) -> None:
    acme.rows[0]["currency"] = acme.rows[1]["note"] = f"you are {CANARY}"
    acme.rows[1]["id"] = f"ch_{CANARY}"
    told = [bench.check(), bench.fetch(None, pages=1, raw=tmp_path / "rows.json")]
    acme.faults = [(500, {}, CANARY), (422, {}, json.dumps({"error": CANARY}))]
    told.append(bench.fetch(None, pages=1))
    acme.faults = [(401, {}, CANARY)]
    told.append(bench.fetch(None, pages=1))
    told += [
        bench.translate(file=None, stream=None, posting=False, through=None)[0],
        bench.replay(None, keep=True),
    ]
    told.append(
        bench.record(None, pages=1, to=tmp_path / "golden", name="x", production=False, replace=False)
    )
    assert CANARY not in json.dumps(told)
    assert "***" in json.dumps(told)
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".py"]
    assert len(files) >= 6
    assert [path for path in files if CANARY.encode() in path.read_bytes()] == []


def test_a_cursor_that_holds_the_key_is_warned_of_and_kept_without_it(
    on_bench: MakeBench, connector: Path, tmp_path: Path
) -> None:
    change(connector, 'token=body["next"]', "token=self.config.api_key")
    found = on_bench().fetch(None, pages=1)
    assert any("holds a secret" in warning for warning in found["pages"][0]["warnings"])
    state = next(tmp_path.rglob("state.json")).read_text()
    assert CANARY not in state


def test_a_rotated_refresh_token_is_used_by_the_next_call_and_shown_by_none(
    acme: Acme, on_bench: MakeBench, connector: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, option = connector.read_text(), 'api_base: str = api.option("Where the API lives")'
    change(connector, option, f'{option}\n    refresh: str = api.secret("Token", default="")')
    change(
        connector,
        text[text.index("    def auth") : text.index("    def check")],
        "    def auth(self):\n        url, token = self.config.api_base + '/token', self.config.refresh\n"
        "        return api.OAuth2(url, 'client-1', 'client-secret-1', token)\n\n",
    )
    monkeypatch.setenv("ACME_REFRESH", "refresh-0-secret")
    told = [on_bench(more=["refresh=env:ACME_REFRESH"]).fetch(None, pages=1) for _ in range(3)]
    assert [found["error"] for found in told] == [None, None, None]
    assert acme.refresh_tokens[-1] == "refresh-3-secret"
    steps = [step for found in told for step in found["pages"][0]["steps"] if step["step"] == "request"]
    assert [step["path"] for step in steps] == ["/token", "/v1/movements"] * 3
    assert steps[0]["body"]["refresh_token"] == "***"
    assert "-secret" not in json.dumps(told)
    holding = [path for path in tmp_path.rglob("*") if path.is_file() and b"-secret" in path.read_bytes()]
    (kept,) = (path for path in holding if path != connector)
    assert kept == tmp_path / ".autobook-dev" / ".secrets" / "acme-AcmePay.token.json"
    assert kept.stat().st_mode & 0o077 == 0
