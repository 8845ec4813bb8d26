"""Whole reads of servers that somebody else wrote, as separate processes on loopback."""

import json
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

Connect = Callable[..., Any]


def read_everything(reader: Any, cursors: dict[str, Any]) -> tuple[Counter[str], dict[str, Any]]:
    """Read one window of every stream; count the records by kind, every row translated."""
    found: Counter[str] = Counter()
    after = {}
    for stream in reader.source.streams:
        items, after[stream.name] = reader.window(stream.name, cursors.get(stream.name))
        for item in items:
            found.update(record.kind for record in reader.source.translate(stream, item.data))
    return found, after


@pytest.fixture(scope="module")
def company() -> Iterator[dict[str, str]]:
    """Start the simulated company and return where it listens."""
    command = [sys.executable, "-m", "autobook_core.testing.company", "--customers", "60", "--months", "4"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
        process.terminate()


@pytest.mark.slow
@pytest.mark.parametrize("version", ["2024-06-20", "2025-03-31.basil"])
def test_the_simulated_company_is_read_whole(
    company: dict[str, str], connect_to: Connect, version: str
) -> None:
    reader = connect_to(api_base=company["url"], api_key=company["api_key"], api_version=version)
    assert reader.source.check(reader.context).ok
    assert reader.source.balance(reader.context, 0)
    found, cursors = read_everything(reader, {})
    assert found["customer"] == 60
    assert (
        min(found[kind] for kind in ("invoice", "charge", "balance_transaction", "payout", "subscription"))
        > 50
    )
    assert (found["invoice_payment"] > 50) == version.startswith("2025")
    again, _ = read_everything(reader, cursors)
    assert again["invoice"] + again["charge"] < 20


@pytest.fixture
def localstripe() -> Iterator[str]:
    """Start localstripe and return where it listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = (
        "from aiohttp import web; from localstripe.server import app;"
        f"web.run_app(app, host='127.0.0.1', port={port}, print=None)"
    )
    command = [sys.executable, "-W", "ignore", "-c", program]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        for _ in range(100):
            try:
                httpx.get(f"http://127.0.0.1:{port}/v1/customers", auth=("sk_abc", ""))
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
        process.terminate()


def sell(url: str) -> None:
    """Let localstripe sell a plan with 25 % tax to one customer, and refund a part."""

    def post(path: str, **form: Any) -> Any:
        answer = httpx.post(url + path, data=form, auth=("sk_abc", ""))
        return answer.raise_for_status().json()

    product = post("/v1/products", name="App", type="service")["id"]
    post("/v1/plans", id="std", amount=9900, currency="eur", interval="month", product=product)
    rate = post("/v1/tax_rates", display_name="Moms", inclusive="false", percentage="25", jurisdiction="DK")[
        "id"
    ]
    card = {
        "card[number]": "4242424242424242",
        "card[exp_month]": 12,
        "card[exp_year]": 2099,
        "card[cvc]": 123,
    }
    method = post("/v1/payment_methods", type="card", **card)["id"]
    customer = post("/v1/customers", name="Lyng")["id"]
    post(f"/v1/payment_methods/{method}/attach", customer=customer)
    post(f"/v1/customers/{customer}", **{"invoice_settings[default_payment_method]": method})
    items = {"items[0][plan]": "std", "default_tax_rates[0]": rate}
    post("/v1/subscriptions", customer=customer, **items)
    charges = httpx.get(url + "/v1/charges", auth=("sk_abc", "")).json()["data"]
    post("/v1/refunds", charge=charges[0]["id"], amount=1000)


@pytest.mark.slow
@pytest.mark.localstripe
def test_localstripe_is_read_whole_twice(localstripe: str, connect_to: Connect) -> None:
    sell(localstripe)
    reader = connect_to(api_base=localstripe, api_key="sk_abc")
    assert reader.source.check(reader.context).live is False
    found, cursors = read_everything(reader, {})
    assert found == {
        "customer": 1, "product": 1, "price": 1, "tax_rate": 1, "subscription": 1, "invoice": 1, "invoice_payment": 1,
        "charge": 1, "refund": 1, "balance_transaction": 2,
    }  # fmt: skip
    again, _ = read_everything(reader, cursors)
    assert set(again) == set(found)
    (item,), _ = reader.window("invoice")
    record = next(iter(reader.source.translate(reader.stream("invoice"), item.data)))
    assert (record.subtotal, record.tax, record.total) == (9900, 2475, 12375)
    assert [(line.tax, line.tax_country, line.tax_milli) for line in record.lines] == [(2475, "DK", 25000)]
