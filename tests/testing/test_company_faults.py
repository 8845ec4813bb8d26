"""What goes wrong on purpose goes wrong exactly as planned; the same simulation runs as a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from autobook_core.testing.company import Company, Fault, Options, Server, build, serve


@pytest.fixture(scope="module")
def company() -> Company:
    return build(Options(seed=2, customers=12, months=3))


@pytest.fixture
def server(company: Company) -> Iterator[Server]:
    with serve(company) as running:
        yield running


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, auth=(server.api_key, ""), timeout=1) as one:
        yield one


def test_a_status_fault_hits_as_often_as_told_and_then_no_more(server: Server, client: httpx.Client) -> None:
    server.faults.append(Fault("/v1/charges", "status", 503, times=2, retry_after=7))
    assert client.get("/v1/payouts").status_code == 200
    hit = client.get("/v1/charges")
    assert (hit.status_code, hit.headers["Retry-After"]) == (503, "7")
    assert hit.json()["error"]["type"] == "api_error"
    assert [client.get("/v1/charges").status_code for _ in range(2)] == [503, 200]
    assert server.requests["GET /v1/charges"] == 3


def test_a_reset_cuts_the_connection_without_an_answer(server: Server, client: httpx.Client) -> None:
    server.faults.append(Fault("*", "reset"))
    with pytest.raises(httpx.TransportError):
        client.get("/v1/charges")
    assert client.get("/v1/charges").status_code == 200


def test_a_truncated_answer_ends_before_its_length(server: Server, client: httpx.Client) -> None:
    server.faults.append(Fault("GET /v1/charges", "truncate"))
    with pytest.raises(httpx.RemoteProtocolError):
        client.get("/v1/charges")
    assert client.get("/v1/charges").status_code == 200


def test_a_timeout_stays_silent(server: Server, client: httpx.Client) -> None:
    server.faults.append(Fault("*", "timeout", delay_ms=3_000))
    with pytest.raises(httpx.ReadTimeout):
        client.get("/v1/charges", timeout=0.1)
    assert client.get("/v1/charges").status_code == 200


def test_a_proxy_page_is_no_json(server: Server, client: httpx.Client) -> None:
    server.faults.append(Fault(lambda _method, target: "limit=3" in target, "html", 502))
    assert client.get("/v1/charges").status_code == 200
    page = client.get("/v1/charges", params={"limit": 3})
    assert (page.status_code, page.headers["Content-Type"]) == (502, "text/html")


@pytest.mark.parametrize("kind", ["reset", "truncate"])
def test_a_write_whose_answer_is_lost_has_happened_once(
    server: Server, client: httpx.Client, company: Company, kind: str
) -> None:
    lost = Fault("POST /v1/customers", "reset" if kind == "reset" else "truncate", after=True)
    server.faults.append(lost)
    key = {"Idempotency-Key": "k1"}
    with pytest.raises(httpx.TransportError):
        client.post("/v1/customers", data={"name": "Tabt"}, headers=key)
    again = client.post("/v1/customers", data={"name": "Tabt"}, headers=key)
    assert again.headers["Idempotent-Replayed"] == "true"
    known = client.get("/v1/customers", params={"limit": 100}).json()["data"]
    assert len(known) == len(company.customers) + 1


def test_too_many_requests_are_told_to_wait(company: Company) -> None:
    with serve(company, rate_limit=3) as server, httpx.Client(auth=(server.api_key, "")) as client:
        answers = [client.get(f"{server.url}/v1/account") for _ in range(5)]
    assert [one.status_code for one in answers[:3]] == [200, 200, 200]
    assert answers[-1].status_code == 429
    assert answers[-1].headers["Retry-After"] == "1"
    assert answers[-1].json()["error"]["code"] == "rate_limit"


def test_connections_are_kept_alive(server: Server, client: httpx.Client) -> None:
    ports = set()
    for _ in range(5):
        with client.stream("GET", "/v1/charges") as answer:
            answer.read()
            ports.add(answer.extensions["network_stream"].get_extra_info("client_addr"))
    assert len(ports) == 1
    assert server.url.startswith("http://127.0.0.1:")


def test_the_process_prints_where_it_is_obeys_and_stops_at_end_of_input() -> None:
    command = [sys.executable, "-m", "autobook_core.testing.company", "--customers", "5", "--months", "2"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdin
        place = json.loads(process.stdout.readline())
        assert place.keys() == {"url", "webhook_secret", "api_key"}
        with httpx.Client(base_url=place["url"], auth=(place["api_key"], "")) as client:
            plan = [{"match": "/v1/charges", "status": 500}]
            assert client.post("/_sim/faults", json=plan).status_code == 200
            assert [client.get("/v1/charges").status_code for _ in range(2)] == [500, 200]
            assert client.post("/_sim/faults", json=[{"what": 1}]).status_code == 400
            assert client.post("/_sim/until", json={"until": 1}).json()["until"] == 1
            assert client.get("/v1/charges").json()["data"] == []
            assert client.post("/_sim/until", json={"until": None}).json()["requests"]["GET /v1/charges"] == 3
            assert client.get("/v1/charges").json()["data"]
        process.stdin.close()
        assert process.wait(timeout=10) == 0
